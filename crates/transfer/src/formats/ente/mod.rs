//! Ente Auth's exports: a text of otpauth URIs with a parameter of its own, in clear or encrypted (Argon2id and a
//! libsodium secretstream).
//!
//! The format: <https://github.com/ente-io/ente/blob/main/docs/docs/auth/migration-guides/export.md>.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use tessera_otp::{Credential, Entry};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{self, Plain};
use crate::collector::Collector;
use crate::fields::Fields;
use crate::input::Json;
use crate::{Answers, Found, Input, Place, ReadError, Reason, base64, kdf};

pub(super) static FORMAT: Format = Format { id: "ente", name: "Ente Auth", recognize, read };

/// What Ente adds to a URI: JSON with tags, note, what is pinned and what is in the trash.
const DISPLAY: &str = "codeDisplay";

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    if let Some(json) = input.json() {
        return (json.get("kdfParams").is_some() && json.get("encryptedData").is_some())
            .then_some(Likeness::Certain);
    }
    let has = |line: &str| line.starts_with("otpauth://") && line.contains(DISPLAY);
    input.text()?.lines().any(has).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    if let Some(json) = input.json() {
        let plain = open(json, answers)?;
        let text =
            core::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("what was encrypted is not text"))?;
        return entries(text, answers);
    }
    entries(input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?, answers)
}

fn open(json: &Value, answers: &Answers<'_>) -> Result<Plain, ReadError> {
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    let export = Fields::of(json, "export").map_err(|_| ReadError::OtherFormat { format: &FORMAT })?;
    if let Some(found @ 2..) = export.opt_number("version").map_err(wrong)? {
        return Err(ReadError::NewerVersion { format: &FORMAT, found: found.to_string(), known: "1" });
    }
    let costs = export.object("kdfParams").map_err(wrong)?;
    let no_base64 =
        |field| move || FORMAT.damaged(format_args!("the field \u{201C}{field}\u{201D} is no base64"));
    let salt = base64::decode(costs.text("salt").map_err(wrong)?).ok_or_else(no_base64("salt"))?;
    let data = export.text("encryptedData").map_err(wrong)?;
    let data = base64::decode(data).ok_or_else(no_base64("encryptedData"))?;
    let header = export.text("encryptionNonce").map_err(wrong)?;
    let header = base64::decode_exactly(header).ok_or_else(no_base64("encryptionNonce"))?;
    // libsodium counts memory in bytes, and knows one lane.
    let cost = (costs.number("memLimit").map_err(wrong)? / 1024, costs.number("opsLimit").map_err(wrong)?, 1);
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    let mut key = Zeroizing::new([0; 32]);
    // The key is derived from the password's bytes.
    kdf::argon2id(&FORMAT, password.expose_secret().as_bytes(), &salt, cost, &mut *key)?;
    cipher::open_stream(&key, &header, &data).ok_or(ReadError::WrongPassword { format: &FORMAT })
}

fn entries(text: &str, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let mut collector = Collector::new();
    for (index, line) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        collector.take(Place::line(index), entry(line, answers.now));
    }
    collector.finish(&FORMAT)
}

fn entry(line: &str, now: u64) -> Result<Entry, Reason> {
    let mut entry = Entry::new(Credential::from_uri(line)?, now);
    let Some(encoded) = parameter(line, DISPLAY) else { return Ok(entry) };
    let decoded = percent_decode_str(encoded).decode_utf8().ok();
    let display = decoded.and_then(|text| Json::read(&text));
    let display = display.as_ref().ok_or(Reason::WrongType { field: DISPLAY, expected: "JSON" })?;
    let display = Fields::of(&display.0, DISPLAY)?;
    entry.favorite = display.opt_bool("pinned")?.unwrap_or_default();
    entry.deleted = display.opt_bool("trashed")?.unwrap_or_default().then_some(now);
    display.opt_text("note")?.unwrap_or_default().clone_into(&mut entry.note);
    let tags = display.opt_list("tags")?.into_iter().flatten();
    entry.tags = tags.filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(entry)
}

fn parameter<'a>(uri: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = uri.split_once('?')?;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}
