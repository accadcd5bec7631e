//! A backup is brought back.

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;

use super::backup_targets::{key, target_id};
use crate::{
    convert,
    dto::{EntryId, Failure, RecoveryShown, RestoreDone, RestoreFile, RestorePreview, Sealed},
    shell::{App, held, run},
};

/// Asks for a backup. Also before there is a vault: then one can be made of it.
#[command]
pub(crate) async fn restore_pick(app: AppHandle, shell: App<'_>) -> Result<Option<RestoreFile>, Failure> {
    run(&shell, move |shell| {
        let dialog = app.dialog().file().add_filter("age", &["age"]).add_filter("*", &["*"]);
        let Some(path) = dialog.blocking_pick_file().and_then(|chosen| chosen.into_path().ok()) else {
            return Ok(None);
        };
        shell.choose_backup(&path).map(Some)
    })
    .await
}

/// One of the backups in the folder of a target.
#[command]
pub(crate) async fn restore_copy(shell: App<'_>, id: String, file: String) -> Result<RestoreFile, Failure> {
    run(&shell, move |shell| shell.choose_copy(target_id(&id)?, &file)).await
}

/// Opens what was chosen. Nothing when a file of keys was to be chosen and was not.
#[command]
pub(crate) async fn restore_open(
    app: AppHandle,
    shell: App<'_>,
    passphrase: Option<Sealed>,
    key_file: bool,
) -> Result<Option<RestorePreview>, Failure> {
    run(&shell, move |shell| {
        let Some(key) = key(&app, shell, passphrase.as_ref(), key_file)? else { return Ok(None) };
        shell.open_backup(key).map(Some)
    })
    .await
}

/// Takes these from the backup; what else differs stays as the vault has it.
#[command]
pub(crate) async fn restore_apply(shell: App<'_>, take: Vec<EntryId>) -> Result<RestoreDone, Failure> {
    run(&shell, move |shell| shell.restore_entries_of(&convert::entry_ids(&take)?.into_iter().collect()))
        .await
}

/// Makes a new vault of it: where the vault should be and is not, or at a place that is asked for. Nothing when none was chosen.
#[command]
pub(crate) async fn restore_into_new(
    app: AppHandle,
    shell: App<'_>,
    password: Sealed,
    elsewhere: bool,
) -> Result<Option<RecoveryShown>, Failure> {
    run(&shell, move |shell| {
        // Opened first: its key does not wait for the dialog.
        let password = shell.unseal(&password)?;
        let mut place = None;
        if elsewhere {
            // Before a person looks for a place in vain.
            held(&shell.config).may_choose_vault()?;
            let chosen = app.dialog().file().set_file_name("vault.tessera").blocking_save_file();
            let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return Ok(None) };
            place = Some(path);
        }
        shell.restore_into_new(password, place.as_deref()).map(Some)
    })
    .await
}

#[command]
pub(crate) async fn restore_drop(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| {
        shell.drop_backup();
        Ok(())
    })
    .await
}
