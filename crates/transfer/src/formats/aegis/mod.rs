//! Aegis Authenticator's vault and export, in clear or encrypted: <https://github.com/beemdevelopment/Aegis/blob/master/docs/vault.md>.
//!
//! File version 1 with content versions 1 to 3. Its text export is a list of otpauth addresses and read as such.

mod read;
mod slots;
pub(crate) mod write;

use serde_json::Value;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::fields::Fields;
use crate::input::Json;
use crate::{Answers, Found, Input, ReadError};

pub(super) static FORMAT: Format = Format { id: "aegis", name: "Aegis", recognize, read };

/// The newest version of the file around the content.
const FILE_VERSION: u64 = 1;
/// The newest version of the content.
const DB_VERSION: u64 = 3;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let file = input.json()?.as_object()?;
    ["version", "header", "db"].iter().all(|name| file.contains_key(*name)).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let file = input.json().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let file = Fields::of(file, "file").map_err(|_| ReadError::OtherFormat { format: &FORMAT })?;
    let version = file.number("version").map_err(|reason| FORMAT.damaged(reason))?;
    if version > FILE_VERSION {
        return Err(ReadError::NewerVersion { format: &FORMAT, found: version.to_string(), known: "1" });
    }
    let header = file.opt_object("header").map_err(|reason| FORMAT.damaged(reason))?;
    let slots = match header {
        Some(header) => header.opt_list("slots").map_err(|reason| FORMAT.damaged(reason))?,
        None => None,
    };
    match (slots, header, file.get("db")) {
        (Some(slots), Some(header), Some(Value::String(db))) => {
            let text = slots::open(slots, header, db, answers.password)?;
            let text = core::str::from_utf8(&text).map_err(|_| FORMAT.damaged("its content is no text"))?;
            let db = Json::read(text).ok_or_else(|| FORMAT.damaged("its content is no JSON"))?;
            content(&db.0, answers.now)
        }
        (None, _, Some(db @ Value::Object(_))) => content(db, answers.now),
        _ => Err(FORMAT.damaged("header and content do not belong together")),
    }
}

fn content(db: &Value, now: u64) -> Result<Found, ReadError> {
    let db = Fields::of(db, "db").map_err(|reason| FORMAT.damaged(reason))?;
    let version = db.number("version").map_err(|reason| FORMAT.damaged(reason))?;
    if version > DB_VERSION {
        return Err(ReadError::NewerVersion { format: &FORMAT, found: version.to_string(), known: "3" });
    }
    let mut collector = Collector::new();
    read::entries(db, now, &mut collector).map_err(|reason| FORMAT.damaged(reason))?;
    collector.finish(&FORMAT)
}

#[cfg(test)]
mod tests;
