//! Getting in and out.

use std::{fs, io::Write as _, path::Path};

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_vault::LockedVault;
use zeroize::Zeroizing;

use crate::{
    dto::{ErrorCode, Failure, LockReason, RecoveryConfirmed, RecoveryShown, Sealed, Strength, TypedGroup},
    session::recovery_groups,
    shell::{App, Notice, Shell, held, run},
    strength, window,
};

#[command]
pub(crate) async fn password_strength(shell: App<'_>, password: Sealed) -> Result<Strength, Failure> {
    run(&shell, move |shell| Ok(strength::estimate(&shell.unseal(&password)?))).await
}

#[command]
pub(crate) async fn create_vault(shell: App<'_>, password: Sealed) -> Result<RecoveryShown, Failure> {
    run(&shell, move |shell| shell.create(shell.unseal(&password)?)).await
}

#[command]
pub(crate) async fn unlock(shell: App<'_>, password: Sealed) -> Result<(), Failure> {
    run(&shell, move |shell| shell.unlock(shell.unseal(&password)?)).await
}

#[command]
pub(crate) async fn unlock_with_recovery(shell: App<'_>, code: Sealed) -> Result<(), Failure> {
    run(&shell, move |shell| shell.unlock_with_recovery(&shell.unseal(&code)?)).await
}

#[command]
pub(crate) async fn set_new_password(shell: App<'_>, password: Sealed) -> Result<RecoveryShown, Failure> {
    run(&shell, move |shell| shell.set_new_password(shell.unseal(&password)?)).await
}

/// The recovery code that was not confirmed yet, for a page that was loaded anew.
#[command]
pub(crate) async fn recovery_show(shell: App<'_>) -> Result<RecoveryShown, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|open| open.recovery.as_ref().map(recovery_groups).ok_or_else(none_waits))
    })
    .await
}

#[command]
pub(crate) async fn recovery_confirm(shell: App<'_>, groups: Sealed) -> Result<RecoveryConfirmed, Failure> {
    run(&shell, move |shell| {
        let typed = shell.unseal(&groups)?;
        let typed: Vec<TypedGroup> = serde_json::from_str(&typed).map_err(|_| {
            Failure::new(ErrorCode::InvalidRequest, "The typed groups are no list of groups.")
        })?;
        let confirmed = shell.with_vault(|open| open.confirm_recovery(&typed))?;
        if confirmed.ok {
            shell.tell(Notice::ReplacePage);
        }
        Ok(confirmed)
    })
    .await
}

/// Opens the system's print dialog on the page, of which only the recovery sheet goes on paper. Asked for here because the
/// page's own `window.print` is not let through everywhere.
#[command]
pub(crate) async fn recovery_print(app: AppHandle, shell: App<'_>) -> Result<(), Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|open| open.recovery.as_ref().map(|_| ()).ok_or_else(none_waits))?;
        window::print(&app)
            .map_err(|error| Failure::with(ErrorCode::Io, "The print dialog could not be opened.", error))
    })
    .await
}

/// Asks where, and writes the recovery code there, readable by its owner alone.
#[command]
pub(crate) async fn recovery_save(app: AppHandle, shell: App<'_>) -> Result<Option<String>, Failure> {
    run(&shell, move |shell| {
        let text = shell.with_vault(|open| {
            open.recovery.as_ref().map(|code| sheet(code, shell)).ok_or_else(none_waits)
        })?;
        let chosen = app.dialog().file().set_file_name("tessera-recovery-code.txt").blocking_save_file();
        let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return Ok(None) };
        write_private(&path, text.as_bytes())
            .map_err(|error| Failure::with(ErrorCode::Io, "The recovery code could not be saved.", error))?;
        Ok(Some(path.to_string_lossy().into_owned()))
    })
    .await
}

fn none_waits() -> Failure {
    Failure::new(ErrorCode::NoRecoveryPending, "No recovery code waits for being confirmed.")
}

/// What the saved file says.
fn sheet(code: &tessera_vault::RecoveryCode, shell: &Shell) -> Zeroizing<String> {
    let path = held(&shell.config).vault_path().display().to_string();
    let code = code.to_text();
    let mut text = Zeroizing::new(String::with_capacity(path.len() + code.len() + 512));
    for part in [
        "Tessera recovery code\n\n    ",
        &code,
        "\n\nIt opens the vault ",
        &path,
        "\nwithout the password. Whoever has both this code and the vault file can read everything in it.\n\
         Keep it away from this computer: print it, or move it to a medium that lies elsewhere, then delete this file.\n",
    ] {
        text.push_str(part);
    }
    text
}

/// Written beside and renamed over, with mode 0600 from the first byte on.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A temporary file is made with mode 0600 where there are modes, and keeps it when it is renamed.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[command]
pub(crate) async fn lock(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| {
        shell.lock(LockReason::Asked);
        Ok(())
    })
    .await
}

/// Asks for another vault file, or for the name of a new one; from then on the app works with it.
#[command]
pub(crate) async fn choose_vault(app: AppHandle, shell: App<'_>, create: bool) -> Result<bool, Failure> {
    run(&shell, move |shell| {
        // Before a person looks for a place in vain.
        held(&shell.config).may_choose_vault()?;
        let dialog = app.dialog().file();
        let chosen = if create {
            dialog.set_file_name("vault.tessera").blocking_save_file()
        } else {
            dialog.add_filter("Tessera", &["tessera"]).add_filter("*", &["*"]).blocking_pick_file()
        };
        let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return Ok(false) };
        if create && fs::exists(&path).unwrap_or(true) {
            return Err(tessera_vault::CreateError::Exists.into());
        }
        if !create {
            LockedVault::open(&path)?;
        }
        shell.go_on_with(path).map(|()| true)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_saved_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("code.txt");
        fs::write(&path, "old").unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777,
            0o600
        );
    }
}
