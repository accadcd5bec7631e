//! Proton Authenticator's export: JSON in clear or encrypted (Argon2id with fixed costs, AES-GCM).
//!
//! The format: `proton-authenticator/src/entry` of <https://github.com/protonpass/proton-pass-common>.

use serde_json::Value;
use tessera_otp::{Credential, Entry, Generator, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{self, NONCE, Plain};
use crate::collector::Collector;
use crate::fields::Fields;
use crate::input::Json;
use crate::{Answers, Found, Input, Place, ReadError, Reason, base64, kdf};

pub(super) static FORMAT: Format = Format { id: "proton", name: "Proton Authenticator", recognize, read };

/// KiB, passes, lanes.
const COST: (u64, u64, u64) = (19 * 1024, 2, 1);
/// What binds a text to this purpose.
const BOUND: &[u8] = b"proton.authenticator.export.v1";

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let json = input.json()?;
    json.get("version").filter(|version| version.is_number())?;
    let has_text = |field| json.get(field).is_some_and(Value::is_string);
    if has_text("salt") && has_text("content") {
        return Some(Likeness::Certain);
    }
    match json.get("entries")?.as_array()?.first() {
        Some(first) => first.get("content")?.get("entry_type").map(|_| Likeness::Certain),
        None => Some(Likeness::Likely),
    }
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let json = input.json().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    check_version(json)?;
    if json.get("content").is_none() {
        return entries(json, answers);
    }
    let plain = open(json, answers)?;
    let text = core::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("what was encrypted is not text"))?;
    let json = Json::read(text).ok_or_else(|| FORMAT.damaged("what was encrypted is not JSON"))?;
    check_version(&json.0)?;
    entries(&json.0, answers)
}

fn check_version(json: &Value) -> Result<(), ReadError> {
    match json.get("version").and_then(Value::as_u64) {
        Some(1) => Ok(()),
        Some(newer @ 2..) => {
            Err(ReadError::NewerVersion { format: &FORMAT, found: newer.to_string(), known: "1" })
        }
        _ => Err(ReadError::OtherFormat { format: &FORMAT }),
    }
}

fn open(json: &Value, answers: &Answers<'_>) -> Result<Plain, ReadError> {
    let export = Fields::of(json, "export").map_err(|reason| FORMAT.damaged(reason))?;
    let decoded = |field| {
        let text = export.text(field).map_err(|reason| FORMAT.damaged(reason))?;
        base64::decode(text)
            .ok_or_else(|| FORMAT.damaged(format_args!("the field \u{201C}{field}\u{201D} is no base64")))
    };
    let (salt, content) = (decoded("salt")?, decoded("content")?);
    let (nonce, sealed) = content
        .split_first_chunk::<NONCE>()
        .ok_or_else(|| FORMAT.damaged("what is encrypted is cut short"))?;
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    let mut key = Zeroizing::new([0; 32]);
    // The key is derived from the password's bytes.
    kdf::argon2id(&FORMAT, password.expose_secret().as_bytes(), &salt, COST, &mut *key)?;
    cipher::open_gcm_bound(&key, nonce, BOUND, sealed).ok_or(ReadError::WrongPassword { format: &FORMAT })
}

fn entries(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let export = Fields::of(json, "export").map_err(|_| ReadError::OtherFormat { format: &FORMAT })?;
    let list = export.list("entries").map_err(|reason| FORMAT.damaged(reason))?;
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let content = item.get("content");
        let name =
            content.and_then(|content| content.get("name")).and_then(Value::as_str).unwrap_or_default();
        collector.take(Place::entry(index).with_names("", name), entry(item, answers.now));
    }
    collector.finish(&FORMAT)
}

fn entry(item: &Value, now: u64) -> Result<Entry, Reason> {
    let item = Fields::of(item, "entry")?;
    let content = item.object("content")?;
    let uri = content.text("uri")?;
    let name = content.opt_text("name")?.unwrap_or_default();
    // Steam entries are `steam://` and the secret alone.
    let mut credential = match uri.split_once("://") {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("steam") => {
            Credential::new("Steam", name, Secret::from_base32(secret)?, Generator::Steam)
        }
        _ => Credential::from_uri(uri)?,
    };
    // The name that is shown may have been changed since the URI was taken in.
    if !name.trim().is_empty() {
        name.clone_into(&mut credential.account);
    }
    let mut entry = Entry::new(credential, now);
    item.opt_text("note")?.unwrap_or_default().clone_into(&mut entry.note);
    Ok(entry)
}
