//! Authme's export (`.authme`): JSON around the base64 of a text with a paragraph an entry. Authme knows only TOTP with SHA-1,
//! six digits, 30 seconds.
//!
//! A backup, which is encrypted with a key of that computer's, is not read. The format: `interface/` of
//! <https://github.com/Levminer/authme>.

use serde_json::Value;
use tessera_otp::Secret;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::fields::Fields;
use crate::{Answers, Found, Input, Place, ReadError, Reason, base64};

pub(super) static FORMAT: Format = Format { id: "authme", name: "Authme", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let json = input.json()?;
    (json.get("role").is_some_and(Value::is_string) && json.get("codes").is_some())
        .then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = || ReadError::OtherFormat { format: &FORMAT };
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    let export = Fields::of(input.json().ok_or_else(other)?, "export").map_err(|_| other())?;
    if export.opt_bool("encrypted").map_err(wrong)? == Some(true) {
        let what =
            "is a backup that only Authme on the same computer can open; export the codes there instead";
        return Err(ReadError::Unsupported { format: &FORMAT, what });
    }
    if let Some(found @ 4..) = export.opt_number("version").map_err(wrong)? {
        return Err(ReadError::NewerVersion { format: &FORMAT, found: found.to_string(), known: "3" });
    }
    let codes = base64::decode(export.text("codes").map_err(wrong)?);
    let codes = codes.ok_or_else(|| FORMAT.damaged("the codes in it are no base64"))?;
    let text = core::str::from_utf8(&codes).map_err(|_| FORMAT.damaged("the codes in it are no text"))?;
    let mut collector = Collector::new();
    for (index, paragraph) in paragraphs(text).into_iter().enumerate() {
        let place = Place::entry(index).with_names(value(&paragraph, "Issuer"), value(&paragraph, "Name"));
        collector.take(place, draft(&paragraph).map(|draft| draft.entry(answers.now)));
    }
    collector.finish(&FORMAT)
}

/// Lines that belong together: each begins with a name.
fn paragraphs(text: &str) -> Vec<Vec<(&str, &str)>> {
    let mut paragraphs: Vec<Vec<(&str, &str)>> = Vec::new();
    for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
        let name = name.trim();
        if name == "Name" || paragraphs.is_empty() {
            paragraphs.push(Vec::new());
        }
        if let Some(last) = paragraphs.last_mut() {
            last.push((name, value.trim()));
        }
    }
    paragraphs
}

fn value<'a>(paragraph: &[(&str, &'a str)], wanted: &str) -> &'a str {
    paragraph.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value).unwrap_or_default()
}

fn draft(paragraph: &[(&str, &str)]) -> Result<Draft, Reason> {
    match value(paragraph, "Type") {
        "OTP_TOTP" | "" => {}
        other => return Err(Reason::UnknownType { found: crate::found::short(other) }),
    }
    let secret = value(paragraph, "Secret");
    if secret.is_empty() {
        return Err(Reason::Missing { field: "Secret" });
    }
    Ok(Draft::new(value(paragraph, "Issuer"), value(paragraph, "Name"), Secret::from_base32(secret)?))
}
