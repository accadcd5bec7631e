//! Where backups go: added, changed, made now, tried.

use tauri::{AppHandle, Manager as _, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_vault::RecordId;

use super::super::password as opened;
use crate::{
    backup::{self, Key},
    dto::{BackupCopy, BackupTarget, BackupTargetEdit, DrillReport, ErrorCode, Failure, Sealed},
    shell::{App, Shell, run},
};

pub(super) fn target_id(text: &str) -> Result<RecordId, Failure> {
    text.parse().map_err(|error| Failure::with(ErrorCode::InvalidRequest, "That is no target's id.", error))
}

/// Where everything goes is a way to carry everything away: the password is asked.
fn require(shell: &Shell, password: &Sealed) -> Result<(), Failure> {
    let password = opened(shell, password)?;
    let steady = shell.clock.steady();
    shell.with_vault(|open| open.require_password(&password, steady))
}

#[command]
pub(crate) async fn backup_targets(shell: App<'_>) -> Result<Vec<BackupTarget>, Failure> {
    run(&shell, Shell::backup_rows).await
}

/// Asks for a folder. The page can name only those that were chosen.
#[command]
pub(crate) async fn backup_pick_folder(app: AppHandle, shell: App<'_>) -> Result<Option<String>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        let mut dialog = app.dialog().file().set_title("Folder for backups");
        // Begun among recent files, GTK's dialog takes no folder that is typed.
        if let Ok(home) = app.path().home_dir() {
            dialog = dialog.set_directory(home);
        }
        let chosen = dialog.blocking_pick_folder();
        let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return Ok(None) };
        let Some(text) = path.to_str() else {
            return Err(Failure::field("folder", "The folder's name is not text that can be kept."));
        };
        shell.backups.pick(&path);
        Ok(Some(text.to_owned()))
    })
    .await
}

#[command]
pub(crate) async fn backup_add_target(
    shell: App<'_>,
    edit: BackupTargetEdit,
    passphrase: Option<Sealed>,
    password: Sealed,
) -> Result<String, Failure> {
    run(&shell, move |shell| {
        let passphrase = passphrase.map(|passphrase| shell.unseal(&passphrase)).transpose()?;
        require(shell, &password)?;
        shell.add_backup_target(&edit, passphrase).map(|id| id.to_string())
    })
    .await
}

#[command]
pub(crate) async fn backup_edit_target(
    shell: App<'_>,
    id: String,
    edit: BackupTargetEdit,
    passphrase: Option<Sealed>,
    password: Sealed,
) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let id = target_id(&id)?;
        let passphrase = passphrase.map(|passphrase| shell.unseal(&passphrase)).transpose()?;
        require(shell, &password)?;
        shell.edit_backup_target(id, &edit, passphrase)
    })
    .await
}

#[command]
pub(crate) async fn backup_remove_target(shell: App<'_>, id: String) -> Result<(), Failure> {
    run(&shell, move |shell| shell.remove_backup_target(target_id(&id)?)).await
}

#[command]
pub(crate) async fn backup_now(shell: App<'_>, id: String) -> Result<(), Failure> {
    run(&shell, move |shell| backup::make(shell, target_id(&id)?)).await
}

#[command]
pub(crate) async fn backup_copies(shell: App<'_>, id: String) -> Result<Vec<BackupCopy>, Failure> {
    run(&shell, move |shell| shell.backup_copies(target_id(&id)?)).await
}

/// With a passphrase, or with a file of keys that is asked for, or with the vault's own key. Nothing when no file was chosen.
#[command]
pub(crate) async fn backup_drill(
    app: AppHandle,
    shell: App<'_>,
    id: String,
    passphrase: Option<Sealed>,
    key_file: bool,
) -> Result<Option<DrillReport>, Failure> {
    run(&shell, move |shell| {
        let id = target_id(&id)?;
        shell.with_vault(|_| Ok(()))?;
        let Some(key) = key(&app, shell, passphrase.as_ref(), key_file)? else { return Ok(None) };
        shell.drill(id, key).map(Some)
    })
    .await
}

/// What a person gives to open a backup; nothing when no file was chosen.
pub(super) fn key(
    app: &AppHandle,
    shell: &Shell,
    passphrase: Option<&Sealed>,
    key_file: bool,
) -> Result<Option<Key>, Failure> {
    if let Some(passphrase) = passphrase {
        return Ok(Some(Key::Passphrase(shell.unseal(passphrase)?)));
    }
    if !key_file {
        return Ok(Some(Key::Own));
    }
    let chosen = app.dialog().file().blocking_pick_file();
    Ok(chosen.and_then(|chosen| chosen.into_path().ok()).map(Key::File))
}

#[command]
pub(crate) async fn backup_put_off_drill(shell: App<'_>, id: String) -> Result<(), Failure> {
    run(&shell, move |shell| shell.put_off_drill(target_id(&id)?)).await
}
