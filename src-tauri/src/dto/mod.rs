//! What crosses the bridge to the page, one file an area. Every type here is exported to `ui/src/backend/types/` by the test
//! `export_bindings`; `cargo xtask check` fails when the committed files differ.
//!
//! Nothing here carries a secret but `SecretShown`, `QrShown` and `RecoveryShown`, which exist to show one.

mod adding;
mod backup;
mod center;
mod entry;
mod failure;
mod inspection;
mod moving;
mod preferences;
mod recovery;
mod sealed;
mod status;
mod ticket;
mod vaults;

pub(crate) use adding::*;
pub(crate) use backup::*;
pub(crate) use center::*;
pub(crate) use entry::*;
pub(crate) use failure::*;
pub(crate) use inspection::*;
pub(crate) use moving::*;
pub(crate) use preferences::*;
pub(crate) use recovery::*;
pub(crate) use sealed::*;
pub(crate) use status::*;
pub(crate) use ticket::*;
pub(crate) use vaults::*;

#[cfg(test)]
mod export;
