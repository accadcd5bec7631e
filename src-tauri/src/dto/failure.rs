//! What a command answers when it cannot do what was asked.

use serde::Serialize;
use ts_rs::TS;

/// Why a command failed. The list is closed: the page has one table from code to words and action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorCode {
    // the file
    /// No file stands where the vault should be.
    VaultNotFound,
    /// A file stands there already; nothing is ever written over.
    VaultExists,
    /// The file is no vault.
    NotAVault,
    /// The file is an SQLite database of another program.
    ForeignFile,
    /// A newer Tessera wrote the file.
    NewerFormat,
    /// The file is cut off or damaged.
    VaultDamaged,
    /// Another program is writing to the vault.
    VaultBusy,
    /// The vault can only be read here.
    ReadOnly,
    /// The disk is full.
    NoRoom,
    /// The system does not let us at a file.
    Permission,
    /// The system failed in another way while reading or writing.
    Io,
    // getting in
    /// The vault is locked.
    Locked,
    /// The vault is open already.
    AlreadyUnlocked,
    /// The password opens no slot.
    WrongPassword,
    /// The recovery code opens no slot.
    WrongRecoveryCode,
    /// What was typed is no recovery code; `detail` is the number of the wrong group, from 1, if one is known.
    RecoveryCodeTypo,
    /// The vault has no slot of this kind.
    NoSuchSlot,
    /// The slot asks for more memory or time than a vault may ask.
    KdfBeyondCap,
    /// The next try has to wait; `detail` is the seconds.
    Delayed,
    /// Opened by recovery code: a new password comes first.
    MustSetPassword,
    /// No recovery code waits.
    NoRecoveryPending,
    /// The last password or recovery code cannot be removed.
    LastWayIn,
    /// The password is too weak to be taken.
    WeakPassword,
    // entries
    /// There is no such entry (any more).
    EntryNotFound,
    /// The record was found altered or damaged and waits for being settled.
    EntryDamaged,
    /// Quarantined records must be settled first; `detail` is how many.
    QuarantineFirst,
    /// This cannot be done with this quarantined record.
    CannotSettle,
    /// The other file is no copy of this vault.
    OtherVault,
    /// Another program gave the vault a new key, or put another file in its place: lock and unlock.
    VaultReplaced,
    /// There is not enough free memory to derive the key; `detail` is how many KiB are needed.
    NoMemory,
    /// The counter of a HOTP entry has reached its end.
    HotpExhausted,
    /// This entry's code needs a PIN.
    PinNeeded,
    /// The PIN has not the form that this type asks.
    BadPin,
    /// A value is missing, too long or out of range; `detail` names the field.
    InvalidEntry,
    // adding
    /// The text is no `otpauth://` link.
    NotOtpauth,
    /// An `otpauth://` link that says something wrong; `message` says what.
    BadUri,
    /// A Google Authenticator migration, which cannot be read yet.
    MigrationLink,
    /// The secret is no base32; `detail` is the position from 1, if one is known.
    BadSecret,
    /// The found code is not waiting any more.
    CandidateGone,
    /// The picture has more bytes or pixels than are read.
    ImageTooLarge,
    /// The file is no picture of a kind that is read: PNG, JPEG, WebP, GIF and BMP are.
    ImageUnsupported,
    /// It starts like a picture and is broken.
    ImageDamaged,
    /// The file cannot be read.
    FileUnreadable,
    /// The picture was read, and there is no QR code in it.
    NoCodeFound,
    /// The clipboard holds neither a picture nor a text.
    ClipboardEmpty,
    /// The clipboard cannot be reached.
    ClipboardUnavailable,
    /// There is no camera.
    NoCamera,
    /// Another program uses the camera.
    CameraBusy,
    /// The system does not let us at the camera.
    CameraPermission,
    /// The camera was unplugged.
    CameraUnplugged,
    /// The camera failed in another way.
    CameraFailed,
    /// There is no screen that could be read.
    ScreenUnavailable,
    /// The screen was not shared: the system or the person refused.
    ScreenRefused,
    // the rest
    /// What was sealed in the page cannot be opened: its key was used or has expired.
    Sealing,
    /// A faulty request of the page, which a person does not cause.
    InvalidRequest,
    /// A fault of ours; `detail` says where.
    Internal,
}

/// What every command rejects with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct Failure {
    /// What the page decides by.
    pub(crate) code: ErrorCode,
    /// What happened, in English, for a log or for what the table does not know. Never parsed.
    pub(crate) message: String,
    /// A value that the words need: seconds, a group, a field's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(crate) detail: Option<String>,
}

impl Failure {
    /// A failure without a detail.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), detail: None }
    }

    /// A failure whose words need a value.
    #[allow(clippy::needless_pass_by_value, reason = "callers read better, and the values are small")]
    pub(crate) fn with(code: ErrorCode, message: impl Into<String>, detail: impl std::fmt::Display) -> Self {
        Self { code, message: message.into(), detail: Some(detail.to_string()) }
    }

    /// A field that cannot be taken.
    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        Self::with(ErrorCode::InvalidEntry, message, name)
    }
}
