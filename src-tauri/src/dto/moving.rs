//! Importing, exporting, and changes of many entries at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Algorithm, DuplicateRow, EntryId, Failure, Kind};

/// Where a file to import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ImportState {
    /// Its entries and problems are in the lists.
    Read,
    /// It is encrypted and waits for its password.
    PasswordNeeded,
    /// Nothing of it could be read; `failure` says why.
    Failed,
}

/// A file to import, or all pictures together: the parts of one transfer may be in several.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ImportFile {
    /// Names it in `import_password` and `import_remove`.
    pub(crate) key: String,
    /// Its name without its folder; of pictures all names.
    pub(crate) names: Vec<String>,
    /// What it was read as, in a person's words: `Aegis`; nothing while it is encrypted and does not show it.
    pub(crate) format: Option<String>,
    /// Where it stands.
    pub(crate) state: ImportState,
    /// Photographs of QR codes.
    pub(crate) pictures: bool,
    /// It was opened with a password.
    pub(crate) encrypted: bool,
    /// Why nothing was read.
    pub(crate) failure: Option<Failure>,
}

/// What a found entry is to the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// The vault has nothing like it.
    New,
    /// The vault or what was found before it has its secret.
    Duplicate,
    /// The vault has its issuer and account with another secret.
    Conflict,
}

/// A found entry. Its secret, PIN and note stay in Rust; the page sees what to choose by.
#[derive(Debug, Clone, Serialize, TS)]
#[allow(clippy::struct_excessive_bools, reason = "facts about an entry, each its own")]
pub(crate) struct ImportRow {
    /// Names it in `import_apply`.
    pub(crate) token: String,
    /// The key of its file.
    pub(crate) file: String,
    /// Where it stands there: `entry 3`, `line 2`.
    pub(crate) place: String,
    /// Who asks for the code; may be empty.
    pub(crate) issuer: String,
    /// Whose it is; may be empty.
    pub(crate) account: String,
    /// How codes are made.
    pub(crate) kind: Kind,
    /// TOTP and HOTP.
    pub(crate) algorithm: Option<Algorithm>,
    /// How many symbols a code has.
    pub(crate) digits: u8,
    /// Seconds.
    pub(crate) period: Option<u32>,
    /// HOTP.
    pub(crate) counter: Option<u64>,
    /// Its group in the file.
    pub(crate) group: Option<String>,
    /// Its tags in the file.
    pub(crate) tags: Vec<String>,
    /// It has a note.
    pub(crate) has_note: bool,
    /// It has a picture.
    pub(crate) has_icon: bool,
    /// A favorite.
    pub(crate) favorite: bool,
    /// It lies in the trash of the backup that it comes from.
    pub(crate) in_trash: bool,
    /// What it is to the vault.
    pub(crate) standing: Standing,
    /// The vault's entries with the same secret, or for a conflict with the same names; none for a duplicate within the files.
    pub(crate) existing: Vec<DuplicateRow>,
}

/// Something that could not be read, or not as it stands.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ImportProblem {
    /// The key of its file.
    pub(crate) file: String,
    /// Where it stands there: `entry 3 (Example: alice)`.
    pub(crate) place: String,
    /// Why, in English.
    pub(crate) reason: String,
    /// An entry of this place was read all the same, without what the reason names.
    pub(crate) entry_kept: bool,
}

/// What was found so far. Nothing of it is in the vault.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ImportView {
    /// The files, in the order in which they were given.
    pub(crate) files: Vec<ImportFile>,
    /// Their entries.
    pub(crate) rows: Vec<ImportRow>,
    /// What could not be read of them.
    pub(crate) problems: Vec<ImportProblem>,
}

/// An entry that a person wants.
#[derive(Debug, Clone, Deserialize, TS)]
pub(crate) struct ImportChoice {
    /// From `ImportRow`.
    pub(crate) token: String,
    /// The entries in the vault with its names go to the trash; for a conflict.
    pub(crate) replace: bool,
}

/// An import that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub(crate) struct ImportDone {
    /// Entries added.
    pub(crate) added: u32,
    /// Entries of the vault that went to the trash for them.
    pub(crate) replaced: u32,
}

/// A format that can be written.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ExportFormat {
    /// Names it in `export_preview` and `export_write`.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) name: String,
    /// What its files' names end in, without the dot.
    pub(crate) extension: String,
    /// Encrypted with a password of its own.
    pub(crate) encrypted: bool,
}

/// What a format cannot carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct ExportLoss {
    /// Of this entry.
    pub(crate) id: EntryId,
    /// The entry as a whole is left out.
    pub(crate) left_out: bool,
    /// The part, or the reason why the entry is left out; in English.
    pub(crate) what: String,
}

/// What would be written.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ExportPreview {
    /// Entries that were asked for.
    pub(crate) entries: u32,
    /// Entries that would be in the file.
    pub(crate) carried: u32,
    /// What would not.
    pub(crate) losses: Vec<ExportLoss>,
}

/// An export that was written.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct ExportDone {
    /// The file.
    pub(crate) path: String,
    /// Entries in it.
    pub(crate) entries: u32,
    /// The vault's log says so; not where the vault can only be read.
    pub(crate) logged: bool,
}

/// Duplicates that were made one.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct MergedDuplicates {
    /// Those that stay.
    pub(crate) kept: Vec<EntryId>,
    /// Those that went to the trash.
    pub(crate) trashed: Vec<EntryId>,
    /// Sets that stay as they are: together they have more than an entry can hold.
    pub(crate) too_full: u32,
}
