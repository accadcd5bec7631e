//! Backups: where they go, how the last ones went, drills, and what a restore would change.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{EntryId, Failure};

/// When backups are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BackupSchedule {
    /// When a person asks.
    ByHand,
    /// A while after each change.
    OnChange,
    /// Once a day, if something changed.
    Daily,
}

/// What opens backups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BackupWay {
    /// A passphrase.
    Passphrase,
    /// Keys: of age recipients, and the vault's own.
    Keys,
}

/// What opened a backup in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DrillProof {
    /// The passphrase, as a person typed it.
    Passphrase,
    /// A file with the key of a recipient.
    KeyFile,
    /// The vault's own key: the file is whole, and nothing more is proved.
    OwnKey,
}

/// A backup that was made and proved.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct BackupMade {
    /// When, Unix seconds.
    pub(crate) made: u64,
    /// Its file's name.
    pub(crate) file: String,
    /// How many entries it holds.
    pub(crate) entries: u64,
}

/// Why there is no newer backup.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct BackupFailed {
    /// What happened.
    pub(crate) failure: Failure,
    /// When, Unix seconds.
    pub(crate) at: u64,
    /// When it is tried again by itself, Unix seconds; not at all for backups by hand.
    pub(crate) again: Option<u64>,
}

/// The newest drill that opened a backup.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct DrillRow {
    /// When, Unix seconds.
    pub(crate) at: u64,
    /// When the backup had been made, Unix seconds.
    pub(crate) made: u64,
    /// What opened it.
    pub(crate) proof: DrillProof,
    /// Entries that only the vault had.
    pub(crate) missing: u64,
    /// Entries that were different.
    pub(crate) changed: u64,
}

/// A place for backups.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct BackupTarget {
    /// Names it.
    pub(crate) id: String,
    /// The folder.
    pub(crate) folder: String,
    /// So many are kept.
    pub(crate) keep: u32,
    /// When they are made.
    pub(crate) schedule: BackupSchedule,
    /// What opens them.
    pub(crate) way: BackupWay,
    /// The age recipients, for keys.
    pub(crate) recipients: Vec<String>,
    /// The newest one.
    pub(crate) last: Option<BackupMade>,
    /// Whether the newest one holds what the vault holds, once that is known.
    pub(crate) up_to_date: Option<bool>,
    /// One is being made.
    pub(crate) running: bool,
    /// The last try failed.
    pub(crate) failed: Option<BackupFailed>,
    /// The newest drill that opened one.
    pub(crate) drill: Option<DrillRow>,
    /// When a drill opened none, and none did since; Unix seconds.
    pub(crate) drill_failed: Option<u64>,
    /// It is time to try whether a restore would work.
    pub(crate) drill_due: bool,
}

/// A new place for backups, or what it is to be from now on.
#[derive(Debug, Clone, Deserialize, TS)]
pub(crate) struct BackupTargetEdit {
    /// A folder that was picked in this window.
    pub(crate) folder: String,
    /// So many are kept, 1 to 1000.
    pub(crate) keep: u32,
    /// When they are made.
    pub(crate) schedule: BackupSchedule,
    /// What opens them.
    pub(crate) way: BackupWay,
    /// The age recipients, for keys.
    pub(crate) recipients: Vec<String>,
}

/// A backup in the folder of a target, by its name.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct BackupCopy {
    /// Its file's name.
    pub(crate) file: String,
    /// When it was made, Unix seconds.
    pub(crate) made: u64,
    /// Its length in bytes.
    pub(crate) bytes: u64,
}

/// How an entry differs between vault and backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RestoreKind {
    /// Only the backup has it.
    Added,
    /// Both have it, not alike.
    Changed,
    /// Only the vault has it.
    Missing,
}

/// An entry that vault and backup do not have alike.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct RestoreRow {
    /// The entry's id.
    pub(crate) id: EntryId,
    /// How it differs.
    pub(crate) kind: RestoreKind,
    /// Its issuer, as the backup has it if it does.
    pub(crate) issuer: String,
    /// Its account name.
    pub(crate) account: String,
    /// It lies in the trash, there.
    pub(crate) in_trash: bool,
    /// When the vault's was changed last, Unix seconds.
    pub(crate) ours: Option<u64>,
    /// When the backup's was.
    pub(crate) theirs: Option<u64>,
    /// The vault has this secret under another id.
    pub(crate) already_there: bool,
    /// Taking it is proposed.
    pub(crate) proposed: bool,
}

/// What opens a chosen backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RestoreNeeds {
    /// A passphrase.
    Passphrase,
    /// A file with a key.
    KeyFile,
    /// Nothing: the open vault has the key.
    Nothing,
}

/// A backup that was chosen and not opened yet.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct RestoreFile {
    /// Its file's name.
    pub(crate) name: String,
    /// What opens it.
    pub(crate) needs: RestoreNeeds,
}

/// An opened backup, beside the open vault if there is one.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct RestorePreview {
    /// Its file's name.
    pub(crate) name: String,
    /// When it was made, Unix seconds.
    pub(crate) made: u64,
    /// How many entries it holds, those in the trash too.
    pub(crate) entries: u32,
    /// The open vault made it under its present key, and nobody changed it since. None without an open vault.
    pub(crate) own: Option<bool>,
    /// Entries in it that could not be read, in English.
    pub(crate) problems: Vec<String>,
    /// Entries that are not alike. Empty without an open vault.
    pub(crate) rows: Vec<RestoreRow>,
}

/// What a drill found.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct DrillReport {
    /// The backup, as a restore would show it.
    pub(crate) preview: RestorePreview,
    /// What opened it.
    pub(crate) proof: DrillProof,
}

/// What a restore did.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub(crate) struct RestoreDone {
    /// Entries added.
    pub(crate) added: u32,
    /// Entries changed.
    pub(crate) changed: u32,
}
