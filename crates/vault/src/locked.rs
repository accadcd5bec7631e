//! A vault file without its key.

use std::path::Path;
use std::time::Duration;

use crate::{Host, OpenError, Password, RecoveryCode, SlotInfo, UnlockError, Vault, VaultId, VaultKey};

/// A file that was recognized as a vault; nothing private of it can be read.
#[derive(Debug)]
pub struct LockedVault {}

/// What a vault is unlocked with.
#[derive(Debug)]
pub enum UnlockWith<'a> {
    /// The password.
    Password(&'a Password),
    /// The recovery code.
    RecoveryCode(&'a RecoveryCode),
    /// The bare vault key. Only tests and tools that already hold it have a use for this; no audit event is written.
    VaultKey(&'a VaultKey),
}

impl LockedVault {
    /// Recognizes the file.
    pub fn open(_path: &Path) -> Result<Self, OpenError> {
        todo!()
    }
    /// As `open`, and the session will not write: for checking a file without touching it.
    pub fn open_read_only(_path: &Path) -> Result<Self, OpenError> {
        todo!()
    }
    /// The id of the vault.
    pub fn id(&self) -> VaultId {
        todo!()
    }
    /// How many failed tries there were since the last unlocking.
    pub fn failed_unlocks(&self) -> u32 {
        todo!()
    }
    /// How long to wait before the next try: 0, 0, 0, 1, 2, 4 .. 60 s by the number of failed ones.
    pub fn delay(&self) -> Duration {
        todo!()
    }
    /// Whether the file or its folder may only be read.
    pub fn read_only(&self) -> bool {
        todo!()
    }
    /// The slots, unverified.
    pub fn slots(&self) -> Vec<SlotInfo> {
        todo!()
    }
    /// Unlocks. A failed try is noted in the file, sealed to the log's key. Nothing is delayed here.
    pub fn unlock(&self, _with: &UnlockWith<'_>, _host: Host) -> Result<Vault, UnlockError> {
        todo!()
    }
}
