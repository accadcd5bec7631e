//! The camera view: pictures for the page, codes for the review, and an end when the view closes.

use tauri::ipc::{Channel, InvokeResponseBody};
use tessera_scan::live::Scanner;

/// The running camera, if any.
#[derive(Default)]
pub(crate) struct CameraView {
    running: Option<Scanner>,
}

impl CameraView {
    /// Takes over a running camera; the one before stops.
    pub(crate) fn replace(&mut self, scanner: Scanner) {
        self.running = Some(scanner);
    }

    /// Stops the camera.
    pub(crate) fn stop(&mut self) {
        self.running = None;
    }
}

/// Pictures go over as raw bytes: as JSON they would be four times as large.
pub(crate) fn send_frame(frames: &Channel<InvokeResponseBody>, jpeg: Vec<u8>) -> bool {
    frames.send(InvokeResponseBody::Raw(jpeg)).is_ok()
}
