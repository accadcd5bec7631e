//! Backups: a JSON document of everything in the vault, in an age file that the standard `age` tool opens.
//!
//! A backup is written beside the others under a name of its own, read back, decrypted and compared before it gets its final
//! name; only then may an older one go. So a file with a backup's name was proved, whenever the power went. The format:
//! `docs/backup-format.md`.

mod document;
mod folder;
mod kept;
mod keys;
mod patience;
mod restore;
mod schedule;
mod sealed;

pub use document::{Backup, Origin};
pub use folder::{BackupError, Listed, Made, Target, create, create_within, list, list_within, read_within};
pub use kept::{create_for, own_identity};
pub use keys::{BackupIdentity, Recipient, RecipientError};
pub use patience::Patience;
pub use restore::{differences, entries_of, in_vault_elsewhere};
pub use schedule::{
    DRILL_EVERY_S, DRILL_FIRST_S, DRILL_PUT_OFF_S, PAUSE_MOST_S, PAUSE_S, Standing, drill_is_due, retry_after,
};
pub use sealed::{OpenError, OpenWith, SealFor, WORK_FACTOR, open, seal};

pub(crate) use document::{VERSION, entry, looks_like, place};
pub(crate) use sealed::is_age;

#[cfg(test)]
mod tests;
