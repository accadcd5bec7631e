//! Exporting: what a format cannot carry is told first; the vault's password is asked for again, the log says so, and the file
//! is written whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_otp::Entry;
use tessera_transfer::{EXPORTS, Export, Lost, Making, Password, export_by_id, write_private};
use tessera_vault::{AuditEvent, EntryId as Id, Vault};

use super::{entries::no_entry, password as opened};
use crate::{
    clock, convert,
    dto::{EntryId, ErrorCode, ExportDone, ExportFormat, ExportLoss, ExportPreview, Failure, Sealed, Task},
    exported::Written,
    shell::{App, Shell, run},
};

/// The formats that can be written.
#[command]
pub(crate) fn export_formats() -> Vec<ExportFormat> {
    let format = |export: &&Export| ExportFormat {
        id: export.id.to_owned(),
        name: export.name.to_owned(),
        extension: export.extension.to_owned(),
        encrypted: export.encrypted,
    };
    EXPORTS.iter().map(format).collect()
}

fn export_of(id: &str) -> Result<&'static Export, Failure> {
    export_by_id(id)
        .ok_or_else(|| Failure::with(ErrorCode::InvalidRequest, "That is no format that is written.", id))
}

/// The entries with these ids, in that order; without ids all outside the trash.
fn wanted(vault: &Vault, ids: Option<&[Id]>) -> Result<Vec<(Id, Entry)>, Failure> {
    let Some(ids) = ids else {
        return Ok(vault.entries().map(|found| (found.id, found.entry.clone())).collect());
    };
    let entry = |id: &Id| {
        let found = vault.entry(*id).filter(|found| found.entry.deleted.is_none());
        Ok((*id, found.ok_or_else(|| no_entry(vault, *id))?.entry.clone()))
    };
    ids.iter().map(entry).collect()
}

/// What would be written and what would be lost.
#[command]
pub(crate) async fn export_preview(
    shell: App<'_>,
    format: String,
    ids: Option<Vec<EntryId>>,
) -> Result<ExportPreview, Failure> {
    run(&shell, move |shell| preview(shell, &format, ids.as_deref())).await
}

pub(crate) fn preview(
    shell: &Shell,
    format: &str,
    ids: Option<&[EntryId]>,
) -> Result<ExportPreview, Failure> {
    let export = export_of(format)?;
    let ids = ids.map(convert::entry_ids).transpose()?;
    shell.with_vault(|open| {
        let (ids, entries): (Vec<Id>, Vec<Entry>) = wanted(&open.vault, ids.as_deref())?.into_iter().unzip();
        let losses = export.losses(&entries).into_iter().filter_map(|loss| {
            let (left_out, what) = match loss.lost {
                Lost::Entry(reason) => (true, reason),
                Lost::Part(part) => (false, part),
            };
            Some(ExportLoss { id: convert::id(*ids.get(loss.index)?), left_out, what: what.to_owned() })
        });
        let carried = entries.iter().filter(|entry| export.carries(entry)).count();
        Ok(ExportPreview {
            entries: convert::small(entries.len()),
            carried: convert::small(carried),
            losses: losses.collect(),
        })
    })
}

/// Asks for a place and writes. The vault's password is asked for whatever the format is: whoever sits at an open vault
/// could choose the new file's own.
#[command]
pub(crate) async fn export_write(
    app: AppHandle,
    shell: App<'_>,
    format: String,
    ids: Option<Vec<EntryId>>,
    password: Sealed,
    file_password: Option<Sealed>,
) -> Result<Option<ExportDone>, Failure> {
    run(&shell, move |shell| {
        let export = export_of(&format)?;
        // Opened first: their keys do not wait for the dialog.
        let password = opened(shell, &password)?;
        let file_password = file_password
            .map(|sealed| Ok::<_, Failure>(Password::new(std::mem::take(&mut *shell.unseal(&sealed)?))))
            .transpose()?;
        let steady = shell.clock.steady();
        shell.with_vault(|open| open.require_password(&password, steady))?;
        let name = format!("tessera-{}.{}", export.id, export.extension);
        let dialog = app.dialog().file().add_filter(export.name, &[export.extension]).set_file_name(name);
        let Some(path) = dialog.blocking_save_file().and_then(|chosen| chosen.into_path().ok()) else {
            return Ok(None);
        };
        let ids = ids.map(|ids| convert::entry_ids(&ids)).transpose()?;
        write(shell, export, ids.as_deref(), file_password.as_ref(), path).map(Some)
    })
    .await
}

/// Notes it in the log and writes. A file of that name was offered to the person by the system's dialog and goes.
pub(crate) fn write(
    shell: &Shell,
    export: &'static Export,
    ids: Option<&[Id]>,
    password: Option<&Password>,
    path: PathBuf,
) -> Result<ExportDone, Failure> {
    let now = shell.clock.unix();
    let entries: Vec<Entry> = shell
        .with_vault(|open| Ok(wanted(&open.vault, ids)?.into_iter().map(|(_, entry)| entry).collect()))?;
    if export.encrypted {
        shell.tell_progress(Task::Deriving);
    }
    let mut rng = clock::randomness();
    let bytes = export.write(&entries, Making { now, password, rng: &mut rng })?;
    let logged = shell.with_vault(|open| {
        // Whoever can only read the vault must still be able to leave with what is theirs: the page says that nothing was
        // noted.
        if open.vault.read_only() {
            return Ok(false);
        }
        open.vault.audit(AuditEvent::Exported, None)?;
        Ok(true)
    })?;
    write_private(&path, &bytes, true).map_err(|error| unwritten(&error, &path))?;
    shell.exported(Some(Written::of(&path, &bytes)));
    let carried = entries.iter().filter(|entry| export.carries(entry)).count();
    Ok(ExportDone { path: path.display().to_string(), entries: convert::small(carried), logged })
}

/// Deletes the file of the last export, once it did its work.
#[command]
pub(crate) async fn export_delete(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, delete).await
}

pub(crate) fn delete(shell: &Shell) -> Result<(), Failure> {
    shell.with_vault(|_| Ok(()))?;
    let written = shell.last_exported().ok_or_else(|| {
        Failure::new(ErrorCode::InvalidRequest, "There is no file of an export that could be deleted.")
    })?;
    written.delete()?;
    shell.exported(None);
    Ok(())
}

fn unwritten(error: &io::Error, path: &Path) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorCode::Permission,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::NoRoom,
        _ => ErrorCode::Io,
    };
    Failure::with(code, format!("The file could not be written: {error}"), path.display())
}
