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
    /// How often a camera was asked for or stopped.
    turn: u64,
}

/// What a camera was asked for with. It may take seconds to open: whoever leaves meanwhile has it stopped before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn(u64);

impl CameraView {
    /// A camera is about to be opened; the one before stops.
    pub(crate) fn begin(&mut self) -> Turn {
        self.stop();
        Turn(self.turn)
    }

    /// The way for the frames of a camera that is about to run; none when it was stopped while it opened.
    pub(crate) fn frames(&mut self, turn: Turn, page: Channel<InvokeResponseBody>) -> Option<Frames> {
        if turn != Turn(self.turn) {
            return None;
        }
        // Its own, so that what the page still says of the camera before does not count.
        self.under_way = Arc::default();
        Some(Frames { page, under_way: Arc::clone(&self.under_way) })
    }

    /// Takes over a running camera, which is let go if it was stopped meanwhile.
    pub(crate) fn take_over(&mut self, turn: Turn, scanner: Scanner) {
        if turn == Turn(self.turn) {
            self.running = Some(scanner);
        }
    }

    /// The same with a camera for a photograph.
    pub(crate) fn take_over_photo(&mut self, turn: Turn, photo: Photo) {
        if turn == Turn(self.turn) {
            self.photo = Some(photo);
        }
    }

    /// The camera for a photograph, which stops when it is dropped.
    pub(crate) fn take_photo(&mut self) -> Option<Photo> {
        self.photo.take()
    }

    /// The page has shown the frame that was under way.
    pub(crate) fn frame_shown(&self) {
        self.under_way.store(false, Ordering::Release);
    }

    /// Stops the camera, also one that is still being opened.
    pub(crate) fn stop(&mut self) {
        self.turn += 1;
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

    use tessera_scan::{Frame, Recorded};

    use super::*;

    fn page() -> Channel<InvokeResponseBody> {
        Channel::new(|_| Ok(()))
    }

    fn photo(frames: Frames) -> Photo {
        let frame = Frame::from_rgb(8, 8, vec![200; 8 * 8 * 3]).unwrap();
        Photo::start(Recorded::forever([frame]), frames, |_| ()).unwrap()
    }

    #[test]
    fn a_camera_that_opens_after_it_was_stopped_does_not_run() {
        let mut view = CameraView::default();
        let left = view.begin();
        view.stop();
        assert!(view.frames(left, page()).is_none());
        // Stopped between its opening and its first picture.
        let late = view.begin();
        let photo = photo(view.frames(late, page()).unwrap());
        view.stop();
        view.take_over_photo(late, photo);
        assert!(view.take_photo().is_none());
    }

    #[test]
    fn of_two_cameras_that_open_at_once_the_one_asked_for_last_runs() {
        let mut view = CameraView::default();
        let (first, second) = (view.begin(), view.begin());
        let newer = photo(view.frames(second, page()).unwrap());
        view.take_over_photo(second, newer);
        assert!(view.frames(first, page()).is_none());
        assert!(view.take_photo().is_some());
    }

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
        let turn = view.begin();
        let frames = view.frames(turn, page).unwrap();
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
        let mut view = CameraView::default();
        let turn = view.begin();
        let frames = view.frames(turn, page).unwrap();
        frames.send(vec![1]);
        frames.send(vec![2]);
        assert_eq!(*sent.lock().unwrap(), 2);
    }
}
