//! cotp's database and its export: JSON, encrypted (Argon2id with fixed costs, XChaCha20-Poly1305) or in clear.
//!
//! The format: `src/crypto` and `src/otp` of <https://github.com/replydev/cotp>.

use serde_json::Value;
use tessera_otp::{Kind, Pin, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{self, Plain};
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::{Answers, Found, Input, ReadError, Reason, base64, kdf};

pub(super) static FORMAT: Format = Format { id: "cotp", name: "cotp", recognize, read };

/// KiB, passes, lanes.
const COST: (u64, u64, u64) = (32_768, 4, 4);

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let json = input.json()?;
    let encrypted =
        ["nonce", "salt", "cipher"].iter().all(|field| json.get(field).is_some_and(Value::is_string));
    let plain = json.get("elements").is_some_and(Value::is_array)
        && json.get("version").is_some_and(Value::is_number);
    (encrypted || plain).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let json = input.json().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    if json.get("cipher").is_none() {
        return elements(json, answers);
    }
    check_version(json, 1, "1")?;
    let plain = open(json, answers)?;
    let text = core::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("what was encrypted is not text"))?;
    let json = Json::read(text).ok_or_else(|| FORMAT.damaged("what was encrypted is no JSON"))?;
    elements(&json.0, answers)
}

fn check_version(json: &Value, newest: u64, known: &'static str) -> Result<(), ReadError> {
    match json.get("version").and_then(Value::as_u64) {
        Some(found) if found > newest => {
            Err(ReadError::NewerVersion { format: &FORMAT, found: found.to_string(), known })
        }
        _ => Ok(()),
    }
}

fn open(json: &Value, answers: &Answers<'_>) -> Result<Plain, ReadError> {
    let text = |field| json.get(field).and_then(Value::as_str).unwrap_or_default();
    let no_base64 = || FORMAT.damaged("what is encrypted is no base64");
    let salt = base64::decode(text("salt")).ok_or_else(no_base64)?;
    let nonce = base64::decode_exactly(text("nonce")).ok_or_else(no_base64)?;
    let sealed = base64::decode(text("cipher")).ok_or_else(no_base64)?;
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    let mut key = Zeroizing::new([0; 32]);
    // The key is derived from the password's bytes.
    kdf::argon2id(&FORMAT, password.expose_secret().as_bytes(), &salt, COST, &mut *key)?;
    cipher::open_xchacha(&key, &nonce, &sealed).ok_or(ReadError::WrongPassword { format: &FORMAT })
}

/// Version 1 was the list alone.
fn elements(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    check_version(json, 2, "2")?;
    let list = json.get("elements").unwrap_or(json).as_array();
    let list = list.ok_or_else(|| FORMAT.damaged("there is no list in it"))?;
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let made = draft(item).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, item, "issuer", "label"), made);
    }
    collector.finish(&FORMAT)
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "element")?;
    let text = |field| Ok::<_, Reason>(item.opt_text(field)?.unwrap_or_default());
    let kind = draft::kind(item.opt_text("type")?.unwrap_or("TOTP"))?;
    let secret = item.text("secret")?;
    let secret = if kind == Kind::Motp { Secret::from_hex(secret)? } else { Secret::from_base32(secret)? };
    let mut draft = Draft::new(text("issuer")?, text("label")?, secret);
    draft.kind = kind;
    draft.pin = item.opt_text("pin")?.filter(|pin| !pin.is_empty()).map(Pin::new).transpose()?;
    // The other types have their own, and mOTP's is MD5.
    if let (Kind::Totp | Kind::Hotp, Some(name)) = (kind, item.opt_text("algorithm")?) {
        draft.algorithm = draft::algorithm(name)?;
    }
    if let (Kind::Totp | Kind::Hotp, Some(digits)) = (kind, item.opt_number("digits")?) {
        draft.digits = draft::digits(digits)?;
    }
    if let (Kind::Totp, Some(period)) = (kind, item.opt_number("period")?) {
        draft.period = draft::period(period)?;
    }
    draft.counter = item.opt_number("counter")?.unwrap_or_default();
    Ok(draft)
}
