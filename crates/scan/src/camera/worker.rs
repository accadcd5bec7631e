//! The thread that talks to an open camera.

use std::{
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use nokhwa::{
    Camera, NokhwaError,
    utils::{CameraIndex, RequestedFormat, RequestedFormatType},
};

use super::{
    CameraError,
    choice::{READABLE, guesses, ranked},
    pixels::{Raw, to_frame},
};
use crate::{Frame, decode::guarded};

/// So many pictures in a row that cannot be read are a fault of the camera, not of one picture.
const MOST_BROKEN: u32 = 30;

/// What the thread has to say; a newer picture replaces the one before.
#[derive(Debug)]
pub(super) enum Slot {
    Opening,
    /// Open, no new picture since the last was taken.
    Open,
    Frame(Frame),
    Failed(CameraError),
}

#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    slot: Slot,
    stop: bool,
    ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // the state is whole after every statement, whoever panicked
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the slot is as wanted and takes what is in it; after `patience`, whatever it is.
    pub(super) fn wait(&self, patience: Duration, wanted: impl Fn(&Slot) -> bool) -> Slot {
        let guard = self.lock();
        let (mut guard, _) = self
            .changed
            .wait_timeout_while(guard, patience, |state| !wanted(&state.slot))
            .unwrap_or_else(PoisonError::into_inner);
        match &guard.slot {
            Slot::Opening => Slot::Opening,
            Slot::Failed(error) => Slot::Failed(error.clone()),
            Slot::Open | Slot::Frame(_) => std::mem::replace(&mut guard.slot, Slot::Open),
        }
    }

    /// Asks the thread to end and waits a moment for the camera to be free again.
    pub(super) fn stop(&self, patience: Duration) {
        let mut guard = self.lock();
        guard.stop = true;
        drop(self.changed.wait_timeout_while(guard, patience, |state| !state.ended));
    }

    /// Says it, unless the camera was dropped: then false.
    fn tell(&self, slot: Slot) -> bool {
        let mut guard = self.lock();
        if guard.stop {
            return false;
        }
        guard.slot = slot;
        self.changed.notify_all();
        true
    }
}

/// Starts the thread. It may hang in the driver forever; nothing waits for it.
pub(super) fn start(index: u32) -> io::Result<Arc<Shared>> {
    let state = State { slot: Slot::Opening, stop: false, ended: false };
    let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
    let theirs = Arc::clone(&shared);
    thread::Builder::new().name("tessera-camera".into()).spawn(move || {
        // nokhwa asserts and unwraps on what drivers say, also while closing a camera
        let end = guarded(|| run(index, &theirs)).unwrap_or_else(|| {
            Err(CameraError::Failed { detail: "its driver answers in an unexpected way".into() })
        });
        if let Err(error) = end {
            theirs.tell(Slot::Failed(error));
        }
        theirs.lock().ended = true;
        theirs.changed.notify_all();
    })?;
    Ok(shared)
}

fn run(index: u32, shared: &Shared) -> Result<(), CameraError> {
    let words = |error: NokhwaError| in_words(&error, index);
    let mut camera = open(index).map_err(words)?;
    camera.open_stream().map_err(words)?;
    let format = camera.camera_format();
    if !READABLE.contains(&format.format()) {
        return Err(CameraError::UnsupportedFormat { detail: format.to_string() });
    }
    let mut slot = Slot::Open;
    let mut broken = 0;
    while shared.tell(slot) {
        slot = loop {
            let bytes = camera.frame_raw().map_err(|error| match in_words(&error, index) {
                CameraError::NotFound { .. } => CameraError::Unplugged,
                other => other,
            })?;
            let raw = Raw {
                format: format.format(),
                width: format.width(),
                height: format.height(),
                bytes: &bytes,
            };
            match to_frame(&raw) {
                Ok(frame) => break Slot::Frame(frame),
                Err(detail) => {
                    broken += 1;
                    if broken >= MOST_BROKEN {
                        return Err(CameraError::UnsupportedFormat { detail: format!("{format}: {detail}") });
                    }
                    if shared.lock().stop {
                        return Ok(());
                    }
                }
            }
        };
        broken = 0;
    }
    Ok(())
}

/// Opens the camera in the best format that it accepts.
fn open(index: u32) -> Result<Camera, NokhwaError> {
    let index = CameraIndex::Index(index);
    let request = |kind| RequestedFormat::with_formats(kind, &READABLE);
    let first = match Camera::new(index.clone(), request(RequestedFormatType::None)) {
        Ok(mut camera) => {
            let offered = ranked(camera.compatible_camera_formats().unwrap_or_default());
            // a refusal leaves the camera with a format of its own choice, which we read as well
            let _accepted = offered.into_iter().take(8).any(|format| {
                format == camera.camera_format()
                    || camera.set_camera_requset(request(RequestedFormatType::Exact(format))).is_ok()
            });
            return Ok(camera);
        }
        Err(error) => error,
    };
    // Some drivers list nothing that nokhwa understands, yet take what they are asked for. Other faults won't go away.
    if !matches!(first, NokhwaError::GetPropertyError { .. } | NokhwaError::SetPropertyError { .. })
        || system_code(&first).is_some()
    {
        return Err(first);
    }
    guesses()
        .find_map(|format| Camera::new(index.clone(), request(RequestedFormatType::Exact(format))).ok())
        .ok_or(first)
}

