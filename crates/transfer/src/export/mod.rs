//! The way out: which formats are written, and what each of them cannot carry.

use core::fmt;

use rand_core::CryptoRng;
use tessera_otp::Entry;
use zeroize::Zeroizing;

use crate::Password;
use crate::formats::{aegis, google, otpauth_list, twofas};

mod bitwarden;
mod file;
mod freeotp_plus;
mod sheet;

pub use file::write_private;

/// All formats that are written.
pub static EXPORTS: &[&Export] = &[
    &otpauth_list::EXPORT,
    &aegis::write::PLAIN,
    &aegis::write::ENCRYPTED,
    &twofas::write::PLAIN,
    &twofas::write::ENCRYPTED,
    &bitwarden::EXPORT,
    &freeotp_plus::EXPORT,
    &google::write::EXPORT,
    &sheet::PDF,
    &sheet::HTML,
];

/// A format that is written.
pub struct Export {
    /// Its name for programs: `aegis-encrypted`.
    pub id: &'static str,
    /// Its name for people. Whether it is encrypted is not said in it.
    pub name: &'static str,
    /// What its files' names end in, without the dot.
    pub extension: &'static str,
    /// Whether the file is encrypted with a password; if not, whoever has the file has every secret in it.
    pub encrypted: bool,
    /// What of an entry it cannot carry, but for the times at which it was made and changed, which only a backup has.
    pub(crate) lost: fn(&Entry) -> Vec<Lost>,
    pub(crate) write: Write,
}

/// Makes the file: the same shape for every format, whether it can fail, draws random bytes or does neither.
type Write = fn(&[&Entry], Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError>;

/// What writing needs besides the entries.
pub struct Making<'a> {
    /// The Unix time that the file says it was made at.
    pub now: u64,
    /// The password, for encrypted formats.
    pub password: Option<&'a Password>,
    /// For keys, nonces and ids.
    pub rng: &'a mut dyn CryptoRng,
}

/// What a format cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The entry as a whole is left out, for this reason.
    Entry(&'static str),
    /// The entry is written without this part of it.
    Part(&'static str),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(reason) => write!(f, "left out: {reason}"),
            Self::Part(part) => write!(f, "without its {part}"),
        }
    }
}

/// What a format cannot carry of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// The entry's place in the list that was asked about.
    pub index: usize,
    /// What is lost.
    pub lost: Lost,
}

/// Why a file was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// An encrypted format and no password.
    #[error("This format is encrypted: a password is needed.")]
    PasswordNeeded,
    /// Nothing that the format can carry.
    #[error("None of the entries can be carried by this format.")]
    Nothing,
    /// More than the format or this program can put into one file.
    #[error("It is too much for one file of this format.")]
    TooMuch,
    /// The PDF could not be drawn, not even with the font that comes with this program.
    #[error("The sheet could not be drawn as a PDF. Print the one in HTML instead.")]
    NotDrawn,
}

impl Export {
    /// What would be lost, in the order of the entries. Ask before you write.
    pub fn losses(&self, entries: &[Entry]) -> Vec<Loss> {
        let of = |(index, entry)| (self.lost)(entry).into_iter().map(move |lost| Loss { index, lost });
        entries.iter().enumerate().flat_map(of).collect()
    }

    /// Writes the entries that the format can carry, and what it can carry of them.
    ///
    /// # Errors
    /// One variant of [`WriteError`] a fault.
    pub fn write(&self, entries: &[Entry], making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        if self.encrypted && making.password.is_none_or(Password::is_empty) {
            return Err(WriteError::PasswordNeeded);
        }
        let carried: Vec<&Entry> = entries.iter().filter(|entry| self.carries(entry)).collect();
        if carried.is_empty() {
            return Err(WriteError::Nothing);
        }
        (self.write)(&carried, making)
    }

    /// Whether an entry is written at all.
    pub fn carries(&self, entry: &Entry) -> bool {
        !(self.lost)(entry).iter().any(|lost| matches!(lost, Lost::Entry(_)))
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Export").field(&self.id).finish()
    }
}

/// Finds a format by its name for programs.
pub fn export_by_id(id: &str) -> Option<&'static Export> {
    EXPORTS.iter().copied().find(|export| export.id == id)
}

/// The parts that most formats have no place for.
pub(crate) fn lost_parts(entry: &Entry, carried: &[&str]) -> Vec<Lost> {
    [
        ("group", entry.group.is_some()),
        ("tags", !entry.tags.is_empty()),
        ("note", !entry.note.is_empty()),
        ("icon", entry.icon.is_some()),
        ("favorite mark", entry.favorite),
    ]
    .into_iter()
    .filter(|(part, there)| *there && !carried.contains(part))
    .map(|(part, _)| Lost::Part(part))
    .collect()
}

/// A random id as most apps write it (RFC 9562, version 4).
pub(crate) fn uuid(rng: &mut dyn CryptoRng) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Writes JSON into a buffer that never grows while secrets are in it.
pub(crate) fn json_bytes<T: serde::Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut counter = Counter(0);
    serde_json::to_writer_pretty(&mut counter, value).map_err(|_| WriteError::TooMuch)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(counter.0 + 1));
    serde_json::to_writer_pretty(&mut *bytes, value).map_err(|_| WriteError::TooMuch)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Counts what is written.
struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
