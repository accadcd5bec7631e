//! What a file holds: entries, and what could not be read.

use core::fmt;

use tessera_otp::{
    AlgorithmError, DigitsError, Entry, EntryError, PeriodError, PinError, SecretError, UriError, clean_name,
};

use crate::Format;

/// The most entries that are read from one file.
pub const ENTRIES_MAX: usize = 100_000;

/// What a file holds.
#[derive(Debug)]
pub struct Found {
    /// The format it was read as.
    pub format: &'static Format,
    /// What could be read, in the file's order; each passes [`Entry::check`].
    pub entries: Vec<FoundEntry>,
    /// What could not, in the file's order.
    pub problems: Vec<Problem>,
}

/// An entry and where it stands.
#[derive(Debug)]
pub struct FoundEntry {
    /// The entry, tidied.
    pub entry: Entry,
    /// Where it stands.
    pub place: Place,
}

/// Something that could not be read, or not as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub reason: Reason,
    /// Whether an entry of this place was read all the same and only lacks what the reason names.
    pub entry_kept: bool,
}

/// Where something stands in a file, in words: `entry 3 (Example: alice)`, `line 2`, `QR code part 2 of 3`. No secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// The entry at an index, counted from 0; it is shown counted from 1.
    pub fn entry(index: usize) -> Self {
        Self(format!("entry {}", index + 1))
    }

    /// The line at an index, counted from 0; it is shown counted from 1.
    pub fn line(index: usize) -> Self {
        Self(format!("line {}", index + 1))
    }

    /// Any other place, in words.
    pub fn named(words: &str) -> Self {
        Self(short(words))
    }

    /// A place within this one: `line 2, account 3`.
    #[must_use]
    pub fn with_detail(mut self, words: &str) -> Self {
        self.0.push_str(", ");
        self.0.push_str(&short(words));
        self
    }

    /// The same with the names that stand there, so that a person finds it.
    #[must_use]
    pub fn with_names(mut self, issuer: &str, account: &str) -> Self {
        let (issuer, account) = (short(issuer), short(account));
        let names = match (issuer.is_empty(), account.is_empty()) {
            (true, true) => return self,
            (false, false) => format!("{issuer}: {account}"),
            (false, true) => issuer,
            (true, false) => account,
        };
        self.0.push_str(" (");
        self.0.push_str(&names);
        self.0.push(')');
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a message may repeat of a file: cleaned and cut.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 80;
    let clean = clean_name(text);
    if clean.chars().nth(MOST).is_none() {
        return clean;
    }
    let mut cut: String = clean.chars().take(MOST).collect();
    cut.push('\u{2026}');
    cut
}

/// Why one thing could not be read. No variant repeats a secret, but for one wrong character of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A field that must be there is not.
    #[error("The field \u{201C}{field}\u{201D} is missing.")]
    Missing {
        /// Its name in the file.
        field: &'static str,
    },
    /// A field is of another kind than its format says.
    #[error("The field \u{201C}{field}\u{201D} is not {expected}.")]
    WrongType {
        /// Its name in the file.
        field: &'static str,
        /// What it should be: `a text`, `a whole number`.
        expected: &'static str,
    },
    /// A type of credential that no codes are known for.
    #[error("The type \u{201C}{found}\u{201D} is not known.")]
    UnknownType {
        /// What stands there.
        found: String,
    },
    /// An algorithm that no codes are known for.
    #[error("The algorithm \u{201C}{found}\u{201D} is not known; SHA1, SHA256 and SHA512 are.")]
    UnknownAlgorithm {
        /// What stands there.
        found: String,
    },
    /// The secret cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The number of digits is impossible.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// The period is impossible.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// The PIN cannot be read.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The otpauth URI cannot be read.
    #[error(transparent)]
    Uri(#[from] UriError),
    /// The entry is one that no vault keeps.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A number is outside of what its field can have.
    #[error("The field \u{201C}{field}\u{201D} is {found}, which is impossible.")]
    OutOfRange {
        /// Its name in the file.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// Something that is no credential for codes, such as a login without a TOTP.
    #[error("There is nothing here that gives codes.")]
    NoCodes,
    /// It is encrypted for itself and could not be opened.
    #[error("It could not be decrypted; it is damaged, or encrypted with another password.")]
    NotDecrypted,
    /// A part of a series is missing.
    #[error("It is missing; add it and read the parts again.")]
    PartMissing,
    /// Anything else, in a sentence.
    #[error("{0}")]
    Other(&'static str),
}

impl From<AlgorithmError> for Reason {
    fn from(_: AlgorithmError) -> Self {
        Self::UnknownAlgorithm { found: String::new() }
    }
}