/// The system's error number, which nokhwa has only in its text.
fn system_code(error: &NokhwaError) -> Option<i32> {
    let text = error.to_string();
    let (_, rest) = text.split_once("(os error ")?;
    rest.split_once(')')?.0.parse().ok()
}

pub(super) fn in_words(error: &NokhwaError, index: u32) -> CameraError {
    const UNIX: bool = cfg!(unix);
    let text = error.to_string();
    let says = |words: &[&str]| {
        let text = text.to_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    match system_code(error) {
        Some(16) if UNIX => CameraError::Busy,
        Some(1 | 13) if UNIX => CameraError::Permission,
        // ENOENT, ENXIO, ENODEV
        Some(2 | 6 | 19) if UNIX => CameraError::NotFound { index },
        // MF_E_HW_MFT_FAILED_START_STREAMING, MF_E_VIDEO_RECORDING_DEVICE_PREEMPTED, E_ACCESSDENIED
        _ if says(&["0xc00d3704", "0xc00d3ea3", "busy", "in use"]) => CameraError::Busy,
        _ if says(&["0x80070005", "permission", "not authorized", "access is denied", "access denied"]) => {
            CameraError::Permission
        }
        // MF_E_VIDEO_RECORDING_DEVICE_INVALIDATED
        _ if says(&["0xc00d3ea2", "disconnected"]) => CameraError::Unplugged,
        _ if says(&["failed to fufill", "cannot fulfill", "rejected", "unsupported"]) => {
            CameraError::UnsupportedFormat { detail: text }
        }
        _ => CameraError::Failed { detail: text },
    }
}

/// macOS asks the person, once.
#[cfg(target_os = "macos")]
pub(super) fn ask_permission(patience: Duration) -> Result<(), CameraError> {
    if nokhwa::nokhwa_check() {
        return Ok(());
    }
    let answer = Arc::new((Mutex::new(None), Condvar::new()));
    let theirs = Arc::clone(&answer);
    nokhwa::nokhwa_initialize(move |granted| {
        *theirs.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(granted);
        theirs.1.notify_all();
    });
    // the person reads a dialog meanwhile
    let patience = patience.max(Duration::from_secs(60));
    let guard = answer.0.lock().unwrap_or_else(PoisonError::into_inner);
    let (guard, _) = answer
        .1
        .wait_timeout_while(guard, patience, |granted| granted.is_none())
        .unwrap_or_else(PoisonError::into_inner);
    if *guard == Some(true) { Ok(()) } else { Err(CameraError::Permission) }
}

#[cfg(not(target_os = "macos"))]
#[allow(clippy::unnecessary_wraps)]
pub(super) fn ask_permission(_patience: Duration) -> Result<(), CameraError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> CameraError {
        in_words(&NokhwaError::OpenDeviceError("0".into(), text.into()), 4)
    }

    #[cfg(unix)]
    #[test]
    fn what_the_system_says_is_told_in_words() {
        assert_eq!(said("V4L2 Error: Device or resource busy (os error 16)"), CameraError::Busy);
        assert_eq!(said("V4L2 Error: Permission denied (os error 13)"), CameraError::Permission);
        assert_eq!(
            said("V4L2 Error: No such file or directory (os error 2)"),
            CameraError::NotFound { index: 4 }
        );
        assert_eq!(said("No such device (os error 19)"), CameraError::NotFound { index: 4 });
        assert!(matches!(said("Failed to Fufill"), CameraError::UnsupportedFormat { .. }));
        assert!(matches!(said("?"), CameraError::Failed { .. }));
        for error in
            [CameraError::NoCamera, CameraError::Busy, CameraError::Permission, CameraError::NoFrames]
        {
            assert!(error.to_string().len() > 30, "{error}");
        }
    }

    #[test]
    fn a_newer_frame_replaces_the_older_and_a_failure_stays() {
        let state = State { slot: Slot::Opening, stop: false, ended: false };
        let shared = Shared { state: Mutex::new(state), changed: Condvar::new() };
        let any = |_: &Slot| true;
        assert!(matches!(shared.wait(Duration::ZERO, |_| false), Slot::Opening));
        let frame = |shade| Frame::from_luma(1, 1, vec![shade]).map_or(Slot::Open, Slot::Frame);
        assert!(shared.tell(frame(1)) && shared.tell(frame(2)));
        assert!(matches!(shared.wait(Duration::ZERO, any), Slot::Frame(f) if f.rgb_at(0, 0) == [2; 3]));
        assert!(matches!(shared.wait(Duration::ZERO, any), Slot::Open));
        assert!(shared.tell(Slot::Failed(CameraError::Unplugged)));
        for _ in 0..2 {
            assert!(matches!(shared.wait(Duration::ZERO, any), Slot::Failed(CameraError::Unplugged)));
        }
        shared.stop(Duration::ZERO);
        assert!(!shared.tell(Slot::Open), "a dropped camera takes no more");
    }
}
