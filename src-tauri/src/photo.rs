//! Photographs of documents: the camera's pictures are shown as they are until one is taken or the camera is stopped.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tessera_center_client::document::Picture;
use tessera_scan::{Frame, FrameSource, SourceError};

use crate::{
    camera::Frames,
    dto::{ErrorCode, Failure},
    shell::held,
};

/// How long a camera may take for a picture.
const PATIENCE: Duration = Duration::from_secs(8);
/// How wide the view is, in pixels.
const VIEW: u32 = 960;

/// A camera that is looked through.
pub(crate) struct Photo {
    over: Arc<AtomicBool>,
    newest: Arc<Mutex<Option<Frame>>>,
}

impl Drop for Photo {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
    }
}

impl Photo {
    /// Looks through a camera until it is dropped. `failed` hears why it ended by itself.
    pub(crate) fn start(
        mut source: impl FrameSource + 'static,
        frames: Frames,
        failed: impl FnOnce(Failure) + Send + 'static,
    ) -> Result<Self, Failure> {
        let photo = Self { over: Arc::default(), newest: Arc::default() };
        let (over, newest) = (Arc::clone(&photo.over), Arc::clone(&photo.newest));
        let look = move || {
            while !over.load(Ordering::Acquire) {
                match source.next_frame(PATIENCE) {
                    Ok(frame) => {
                        if let Ok(jpeg) = picture(&frame).and_then(|picture| Ok(picture.preview(VIEW)?)) {
                            frames.send(jpeg);
                        }
                        *held(&newest) = Some(frame);
                    }
                    Err(error) if error.is_passing() => {}
                    Err(SourceError::Ended) => return,
                    Err(error) => return failed(error.into()),
                }
            }
        };
        thread::Builder::new().name("photograph".into()).spawn(look).map_err(|error| {
            Failure::with(ErrorCode::CameraFailed, "The camera's thread could not be started.", error)
        })?;
        Ok(photo)
    }

    /// The newest picture.
    pub(crate) fn take(&self) -> Result<Picture, Failure> {
        let frame = held(&self.newest).clone();
        let frame = frame.ok_or_else(|| Failure::new(ErrorCode::CameraFailed, "No picture came yet."))?;
        picture(&frame)
    }
}

fn picture(frame: &Frame) -> Result<Picture, Failure> {
    let rgb = frame.to_rgb().to_vec();
    Picture::from_rgb(frame.width(), frame.height(), rgb)
        .ok_or_else(|| Failure::new(ErrorCode::CameraFailed, "The camera's picture has no pixels."))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tauri::ipc::{Channel, InvokeResponseBody};
    use tessera_scan::Recorded;

    use super::*;
    use crate::camera::CameraView;

    #[test]
    fn the_newest_picture_is_taken_as_the_camera_saw_it() {
        let (shown, seen) = mpsc::channel();
        let page = Channel::new(move |body| {
            let InvokeResponseBody::Raw(jpeg) = body else { panic!("not raw") };
            let _ = shown.send(jpeg);
            Ok(())
        });
        let frame = Frame::from_rgb(64, 48, vec![200; 64 * 48 * 3]).unwrap();
        let mut view = CameraView::default();
        let turn = view.begin();
        let frames = view.frames(turn, page).unwrap();
        let photo = Photo::start(Recorded::forever([frame]), frames, |_| ()).unwrap();
        assert!(seen.recv().unwrap().starts_with(&[0xff, 0xd8]), "a JPEG");
        let taken = loop {
            if let Ok(taken) = photo.take() {
                break taken;
            }
            thread::yield_now();
        };
        assert_eq!((taken.width(), taken.height()), (64, 48));
    }
}
