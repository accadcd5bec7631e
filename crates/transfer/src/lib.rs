//! Other authenticators' exports, read and written.
//!
//! [`inspect()`] takes the bytes of a file, finds out by their content which app wrote them, and says what they hold.
//! Reading is partial success: [`Found`] lists the entries that could be read and, for each thing that could not, where
//! it stands and why. Encrypted files answer [`ReadError::PasswordNeeded`]. Nothing here opens a window, a network or a
//! camera, reads the clock or writes a vault: the time and the password are arguments ([`Answers`]), and what was found
//! is for the caller to show before anything is kept.
//!
//! What a file asks for is bounded before it is done: bytes, nesting, entries, the size of what is unpacked, and the
//! cost of deriving keys.
//!
//! ```
//! use tessera_transfer::{Answers, inspect};
//!
//! let list = b"otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQ\nsomething else\n";
//! let found = inspect(list, "codes.txt", &Answers::at(1_700_000_000))?;
//! assert_eq!(found.format.id, "otpauth");
//! assert_eq!(found.entries[0].entry.credential.issuer, "Example");
//! assert_eq!(found.problems[0].place.to_string(), "line 2");
//! # Ok::<(), tessera_transfer::ReadError>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(
    test,
    allow(
        clippy::format_collect,
        clippy::needless_pass_by_value,
        clippy::case_sensitive_file_extension_comparisons,
        reason = "short texts of the tests' own making"
    )
)]

mod archive;
pub mod backup;
mod base64;
mod cipher;
mod collector;
mod csv;
mod draft;
mod error;
mod export;
mod fields;
mod formats;
mod found;
mod input;
mod inspect;
mod java;
mod kdf;
mod load;
mod logins;
mod password;
mod prefs;
mod sqlite;
mod standing;
#[cfg(test)]
mod testing;
mod xml;

pub use error::ReadError;
pub use export::{EXPORTS, Export, Loss, Lost, Making, WriteError, export_by_id, write_private};
pub use formats::google::payload::is_migration;
pub use formats::google::transfer::{PartError, TakenPart, Transfer};
pub use formats::{FORMATS, Format, Likeness, format_by_id};
pub use found::{ENTRIES_MAX, Found, FoundEntry, Place, Problem, Reason};
pub use input::{INPUT_MAX, Input};
pub use inspect::{Answers, Pictures, inspect, inspect_codes, inspect_pictures, recognize};
pub use load::{LoadError, is_picture, load_file};
pub use password::Password;
pub use standing::{Judged, Standing, judge};
