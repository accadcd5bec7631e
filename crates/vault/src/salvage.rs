//! Reading what is left of a file that SQLite refuses.

use std::path::Path;

use tessera_otp::Entry;

use crate::{EntryId, SalvageError, Settings, UnlockWith};

/// What was found in a damaged file.
#[derive(Debug)]
pub struct Salvaged {
    /// The entries, each in its newest revision.
    pub entries: Vec<SalvagedEntry>,
    /// The settings, if they were found.
    pub settings: Option<Settings>,
    /// How many entries the manifest lists, when it verified, that were not found.
    pub missing: Option<usize>,
    /// How many records were found that do not decrypt.
    pub unreadable: usize,
}

/// An entry found in a damaged file.
#[derive(Debug, Clone)]
pub struct SalvagedEntry {
    /// Its id.
    pub id: EntryId,
    /// Its revision.
    pub revision: u64,
    /// What it says.
    pub entry: Entry,
    /// Whether the manifest lists exactly this revision; `None` when no manifest verified.
    pub listed: Option<bool>,
}

/// Scans the raw bytes of a file for slots, heads and records. Never writes to it.
pub fn salvage(_path: &Path, _with: &UnlockWith<'_>) -> Result<Salvaged, SalvageError> {
    todo!()
}
