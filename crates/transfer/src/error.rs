//! Why nothing of a file could be read.

use crate::Format;
use crate::input::INPUT_MAX;

/// Why nothing of a file could be read. What fails for single entries is a [`Problem`](crate::Problem) of theirs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// No bytes.
    #[error("The file is empty. Export again, and look whether the export says that it is done.")]
    Empty,
    /// More than [`INPUT_MAX`] bytes.
    #[error("The file has {found} bytes; exports have at most {max}. Is it the right file?", max = INPUT_MAX)]
    TooLarge {
        /// How many bytes it has.
        found: usize,
    },
    /// No format is known that looks like this.
    #[error(
        "This is no export that Tessera knows. Choose the file that the other app exported, unchanged; if it is, name its format."
    )]
    UnknownFormat,
    /// The file is of another format than the one that was named, or than it seemed at first.
    #[error("This is no file of {}.", .format.name)]
    OtherFormat {
        /// The format that it is not.
        format: &'static Format,
    },
    /// It is encrypted, and no password was given.
    #[error("The file of {} is encrypted: its password is needed.", .format.name)]
    PasswordNeeded {
        /// Its format.
        format: &'static Format,
    },
    /// It is encrypted, and the password does not open it.
    #[error("The password does not open this file of {}. It is the one that was set for the export; mind capital letters.", .format.name)]
    WrongPassword {
        /// Its format.
        format: &'static Format,
    },
    /// A newer version of its format than those known.
    #[error("This file of {} has version {found}; Tessera reads up to {known}. A newer Tessera may read it, or an older export of that app.", .format.name)]
    NewerVersion {
        /// Its format.
        format: &'static Format,
        /// The version it has.
        found: String,
        /// The newest version that is read.
        known: &'static str,
    },
    /// A part of the format that is not read.
    #[error("This file of {} {what}.", .format.name)]
    Unsupported {
        /// Its format.
        format: &'static Format,
        /// What it does, as the rest of a sentence that begins with "This file".
        what: &'static str,
    },
    /// It asks for more work or memory than an honest file does.
    #[error("This file of {} asks for {what}, more than any real one does. It was not opened.", .format.name)]
    TooCostly {
        /// Its format.
        format: &'static Format,
        /// What it asks for.
        what: String,
    },
    /// It is of this format and cannot be read as a whole.
    #[error("This file of {} is damaged or incomplete: {what}. Export it again.", .format.name)]
    Damaged {
        /// Its format.
        format: &'static Format,
        /// What is wrong, as a part of a sentence; no secret.
        what: String,
    },
    /// More than [`ENTRIES_MAX`](crate::ENTRIES_MAX) entries.
    #[error("The file holds more than {max} entries.", max = crate::ENTRIES_MAX)]
    TooManyEntries,
}
