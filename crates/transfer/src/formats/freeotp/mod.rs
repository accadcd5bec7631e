//! FreeOTP. Version 1 keeps tokens in clear in its preferences (`tokens.xml`, from a rooted phone or an `adb` backup).
//! Version 2 encrypts each secret; its backup is a Java stream, its preferences are XML, and both say the same.
//!
//! The format: <https://github.com/freeotp/freeotp-android>, `Token.java` and `encryptor/`.

mod encrypted;
pub(super) mod token;

use std::collections::HashSet;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::input::Json;
use crate::prefs::{self, Prefs};
use crate::{Answers, Found, Input, Place, ReadError, Reason, java};

pub(super) static FORMAT: Format = Format { id: "freeotp", name: "FreeOTP", recognize, read };

/// The name under which the order of the tokens stands.
const ORDER: &str = "tokenOrder";

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    if input.bytes().starts_with(java::MAGIC) {
        return java::read_map(input.bytes())?
            .iter()
            .any(|(name, _)| name.as_str() == encrypted::MASTER)
            .then_some(Likeness::Certain);
    }
    let text = input.text()?;
    let certain = prefs::looks_like(text) && (text.contains(ORDER) || text.contains(encrypted::MASTER));
    certain.then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    if input.bytes().starts_with(java::MAGIC) {
        let map =
            java::read_map(input.bytes()).ok_or_else(|| FORMAT.damaged("it is no whole Java stream"))?;
        return encrypted::read(&map, answers);
    }
    let text = input.text().filter(|text| prefs::looks_like(text));
    let text = text.ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let prefs = Prefs::read(text).ok_or_else(|| FORMAT.damaged("it is no whole XML file"))?;
    if prefs.get(encrypted::MASTER).is_some() {
        let map: Vec<_> =
            prefs.iter().map(|(name, value)| (name.to_owned().into(), value.to_owned().into())).collect();
        return encrypted::read(&map, answers);
    }
    tokens(&FORMAT, &prefs, answers)
}

/// The tokens of version 1, and those of FreeOTP+, which went on from there.
pub(super) fn tokens(
    format: &'static Format,
    prefs: &Prefs,
    answers: &Answers<'_>,
) -> Result<Found, ReadError> {
    let order = prefs.get(ORDER).and_then(Json::read);
    // What the order names is a token, however little it looks like one.
    let listed: HashSet<&str> = token::names(order.as_ref()).into_iter().collect();
    let is_token = |name: &str, value: &str| value.trim_start().starts_with('{') || listed.contains(name);
    let named: Vec<(&str, &str)> =
        prefs.iter().filter(|(name, value)| *name != ORDER && is_token(name, value)).collect();
    let mut collector = Collector::new();
    for (index, (name, value)) in token::in_order(order.as_ref(), named).into_iter().enumerate() {
        let place = Place::entry(index).with_names("", name);
        let made = Json::read(value).ok_or(Reason::WrongType { field: "token", expected: "JSON" });
        let made = made.and_then(|json| token::draft(&json.0, &token::secret));
        collector.take(place, made.map(|draft| draft.entry(answers.now)));
    }
    collector.finish(format)
}
