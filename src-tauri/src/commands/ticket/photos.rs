//! Photographs of documents.

use tauri::{
    command,
    ipc::{Channel, InvokeResponseBody},
};
use tessera_center_api::ticket::DocumentKind;

use crate::{
    center::documents::Found,
    commands::cameras::{Opened, opened},
    dto::{ErrorCode, Failure, OwnDocument, PhotoEvent, TicketRef},
    photo::Photo,
    shell::{App, held, run},
};

/// Shows what a camera sees, until a photograph is taken, `ticket_stop_photo`, or the vault is locked. The next frame comes when
/// the page has called `camera_frame_shown` for the one before.
#[command]
pub(crate) async fn ticket_start_photo(
    shell: App<'_>,
    index: u32,
    events: Channel<PhotoEvent>,
    frames: Channel<InvokeResponseBody>,
) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let Opened { source, name, turn } = opened(shell, index)?;
        // Left while it opened: it is let go.
        let Some(frames) = held(&shell.camera).frames(turn, frames) else { return Ok(()) };
        // A page that is gone hears nothing, and its camera is stopped.
        let _ = events.send(PhotoEvent::Started { name });
        let photo = Photo::start(source, frames, move |failure| {
            let _ = events.send(PhotoEvent::Error { failure });
        })?;
        held(&shell.camera).take_over_photo(turn, photo);
        Ok(())
    })
    .await
}

#[command]
pub(crate) async fn ticket_take_photo(
    shell: App<'_>,
    ticket: TicketRef,
    kind: DocumentKind,
) -> Result<OwnDocument, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        let photo = held(&shell.camera).take_photo();
        let photo = photo.ok_or_else(|| Failure::new(ErrorCode::CameraFailed, "No camera is running."))?;
        let picture = photo.take()?;
        let found = Found { name: None, bytes: 0, is_pdf: false, picture };
        shell.center.documents.add(ticket, kind, found)
    })
    .await
}

#[command]
pub(crate) async fn ticket_stop_photo(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| {
        held(&shell.camera).stop();
        Ok(())
    })
    .await
}
