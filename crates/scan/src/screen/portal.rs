//! The screen as the desktop's portal hands it out (Wayland), by ashpd.

use std::{fs, path::PathBuf, time::Duration};

use ashpd::{
    Error,
    desktop::{
        CreateSessionOptions, PersistMode, ResponseError,
        screencast::{
            CursorMode, OpenPipeWireRemoteOptions, Screencast, SelectSourcesOptions, SourceType,
            StartCastOptions,
        },
        screenshot::Screenshot,
    },
};

use super::{PATIENCE, ScreenError, pipewire};
use crate::{Frame, load_image_file};

/// How long a call may take: a portal answers at once, and says later by a signal what the person decided.
const CALL: Duration = Duration::from_secs(25);
/// How long the first picture of a shared screen may take.
const FIRST_PICTURE: Duration = Duration::from_secs(8);

/// What the person shares.
pub(super) fn capture() -> Result<Vec<Frame>, ScreenError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let bus = session_bus().await.map_err(|e| ScreenError::NoPortal { detail: e.to_string() })?;
        tokio::time::timeout(PATIENCE, ask(&bus)).await.unwrap_or(Err(ScreenError::Timeout))
    })
}

async fn session_bus() -> zbus::Result<zbus::Connection> {
    zbus::connection::Builder::session()?.method_timeout(CALL).build().await
}

async fn ask(bus: &zbus::Connection) -> Result<Vec<Frame>, ScreenError> {
    let first = match screen_cast(bus).await {
        // who said no to the first dialog is not shown a second
        Err(ScreenError::Cancelled) => return Err(ScreenError::Cancelled),
        Ok(frames) if !frames.is_empty() => return Ok(frames),
        Ok(_) => "it shared nothing".into(),
        Err(error) => error.to_string(),
    };
    match screenshot(bus).await {
        Ok(frame) => Ok(vec![frame]),
        Err(ScreenError::Cancelled) => Err(ScreenError::Cancelled),
        Err(error) => {
            Err(ScreenError::NoPortal { detail: format!("ScreenCast: {first}; Screenshot: {error}") })
        }
    }
}

async fn screen_cast(bus: &zbus::Connection) -> Result<Vec<Frame>, ScreenError> {
    let portal = Screencast::with_connection(bus.clone()).await.map_err(in_words)?;
    let session = portal.create_session(CreateSessionOptions::default()).await.map_err(in_words)?;
    let frames = async {
        let wish = SelectSourcesOptions::default()
            .set_cursor_mode(CursorMode::Hidden)
            .set_sources(SourceType::Monitor | SourceType::Window)
            .set_multiple(true)
            .set_persist_mode(PersistMode::DoNot);
        portal.select_sources(&session, wish).await.and_then(|r| r.response()).map_err(in_words)?;
        let shared = portal
            .start(&session, None, StartCastOptions::default())
            .await
            .and_then(|r| r.response())
            .map_err(in_words)?;
        let mut frames = Vec::new();
        for stream in shared.streams() {
            let remote = portal
                .open_pipe_wire_remote(&session, OpenPipeWireRemoteOptions::default())
                .await
                .map_err(in_words)?;
            frames.push(pipewire::first_frame(remote, stream.pipe_wire_node_id(), FIRST_PICTURE)?);
        }
        Ok(frames)
    }
    .await;
    // whatever came of it, the sharing ends; a portal that is gone has ended it
    drop(session.close().await);
    frames
}

async fn screenshot(bus: &zbus::Connection) -> Result<Frame, ScreenError> {
    let request = Screenshot::request().connection(Some(bus.clone())).interactive(false).modal(true);
    let answer = request.send().await.and_then(|r| r.response()).map_err(in_words)?;
    let path = local_path(answer.uri().as_str())?;
    let picture = load_image_file(&path);
    // the portal leaves its file behind, and a code may be in it
    let deleted = fs::remove_file(&path);
    let frame = picture.map_err(failed)?;
    match deleted {
        Ok(()) => Ok(frame),
        Err(error) => Err(ScreenError::Failed {
            detail: format!(
                "the desktop's picture of the screen could not be deleted: {}: {error}",
                path.display()
            ),
        }),
    }
}

fn local_path(uri: &str) -> Result<PathBuf, ScreenError> {
    let url = url::Url::parse(uri).map_err(failed)?;
    let path = (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten();
    path.ok_or_else(|| ScreenError::Failed {
        detail: format!("the portal's picture is no local file: {uri}"),
    })
}

#[allow(clippy::needless_pass_by_value)] // as map_err wants it
fn in_words(error: Error) -> ScreenError {
    match error {
        Error::Response(ResponseError::Cancelled) => ScreenError::Cancelled,
        Error::PortalNotFound(name) => ScreenError::NoPortal { detail: format!("there is no {name}") },
        other => ScreenError::Failed { detail: other.to_string() },
    }
}

#[allow(clippy::needless_pass_by_value)]
fn failed(error: impl ToString) -> ScreenError {
    ScreenError::Failed { detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_local_files_are_read_and_deleted() {
        assert_eq!(local_path("file:///tmp/A%20b.png").unwrap(), PathBuf::from("/tmp/A b.png"));
        for uri in ["https://example.com/a.png", "file://host/a.png", "a.png", "", "data:image/png;base64,AA"]
        {
            assert!(local_path(uri).is_err(), "{uri}");
        }
    }
}
