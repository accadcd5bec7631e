//! The CSV export. Which columns there are depends on the app and its version; their names do not.

use tessera_otp::Entry;

use super::{FORMAT, Likeness};
use crate::collector::Collector;
use crate::csv::{Line, Table};
use crate::{Answers, Found, Place, ReadError, Reason, logins};

pub(super) fn recognize(text: &str) -> Option<Likeness> {
    Table::read(text)?.has(&["favorite", "type", "name", "login_totp"]).then_some(Likeness::Certain)
}

pub(super) fn read(text: &str, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let table = Table::read(text).filter(|table| table.has(&["name", "login_totp"]));
    let table = table.ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let mut collector = Collector::new();
    for line in table.lines() {
        match line {
            Ok(line) if line.get("login_totp").trim().is_empty() => {}
            Ok(line) => {
                let place = Place::line(line.index()).with_names(line.get("name"), "");
                collector.take(place, entry(&line, answers.now));
            }
            Err(index) => collector.take(Place::line(index), Err(crate::csv::UNREADABLE)),
        }
    }
    collector.finish(&FORMAT)
}

fn entry(line: &Line<'_>, now: u64) -> Result<Entry, Reason> {
    let mut entry = logins::entry(line.get("login_totp"), line.get("name"), line.get("login_username"), now)?;
    entry.favorite = line.get("favorite").trim() == "1";
    line.get("notes").clone_into(&mut entry.note);
    entry.group = Some(line.get("folder").to_owned());
    Ok(entry)
}
