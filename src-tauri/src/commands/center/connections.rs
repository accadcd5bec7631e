//! Adding, naming and removing centers; calling requests off.

use std::fs;

use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_scan::{Effort, Frame, clipboard, decode, load_image_file, screen};

use crate::{
    center::{connections::form_of, request, requests::key},
    commands::adding::PICTURES,
    dto::{CenterForm, CenterId, CenterRow, CertificateFile, ErrorCode, Failure, QrSource},
    harden,
    shell::{App, Shell, run},
};

/// The largest file that is read as a certificate, in bytes.
const CERTIFICATE_MOST: u64 = 64 * 1024;

/// Calls a request off.
#[command]
pub(crate) fn center_cancel(shell: App<'_>, request: u32) {
    shell.center.requests.cancel(request);
}

#[command]
pub(crate) async fn center_list(shell: App<'_>) -> Result<Vec<CenterRow>, Failure> {
    run(&shell, Shell::center_rows).await
}

#[command]
pub(crate) async fn center_read_link(shell: App<'_>, text: String) -> Result<CenterForm, Failure> {
    run(&shell, move |_| form_of(&text)).await
}

/// Looks for a center's QR code; others are passed over.
#[command]
pub(crate) async fn center_read_qr(
    app: AppHandle,
    shell: App<'_>,
    source: QrSource,
) -> Result<Option<CenterForm>, Failure> {
    run(&shell, move |_| {
        let frames: Vec<Frame> = match source {
            QrSource::Screen => harden::readable_for_portals(screen::capture_all)?,
            QrSource::Clipboard => clipboard::read_image()?.into_iter().collect(),
            QrSource::File => {
                let dialog = app.dialog().file().add_filter("PNG, JPEG, WebP, GIF, BMP", &PICTURES);
                let chosen = dialog.blocking_pick_file().and_then(|chosen| chosen.into_path().ok());
                let left = || Failure::new(ErrorCode::CenterCancelled, "No picture was chosen.");
                vec![load_image_file(&chosen.ok_or_else(left)?)?]
            }
        };
        let found = frames.iter().flat_map(|frame| decode(frame, Effort::Still));
        let links = found.filter(|found| found.text.starts_with("tessera-center://"));
        Ok(links.into_iter().find_map(|found| form_of(&found.text).ok()))
    })
    .await
}

#[command]
pub(crate) async fn center_pick_certificate(
    app: AppHandle,
    shell: App<'_>,
) -> Result<Option<CertificateFile>, Failure> {
    run(&shell, move |shell| {
        let dialog = app.dialog().file().add_filter("PEM", &["pem", "crt", "cer"]).add_filter("*", &["*"]);
        let Some(path) = dialog.blocking_pick_file().and_then(|chosen| chosen.into_path().ok()) else {
            return Ok(None);
        };
        let unreadable = |error: std::io::Error| {
            Failure::with(
                ErrorCode::FileUnreadable,
                format!("The file cannot be read: {error}"),
                path.display(),
            )
        };
        if fs::metadata(&path).map_err(unreadable)?.len() > CERTIFICATE_MOST {
            return Err(tessera_center_client::AuthorityError::TooLarge.into());
        }
        let bytes = fs::read(&path).map_err(unreadable)?;
        shell.pick_authority(&String::from_utf8_lossy(&bytes)).map(Some)
    })
    .await
}

#[command]
pub(crate) async fn center_add(shell: App<'_>, form: CenterForm, request: u32) -> Result<CenterRow, Failure> {
    let key = key(&("add", &form));
    self::request(&shell, request, key, move |call| async move { call.add_center(&form).await }).await
}

#[command]
pub(crate) async fn center_refresh(
    shell: App<'_>,
    center: CenterId,
    request: u32,
) -> Result<CenterRow, Failure> {
    let key = key(&("refresh", &center));
    self::request(&shell, request, key, move |call| async move { call.refresh_center(&center).await }).await
}

#[command]
pub(crate) async fn center_rename(shell: App<'_>, center: CenterId, name: String) -> Result<(), Failure> {
    crate::center::call(&shell).rename_center(&center, &name).await
}

#[command]
pub(crate) async fn center_remove(shell: App<'_>, center: CenterId) -> Result<(), Failure> {
    crate::center::call(&shell).remove_center(&center).await
}
