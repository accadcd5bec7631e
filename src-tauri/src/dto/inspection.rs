//! Looking after the vault: slots, audit log, integrity, quarantine, and what works on this system.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::EntryId;

/// What opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SlotKind {
    /// A password.
    Password,
    /// A recovery code.
    Recovery,
    /// The system's keyring.
    Keyring,
}

/// One wrapped copy of the vault key.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct SlotRow {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    /// What opens it.
    pub(crate) kind: SlotKind,
    /// Argon2id's memory in KiB; nothing for HKDF.
    pub(crate) m_kib: Option<u32>,
    /// Argon2id's passes.
    pub(crate) t: Option<u32>,
    /// Argon2id's lanes.
    pub(crate) p: Option<u32>,
    /// Weaker than slots are made today.
    pub(crate) weak: bool,
    /// When the password was set or the recovery code made, Unix seconds; nothing when the audit log no longer says.
    pub(crate) made: Option<u64>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuditEvent {
    /// The vault was made.
    VaultMade,
    /// A try to unlock failed.
    FailedUnlock,
    /// Opened with the password.
    UnlockedWithPassword,
    /// Opened with the recovery code.
    UnlockedWithRecoveryCode,
    /// The password was changed.
    PasswordChanged,
    /// A recovery code was made.
    RecoveryCodeMade,
    /// A slot was removed.
    SlotRemoved,
    /// A new vault key was made.
    Rekeyed,
    /// A secret was shown.
    SecretShown,
    /// A QR code was shown.
    QrShown,
    /// Entries were added.
    EntriesAdded,
    /// An entry was changed.
    EntryChanged,
    /// An entry was moved to the trash.
    EntryTrashed,
    /// An entry was restored.
    EntryRestored,
    /// An entry was deleted for good.
    EntryDeleted,
    /// A quarantined record was settled.
    QuarantineSettled,
    /// The list of records was accepted as found.
    ManifestAccepted,
    /// Another copy was merged in.
    Merged,
    /// The password's key derivation was strengthened.
    KdfStrengthened,
    /// Settings were changed.
    SettingsChanged,
    /// Events seen while locked were dropped.
    SealedDropped,
    /// Entries came from another app's export.
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
    /// A newer version's event.
    Unknown,
}

/// One line of the audit log.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct AuditRow {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// When it was written, Unix seconds.
    pub(crate) time: u64,
    /// When it happened, if that was while locked; Unix seconds.
    pub(crate) happened: Option<u64>,
    /// What.
    pub(crate) event: AuditEvent,
    /// The event's number in the file.
    pub(crate) event_number: u32,
    /// The entry or slot concerned.
    pub(crate) about: Option<String>,
    /// The entry's issuer and account, if it is still there.
    pub(crate) about_name: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// Repaired by the next change.
    Note,
    /// Something is not as it was written; the content is not touched.
    Warning,
    /// Content may be altered, missing or not ours.
    Error,
}

/// One thing that the integrity check found.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct Finding {
    /// How bad.
    pub(crate) severity: Severity,
    /// What, in English.
    pub(crate) what: String,
}

/// What the integrity check found.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct CheckReport {
    /// Nothing was found.
    pub(crate) clean: bool,
    /// Records read and verified.
    pub(crate) records: u64,
    /// Slots.
    pub(crate) slots: u32,
    /// Events of the audit log.
    pub(crate) audit_events: u64,
    /// Everything that was found.
    pub(crate) findings: Vec<Finding>,
}

/// What kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecordTable {
    /// An entry.
    Entry,
    /// Settings, order and use.
    Private,
    /// The audit log.
    Audit,
}

/// Why a record is in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuarantineReason {
    /// Nobody with the key listed it.
    Unlisted,
    /// It is listed and not there.
    Missing,
    /// It does not decrypt.
    Damaged,
    /// It is another version than the listed one.
    Replayed,
    /// It is what was listed, but this version cannot read its content.
    Unreadable,
}

/// What to do with a quarantined record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SettleAction {
    /// Remove it, or the line of what is missing.
    Drop,
    /// Take it as it is into the list.
    Accept,
}

/// A record that was found altered.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct QuarantineRow {
    /// Names it in `settle`.
    pub(crate) item: String,
    /// Why it is here.
    pub(crate) reason: QuarantineReason,
    /// What kind of record.
    pub(crate) table: RecordTable,
    /// The entry's issuer, if it can be read.
    pub(crate) issuer: Option<String>,
    /// The entry's account, if it can be read.
    pub(crate) account: Option<String>,
    /// What can be done.
    pub(crate) actions: Vec<SettleAction>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DoctorCheck {
    /// The system's clock, on which codes depend.
    Clock,
    /// Cameras.
    Camera,
    /// Reading the screen.
    Screen,
    /// The clipboard.
    Clipboard,
    /// The vault's file and folder.
    VaultFile,
    /// Pictures of the window by other programs.
    Screenshots,
    /// Noticing that nobody is there.
    Idle,
    /// Noticing screen lock and sleep.
    SessionSignals,
    /// Core dumps.
    CoreDumps,
    /// Replacing the web process that took a secret.
    WebProcess,
}

/// How well something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Health {
    /// It works.
    Ok,
    /// It works in part.
    Warning,
    /// It does not work here.
    Failed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct DoctorRow {
    /// What.
    pub(crate) check: DoctorCheck,
    /// How well it works.
    pub(crate) state: Health,
    /// What was found, in English: a device's name, a path, an error.
    pub(crate) message: String,
}

/// One difference between this vault and another copy of it.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct MergeRow {
    /// Names it in `merge_apply`.
    pub(crate) id: EntryId,
    /// Ours: issuer and account; nothing: only the other copy has it.
    pub(crate) ours: Option<MergeSide>,
    /// Theirs; nothing: only we have it.
    pub(crate) theirs: Option<MergeSide>,
    /// What is proposed.
    pub(crate) proposed: Take,
}

/// One side of a difference.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct MergeSide {
    /// Its issuer.
    pub(crate) issuer: String,
    /// Its account.
    pub(crate) account: String,
    /// Unix seconds.
    pub(crate) modified: u64,
    /// It lies in the trash.
    pub(crate) in_trash: bool,
}

/// Which side is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Take {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
    /// Both: theirs becomes an entry of its own.
    Both,
}

/// What to take of one difference.
#[derive(Debug, Clone, Deserialize, TS)]
pub(crate) struct MergePick {
    /// From `MergeRow`.
    pub(crate) id: EntryId,
    /// What to take.
    pub(crate) take: Take,
}
