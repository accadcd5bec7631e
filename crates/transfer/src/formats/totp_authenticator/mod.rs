//! TOTP Authenticator (BinaryBoot): its backup, base64 of AES-CBC under the password's SHA-256, and its preferences from a
//! rooted phone.
//!
//! Whatever an entry says of digits and period, as far as is known its codes are those of SHA-1, six digits, 30 seconds; so
//! it is read as that, and every entry that says otherwise is named (ADR 0096).

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tessera_otp::Secret;
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{self, Plain};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::prefs::{self, Prefs};
use crate::{Answers, Found, Input, ReadError, Reason, base64};

pub(super) static FORMAT: Format =
    Format { id: "totp-authenticator", name: "TOTP Authenticator", recognize, read };

/// The list in the preferences.
const LIST: &str = "STATIC_TOTP_CODES_LIST";
/// What differs from what the app computes.
const IGNORED: Reason = Reason::Other(
    "It names other digits or another period than 6 and 30 seconds. TOTP Authenticator is known to take no notice of \
     them, and so they were not taken over; compare the code before you delete it there.",
);

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let text = input.text()?;
    if prefs::looks_like(text) {
        return text.contains(LIST).then_some(Likeness::Certain);
    }
    // Whole blocks in base64: nothing else speaks for it.
    let blocks = base64::decode(text).filter(|bytes| bytes.len() >= 32 && bytes.len().is_multiple_of(16));
    blocks.map(|_| Likeness::Possible)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = ReadError::OtherFormat { format: &FORMAT };
    let text = input.text().ok_or(other.clone())?;
    if prefs::looks_like(text) {
        let prefs = Prefs::read(text).ok_or_else(|| FORMAT.damaged("it is no whole XML file"))?;
        return entries(prefs.get(LIST).ok_or(other)?, answers);
    }
    let sealed = base64::decode(text).filter(|sealed| !sealed.is_empty()).ok_or(other)?;
    let plain = open(&sealed, answers)?;
    // Nothing authenticates the text. It is an object whose only name is the list, and whose value a time.
    let wrong = || ReadError::WrongPassword { format: &FORMAT };
    let json = core::str::from_utf8(&plain).ok().and_then(Json::read).ok_or_else(wrong)?;
    let list = json.0.as_object().and_then(|object| object.keys().next()).ok_or_else(wrong)?;
    entries(list, answers)
}

fn open(sealed: &[u8], answers: &Answers<'_>) -> Result<Plain, ReadError> {
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    // The key is the hash of the password's bytes.
    let key = Zeroizing::new(Sha256::digest(password.expose_secret().as_bytes()).into());
    cipher::open_cbc(&key, &[0; 16], sealed).ok_or(ReadError::WrongPassword { format: &FORMAT })
}

fn entries(list: &str, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let json = Json::read(list).ok_or_else(|| FORMAT.damaged("the list in it is no JSON"))?;
    let items = json.0.as_array().ok_or_else(|| FORMAT.damaged("the list in it is none"))?;
    let mut collector = Collector::new();
    for (index, item) in items.iter().enumerate() {
        let place = fields::place(index, item, "issuer", "name");
        let made = draft(item);
        if made.is_ok() && says_otherwise(item) {
            collector.lacks(place.clone(), IGNORED);
        }
        collector.take(place, made.map(|draft| draft.entry(answers.now)));
    }
    collector.finish(&FORMAT)
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "entry")?;
    let key = item.text("key")?;
    let secret = match item.opt_number("base")?.unwrap_or(16) {
        16 => Secret::from_hex(key)?,
        32 => Secret::from_base32(key)?,
        other => return Err(Reason::OutOfRange { field: "base", found: other.to_string() }),
    };
    let mut draft = Draft::new(
        item.opt_text("issuer")?.unwrap_or_default(),
        item.opt_text("name")?.unwrap_or_default(),
        secret,
    );
    draft.favorite = item.opt_bool("isFavorite")?.unwrap_or_default();
    Ok(draft)
}

fn says_otherwise(item: &Value) -> bool {
    let says =
        |field, number: &str| item.get(field).and_then(Value::as_str).is_some_and(|text| text != number);
    says("digits", "6") || says("period", "30")
}
