//! Duo Mobile's accounts, as they lie on a rooted phone: a JSON list.
//!
//! Duo stores neither issuer, algorithm, digits nor period. Accounts of Duo itself (`DuoAccount`) are HOTP like others.

use serde_json::Value;
use tessera_otp::{Kind, Secret};

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::fields::{self, Fields};
use crate::{Answers, Found, Input, ReadError, Reason};

pub(super) static FORMAT: Format = Format { id: "duo", name: "Duo Mobile", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let first = input.json()?.as_array()?.first()?;
    (first.get("accountType").is_some() && first.get("otpGenerator").is_some()).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let list = input.json().and_then(Value::as_array).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let made = draft(item).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, item, "", "name"), made);
    }
    collector.finish(&FORMAT)
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "account")?;
    // An account that is only asked for approvals has no generator.
    let generator = item.opt_object("otpGenerator")?.ok_or(Reason::NoCodes)?;
    let secret = Secret::from_base32(generator.text("otpSecret")?)?;
    let mut draft = Draft::new("", item.opt_text("name")?.unwrap_or_default(), secret);
    if let Some(counter) = generator.opt_number("counter")? {
        draft.kind = Kind::Hotp;
        draft.counter = counter;
    }
    Ok(draft)
}
