//! What a session tells about the state of its vault: warnings, quarantine, audit log, findings.

use tessera_otp::Entry;

use crate::{EntryId, KdfParams, SlotId};

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// A password.
    Password,
    /// A recovery code.
    RecoveryCode,
    /// The keyring of the operating system. It is a convenience, no way in.
    Keyring,
}

/// What can be said of a slot without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its id.
    pub id: SlotId,
    /// What it is for.
    pub kind: SlotKind,
    /// What Argon2id costs (passwords only).
    pub kdf: Option<KdfParams>,
}

/// The tables that hold records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Entries.
    Entry,
    /// Settings, order and use.
    Private,
    /// The audit log.
    Audit,
}

/// What a person should know about the vault that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The file is older than what this device saw last: an older copy was put in its place.
    RolledBack {
        /// The generation that this device saw.
        seen: u64,
        /// The generation of the file.
        found: u64,
    },
    /// The file went another way than the copy that this device saw: both were changed. They can be merged.
    Fork {
        /// The generation that this device saw.
        seen: u64,
        /// The generation of the file.
        found: u64,
    },
    /// The password slot costs less than it should. `strengthen` and `change_password` make it anew.
    WeakKdf(KdfParams),
    /// One of the two copies of the head or of the slots is damaged. The next change writes it anew.
    DamagedCopy {
        /// The name of the table.
        table: &'static str,
    },
    /// Records do not fit the manifest; see `quarantine`.
    QuarantinedRecords(usize),
    /// No copy of the head verifies. Nothing is written until `accept_manifest`.
    ManifestFailed,
    /// Neither copy of the slots is the one that the manifest names; see `accept_manifest`.
    SlotsFailed,
    /// So many leaves of the manifest fail; their records are quarantined as unlisted. See `accept_manifest`.
    LeavesFailed(usize),
    /// SQLite finds the file's structure damaged. Nothing is written; what could be read is shown.
    DamagedFile,
    /// The file or its folder may only be read.
    ReadOnly,
    /// Failed tries to unlock since the last unlocking.
    FailedUnlocks(usize),
    /// Notes of failed tries were unreadable, or there were more than are kept.
    SealedDropped,
    /// So much was encrypted under this key that a new one is due.
    RekeyDue,
    /// This device's state could not be written: an older copy put in the vault's place might not be noticed.
    SeenNotKept,
    /// The unlocking could not be noted in the log, and what was due at unlocking was not done: no room on the disk.
    NotLogged,
    /// Re-keying succeeded, but the file could not be compacted; old ciphertext may remain in it.
    NotCompacted,
}

/// Why a record is quarantined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuarantineReason {
    /// The manifest does not list it: added by someone without the key, or left over.
    Unlisted,
    /// The manifest lists it, and it is not in the file.
    Missing,
    /// It cannot be decrypted.
    Damaged,
    /// It decrypts, but with another revision or content than the manifest lists: an older copy was put back.
    Replayed {
        /// The revision that the manifest lists.
        listed: u64,
        /// The revision in the file.
        found: u64,
    },
    /// It is what the manifest lists, but this version cannot read its content.
    Unreadable,
}

/// Names a quarantined record within a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuarantineKey {
    pub(crate) table: Table,
    pub(crate) id: [u8; 16],
    /// The row in the file; `None` when the record is missing.
    pub(crate) row: Option<i64>,
}

/// A record that does not fit the manifest. It stays in the file byte for byte until it is settled.
#[derive(Debug, Clone)]
pub struct Quarantined {
    /// Its name for `settle`.
    pub key: QuarantineKey,
    /// The table it stands in.
    pub table: Table,
    /// The id it claims, or by which it is missing. All zero if it claims none that can be read.
    pub id: EntryId,
    /// Why it is here.
    pub reason: QuarantineReason,
    /// What it says, when it decrypts and is an entry.
    pub entry: Option<Entry>,
}

