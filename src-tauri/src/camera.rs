//! The camera view: pictures for the page, codes for the review, and an end when the view closes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tauri::ipc::{Channel, InvokeResponseBody};
use tessera_scan::live::Scanner;

use crate::photo::Photo;

/// The running camera, if any.
#[derive(Default)]
pub(crate) struct CameraView {
    running: Option<Scanner>,
    /// A camera that is looked through for a photograph; never beside a scanner.
    photo: Option<Photo>,
    under_way: Arc<AtomicBool>,
}

impl CameraView {
    /// The way for the frames of a camera that is about to run.
    pub(crate) fn frames(&mut self, page: Channel<InvokeResponseBody>) -> Frames {
        // Its own, so that what the page still says of the camera before does not count.
        self.under_way = Arc::default();
        Frames { page, under_way: Arc::clone(&self.under_way) }
    }

    /// Takes over a running camera; the one before stops.
    pub(crate) fn replace(&mut self, scanner: Scanner) {
        self.running = Some(scanner);
    }

    /// Takes over a camera for a photograph; the one before stops.
    pub(crate) fn replace_photo(&mut self, photo: Photo) {
        self.running = None;
        self.photo = Some(photo);
    }

    /// The camera for a photograph, which stops when it is dropped.
    pub(crate) fn take_photo(&mut self) -> Option<Photo> {
        self.photo.take()
    }

    /// The page has shown the frame that was under way.
    pub(crate) fn frame_shown(&self) {
        self.under_way.store(false, Ordering::Release);
    }

    /// Stops the camera.
    pub(crate) fn stop(&mut self) {
        self.running = None;
        self.photo = None;
    }
}

/// The way of frames to the page. One at most is under way; those that come meanwhile are left out, so that a slow page
/// sees fewer of them and never old ones.
pub(crate) struct Frames {
    page: Channel<InvokeResponseBody>,
    under_way: Arc<AtomicBool>,
}

impl Frames {
    /// Sends a picture if the page has shown the one before. As raw bytes: as JSON they would be four times as large.
    pub(crate) fn send(&self, jpeg: Vec<u8>) {
        if self.under_way.swap(true, Ordering::AcqRel) {
            return;
        }
        if self.page.send(InvokeResponseBody::Raw(jpeg)).is_err() {
            self.under_way.store(false, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_page_that_is_slow_gets_fewer_frames_and_no_queue() {
        let got = Arc::new(Mutex::new(Vec::new()));
        let page = {
            let got = Arc::clone(&got);
            Channel::new(move |body| {
                let InvokeResponseBody::Raw(jpeg) = body else { panic!("not raw") };
                got.lock().unwrap().extend(jpeg);
                Ok(())
            })
        };
        let mut view = CameraView::default();
        let frames = view.frames(page);
        for frame in 0..100 {
            frames.send(vec![frame]);
            if frame == 49 {
                view.frame_shown();
            }
        }
        assert_eq!(*got.lock().unwrap(), [0, 50]);
    }

    #[test]
    fn a_frame_that_never_left_keeps_no_other_back() {
        let sent = Arc::new(Mutex::new(0));
        let page = {
            let sent = Arc::clone(&sent);
            Channel::new(move |_| {
                *sent.lock().unwrap() += 1;
                Err(tauri::Error::WebviewNotFound)
            })
        };
        let frames = CameraView::default().frames(page);
        frames.send(vec![1]);
        frames.send(vec![2]);
        assert_eq!(*sent.lock().unwrap(), 2);
    }
}
