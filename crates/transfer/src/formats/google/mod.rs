//! Google Authenticator's transfer: `otpauth-migration://` addresses, as its QR codes hold them.
//!
//! A transfer of many accounts is several codes, the parts of one batch. They are read in any order; those that are not
//! there are named. A text with such addresses may hold plain otpauth addresses too.

pub(crate) mod payload;
pub(crate) mod transfer;
pub(crate) mod write;

use std::collections::{BTreeMap, BTreeSet};

use tessera_otp::{Credential, Entry};

use self::payload::{Part, is_migration};
use super::{Format, Likeness};
use crate::collector::Collector;
use crate::{Answers, Found, Input, Place, ReadError, Reason};

pub(crate) static FORMAT: Format =
    Format { id: "google-authenticator", name: "Google Authenticator", recognize, read };

/// So many missing parts of a batch are named.
const MISSING_NAMED: usize = 100;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let text = input.text()?;
    super::otpauth_list::lines(text).any(|(_, line)| is_migration(line)).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let text = input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let lines = super::otpauth_list::lines(text).map(|(index, line)| (Place::line(index), line));
    collect(lines, answers.now).finish(&FORMAT)
}

/// Reads addresses of both kinds, each from its place.
pub(crate) fn collect<'t>(texts: impl Iterator<Item = (Place, &'t str)>, now: u64) -> Collector {
    let mut collector = Collector::new();
    // By batch: its size and which parts of it came.
    let mut batches: BTreeMap<i32, (i32, BTreeSet<i32>)> = BTreeMap::new();
    for (place, text) in texts {
        if !is_migration(text) {
            let made = Credential::from_uri(text).map(|credential| Entry::new(credential, now));
            collector.take(place, made.map_err(Reason::from));
            continue;
        }
        match Part::read(text) {
            Err(reason) => collector.take(place, Err(reason)),
            Ok(part) => {
                let (size, seen) = batches.entry(part.batch).or_insert((part.size, BTreeSet::new()));
                *size = part.size.max(*size);
                if !seen.insert(part.index) {
                    continue;
                }
                for (index, made) in part.credentials.into_iter().enumerate() {
                    let place = place.clone().with_detail(&format!("account {}", index + 1));
                    collector.take(place, made.map(|credential| Entry::new(credential, now)));
                }
            }
        }
    }
    for (size, seen) in batches.values() {
        let mut missing = (0..*size).filter(|index| !seen.contains(index));
        for index in missing.by_ref().take(MISSING_NAMED) {
            let place = Place::named(&format!("QR code {} of {size}", index + 1));
            collector.take(place, Err(Reason::PartMissing));
        }
        // A code that says that it is one of ten thousand shall not make as many problems.
        if let Some(index) = missing.next() {
            let place = Place::named(&format!("QR code {} of {size}, and others after it", index + 1));
            collector.take(place, Err(Reason::PartMissing));
        }
    }
    collector
}

#[cfg(test)]
mod tests;
