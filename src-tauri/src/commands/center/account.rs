//! The account itself: read, edited, exported, erased.

use std::{io::Write as _, path::Path};

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_center_api::{Page, account::AccountPatch, security::SecurityEvent};
use tessera_center_client::Versioned;
use zeroize::Zeroizing;

use crate::{
    center::{ask, request, requests::key},
    dto::{AccountRef, AccountSeen, ErrorCode, Failure},
    shell::App,
};

fn seen(answer: Versioned<tessera_center_api::account::Account>) -> AccountSeen {
    AccountSeen { account: answer.value, version: answer.version }
}

#[command]
pub(crate) async fn center_account(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<AccountSeen, Failure> {
    let key = key(&("account", &who));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let answer = call.heed(&who, session.account().await).await?;
        call.saw(&who, &answer.value).await?;
        Ok(seen(answer))
    })
    .await
}

#[command]
pub(crate) async fn center_edit_account(
    shell: App<'_>,
    who: AccountRef,
    version: String,
    patch: AccountPatch,
    request: u32,
) -> Result<AccountSeen, Failure> {
    let key = key(&("edit-account", &who, &version, &patch));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let answer = call.heed(&who, session.edit_account(&patch, &version).await).await?;
        call.saw(&who, &answer.value).await?;
        call.shell.tell(crate::shell::Notice::CenterAccounts);
        Ok(seen(answer))
    })
    .await
}

/// Asks where, then downloads and writes, readable by its owner alone.
#[command]
pub(crate) async fn center_export_account(
    app: AppHandle,
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Option<String>, Failure> {
    let key = key(&("export", &who));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let name = format!("account-{}.json", who.account);
        let chosen = call
            .blocking(move |_| Ok(app.dialog().file().set_file_name(name).blocking_save_file()))
            .await?
            .and_then(|chosen| chosen.into_path().ok());
        let Some(path) = chosen else { return Ok(None) };
        let export = call.heed(&who, session.export().await).await?;
        let text = serde_json::to_vec_pretty(&export).map(Zeroizing::new);
        let text = text.map_err(|error| {
            Failure::with(ErrorCode::Internal, "The download could not be written as JSON.", error)
        })?;
        call.blocking(move |_| {
            write_private(&path, &text).map_err(|error| {
                Failure::with(
                    ErrorCode::Io,
                    format!("The file could not be written: {error}"),
                    path.display(),
                )
            })?;
            Ok(Some(path.to_string_lossy().into_owned()))
        })
        .await
    })
    .await
}

/// Written beside and renamed over, with mode 0600 from the first byte on.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[command]
pub(crate) async fn center_erase_account(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("erase", &who));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        call.heed(&who, session.erase().await).await?;
        call.sign_out(&who).await?;
        call.forget_account(&who).await
    })
    .await
}

#[command]
pub(crate) async fn center_security_log(
    shell: App<'_>,
    who: AccountRef,
    cursor: Option<String>,
    request: u32,
) -> Result<Page<SecurityEvent>, Failure> {
    let key = key(&("security-log", &who, &cursor));
    ask(
        &shell,
        request,
        key,
        who,
        move |session, _| async move { session.security_log(cursor.as_deref()).await },
        |page| page,
    )
    .await
}
