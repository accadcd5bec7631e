//! Documents of tickets.

use std::path::PathBuf;

use tauri::{AppHandle, command, ipc::Response};
use tauri_plugin_dialog::DialogExt as _;
use tessera_center_api::ticket::DocumentKind;

use crate::{
    center::{call, documents::read_file, request, requests::key},
    dto::{CenterId, Crop, Failure, OwnDocument, SealingList, TicketRef},
    shell::{App, run},
};

#[command]
pub(crate) async fn ticket_sealing_list(
    shell: App<'_>,
    center: CenterId,
    request: u32,
) -> Result<SealingList, Failure> {
    let key = key(&("sealing-list", &center));
    self::request(&shell, request, key, move |call| async move { call.sealing_list(&center).await }).await
}

#[command]
pub(crate) async fn ticket_documents(shell: App<'_>, ticket: TicketRef) -> Result<Vec<OwnDocument>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        Ok(shell.center.documents.of(&ticket))
    })
    .await
}

#[command]
pub(crate) async fn ticket_pick_document(
    app: AppHandle,
    shell: App<'_>,
    ticket: TicketRef,
    kind: DocumentKind,
) -> Result<Option<OwnDocument>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        let dialog = app.dialog().file().add_filter("JPEG, PNG, PDF", &["jpg", "jpeg", "png", "pdf"]);
        let chosen = dialog.add_filter("*", &["*"]).blocking_pick_file();
        let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return Ok(None) };
        let found = read_file(&path, shell.document_bytes(&ticket.center))?;
        shell.center.documents.add(ticket, kind, found).map(Some)
    })
    .await
}

/// A file that was dropped on the window; others the page cannot name.
#[command]
pub(crate) async fn ticket_add_document(
    shell: App<'_>,
    ticket: TicketRef,
    kind: DocumentKind,
    path: PathBuf,
) -> Result<OwnDocument, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        shell.only_dropped(std::slice::from_ref(&path))?;
        let found = read_file(&path, shell.document_bytes(&ticket.center))?;
        shell.center.documents.add(ticket, kind, found)
    })
    .await
}

#[command]
pub(crate) async fn ticket_document_preview(
    shell: App<'_>,
    document: String,
    page: u32,
    edge: u32,
    whole: bool,
) -> Result<Response, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        Ok(Response::new(shell.center.documents.preview(&document, page, edge, whole)?))
    })
    .await
}

#[command]
pub(crate) async fn ticket_edit_document(
    shell: App<'_>,
    document: String,
    turns: u8,
    crop: Option<Crop>,
) -> Result<OwnDocument, Failure> {
    run(&shell, move |shell| shell.center.documents.edit(&document, turns, crop)).await
}

/// Returns at once; the event `ticket-document` tells how it goes on.
#[command]
pub(crate) async fn ticket_upload_document(shell: App<'_>, document: String) -> Result<(), Failure> {
    call(&shell).start_upload(&document)
}

#[command]
pub(crate) async fn ticket_pause_upload(shell: App<'_>, document: String) -> Result<(), Failure> {
    run(&shell, move |shell| shell.pause_upload(&document)).await
}

#[command]
pub(crate) async fn ticket_resume_upload(shell: App<'_>, document: String) -> Result<(), Failure> {
    call(&shell).start_upload(&document)
}

#[command]
pub(crate) async fn ticket_remove_document(
    shell: App<'_>,
    ticket: TicketRef,
    document: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("remove-document", &ticket, &document));
    self::request(
        &shell,
        request,
        key,
        move |call| async move { call.remove_document(&ticket, &document).await },
    )
    .await
}
