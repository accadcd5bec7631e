//! What the vault keeps of backups: where they go, what opens them, when they were made and when that was tried.
//!
//! The vault makes none itself; folders, recipients and names of files are texts to it, which it keeps as they came.

use crate::KeptSecret;

/// Where backups of this vault go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupTarget {
    /// The folder.
    pub folder: String,
    /// So many are kept there; at least one.
    pub keep: u32,
    /// When they are made.
    pub schedule: BackupSchedule,
    /// What opens them.
    pub way: BackupWay,
    /// When it was added, Unix seconds.
    pub added: u64,
    /// The newest backup that was made and proved.
    pub last: Option<LastBackup>,
    /// The newest drill that opened a backup.
    pub drill: Option<Drill>,
    /// When a drill opened nothing, Unix seconds; none after one that did.
    pub drill_failed: Option<u64>,
    /// A drill is not asked for before then, Unix seconds: it was put off.
    pub drill_after: Option<u64>,
}

/// When backups are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupSchedule {
    /// When a person asks.
    ByHand,
    /// A while after each change.
    OnChange,
    /// Once a day, if something changed.
    Daily,
}

/// What opens backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackupWay {
    /// A passphrase, kept so that backups can be made while nobody types it.
    Passphrase(KeptSecret),
    /// The keys of these age recipients, and the vault's own backup identity.
    Recipients(Vec<String>),
}

/// A backup that was made and proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    /// When, Unix seconds.
    pub made: u64,
    /// The name of its file.
    pub file: String,
    /// How many entries it holds.
    pub entries: u64,
    /// Stands for what it holds: another one says that something changed since.
    pub digest: [u8; 32],
}

/// A drill in which a backup was opened and compared with the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drill {
    /// When, Unix seconds.
    pub at: u64,
    /// When the backup had been made, Unix seconds.
    pub made: u64,
    /// What opened it.
    pub proof: DrillProof,
    /// Entries that only the vault had.
    pub missing: u64,
    /// Entries that were different.
    pub changed: u64,
}

/// What opened a backup in a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrillProof {
    /// The passphrase, as a person typed it.
    Passphrase,
    /// A file with the key of a recipient.
    KeyFile,
    /// The vault's own identity: the file is whole, but whether a person has a key that opens it is not proved.
    OwnKey,
}

impl BackupSchedule {
    const ALL: [Self; 3] = [Self::ByHand, Self::OnChange, Self::Daily];

    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::OnChange => "on-change",
            Self::Daily => "daily",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|schedule| schedule.name() == name)
    }
}

impl DrillProof {
    const ALL: [Self; 3] = [Self::Passphrase, Self::KeyFile, Self::OwnKey];

    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::KeyFile => "key-file",
            Self::OwnKey => "own-key",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|proof| proof.name() == name)
    }
}
