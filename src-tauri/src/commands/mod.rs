//! The commands, one file an area. A command converts, makes one call, and converts back; `list.rs` is the list of them all.
#![allow(clippy::needless_pass_by_value, reason = "Tauri hands a command's arguments over by value")]

pub(crate) mod adding;
pub(crate) mod app;
pub(crate) mod cameras;
pub(crate) mod care;
pub(crate) mod codes;
pub(crate) mod door;
pub(crate) mod entries;

use crate::{
    dto::{Failure, Sealed},
    shell::Shell,
};

/// A sealed password, opened.
fn password(shell: &Shell, sealed: &Sealed) -> Result<tessera_vault::Password, Failure> {
    Ok(crate::session::to_password(shell.unseal(sealed)?))
}
