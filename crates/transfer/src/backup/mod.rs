//! Backups: a JSON document of everything in the vault, in an age file that the standard `age` tool opens.
//!
//! A backup is written beside the others under a name of its own, read back, decrypted and compared before it gets its final
//! name; only then may an older one go. So a file with a backup's name was proved, whenever the power went. The format:
//! `docs/backup-format.md`.

mod document;
mod folder;
mod keys;
mod sealed;

pub use document::{Backup, Origin};
pub use folder::{BackupError, Listed, Made, Target, create, list};
pub use keys::{BackupIdentity, Recipient, RecipientError};
pub use sealed::{OpenError, OpenWith, SealFor, WORK_FACTOR, open, seal};

pub(crate) use document::{VERSION, entry, looks_like, place};
pub(crate) use sealed::is_age;

#[cfg(test)]
mod tests;
