//! Importing: files and photographs are read, listed, chosen from, written in one transaction, and taken back.

use std::path::{Path, PathBuf};

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_scan::{Effort, decode, load_image};
use tessera_transfer::{LoadError, Password, ReadError, load_file};
use tessera_vault::VaultError;
use zeroize::Zeroizing;

use crate::{
    convert,
    dto::{ErrorCode, Failure, ImportChoice, ImportDone, ImportView, Progress, Sealed, Task},
    importing::{Read, read},
    shell::{App, Notice, Shell, run},
};

/// As many files as a person picks at once; what is more is a mistake.
const FILES_MOST: usize = 200;

/// Asks for files and reads them; nothing when none was chosen.
#[command]
pub(crate) async fn import_pick(app: AppHandle, shell: App<'_>) -> Result<Option<ImportView>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        let chosen = app.dialog().file().blocking_pick_files().unwrap_or_default();
        let paths: Vec<PathBuf> = chosen.into_iter().filter_map(|chosen| chosen.into_path().ok()).collect();
        if paths.is_empty() { Ok(None) } else { read_files(shell, &paths).map(Some) }
    })
    .await
}

/// Files that were dropped on the window; others the page cannot name.
#[command]
pub(crate) async fn import_files(shell: App<'_>, paths: Vec<PathBuf>) -> Result<ImportView, Failure> {
    run(&shell, move |shell| {
        shell.only_dropped(&paths)?;
        read_files(shell, &paths)
    })
    .await
}

/// Reads files into the list. Stopping keeps what was read.
pub(crate) fn read_files(shell: &Shell, paths: &[PathBuf]) -> Result<ImportView, Failure> {
    shell.with_vault(|_| Ok(()))?;
    if paths.len() > FILES_MOST {
        return Err(Failure::with(ErrorCode::TooManyFiles, "Too many files at once.", FILES_MOST));
    }
    let now = shell.clock.unix();
    let stop = shell.import_begins();
    let mut made = Vec::with_capacity(paths.len());
    for (done, path) in paths.iter().enumerate() {
        if stop.is_asked() {
            break;
        }
        tell(shell, Task::ReadingFiles, done, paths.len());
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let result = match load_file(path) {
            Ok(bytes) => read(&name, bytes, now, &codes),
            Err(error) => Read::Failed(unread(&error, path)),
        };
        made.push((name, result));
    }
    // Only into the list of an open vault: what is locked meanwhile is forgotten with `made`.
    shell.with_vault(|open| {
        let mut importing = shell.importing();
        importing.take(made, now);
        Ok(importing.view(&open.vault))
    })
}

fn unread(error: &LoadError, path: &Path) -> Failure {
    match error {
        LoadError::TooLarge(error) => error.clone().into(),
        LoadError::Io(error) => Failure::with(
            ErrorCode::FileUnreadable,
            format!("The file cannot be read: {error}"),
            path.display(),
        ),
    }
}

/// What the QR codes of a picture say.
pub(crate) fn codes(picture: &[u8]) -> Result<Vec<Zeroizing<String>>, Failure> {
    let frame = load_image(picture)?;
    Ok(decode(&frame, Effort::Still).into_iter().map(|found| found.text).collect())
}

fn tell(shell: &Shell, task: Task, done: usize, total: usize) {
    let (done, total) = (convert::small(done), Some(convert::small(total)));
    shell.tell(Notice::Progress(Progress { task, done, total }));
}

/// A file's password. It is tried on the other waiting files of the same app too; a wrong one is told of the file it was
/// typed for.
#[command]
pub(crate) async fn import_password(
    shell: App<'_>,
    file: String,
    password: Sealed,
) -> Result<ImportView, Failure> {
    run(&shell, move |shell| {
        let password = Password::new(std::mem::take(&mut *shell.unseal(&password)?));
        open_file(shell, &file, &password)
    })
    .await
}

pub(crate) fn open_file(shell: &Shell, file: &str, password: &Password) -> Result<ImportView, Failure> {
    shell.with_vault(|_| Ok(()))?;
    let now = shell.clock.unix();
    let waiting = shell.importing().sealed_like(file)?;
    let stop = shell.import_begins();
    let total = waiting.len();
    let mut opened = Vec::with_capacity(total);
    for (done, (key, sealed)) in waiting.into_iter().enumerate() {
        if stop.is_asked() {
            break;
        }
        tell(shell, Task::ReadingFiles, done, total);
        match sealed.open(password, now, &codes) {
            Err(error @ ReadError::WrongPassword { .. }) if key == file => return Err(error.into()),
            Err(ReadError::WrongPassword { .. }) => {}
            result => opened.push((key, result)),
        }
    }
    shell.with_vault(|open| {
        let mut importing = shell.importing();
        for (key, result) in opened {
            importing.opened(&key, result);
        }
        Ok(importing.view(&open.vault))
    })
}

/// Takes a file off the list.
#[command]
pub(crate) async fn import_remove(shell: App<'_>, file: String) -> Result<ImportView, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|open| {
            let mut importing = shell.importing();
            importing.remove(&file);
            Ok(importing.view(&open.vault))
        })
    })
    .await
}

/// Writes what was chosen, in one transaction; nothing when it was stopped. `group`: all of it goes into this one.
#[command]
pub(crate) async fn import_apply(
    shell: App<'_>,
    choices: Vec<ImportChoice>,
    group: Option<String>,
) -> Result<Option<ImportDone>, Failure> {
    run(&shell, move |shell| apply(shell, &choices, group.as_deref())).await
}

pub(crate) fn apply(
    shell: &Shell,
    choices: &[ImportChoice],
    group: Option<&str>,
) -> Result<Option<ImportDone>, Failure> {
    let stop = shell.import_begins();
    shell.with_vault(|open| {
        open.vault.refresh()?;
        let (entries, replaced) = shell.importing().chosen(&open.vault, choices, group)?;
        let watch = &mut |done, total| {
            tell(shell, Task::Importing, done, total);
            !stop.is_asked()
        };
        match open.vault.import_over(entries, &replaced, watch) {
            Ok(imported) => {
                shell.importing().clear();
                let done = ImportDone {
                    added: convert::small(imported.added.len()),
                    replaced: convert::small(imported.replaced.len()),
                };
                open.imported = Some(imported);
                Ok(Some(done))
            }
            Err(VaultError::Stopped) => Ok(None),
            Err(error) => Err(error.into()),
        }
    })
}

/// Stops what goes on. Answers at once; what is stopped answers for itself.
#[command]
pub(crate) fn import_stop(shell: App<'_>) {
    shell.import_stops();
}

/// Takes the last import of this session back, and tells how many entries went.
#[command]
pub(crate) async fn import_undo(shell: App<'_>) -> Result<u32, Failure> {
    run(&shell, undo).await
}

pub(crate) fn undo(shell: &Shell) -> Result<u32, Failure> {
    shell.with_vault(|open| {
        let imported = open.imported.take().ok_or_else(|| {
            Failure::new(ErrorCode::CandidateGone, "There is no import of this session to take back.")
        })?;
        match open.vault.undo_import(&imported) {
            Ok(gone) => Ok(convert::small(gone)),
            Err(error) => {
                // It can be tried again.
                open.imported = Some(imported);
                Err(error.into())
            }
        }
    })
}

/// The person left the view.
#[command]
pub(crate) fn import_discard(shell: App<'_>) {
    shell.import_stops();
    shell.importing().clear();
}
