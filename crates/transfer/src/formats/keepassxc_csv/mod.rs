//! KeePassXC's CSV export. Lines without a TOTP are left out.

use tessera_otp::Entry;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::csv::{Line, Table, UNREADABLE};
use crate::{Answers, Found, Input, Place, ReadError, Reason, logins};

pub(super) static FORMAT: Format = Format { id: "keepassxc-csv", name: "KeePassXC (CSV)", recognize, read };

const COLUMNS: [&str; 4] = ["group", "title", "username", "totp"];

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    Table::read(input.text()?)?.has(&COLUMNS).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let table = input.text().and_then(Table::read).filter(|table| table.has(&COLUMNS));
    let table = table.ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let mut collector = Collector::new();
    for line in table.lines() {
        match line {
            Ok(line) if line.get("totp").trim().is_empty() => {}
            Ok(line) => {
                let place = Place::line(line.index()).with_names(line.get("title"), line.get("username"));
                collector.take(place, entry(&line, answers.now));
            }
            Err(index) => collector.take(Place::line(index), Err(UNREADABLE)),
        }
    }
    collector.finish(&FORMAT)
}

fn entry(line: &Line<'_>, now: u64) -> Result<Entry, Reason> {
    let mut entry = logins::entry(line.get("totp"), line.get("title"), line.get("username"), now)?;
    line.get("notes").clone_into(&mut entry.note);
    // The first group is the root around all others.
    entry.group = line.get("group").split_once('/').map(|(_, group)| group.to_owned());
    Ok(entry)
}
