//! FreeOTP+: its JSON export, and its preferences from a rooted phone, which look as FreeOTP's do.
//!
//! The format: <https://github.com/helloworld1/FreeOTPPlus>.

use serde_json::Value;

use super::{Format, Likeness, freeotp};
use crate::collector::Collector;
use crate::fields;
use crate::prefs::{self, Prefs};
use crate::{Answers, Found, Input, ReadError};

pub(super) static FORMAT: Format = Format { id: "freeotp-plus", name: "FreeOTP+", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    if let Some(json) = input.json() {
        return (json.get("tokens").is_some_and(Value::is_array) && json.get("tokenOrder").is_some())
            .then_some(Likeness::Certain);
    }
    // The preferences of both apps are alike; only a name can say which this is.
    let named = input.name().to_ascii_lowercase().contains("plus") && prefs::looks_like(input.text()?);
    (named && input.text()?.contains("tokenOrder")).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = ReadError::OtherFormat { format: &FORMAT };
    let Some(json) = input.json() else {
        let text = input.text().filter(|text| prefs::looks_like(text)).ok_or(other)?;
        let prefs = Prefs::read(text).ok_or_else(|| FORMAT.damaged("it is no whole XML file"))?;
        return freeotp::tokens(&FORMAT, &prefs, answers);
    };
    let tokens = json.get("tokens").and_then(Value::as_array).ok_or(other)?;
    let mut collector = Collector::new();
    for (index, token) in tokens.iter().enumerate() {
        let made = freeotp::token::draft(token, &freeotp::token::secret);
        collector.take(
            fields::place(index, token, "issuerExt", "label"),
            made.map(|draft| draft.entry(answers.now)),
        );
    }
    collector.finish(&FORMAT)
}
