//! Aegis' export, file version 1 with content version 3.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use tessera_otp::{Entry, Generator, Pin};
use zeroize::Zeroizing;

use super::FORMAT;
use crate::cipher::{KEY, NONCE, seal_gcm};
use crate::export::{Export, Lost, Making, WriteError, json_bytes, lost_parts, uuid};
use crate::input::Json;
use crate::kdf;

pub(crate) static PLAIN: Export =
    Export { id: "aegis", name: "Aegis", extension: "json", encrypted: false, lost, write: plain };
pub(crate) static ENCRYPTED: Export = Export {
    id: "aegis-encrypted",
    name: "Aegis",
    extension: "json",
    encrypted: true,
    lost,
    write: encrypted,
};

/// What Aegis itself takes for scrypt.
const COST: (u64, u64, u64) = (1 << 15, 8, 1);

fn lost(entry: &Entry) -> Vec<Lost> {
    if entry.credential.generator.counter().is_some_and(|counter| i64::try_from(counter).is_err()) {
        return vec![Lost::Entry("its counter is higher than Aegis counts")];
    }
    // Tags become groups after the first; without a first one they would take its place.
    let carried: &[&str] = if entry.group.is_some() {
        &["group", "tags", "note", "icon", "favorite mark"]
    } else {
        &["note", "icon", "favorite mark"]
    };
    lost_parts(entry, carried)
}

fn plain(entries: &[&Entry], mut making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let db = content(entries, &mut making);
    let file = Json(json!({
        "version": super::FILE_VERSION,
        "header": { "slots": null, "params": null },
        "db": db,
    }));
    json_bytes(&file.0)
}

fn encrypted(entries: &[&Entry], mut making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let password = making.password.ok_or(WriteError::PasswordNeeded)?;
    let mut text = json_bytes(&Json(content(entries, &mut making)).0)?;
    let (mut master, mut key) = (Zeroizing::new([0; KEY]), Zeroizing::new([0; KEY]));
    let (mut salt, mut slot_nonce, mut nonce) = ([0; 32], [0; NONCE], [0; NONCE]);
    making.rng.fill_bytes(master.as_mut_slice());
    making.rng.fill_bytes(&mut salt);
    making.rng.fill_bytes(&mut slot_nonce);
    making.rng.fill_bytes(&mut nonce);
    let tag = seal_gcm(&master, &nonce, &mut text).ok_or(WriteError::TooMuch)?;
    // Deriving the slot's key is what the password was given for.
    let password = password.expose_secret().as_bytes();
    kdf::scrypt(&FORMAT, password, &salt, COST, key.as_mut_slice()).map_err(|_| WriteError::TooMuch)?;
    let mut wrapped = master.clone();
    let slot_tag = seal_gcm(&key, &slot_nonce, wrapped.as_mut_slice()).ok_or(WriteError::TooMuch)?;
    json_bytes(&json!({
        "version": super::FILE_VERSION,
        "header": {
            "slots": [{
                "type": 1,
                "uuid": uuid(making.rng),
                "key": HEXLOWER.encode(wrapped.as_slice()),
                "key_params": { "nonce": HEXLOWER.encode(&slot_nonce), "tag": HEXLOWER.encode(&slot_tag) },
                "n": COST.0,
                "r": COST.1,
                "p": COST.2,
                "salt": HEXLOWER.encode(&salt),
                "repaired": true,
                "is_backup": false,
            }],
            "params": { "nonce": HEXLOWER.encode(&nonce), "tag": HEXLOWER.encode(&tag) },
        },
        "db": BASE64.encode(&text),
    }))
}

fn content(entries: &[&Entry], making: &mut Making<'_>) -> Value {
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    let mut listed = Vec::new();
    for entry in entries {
        let mut ids = Vec::new();
        if let Some(group) = &entry.group {
            for name in std::iter::once(group).chain(&entry.tags) {
                ids.push(groups.entry(name.clone()).or_insert_with(|| uuid(making.rng)).clone());
            }
        }
        let icon = entry.icon.as_ref().map(|icon| BASE64.encode(icon));
        let mut value = json!({
            "type": entry.credential.kind().name().to_ascii_lowercase(),
            "uuid": uuid(making.rng),
            "name": entry.credential.account,
            "issuer": entry.credential.issuer,
            "note": entry.note,
            "favorite": entry.favorite,
            "icon": icon,
            "info": info(entry),
            "groups": ids,
        });
        if entry.icon.is_some() {
            value["icon_mime"] = "image/png".into();
        }
        listed.push(value);
    }
    let groups: Vec<Value> =
        groups.into_iter().map(|(name, uuid)| json!({ "uuid": uuid, "name": name })).collect();
    json!({ "version": super::DB_VERSION, "entries": listed, "groups": groups, "icons_optimized": true })
}

fn info(entry: &Entry) -> Value {
    let secret = entry.credential.secret.to_base32();
    // An export is what the secrets and PINs are for. Aegis wants a PIN to be there, if only an empty one.
    let pin = |pin: &Option<Pin>| pin.as_ref().map_or("", Pin::expose_secret).to_owned();
    match &entry.credential.generator {
        Generator::Totp { algorithm, digits, period } => json!({
            "secret": *secret, "algo": algorithm.name(), "digits": digits.get(), "period": period.get(),
        }),
        Generator::Hotp { algorithm, digits, counter } => json!({
            "secret": *secret, "algo": algorithm.name(), "digits": digits.get(), "counter": counter,
        }),
        Generator::Steam => json!({ "secret": *secret, "algo": "SHA1", "digits": 5, "period": 30 }),
        Generator::Motp { pin: kept } => json!({
            "secret": *secret, "algo": "MD5", "digits": 6, "period": 10, "pin": pin(kept),
        }),
        Generator::Yandex { pin: kept } => json!({
            "secret": *secret, "algo": "SHA256", "digits": 8, "period": 30, "pin": pin(kept),
        }),
    }
}
