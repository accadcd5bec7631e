//! What can go wrong, one enum for each thing one does with a vault. The messages are for a person; causes are kept.

use std::io;

/// What lies under an error: of the system, of SQLite.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a file could not be taken for a vault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("there is no vault at this place")]
    NotFound,
    /// The file is something else: no SQLite database, or an empty file.
    #[error("this file is not a Tessera vault")]
    NotAVault,
    /// The file is a database of another program.
    #[error(
        "this file is a database of another program, not a Tessera vault (application id {application_id:#010x})"
    )]
    ForeignFile {
        /// The number by which SQLite files name their program.
        application_id: u32,
    },
    /// A newer Tessera wrote it.
    #[error(
        "this vault was written by a newer version of Tessera (format {found}); this version reads format 1"
    )]
    NewerFormat {
        /// The format version of the file.
        found: u32,
    },
    /// The end of the file is missing.
    #[error("the end of this vault file is missing: it should have {expected} bytes and has {found}")]
    Truncated {
        /// How long the file says it is.
        expected: u64,
        /// How long it is.
        found: u64,
    },
    /// It is, or was, a vault, but its structure cannot be read. What is left can be salvaged.
    #[error("this vault file is damaged")]
    Damaged(#[source] Cause),
    /// Another program is writing and did not finish within five seconds.
    #[error("another program is using this vault")]
    Busy,
    /// The system does not let this user read it.
    #[error("this vault file may not be read")]
    Permission(#[source] Cause),
    /// There is no room to bring an older vault to this version's format.
    #[error("there is no room on the disk")]
    NoRoom,
    /// The system failed to read it.
    #[error("this vault file could not be read")]
    Io(#[source] Cause),
}

/// Why a vault did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnlockError {
    /// The password opens no slot.
    #[error("the password is wrong")]
    WrongPassword,
    /// The recovery code opens no slot. It was read without a typing error, so it is an older one or another vault's.
    #[error("this recovery code does not open this vault")]
    WrongRecoveryCode,
    /// The bare key is not this vault's.
    #[error("this key does not open this vault")]
    WrongKey,
    /// The vault has no readable slot of the kind that was asked for.
    #[error("this vault has no slot for that way of opening it")]
    NoSuchSlot,
    /// A slot asks for more than any slot may.
    #[error(
        "this vault asks for a key derivation beyond what is allowed ({m_kib} KiB, {t} passes, {p} lanes); the file may be manipulated"
    )]
    KdfBeyondCap {
        /// Memory in KiB.
        m_kib: u32,
        /// Passes.
        t: u32,
        /// Lanes.
        p: u32,
    },
    /// The machine has not enough free memory for the key derivation.
    #[error("there is not enough free memory to derive the key ({m_kib} KiB are needed)")]
    NoMemory {
        /// Memory in KiB.
        m_kib: u32,
    },
    /// The structure of the file cannot be read. What is left can be salvaged.
    #[error("this vault file is damaged")]
    Damaged(#[source] Cause),
    /// Another program is writing and did not finish within five seconds.
    #[error("another program is using this vault")]
    Busy,
    /// There is no room to note the unlocking. Nothing is lost; free some room.
    #[error("there is no room on the disk")]
    NoRoom,
    /// The file is no longer what it was when it was recognized.
    #[error("this vault file has changed")]
    Changed(#[source] OpenError),
    /// The system failed to read it.
    #[error("this vault file could not be read")]
    Io(#[source] Cause),
}

/// Why a vault was not made. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// There is a file already. It was not touched.
    #[error("there is a file at this place already; it was not touched")]
    Exists,
    /// The folder is not there.
    #[error("the folder for the vault does not exist")]
    NoFolder,
    /// The system does not let this user write there.
    #[error("a vault may not be written at this place")]
    Permission(#[source] Cause),
    /// The disk is full.
    #[error("there is no room on the disk")]
    NoRoom,
    /// The password is empty.
    #[error("the password is empty")]
    EmptyPassword,
    /// The machine has not enough free memory for the key derivation.
    #[error("there is not enough free memory to derive the key ({m_kib} KiB are needed)")]
    NoMemory {
        /// Memory in KiB.
        m_kib: u32,
    },
    /// The system failed to write it.
    #[error("the vault could not be written")]
    Io(#[source] Cause),
}

/// Why something was not done with an unlocked vault. Nothing was changed, and nothing is lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The file or its folder may only be read, or its manifest failed and nobody accepted it yet.
    #[error("this vault can only be read at the moment")]
    ReadOnly,
    /// Another program is writing and did not finish within five seconds.
    #[error("another program is using this vault")]
    Busy,
    /// The disk is full.
    #[error("there is no room on the disk; nothing was changed")]
    NoRoom,
    /// The structure of the file cannot be read any more.
    #[error("this vault file is damaged")]
    Damaged(#[source] Cause),
    /// There is no such entry, slot or quarantined record.
    #[error("there is no such entry")]
    NotFound,
    /// It is the last password or recovery code.
    #[error("this is the last way into the vault; make another one first")]
    LastWayIn,
    /// The counter of an HOTP entry is at its end.
    #[error("the counter of this entry is used up")]
    HotpExhausted,
    /// The entry has no counter.
    #[error("this entry has no counter")]
    NotHotp,
    /// The entry is larger than a record may be.
    #[error("this is too large to be stored: {found} bytes, at most {limit}")]
    TooLarge {
        /// How large it is.
        found: usize,
        /// How large it may be.
        limit: usize,
    },
    /// The entry breaks a rule of entries.
    #[error("this entry cannot be stored")]
    BadEntry(#[source] tessera_otp::EntryError),
    /// No code can be computed.
    #[error("no code can be computed")]
    Code(#[from] tessera_otp::CodeError),
    /// The password is not this vault's.
    #[error("the password is wrong")]
    WrongPassword,
    /// The new password is empty.
    #[error("the new password is empty")]
    EmptyPassword,
    /// Quarantined records must be settled first: after re-keying they could not be read any more.
    #[error("{0} quarantined records must be settled first")]
    Quarantined(usize),
    /// This cannot be done with a quarantined record of its kind, such as accepting one that cannot be decrypted.
    #[error("this cannot be done with this record")]
    CannotSettle,
    /// Whoever watched a large change stopped it.
    #[error("it was stopped; nothing was changed")]
    Stopped,
    /// Another program changed the vault meanwhile; what it is like now was read. Look at it and try again.
    #[error("the vault changed meanwhile; look at it and try again")]
    Changed,
    /// Another program gave the vault a new key. Lock and unlock it again.
    #[error("another program changed the vault's key; lock the vault and unlock it again")]
    KeyChanged,
    /// The file was taken away, or another vault stands in its place.
    #[error("this vault file was replaced or removed")]
    Replaced(#[source] OpenError),
    /// The two vaults are not copies of one.
    #[error("the other file is not a copy of this vault")]
    OtherVault,
    /// The machine has not enough free memory for the key derivation.
    #[error("there is not enough free memory to derive the key ({m_kib} KiB are needed)")]
    NoMemory {
        /// Memory in KiB.
        m_kib: u32,
    },
    /// A slot asks for more than any slot may.
    #[error(
        "this vault asks for a key derivation beyond what is allowed ({m_kib} KiB, {t} passes, {p} lanes)"
    )]
    KdfBeyondCap {
        /// Memory in KiB.
        m_kib: u32,
        /// Passes.
        t: u32,
        /// Lanes.
        p: u32,
    },
    /// The system failed.
    #[error("this vault file could not be read or written")]
    Io(#[source] Cause),
}

/// Why nothing was salvaged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SalvageError {
    /// There is no such file.
    #[error("there is no file at this place")]
    NotFound,
    /// No slot, head or record of a vault is anywhere in the file.
    #[error("nothing of a vault is left in this file")]
    NothingFound,
    /// The file is larger than a vault can be.
    #[error("this file is too large to be searched")]
    TooLarge,
    /// No slot that is left opens.
    #[error("no slot that is left in the file opens")]
    Unlock(#[source] UnlockError),
    /// The system failed to read it.
    #[error("this file could not be read")]
    Io(#[from] io::Error),
}
