//! andOTP's backups: a JSON list, in clear or encrypted. GNOME Authenticator writes the same list.
//!
//! Before version 0.6.3 the key was the password's SHA-256 alone; since then it is PBKDF2, whose rounds and salt stand
//! first. Neither has a mark of its own, so that any bytes may be one. OpenPGP, which andOTP offers too, is not read.
//! The format: <https://github.com/andOTP/andOTP/wiki/Backup-encryption>.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tessera_otp::{Kind, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{self, NONCE, Plain, TAG};
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::kdf::{self, Prf};
use crate::{Answers, Found, Input, ReadError, Reason};

pub(super) static FORMAT: Format = Format { id: "andotp", name: "andOTP", recognize, read };

const SALT: usize = 12;
/// andOTP draws its rounds from 140,000 to 160,000. Other random bytes say so in one of 200,000 cases.
const ROUNDS: core::ops::RangeInclusive<u32> = 1_000..=1_000_000;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    if let Some(json) = input.json() {
        return list(json)?.first()?.get("thumbnail").is_some().then_some(Likeness::Certain).or_else(|| {
            let has = |field| list(json)?.first()?.get(field);
            (has("secret").is_some()
                && has("label").is_some()
                && has("type").is_some()
                && has("algorithm").is_some())
            .then_some(Likeness::Likely)
        });
    }
    let possible = input.bytes().len() > NONCE + TAG && input.looks_random();
    possible.then_some(Likeness::Possible)
}

fn list(json: &Value) -> Option<&Vec<Value>> {
    json.as_array()
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    if let Some(json) = input.json() {
        return entries(json, answers);
    }
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    // The key is derived from the password's bytes.
    let password = password.expose_secret().as_bytes();
    let plain = match open_new(input.bytes(), password)? {
        Some(plain) => plain,
        None => open_old(input.bytes(), password).ok_or(ReadError::WrongPassword { format: &FORMAT })?,
    };
    let text = core::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("what was encrypted is not text"))?;
    let json = Json::read(text).ok_or_else(|| FORMAT.damaged("what was encrypted is not JSON"))?;
    entries(&json.0, answers)
}

fn open_new(bytes: &[u8], password: &[u8]) -> Result<Option<Plain>, ReadError> {
    let Some((rounds, rest)) = bytes.split_first_chunk() else { return Ok(None) };
    let Some((salt, rest)) = rest.split_first_chunk::<SALT>() else { return Ok(None) };
    let Some((nonce, sealed)) = rest.split_first_chunk::<NONCE>() else { return Ok(None) };
    let rounds = u32::from_be_bytes(*rounds);
    if !ROUNDS.contains(&rounds) {
        return Ok(None);
    }
    let mut key = Zeroizing::new([0; 32]);
    kdf::pbkdf2(&FORMAT, Prf::Sha1, password, salt, rounds.into(), &mut *key)?;
    Ok(cipher::open_gcm_tagged(&key, nonce, sealed))
}

fn open_old(bytes: &[u8], password: &[u8]) -> Option<Plain> {
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let key = Zeroizing::new(Sha256::digest(password).into());
    cipher::open_gcm_tagged(&key, nonce, sealed)
}

fn entries(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let list = list(json).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let made = draft(item).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, item, "issuer", "label"), made);
    }
    collector.finish(&FORMAT)
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "entry")?;
    let label = item.opt_text("label")?.unwrap_or_default();
    // Before there was an issuer, the label had both.
    let (issuer, account) = match item.opt_text("issuer")? {
        Some(issuer) => (issuer, label),
        None => label.split_once(" - ").unwrap_or(("", label)),
    };
    // Some of those say the issuer once more: `Issuer - Issuer:account`.
    let account = account.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':')).unwrap_or(account);
    let kind = draft::kind(item.opt_text("type")?.unwrap_or("TOTP"))?;
    let secret = Secret::from_base32(item.text("secret")?)?;
    let secret = if kind == Kind::Motp { motp_secret(&secret)? } else { secret };
    let mut draft = Draft::new(issuer, account, secret);
    draft.kind = kind;
    if let Some(name) = item.opt_text("algorithm")? {
        draft.algorithm = draft::algorithm(name)?;
    }
    if let Some(digits) = item.opt_number("digits")? {
        draft.digits = draft::digits(digits)?;
    }
    if let Some(period) = item.opt_number("period")? {
        draft.period = draft::period(period)?;
    }
    draft.counter = match item.opt_number("counter")? {
        Some(counter) => counter,
        None if kind == Kind::Hotp => return Err(Reason::Missing { field: "counter" }),
        None => 0,
    };
    draft.tags =
        item.opt_list("tags")?.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(draft)
}

/// andOTP takes the characters of a mOTP secret for its bytes; they are hexadecimal digits.
fn motp_secret(characters: &Secret) -> Result<Secret, Reason> {
    // The characters are read as what they stand for.
    let text = core::str::from_utf8(characters.expose_secret());
    Ok(Secret::from_hex(text.map_err(|_| Reason::WrongType { field: "secret", expected: "a text" })?)?)
}
