//! The camera view.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tauri::{
    command,
    ipc::{Channel, InvokeResponseBody},
};
use tessera_scan::{
    camera::{self, Camera},
    live::{Event, Options, Scanner},
};

use crate::{
    camera::{Frames, Turn},
    dto::{CameraEvent, CameraInfo, Failure},
    shell::{App, Shell, held, run},
};

/// How long a camera may take to answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// How wide the preview is, in pixels.
const PREVIEW_WIDTH: u32 = 640;

#[command]
pub(crate) async fn cameras(shell: App<'_>) -> Result<Vec<CameraInfo>, Failure> {
    run(&shell, |_| {
        let info = |camera: camera::CameraInfo| CameraInfo {
            index: camera.index,
            name: camera.name,
            description: camera.description,
        };
        Ok(camera::list()?.into_iter().map(info).collect())
    })
    .await
}

/// A camera that was opened, its name, and what it was asked for with.
pub(crate) struct Opened {
    pub(crate) source: Camera,
    pub(crate) name: String,
    pub(crate) turn: Turn,
}

/// Opens a camera, for as long as the vault is open.
pub(crate) fn opened(shell: &Shell, index: u32) -> Result<Opened, Failure> {
    // The one before has to let go first: it may be the same.
    let turn = held(&shell.camera).begin();
    shell.with_vault(|_| Ok(()))?;
    let source = Camera::open(index, PATIENCE)?;
    let known = camera::list().unwrap_or_default().into_iter().find(|camera| camera.index == index);
    Ok(Opened { source, name: known.map(|camera| camera.name).unwrap_or_default(), turn })
}

/// Runs a camera until `camera_stop`, until the page goes away or the vault is locked. The next frame comes when the page
/// has called `camera_frame_shown` for the one before.
#[command]
pub(crate) async fn camera_start(
    shell: App<'_>,
    index: u32,
    events: Channel<CameraEvent>,
    frames: Channel<InvokeResponseBody>,
) -> Result<(), Failure> {
    let weak = Arc::downgrade(shell.inner());
    run(&shell, move |shell| {
        let Opened { source, name, turn } = opened(shell, index)?;
        // Left while it opened: it is let go.
        let Some(frames) = held(&shell.camera).frames(turn, frames) else { return Ok(()) };
        // A camera that begins tells every code anew.
        shell.candidates().begin_transfer();
        let mut page = Page { shell: weak, name, events, frames };
        let scanner =
            Scanner::start(source, Options { preview_width: PREVIEW_WIDTH }, move |event| page.tell(event));
        held(&shell.camera).take_over(turn, scanner);
        Ok(())
    })
    .await
}

#[command]
pub(crate) async fn camera_frame_shown(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| {
        held(&shell.camera).frame_shown();
        Ok(())
    })
    .await
}

#[command]
pub(crate) async fn camera_stop(shell: App<'_>) -> Result<(), Failure> {
    run(&shell, |shell| {
        held(&shell.camera).stop();
        Ok(())
    })
    .await
}

/// The page that watches. The shell owns the camera, so the camera holds the shell only weakly.
struct Page {
    shell: Weak<Shell>,
    name: String,
    events: Channel<CameraEvent>,
    frames: Frames,
}

impl Page {
    /// What the camera told. A page that is gone cannot be told anything; the camera is stopped when it goes.
    fn tell(&mut self, event: Event) {
        let told = match event {
            Event::Started { width, height } => {
                CameraEvent::Started { name: std::mem::take(&mut self.name), width, height }
            }
            Event::Preview(jpeg) => {
                self.frames.send(jpeg);
                return;
            }
            Event::Found(found) => {
                let Some(shell) = self.shell.upgrade() else { return };
                match shell.candidates_from(found.iter().map(|found| found.text.as_str())) {
                    Ok(candidates) => {
                        CameraEvent::Found { candidates, transfer: shell.candidates().transfer() }
                    }
                    Err(failure) => CameraEvent::Error { failure },
                }
            }
            Event::Failed(error) => CameraEvent::Error { failure: error.into() },
        };
        let _ = self.events.send(told);
    }
}
