//! Raivo OTP's export: a zip, AES-encrypted with the app's password, with one JSON list in it. The list alone is read too.
//!
//! The format: `DataExportFeature.swift` of <https://github.com/raivo-otp/ios-application>. Every value is a text.

use serde_json::Value;
use tessera_otp::{Kind, Secret};

use super::{Format, Likeness};
use crate::archive::Archive;
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::{Answers, Found, Input, ReadError, Reason};

pub(super) static FORMAT: Format = Format { id: "raivo", name: "Raivo OTP", recognize, read };

const FILE: &str = "raivo-otp-export.json";

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let first = |json: &Value| {
        let first = json.as_array()?.first()?;
        (first.get("kind").is_some() && first.get("timer").is_some()).then_some(Likeness::Certain)
    };
    match input.json() {
        Some(json) => first(json),
        None => Archive::open(input.bytes())?.find(|name| name == FILE).map(|_| Likeness::Certain),
    }
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    if let Some(json) = input.json() {
        return entries(json, answers);
    }
    let other = || ReadError::OtherFormat { format: &FORMAT };
    let mut archive = Archive::open(input.bytes()).ok_or_else(other)?;
    let index = archive.find(|name| name == FILE).ok_or_else(other)?;
    let unpacked = archive.unpack(index, &FORMAT, answers)?;
    let json = core::str::from_utf8(&unpacked).ok().and_then(Json::read);
    entries(&json.ok_or_else(|| FORMAT.damaged("the file in it is no JSON"))?.0, answers)
}

fn entries(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let list = json.as_array().ok_or_else(|| FORMAT.damaged("there is no list in it"))?;
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let made = draft(item).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, item, "issuer", "account"), made);
    }
    collector.finish(&FORMAT)
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "entry")?;
    let text = |field| Ok::<_, Reason>(item.opt_text(field)?.unwrap_or_default());
    let mut draft = Draft::new(text("issuer")?, text("account")?, Secret::from_base32(item.text("secret")?)?);
    draft.kind = draft::kind(item.text("kind")?)?;
    if let Some(name) = item.opt_text("algorithm")? {
        draft.algorithm = draft::algorithm(name)?;
    }
    if let Some(digits) = item.opt_number("digits")? {
        draft.digits = draft::digits(digits)?;
    }
    if let Some(period) = item.opt_number("timer")?.filter(|_| draft.kind == Kind::Totp) {
        draft.period = draft::period(period)?;
    }
    draft.counter = item.opt_number("counter")?.unwrap_or_default();
    draft.favorite = match item.get("pinned") {
        Some(Value::String(pinned)) => pinned == "true",
        _ => item.opt_bool("pinned")?.unwrap_or_default(),
    };
    Ok(draft)
}
