//! The vaults that were used on this computer.

use serde::Serialize;
use ts_rs::TS;

/// A vault file that was used here.
#[derive(Debug, Clone, Serialize, TS)]
pub(crate) struct VaultRow {
    /// Its file, by which it is named.
    pub(crate) path: String,
    /// Its file's name.
    pub(crate) name: String,
    /// It is the one in use.
    pub(crate) current: bool,
    /// Its file is there.
    pub(crate) there: bool,
}