/// What to do with a quarantined record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Leave it where it is.
    Keep,
    /// Remove it, or for a missing one its line.
    Drop,
    /// Take it as it is found. Possible for what decrypts.
    Accept,
}

/// What the audit log tells of (`docs/vault-format.md` §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditEvent {
    /// The vault was made.
    Created,
    /// Somebody failed to unlock it.
    FailedUnlock,
    /// It was unlocked with the password.
    UnlockedWithPassword,
    /// It was unlocked with a recovery code.
    UnlockedWithRecoveryCode,
    /// The password was changed.
    PasswordChanged,
    /// A recovery code was made.
    RecoveryCodeMade,
    /// A slot was removed.
    SlotRemoved,
    /// The vault got a new key.
    Rekeyed,
    /// A secret was shown.
    SecretShown,
    /// A QR code was shown.
    QrShown,
    /// An entry was added.
    EntryAdded,
    /// An entry was changed.
    EntryChanged,
    /// An entry was moved to the trash.
    EntryTrashed,
    /// An entry was restored from the trash.
    EntryRestored,
    /// An entry was deleted for good.
    EntryDeleted,
    /// A quarantined record was settled.
    RecordSettled,
    /// The manifest was accepted as found.
    ManifestAccepted,
    /// The vault was merged with another copy.
    Merged,
    /// The key derivation was strengthened.
    KdfStrengthened,
    /// Settings were changed.
    SettingsChanged,
    /// Notes of failed unlocks were dropped.
    SealedDropped,
    /// Entries were imported from another app's export.
    Imported,
    /// Entries were exported.
    Exported,
    /// A backup was made and proved.
    BackedUp,
    /// Entries were restored from a backup.
    BackupRestored,
    /// An import was taken back.
    ImportUndone,
    /// A place for backups was added, changed or forgotten.
    BackupTargetChanged,
    /// A backup was opened for a drill, or could not be.
    BackupDrilled,
    /// What a newer version wrote.
    Other(u64),
}

/// One line of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditRecord {
    /// Counted from 1 without gaps.
    pub number: u64,
    /// When it was written, Unix seconds.
    pub time: u64,
    /// What happened.
    pub event: AuditEvent,
    /// The id of the entry or slot concerned.
    pub subject: Option<[u8; 16]>,
    /// When a failed unlock says that it happened, Unix seconds. Not authenticated.
    pub happened: Option<u64>,
}

/// Something that `check` found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// SQLite says so of the file's structure.
    Structure(String),
    /// The schema is not that of a vault.
    Schema(String),
    /// A copy of the head or of the slots is not the right one.
    Copy {
        /// The name of the table.
        table: &'static str,
    },
    /// No copy of the head verifies.
    Manifest,
    /// Neither copy of the slots is the one that the manifest names.
    Slots,
    /// A leaf is missing or its MAC is not the head's.
    Leaf(u8),
    /// A row of the manifest is where it should not be.
    StrayRow {
        /// The name of the table.
        table: &'static str,
        /// The row.
        row: i64,
    },
    /// A record does not fit the manifest.
    Record {
        /// The table.
        table: Table,
        /// The id.
        id: EntryId,
        /// Why.
        reason: QuarantineReason,
    },
    /// An event of the audit log is missing, damaged or not chained to the one before.
    AuditEvent {
        /// Its number; 0 when it cannot be read.
        number: u64,
    },
    /// A note of a failed unlock cannot be read.
    Sealed {
        /// Its row.
        row: i64,
    },
}

/// What `check` went over and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// All that is not as it should be.
    pub findings: Vec<Finding>,
    /// Entries and private records that verified.
    pub records: usize,
    /// Slots that verified.
    pub slots: usize,
    /// Manifest leaves that verified.
    pub leaves: usize,
    /// Audit events that verified.
    pub audit_events: usize,
    /// Sealed events that can be read.
    pub sealed_events: usize,
    /// The generation of the file.
    pub generation: u64,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}
