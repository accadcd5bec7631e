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
    /// The environment names the vault of this run: no other one is chosen or made.
    VaultNamed,
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
    /// The other file is a copy of this vault: its entries are these.
    CopyOfVault,
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
    /// A part of Google Authenticator's transfer that cannot be taken here: it is missing or faulty (`message` says why), or
    /// stands where one account is meant.
    MigrationLink,
    /// A part of another transfer of Google Authenticator than the one whose parts are being collected.
    OtherTransfer,
    /// The secret is no base32; `detail` is the position from 1, if one is known.
    BadSecret,
    /// The found code is not waiting any more.
    CandidateGone,
    /// So many codes wait for review that no more are taken.
    CandidatesFull,
    /// More files than are read at once; `detail` is how many are.
    TooManyFiles,
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
    // moving in and out
    /// The file to import has no bytes.
    ImportEmpty,
    /// The file has more bytes than any export.
    ImportTooLarge,
    /// The file is no export that is known.
    ImportUnknown,
    /// The file is encrypted and waits for its password.
    ImportPasswordNeeded,
    /// The password is not the file's.
    ImportWrongPassword,
    /// The file has a newer version of its format than those known.
    ImportNewer,
    /// The file uses a part of its format that is not read; `message` says which.
    ImportUnsupported,
    /// The file asks for more work or memory than an honest one does.
    ImportTooCostly,
    /// The file is of a known format and cannot be read as a whole; `message` says why.
    ImportDamaged,
    /// The files hold more entries than are read.
    ImportTooMany,
    /// The format can carry none of the entries.
    ExportNothing,
    /// It is too much for one file of the format.
    ExportTooMuch,
    /// The file of an export is not as it was written any more; it was not deleted.
    ExportChanged,
    // reaching a center
    /// What was given is no address of a center: `https://`, or `http://` of this machine, or a `tessera-center://` link.
    CenterAddressInvalid,
    /// The center does not answer: no network, wrong name, or it is down.
    CenterUnreachable,
    /// The center did not answer in time. Whether it did what was asked is not known: the same request may be made again.
    CenterTimedOut,
    /// The center's certificate is not one that this computer, or the named authority, vouches for.
    CenterCertificate,
    /// What was chosen as the certificate of a private authority is none.
    CenterAuthority,
    /// The center sent us elsewhere, which is never followed; `detail` is where to.
    CenterRedirected,
    /// What answers there is no center, or answers what none may.
    CenterBadAnswer,
    /// The center's staff root key is another than the one that came with its address.
    CenterRootKey,
    /// The list of reviewers' keys cannot be believed; `detail` is `bad-signature`, `not-a-list`, `expired`, `older`,
    /// `incomplete` or `no-root-key`.
    CenterKeyList,
    /// The request was called off.
    CenterCancelled,
    /// The same is being done already.
    CenterTwice,
    /// No such connection to a center (any more).
    CenterNotFound,
    /// This center is connected already.
    CenterExists,
    /// Nobody is signed in there; the session has ended or never began.
    CenterNotSignedIn,
    /// A step of this flow is not open (any more): begin again.
    CenterStepGone,
    /// No entry of the vault gives the codes of this account.
    CenterNoEntry,
    // what a center answers: its closed list, one code each
    /// A faulty request of ours.
    CenterBadRequest,
    /// A value cannot be taken; `detail` names the field as a JSON pointer.
    CenterInvalidValue,
    /// There is nothing of that name there, or it is not this account's to see.
    CenterNoSuchThing,
    /// Larger than the center takes.
    CenterTooLarge,
    /// Not for this account or role.
    CenterForbidden,
    /// The account's owner requires an MFA device: until one is bound nothing else is done.
    CenterMfaBindingRequired,
    /// Name or password are wrong, or there is no such account.
    CenterWrongCredentials,
    /// After wrong passwords an attempt needs the code that goes to the account's security contact.
    CenterCodeRequired,
    /// Too many wrong passwords; `detail` is until when, Unix seconds.
    CenterAccountLocked,
    /// The verification code is wrong.
    CenterWrongCode,
    /// The code or the flow it belongs to is over: begin again.
    CenterFlowEnded,
    /// Too many wrong codes; `detail` is until when, Unix seconds.
    CenterTooManyWrongCodes,
    /// A code was sent a moment ago and is still good; `detail` is when another may be sent, Unix seconds.
    CenterSentLately,
    /// So many messages a day and no more; `detail` is when it goes on, Unix seconds.
    CenterTooManyMessages,
    /// Too many requests; `detail` is when to try again, Unix seconds.
    CenterTooManyRequests,
    /// The action needs an identity check first.
    CenterIdentityCheckRequired,
    /// Sensitive actions are frozen until a factor that was not involved is proven.
    CenterFrozen,
    /// The only contact that could prove this was changed too lately.
    CenterContactTooNew,
    /// The address cannot be used: it serves already, or for as many accounts as it may.
    CenterAddressTaken,
    /// The password is too weak; `message` says how to better it.
    CenterWeakPassword,
    /// As many as there may be.
    CenterLimitReached,
    /// It is not in a state for this (any more): read it again.
    CenterWrongState,
    /// Somebody else changed it meanwhile: read it again.
    CenterChanged,
    /// The statement does not match what is on file.
    CenterStatementMismatch,
    /// A link that was used, expired or never given out.
    CenterLinkEnded,
    /// The center has a trouble of its own, or is busy. Nothing was done.
    CenterTrouble,
    // documents
    /// Neither a JPEG nor a PNG nor a PDF.
    DocumentUnsupported,
    /// More bytes or pixels than are taken; `detail` is the limit in bytes, if that was it.
    DocumentTooLarge,
    /// It begins like a picture or a PDF and is broken, or is empty.
    DocumentDamaged,
    /// A PDF that cannot be taken: it is encrypted, has too many pages, or cannot be drawn; `message` says which.
    DocumentPdf,
    /// No key of this vault opens the document.
    DocumentNotForUs,
    // backups
    /// The folder for backups is not there: unplugged, unmounted, renamed.
    BackupFolderGone,
    /// The folder for backups may not be written.
    BackupNotWritable,
    /// The drive of the folder for backups is full.
    BackupNoRoom,
    /// The folder for backups did not answer in time.
    BackupTooSlow,
    /// What was read back is not what was written; `message` says how.
    BackupNotProved,
    /// A backup could not be made in another way; `message` says how.
    BackupFailed,
    /// There is no backup of this vault there.
    BackupNone,
    /// There is no such place for backups any more.
    BackupTargetGone,
    /// Backups go to this folder already.
    BackupFolderTaken,
    /// A public key that no backup can be made for; `message` says why.
    BackupRecipients,
    /// The file is no backup of Tessera; `message` says why.
    NotABackup,
    /// The backup is cut off or was changed.
    BackupDamaged,
    /// The passphrase does not open the backup.
    BackupWrongPassphrase,
    /// The backup is made for a passphrase.
    BackupNeedsPassphrase,
    /// None of the keys opens the backup.
    BackupOtherKeys,
    /// The file of keys cannot be used; `message` says why.
    BackupKeyFile,
    // the trial center
    /// The trial center could not be started.
    TrialFailed,
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
