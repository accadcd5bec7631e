//! The commands, one file an area. A command converts, makes one call, and converts back; `list.rs` is the list of them all.
#![allow(clippy::needless_pass_by_value, reason = "Tauri hands a command's arguments over by value")]

pub(crate) mod adding;
pub(crate) mod app;
pub(crate) mod backup;
pub(crate) mod bulk;
pub(crate) mod cameras;
pub(crate) mod care;
pub(crate) mod center;
pub(crate) mod codes;
pub(crate) mod desk;
pub(crate) mod door;
pub(crate) mod entries;
pub(crate) mod exporting;
pub(crate) mod importing;
pub(crate) mod ticket;
pub(crate) mod vaults;

pub(crate) use backup::{backup_targets, restoring};
pub(crate) use center::{
    account, connections, contacts, devices, identity, joining, known, links, members, protection,
    signing_in, trial,
};

pub(crate) use desk::{review, staff};
pub(crate) use ticket::{documents, filing, following, photos, ticket_links};

use crate::{
    dto::{Failure, Sealed},
    shell::Shell,
};

/// A sealed password, opened.
fn password(shell: &Shell, sealed: &Sealed) -> Result<tessera_vault::Password, Failure> {
    Ok(crate::session::to_password(shell.unseal(sealed)?))
}
