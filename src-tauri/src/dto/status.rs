//! Where the app stands.

use serde::Serialize;
use ts_rs::TS;

use super::{Failure, Preferences};

/// Where the vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VaultState {
    /// There is none: it can be made.
    None,
    /// There is one, locked.
    Locked,
    /// It is open.
    Unlocked,
    /// A file stands there that cannot be opened; `problem` says why.
    Unreadable,
}

/// Why the vault was locked last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only Linux tells of screen lock and sleep so far")
)]
pub(crate) enum LockReason {
    /// The person asked.
    Asked,
    /// Nobody was there for long enough.
    Idle,
    /// The system locked its screen.
    ScreenLock,
    /// The system went to sleep.
    Suspend,
    /// Another program gave the vault a new key, or put another file in its place.
    Replaced,
}

/// What was noticed when the vault was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Warning {
    /// The file is older than what this device saw last.
    RolledBack {
        /// Generation that this device saw.
        seen: u64,
        /// Generation in the file.
        found: u64,
    },
    /// The file and what this device saw grew apart.
    Fork {
        /// Generation that this device saw.
        seen: u64,
        /// Generation in the file.
        found: u64,
    },
    /// The password slot is weaker than slots are made today.
    WeakKdf,
    /// One of two copies of the file's head or slots does not verify.
    DamagedCopy {
        /// Which one.
        what: String,
    },
    /// Records were found altered, damaged, missing or unlisted.
    QuarantinedRecords {
        /// How many.
        count: u32,
    },
    /// The list of records itself fails; nothing is written until it was accepted.
    ManifestFailed,
    /// Parts of the list of records fail; what they listed is set aside.
    LeavesFailed,
    /// Neither copy of the slots is the one that was verified last.
    SlotsFailed,
    /// The file's structure is damaged; what could be read is shown.
    DamagedFile,
    /// The vault can only be read here.
    ReadOnly,
    /// Somebody tried to unlock since the last time.
    FailedUnlocks {
        /// How often.
        count: u32,
    },
    /// This device could not note what it saw: an older copy might not be noticed.
    SeenNotKept,
    /// Re-keyed, but old ciphertext may remain in the file.
    NotCompacted,
    /// More happened while locked than could be kept.
    SealedDropped,
    /// So much was written under the vault key that a new one is due.
    RekeyDue,
    /// The recovery code was never confirmed: nobody may have it.
    RecoveryUnconfirmed,
    /// Something else, in English.
    Other {
        /// What.
        text: String,
    },
}

/// What this system cannot do, named rather than left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlatformNote {
    /// Other programs can take pictures of the window.
    ScreenshotsNotBlocked,
    /// Locking the screen is not noticed.
    ScreenLockNotSeen,
    /// Going to sleep is noticed only after waking up.
    SuspendSeenLate,
    /// Idleness is measured in this window only.
    IdleInWindowOnly,
    /// Core dumps could not be switched off.
    CoreDumpsOn,
    /// The web process that took a secret is not replaced, only its page is.
    WebProcessKept,
    /// The settings file could not be read; the defaults are used.
    PreferencesReset,
    /// Vault and settings lie beside the program.
    Portable,
    /// The environment names the vault: no other one is chosen or made in this run.
    VaultNamed,
}

/// What the page asks first, and whenever it was told that something changed.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct Status {
    /// Where the vault stands.
    pub(crate) state: VaultState,
    /// The file's name without its folder.
    pub(crate) vault_name: String,
    /// The whole path.
    pub(crate) vault_path: String,
    /// Why `state` is `unreadable`.
    pub(crate) problem: Option<Failure>,
    /// The vault can only be read here.
    pub(crate) read_only: bool,
    /// Seconds before the next try to unlock is taken.
    pub(crate) delay_s: u32,
    /// Failed tries since the last unlock.
    pub(crate) failed_unlocks: u32,
    /// What was noticed at unlock.
    pub(crate) warnings: Vec<Warning>,
    /// Opened by recovery code: the page must ask for a new password.
    pub(crate) must_set_password: bool,
    /// A new recovery code waits: the page must show it (`recovery_show`) and have it confirmed.
    pub(crate) must_confirm_recovery: bool,
    /// Why it was locked last, in this run.
    pub(crate) locked_by: Option<LockReason>,
    /// When, Unix seconds.
    pub(crate) locked_at: Option<u64>,
    /// Found codes that wait for review from outside: a link opened in another program.
    pub(crate) waiting_candidates: u32,
    /// Appearance, zoom.
    #[serde(flatten)]
    #[ts(flatten)]
    pub(crate) preferences: Preferences,
    /// What this system cannot do.
    pub(crate) platform_notes: Vec<PlatformNote>,
    /// `linux`, `windows` or `macos`.
    pub(crate) platform: String,
    /// The program's version.
    pub(crate) version: String,
}

/// Payload of the event `locked`.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct LockedEvent {
    /// Why.
    pub(crate) reason: LockReason,
}

/// A long piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    /// Measuring how much work this computer can do for a password.
    Calibrating,
    /// Deriving a key from a password.
    Deriving,
    /// Encrypting everything anew.
    Rekeying,
    /// Checking the whole file.
    Checking,
    /// Reading pictures.
    Scanning,
    /// Reading files to import.
    ReadingFiles,
    /// Writing imported entries.
    Importing,
}

/// Payload of the event `progress`.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct Progress {
    /// What is being done.
    pub(crate) task: Task,
    /// Steps done; 0 when they are not counted.
    pub(crate) done: u32,
    /// Steps in all, if they are counted.
    pub(crate) total: Option<u32>,
}
