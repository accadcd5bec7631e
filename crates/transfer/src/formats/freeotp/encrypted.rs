//! Version 2: the password opens a master key, and that the key of each token.
//!
//! The map holds `masterKey`, and for each token its encrypted secret under an id and its parameters under
//! `id-token`. The algorithm may stand in either.

use std::collections::HashMap;

use serde_json::Value;
use tessera_otp::Secret;
use zeroize::Zeroizing;

use super::{FORMAT, ORDER, token};
use crate::cipher::{self, Plain};
use crate::collector::Collector;
use crate::draft;
use crate::fields::Fields;
use crate::input::Json;
use crate::kdf::{self, Prf};
use crate::{Answers, Found, Place, ReadError, Reason};

/// The name of the master key.
pub(super) const MASTER: &str = "masterKey";
const PARAMETERS: &str = "-token";

type Text = Zeroizing<String>;

pub(super) fn read(map: &[(Text, Text)], answers: &Answers<'_>) -> Result<Found, ReadError> {
    // The first of a name counts.
    let values: HashMap<&str, &str> =
        map.iter().rev().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let get = |wanted: &str| values.get(wanted).copied();
    let master = get(MASTER).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let key = master_key(master, answers)?;
    let named = map.iter().filter_map(|(name, value)| Some((name.strip_suffix(PARAMETERS)?, value.as_str())));
    let order = get(ORDER).and_then(Json::read);
    let mut collector = Collector::new();
    for (index, (id, value)) in token::in_order(order.as_ref(), named.collect()).into_iter().enumerate() {
        let json = Json::read(value);
        let shown = |field| json.as_ref().and_then(|json| json.0.get(field)?.as_str()).unwrap_or_default();
        let place = Place::entry(index).with_names(shown("issuerExt"), shown("label"));
        let made =
            json.as_ref().ok_or(Reason::WrongType { field: "token", expected: "JSON" }).and_then(|json| {
                let sealed = get(id).and_then(Json::read).ok_or(Reason::Missing { field: "key" })?;
                // The key's own description is JSON within a text within JSON.
                let sealed = Json::read(Fields::of(&sealed.0, "key")?.text("key")?);
                let sealed = sealed.ok_or(Reason::WrongType { field: "key", expected: "JSON" })?;
                let mut draft = token::draft(&json.0, &|_| secret(&key, &sealed.0))?;
                if json.0.get("algo").is_none_or(Value::is_null) {
                    draft.algorithm = draft::algorithm(Fields::of(&sealed.0, "key")?.text("mToken")?)?;
                }
                Ok(draft.entry(answers.now))
            });
        collector.take(place, made);
    }
    collector.finish(&FORMAT)
}

fn master_key(text: &str, answers: &Answers<'_>) -> Result<Zeroizing<[u8; 32]>, ReadError> {
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    let json = Json::read(text).ok_or_else(|| FORMAT.damaged("the master key in it is no JSON"))?;
    let master = Fields::of(&json.0, MASTER).map_err(wrong)?;
    let prf = match master.text("mAlgorithm").map_err(wrong)? {
        "PBKDF2withHmacSHA1" => Prf::Sha1,
        "PBKDF2withHmacSHA256" => Prf::Sha256,
        "PBKDF2withHmacSHA512" => Prf::Sha512,
        other => return Err(FORMAT.damaged(Reason::UnknownAlgorithm { found: crate::found::short(other) })),
    };
    let salt = token::bytes(master, "mSalt").map_err(wrong)?;
    let rounds = master.number("mIterations").map_err(wrong)?;
    let sealed =
        master.get("mEncryptedKey").ok_or_else(|| wrong(Reason::Missing { field: "mEncryptedKey" }))?;
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    let mut key = Zeroizing::new([0; 32]);
    // The key is derived from the password's bytes.
    kdf::pbkdf2(&FORMAT, prf, password.expose_secret().as_bytes(), &salt, rounds, &mut *key)?;
    let plain = open(&key, sealed).map_err(|reason| match reason {
        Reason::NotDecrypted => ReadError::WrongPassword { format: &FORMAT },
        other => wrong(other),
    })?;
    key.copy_from_slice(
        plain
            .get(..32)
            .filter(|_| plain.len() == 32)
            .ok_or_else(|| FORMAT.damaged("its master key is of another length"))?,
    );
    Ok(key)
}

fn secret(key: &[u8; 32], sealed: &Value) -> Result<Secret, Reason> {
    Ok(Secret::from_bytes(&open(key, sealed)?)?)
}

/// What Java's `Cipher` made with AES-GCM. What kind of key is inside is authenticated too.
fn open(key: &[u8; 32], sealed: &Value) -> Result<Plain, Reason> {
    let sealed = Fields::of(sealed, "key")?;
    if sealed.text("mCipher")? != "AES/GCM/NoPadding" {
        return Err(Reason::UnknownAlgorithm { found: crate::found::short(sealed.text("mCipher")?) });
    }
    let parameters = token::bytes(sealed, "mParameters")?;
    let nonce = nonce(&parameters)
        .ok_or(Reason::WrongType { field: "mParameters", expected: "what AES-GCM needs" })?;
    let text = token::bytes(sealed, "mCipherText")?;
    let bound = sealed.text("mToken")?.as_bytes();
    cipher::open_gcm_bound(key, nonce, bound, &text).ok_or(Reason::NotDecrypted)
}

/// The nonce in its ASN.1 wrapping: a sequence with the tag's length, or before Android 7 an octet string alone.
fn nonce(parameters: &[u8]) -> Option<&[u8]> {
    let inner = match parameters {
        [0x30, length, inner @ ..] if usize::from(*length) == inner.len() => inner,
        other => other,
    };
    match inner {
        [0x04, 12, rest @ ..] => rest.get(..12),
        _ => None,
    }
}
