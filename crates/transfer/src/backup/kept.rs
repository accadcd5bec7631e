//! Backups to the targets that a vault keeps.

use std::path::PathBuf;

use tessera_vault::{BackupTarget, BackupWay, Vault, VaultError};

use super::folder::{BackupError, Made, Target, create_within};
use super::{Backup, BackupIdentity, Patience, Recipient, SealFor};
use crate::Password;

/// The vault's own key for reading back; made when it is first needed. `None` if the kept one cannot be read.
///
/// # Errors
/// What any change of the vault may meet.
pub fn own_identity(vault: &mut Vault) -> Result<Option<BackupIdentity>, VaultError> {
    if let Some(kept) = vault.backup_identity() {
        return Ok(BackupIdentity::parse(kept));
    }
    // To be stored in the vault.
    let fresh = BackupIdentity::generate().expose_secret();
    Ok(BackupIdentity::parse(&vault.keep_backup_identity(fresh)?))
}

/// Makes a backup for a target, as [`create_within`] does. `own` is needed for recipients, `work_factor` for a passphrase
/// ([`WORK_FACTOR`](super::WORK_FACTOR) outside of tests).
///
/// # Errors
/// Those of [`create`](super::create); [`BackupError::NotMade`] too for a recipient that cannot be read, or a missing `own`.
pub fn create_for(
    target: &BackupTarget,
    backup: &Backup,
    mac_key: &[u8; 32],
    own: Option<&BackupIdentity>,
    work_factor: u8,
    patience: &Patience<'_>,
) -> Result<Made, BackupError> {
    let keep = usize::try_from(target.keep).unwrap_or(usize::MAX);
    let folder = Target { folder: PathBuf::from(&target.folder), keep };
    match &target.way {
        BackupWay::Passphrase(kept) => {
            // The backup is sealed with it and opened again.
            let password = Password::new(kept.expose_secret());
            let seal_for = SealFor::Passphrase { password: &password, work_factor };
            create_within(backup, mac_key, seal_for, &folder, patience)
        }
        BackupWay::Recipients(texts) => {
            let recipients: Result<Vec<Recipient>, _> = texts.iter().map(|text| text.parse()).collect();
            let recipients = recipients.map_err(|_| BackupError::NotMade("one of its keys is none"))?;
            let own = own.ok_or(BackupError::NotMade("the vault's own backup key cannot be read"))?;
            let seal_for = SealFor::Recipients { recipients: &recipients, own };
            create_within(backup, mac_key, seal_for, &folder, patience)
        }
    }
}
