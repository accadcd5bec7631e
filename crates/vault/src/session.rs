//! An unlocked vault.

use std::path::Path;

use tessera_otp::{Code, Entry, Secret};

use crate::{
    AuditEvent, AuditRecord, CreateError, EntryId, Host, KdfParams, MergeChoice, MergeItem, MergeReport, Password, Quarantined,
    QuarantineKey, RecoveryCode, Report, Settings, Settle, SlotId, SlotInfo, VaultError, VaultId, Warning,
};

/// The bare vault key.
pub struct VaultKey(());

impl VaultKey {
    /// From 32 bytes.
    pub fn from_bytes(_bytes: &[u8; 32]) -> Self {
        todo!()
    }
    /// The 32 bytes.
    pub fn expose_secret(&self) -> &[u8; 32] {
        todo!()
    }
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VaultKey(..)")
    }
}

/// An unlocked vault. Dropping it wipes every key, secret and entry.
pub struct Vault {}

/// An entry in its vault.
#[derive(Debug, Clone, Copy)]
pub struct EntryRef<'a> {
    /// Its id.
    pub id: EntryId,
    /// What it says.
    pub entry: &'a Entry,
    /// How often its code was used.
    pub uses: u64,
    /// When it was last used, Unix seconds.
    pub last_used: Option<u64>,
}

#[allow(missing_docs, unused_variables, clippy::todo, clippy::needless_pass_by_value)]
impl Vault {
    pub fn create(path: &Path, password: &Password, kdf: KdfParams, host: Host) -> Result<(Self, RecoveryCode), CreateError> { todo!() }
    pub fn id(&self) -> VaultId { todo!() }
    pub fn path(&self) -> &Path { todo!() }
    pub fn generation(&self) -> u64 { todo!() }
    pub fn read_only(&self) -> bool { todo!() }
    pub fn refresh(&mut self) -> Result<bool, VaultError> { todo!() }
    pub fn entries(&self) -> impl Iterator<Item = EntryRef<'_>> { std::iter::empty() }
    pub fn trash(&self) -> impl Iterator<Item = EntryRef<'_>> { std::iter::empty() }
    /// In the trash or not.
    pub fn entry(&self, id: EntryId) -> Option<EntryRef<'_>> { todo!() }
    pub fn add(&mut self, entries: Vec<Entry>) -> Result<Vec<EntryId>, VaultError> { todo!() }
    pub fn update(&mut self, id: EntryId, entry: Entry) -> Result<(), VaultError> { todo!() }
    pub fn move_to_trash(&mut self, ids: &[EntryId]) -> Result<(), VaultError> { todo!() }
    pub fn restore(&mut self, ids: &[EntryId]) -> Result<(), VaultError> { todo!() }
    pub fn delete_forever(&mut self, ids: &[EntryId]) -> Result<(), VaultError> { todo!() }
    pub fn same_secret(&self, secret: &Secret) -> Vec<EntryId> { todo!() }
    pub fn code(&self, id: EntryId, at: u64) -> Result<Code, VaultError> { todo!() }
    pub fn advance_hotp(&mut self, id: EntryId) -> Result<Code, VaultError> { todo!() }
    pub fn record_use(&mut self, id: EntryId) { todo!() }
    pub fn set_order(&mut self, ids: Vec<EntryId>) { todo!() }
    pub fn order(&self) -> &[EntryId] { todo!() }
    pub fn flush_usage(&mut self, force: bool) -> Result<(), VaultError> { todo!() }
    pub fn settings(&self) -> &Settings { todo!() }
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), VaultError> { todo!() }
    pub fn verify_password(&self, password: &Password) -> Result<bool, VaultError> { todo!() }
    pub fn change_password(&mut self, new: &Password, kdf: KdfParams, rekey: bool) -> Result<Option<RecoveryCode>, VaultError> { todo!() }
    pub fn strengthen(&mut self, password: &Password, kdf: KdfParams) -> Result<(), VaultError> { todo!() }
    pub fn new_recovery_code(&mut self) -> Result<RecoveryCode, VaultError> { todo!() }
    pub fn verify_recovery_code(&self, code: &RecoveryCode) -> Result<bool, VaultError> { todo!() }
    pub fn use_up_recovery_code(&mut self, new: &Password, kdf: KdfParams) -> Result<RecoveryCode, VaultError> { todo!() }
    pub fn slots(&self) -> Vec<SlotInfo> { todo!() }
    pub fn remove_slot(&mut self, id: SlotId) -> Result<(), VaultError> { todo!() }
    pub fn audit(&mut self, event: AuditEvent, subject: Option<EntryId>) -> Result<(), VaultError> { todo!() }
    pub fn audit_log(&self, newest: usize) -> Result<Vec<AuditRecord>, VaultError> { todo!() }
    pub fn warnings(&self) -> &[Warning] { todo!() }
    pub fn quarantine(&self) -> &[Quarantined] { todo!() }
    pub fn settle(&mut self, keys: &[QuarantineKey], how: Settle) -> Result<(), VaultError> { todo!() }
    pub fn accept_manifest(&mut self) -> Result<(), VaultError> { todo!() }
    /// After `Warning::RolledBack` or `Fork`: this copy is the one to go on with.
    pub fn accept_as_newest(&mut self) -> Result<(), VaultError> { todo!() }
    pub fn check(&self) -> Result<Report, VaultError> { todo!() }
    pub fn compare_with(&self, other: &Self) -> Vec<MergeItem> { todo!() }
    pub fn merge(&mut self, other: &Self, choices: &[MergeChoice]) -> Result<MergeReport, VaultError> { todo!() }
    pub fn vault_key(&self) -> VaultKey { todo!() }
}
