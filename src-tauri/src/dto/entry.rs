//! Entries and their codes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroize as _;

use super::{Failure, Sealed};

/// An entry's id: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub(crate) struct EntryId(pub(crate) String);

/// How codes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// By time, RFC 6238.
    Totp,
    /// By counter, RFC 4226.
    Hotp,
    /// Steam Guard.
    Steam,
    /// Mobile-OTP.
    Motp,
    /// Yandex Key.
    Yandex,
}

/// The hash of TOTP and HOTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Algorithm {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// One line of the list: what can be said without a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[allow(clippy::struct_excessive_bools, reason = "facts about an entry, each its own")]
pub(crate) struct EntryRow {
    /// Its id.
    pub(crate) id: EntryId,
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
    /// Seconds that a code lives; nothing for HOTP.
    pub(crate) period: Option<u32>,
    /// The next counter; HOTP.
    pub(crate) counter: Option<u64>,
    /// Its group.
    pub(crate) group: Option<String>,
    /// Its tags.
    pub(crate) tags: Vec<String>,
    /// A favorite.
    pub(crate) favorite: bool,
    /// It has a picture: `icon(id)`.
    pub(crate) has_icon: bool,
    /// Each code asks for the PIN: `code_with_pin`.
    pub(crate) needs_pin: bool,
    /// How often its code was copied or shown on demand.
    pub(crate) uses: u64,
    /// When last, Unix seconds.
    pub(crate) last_used: Option<u64>,
    /// Its place in the person's own order, from 0.
    pub(crate) order: u32,
    /// Unix seconds.
    pub(crate) created: u64,
    /// Unix seconds.
    pub(crate) modified: u64,
    /// When it was moved to the trash, Unix seconds.
    pub(crate) deleted: Option<u64>,
}

/// Everything about one entry but its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct EntryDetail {
    /// What the list says.
    #[serde(flatten)]
    #[ts(flatten)]
    pub(crate) row: EntryRow,
    /// The note.
    pub(crate) note: String,
    /// The secret's length in bits.
    pub(crate) secret_bits: u32,
    /// A PIN is kept with it.
    pub(crate) has_pin: bool,
    /// When a trashed entry is deleted for good, Unix seconds.
    pub(crate) purged_at: Option<u64>,
}

/// What becomes of the PIN of a mOTP or Yandex entry.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PinEdit {
    /// None is kept: it is asked for each time.
    Ask,
    /// This one is kept.
    Keep(Sealed),
}

/// What a person changed. Secret and type of an entry stay.
#[derive(Debug, Clone, Deserialize, TS)]
pub(crate) struct EntryEdit {
    /// Who asks for the code.
    pub(crate) issuer: String,
    /// Whose it is.
    pub(crate) account: String,
    /// Its group; empty is none.
    pub(crate) group: Option<String>,
    /// Its tags.
    pub(crate) tags: Vec<String>,
    /// The note.
    pub(crate) note: String,
    /// A favorite.
    pub(crate) favorite: bool,
    /// TOTP and HOTP; nothing: as it is.
    pub(crate) algorithm: Option<Algorithm>,
    /// TOTP and HOTP; nothing: as it is.
    pub(crate) digits: Option<u8>,
    /// TOTP; nothing: as it is.
    pub(crate) period: Option<u32>,
    /// HOTP; nothing: as it is.
    pub(crate) counter: Option<u64>,
}

/// One entry's code. Its text is wiped by the allocator (`main.rs`) when it is dropped.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub(crate) struct CodeRow {
    /// Whose.
    pub(crate) id: EntryId,
    /// The code; nothing when `problem` says why, and for HOTP before it is asked for.
    pub(crate) code: Option<String>,
    /// The code after it; time-based types.
    pub(crate) next: Option<String>,
    /// Unix seconds.
    pub(crate) valid_from: Option<u64>,
    /// Unix seconds, exclusive.
    pub(crate) valid_until: Option<u64>,
    /// Seconds.
    pub(crate) period: Option<u32>,
    /// HOTP: the counter of this code; without a code, of the next one.
    pub(crate) counter: Option<u64>,
    /// Why there is no code.
    pub(crate) problem: Option<Failure>,
}

/// The codes of the rows on screen, with the clock that they were made by.
#[derive(Clone, Serialize, TS)]
pub(crate) struct Codes {
    /// The clock, Unix milliseconds.
    pub(crate) server_now: u64,
    /// One row for each id that was asked, in that order.
    pub(crate) rows: Vec<CodeRow>,
}

/// A code lies on the clipboard.
#[derive(Debug, Clone, Copy, Serialize, TS)]
pub(crate) struct Copied {
    /// Seconds until it is cleared; nothing: never.
    pub(crate) clears_in_s: Option<u32>,
}

/// A secret, shown after the password.
#[derive(Clone, Serialize, TS)]
pub(crate) struct SecretShown {
    /// The secret.
    pub(crate) base32: String,
    /// The `otpauth://` link.
    pub(crate) uri: Option<String>,
}

impl Drop for SecretShown {
    fn drop(&mut self) {
        self.base32.zeroize();
        self.uri.zeroize();
    }
}

/// A secret as a QR code, shown after the password.
#[derive(Clone, Serialize, TS)]
pub(crate) struct QrShown {
    /// An SVG picture, dark on white.
    pub(crate) svg: String,
}

impl Drop for QrShown {
    fn drop(&mut self) {
        self.svg.zeroize();
    }
}
