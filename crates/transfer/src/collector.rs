//! Collects what a reader reads, with the rules that hold for all formats.

use tessera_otp::{Entry, EntryError, Field, TAGS_MAX};

use crate::found::{ENTRIES_MAX, Found, FoundEntry, Place, Problem, Reason};
use crate::{Format, ReadError};

/// Entries and problems in the making.
#[derive(Default)]
pub(crate) struct Collector {
    entries: Vec<FoundEntry>,
    problems: Vec<Problem>,
    overflow: bool,
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes what came of one place: an entry, which is tidied and checked, or the reason why there is none.
    pub(crate) fn take(&mut self, place: Place, made: Result<Entry, Reason>) {
        match made.map(Entry::tidied).and_then(|entry| self.fit(&place, entry)) {
            Ok(entry) if self.entries.len() < ENTRIES_MAX => self.entries.push(FoundEntry { entry, place }),
            Ok(_) => self.overflow = true,
            Err(reason) => self.add(Problem { place, reason, entry_kept: false }),
        }
    }

    /// Notes that an entry lacks something that the file has.
    pub(crate) fn lacks(&mut self, place: Place, reason: Reason) {
        self.add(Problem { place, reason, entry_kept: true });
    }

    /// The one entry that was taken.
    pub(crate) fn take_entry(&mut self) -> Option<Entry> {
        self.entries.pop().map(|found| found.entry)
    }

    /// The problems alone.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Everything that was taken.
    pub(crate) fn finish(self, format: &'static Format) -> Result<Found, ReadError> {
        if self.overflow {
            return Err(ReadError::TooManyEntries);
        }
        Ok(Found { format, entries: self.entries, problems: self.problems })
    }

    fn add(&mut self, problem: Problem) {
        if self.problems.len() < ENTRIES_MAX {
            self.problems.push(problem);
        } else {
            self.overflow = true;
        }
    }

    /// An entry is not lost over its note, tags, group or icon: what cannot be kept of these goes, and is named.
    fn fit(&mut self, place: &Place, mut entry: Entry) -> Result<Entry, Reason> {
        while let Err(fault) = entry.check() {
            match &fault {
                EntryError::TooLong { field: Field::Note, .. } => entry.note.clear(),
                EntryError::TooLong { field: Field::Group, .. } => entry.group = None,
                EntryError::TooLong { field: Field::Tag, max, .. } => {
                    entry.tags.retain(|tag| tag.chars().count() <= *max);
                }
                EntryError::TooManyTags { .. } => entry.tags.truncate(TAGS_MAX),
                EntryError::IconNotPng | EntryError::IconSize { .. } | EntryError::IconTooLarge { .. } => {
                    entry.icon = None;
                }
                _ => return Err(fault.into()),
            }
            self.lacks(place.clone(), fault.into());
        }
        Ok(entry)
    }
}
