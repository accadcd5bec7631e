//! 2FAS' backup, schema 4.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::{Value, json};
use tessera_otp::{Entry, Generator};
use zeroize::Zeroizing;

use super::{FORMAT, ROUNDS, SCHEMA};
use crate::cipher::{KEY, NONCE, seal_gcm};
use crate::export::{Export, Lost, Making, WriteError, json_bytes, lost_parts, uuid};
use crate::input::Json;
use crate::kdf::{self, Prf};

pub(crate) static PLAIN: Export =
    Export { id: "2fas", name: "2FAS", extension: "2fas", encrypted: false, lost, write: plain };
pub(crate) static ENCRYPTED: Export = Export {
    id: "2fas-encrypted",
    name: "2FAS",
    extension: "2fas",
    encrypted: true,
    lost,
    write: encrypted,
};

/// What every backup holds under its key beside the services: the app opens it first, and takes another text for a wrong password.
const REFERENCE: &[u8] = b"tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfgg\
    ogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG482\
    4igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1\
    BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd";

fn lost(entry: &Entry) -> Vec<Lost> {
    match &entry.credential.generator {
        Generator::Motp { .. } => vec![Lost::Entry("2FAS has no mOTP")],
        Generator::Yandex { .. } => vec![Lost::Entry("2FAS has no Yandex codes")],
        Generator::Hotp { counter, .. } if i64::try_from(*counter).is_err() => {
            vec![Lost::Entry("its counter is higher than 2FAS counts")]
        }
        _ => lost_parts(entry, &["group"]),
    }
}

fn plain(entries: &[&Entry], mut making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let (services, groups) = services(entries, &mut making);
    let mut file = Json(frame(&groups, &making));
    file.0["services"] = services.into();
    json_bytes(&file.0)
}

fn encrypted(entries: &[&Entry], mut making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let password = making.password.ok_or(WriteError::PasswordNeeded)?;
    let (services, groups) = services(entries, &mut making);
    let mut text = json_bytes(&Json(services.into()).0)?;
    let (mut salt, mut nonce) = ([0; 256], [0; NONCE]);
    making.rng.fill_bytes(&mut salt);
    making.rng.fill_bytes(&mut nonce);
    let mut key = Zeroizing::new([0; KEY]);
    // Deriving the key is what the password was given for.
    let password = password.expose_secret().as_bytes();
    kdf::pbkdf2(&FORMAT, Prf::Sha256, password, &salt, ROUNDS, key.as_mut_slice())
        .map_err(|_| WriteError::TooMuch)?;
    let tag = seal_gcm(&key, &nonce, &mut text).ok_or(WriteError::TooMuch)?;
    text.extend_from_slice(&tag);
    // Our reader has no use for it, the app does.
    let mut reference = REFERENCE.to_vec();
    let mut reference_nonce = [0; NONCE];
    making.rng.fill_bytes(&mut reference_nonce);
    let reference_tag = seal_gcm(&key, &reference_nonce, &mut reference).ok_or(WriteError::TooMuch)?;
    reference.extend(reference_tag);
    let joined = |text: &[u8], nonce: &[u8]| {
        format!("{}:{}:{}", BASE64.encode(text), BASE64.encode(&salt), BASE64.encode(nonce))
    };
    let mut file = frame(&groups, &making);
    file["services"] = json!([]);
    file["servicesEncrypted"] = joined(&text, &nonce).into();
    file["reference"] = joined(&reference, &reference_nonce).into();
    json_bytes(&file)
}

fn frame(groups: &[Value], making: &Making<'_>) -> Value {
    json!({
        "groups": groups,
        "updatedAt": making.now.saturating_mul(1000),
        "schemaVersion": SCHEMA,
        "appOrigin": "export",
    })
}

fn services(entries: &[&Entry], making: &mut Making<'_>) -> (Vec<Value>, Vec<Value>) {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    let mut services = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let credential = &entry.credential;
        // An export is what the secrets are for.
        let secret = credential.secret.to_base32();
        let name = if credential.issuer.is_empty() { &credential.account } else { &credential.issuer };
        let mut otp = json!({
            "label": credential.account,
            "account": credential.account,
            "issuer": credential.issuer,
            "tokenType": credential.kind().name().to_ascii_uppercase(),
            "source": "Manual",
        });
        match &credential.generator {
            Generator::Totp { algorithm, digits, period } => {
                otp["algorithm"] = algorithm.name().into();
                otp["digits"] = digits.get().into();
                otp["period"] = period.get().into();
            }
            Generator::Hotp { algorithm, digits, counter } => {
                otp["algorithm"] = algorithm.name().into();
                otp["digits"] = digits.get().into();
                otp["counter"] = (*counter).into();
            }
            _ => {
                otp["algorithm"] = "SHA1".into();
                otp["digits"] = 5.into();
                otp["period"] = 30.into();
            }
        }
        let mut service = json!({
            "name": name,
            "secret": *secret,
            "updatedAt": entry.modified.saturating_mul(1000),
            "otp": otp,
            "order": { "position": position },
        });
        if let Some(group) = &entry.group {
            let id = groups.entry(group.as_str()).or_insert_with(|| uuid(making.rng));
            service["groupId"] = id.as_str().into();
        }
        services.push(service);
    }
    let groups = groups
        .into_iter()
        .map(|(name, id)| json!({ "id": id, "name": name, "isExpanded": true, "updatedAt": making.now.saturating_mul(1000) }))
        .collect();
    (services, groups)
}
