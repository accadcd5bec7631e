//! Webcams, by nokhwa.
//!
//! A camera call may block for as long as a driver likes, so each open camera has a thread of its own that nobody waits
//! for: frames come over a slot that holds the newest one only, and a thread that hangs is left behind when the camera is
//! dropped. The pictures are decoded here ([`pixels`]) from the raw buffers; nokhwa's own decoding would bring a C library.

mod choice;
mod pixels;
mod worker;

use std::{sync::Arc, time::Duration};

use nokhwa::utils::{ApiBackend, CameraIndex};

use crate::{Frame, FrameSource, SourceError, clock::now, decode::guarded};
use worker::{Shared, Slot};

/// A camera that the system knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraInfo {
    /// What [`Camera::open`] takes. It may change when cameras are plugged in or out.
    pub index: u32,
    /// The name a person knows it by.
    pub name: String,
    /// Where it sits (a device path, a bus), to tell two of a kind apart.
    pub description: String,
}

/// Why a camera cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// There is none.
    #[error("no camera was found: plug one in, or add the code from the screen or from an image file")]
    NoCamera,
    /// None with that index.
    #[error("there is no camera {index}: it may have been unplugged")]
    NotFound {
        /// What was asked for.
        index: u32,
    },
    /// Another program has it.
    #[error("the camera is in use by another program: close that program and try again")]
    Busy,
    /// We may not open it.
    #[error("this program may not use the camera: {PERMISSION_ADVICE}")]
    Permission,
    /// It was there, and is gone.
    #[error("the camera was unplugged")]
    Unplugged,
    /// It offers no picture format that we can read.
    #[error("the camera offers no picture format that can be read here ({detail})")]
    UnsupportedFormat {
        /// What it offers, or what came.
        detail: String,
    },
    /// It is open but no picture comes.
    #[error("the camera gives no pictures: another program may hold it, or it needs to be plugged in anew")]
    NoFrames,
    /// Anything else, in the system's words.
    #[error("the camera failed: {detail}")]
    Failed {
        /// The system's words.
        detail: String,
    },
}

/// What to do about a missing permission, on this system.
const PERMISSION_ADVICE: &str = if cfg!(target_os = "macos") {
    "allow it in System Settings, Privacy & Security, Camera, then start the program anew"
} else if cfg!(windows) {
    "allow desktop apps to use it in Settings, Privacy & security, Camera"
} else {
    "add yourself to the video group (sudo usermod -aG video $USER), then sign out and in again"
};

/// The cameras of this machine in the order of their index, the empty list if there is none.
///
/// Reading the list opens no camera and lights no lamp: poll it to notice cameras coming and going.
pub fn list() -> Result<Vec<CameraInfo>, CameraError> {
    let cameras = guarded(|| nokhwa::query(ApiBackend::Auto))
        .unwrap_or(Ok(Vec::new()))
        .map_err(|error| worker::in_words(&error, 0))?;
    let mut cameras: Vec<_> = cameras
        .iter()
        .filter_map(|camera| {
            let CameraIndex::Index(index) = *camera.index() else { return None };
            takes_pictures(index).then(|| CameraInfo {
                index,
                name: camera.human_name(),
                description: camera.description().to_owned(),
            })
        })
        .collect();
    cameras.sort_by_key(|camera| camera.index);
    Ok(cameras)
}

/// False for the nodes that Linux shows beside a camera for its metadata.
#[cfg(target_os = "linux")]
fn takes_pictures(index: u32) -> bool {
    let node = format!("/sys/class/video4linux/video{index}");
    let read = |path: String| std::fs::read_to_string(path).ok();
    let told =
        read(format!("{node}/dev")).and_then(|device| read(format!("/run/udev/data/c{}", device.trim())));
    let capabilities =
        told.as_deref().and_then(|t| t.lines().find_map(|line| line.strip_prefix("E:ID_V4L_CAPABILITIES=")));
    match capabilities {
        // A metadata node has none. What only puts out may be a loopback device that becomes a camera when it is fed.
        Some(capabilities) => !capabilities.trim_matches(':').is_empty(),
        None => true,
    }
}

#[cfg(not(target_os = "linux"))]
fn takes_pictures(_index: u32) -> bool {
    true
}

/// An open camera. Its pictures stop when it is dropped.
#[derive(Debug)]
pub struct Camera {
    index: u32,
    shared: Arc<Shared>,
}

impl Camera {
    /// How long [`Camera::open`] should at least be given: some cameras take seconds to wake up.
    pub const USUAL_PATIENCE: Duration = Duration::from_secs(10);
    /// How long a drop waits for the camera to be let go.
    const FAREWELL: Duration = Duration::from_millis(500);

    /// Opens the camera; waits at most `patience` for the system to answer.
    pub fn open(index: u32, patience: Duration) -> Result<Self, CameraError> {
        let cameras = list()?;
        if cameras.is_empty() {
            return Err(CameraError::NoCamera);
        }
        if !cameras.iter().any(|camera| camera.index == index) {
            return Err(CameraError::NotFound { index });
        }
        worker::ask_permission(patience)?;
        let shared = worker::start(index).map_err(|e| CameraError::Failed { detail: e.to_string() })?;
        let camera = Self { index, shared };
        match camera.shared.wait(patience, |slot| !matches!(slot, Slot::Opening)) {
            Slot::Failed(error) => Err(error),
            Slot::Opening => Err(CameraError::NoFrames),
            Slot::Open | Slot::Frame(_) => Ok(camera),
        }
    }
}

impl FrameSource for Camera {
    fn next_frame(&mut self, deadline: Duration) -> Result<Frame, SourceError> {
        let start = now();
        match self.shared.wait(deadline, |slot| matches!(slot, Slot::Frame(_) | Slot::Failed(_))) {
            Slot::Frame(frame) => Ok(frame),
            Slot::Failed(error) => Err(error.into()),
            Slot::Opening | Slot::Open => {
                // a driver may just go silent when its camera is pulled out
                let here =
                    list().is_ok_and(|cameras| cameras.iter().any(|camera| camera.index == self.index));
                if here {
                    Err(SourceError::Timeout { waited: start.elapsed() })
                } else {
                    Err(CameraError::Unplugged.into())
                }
            }
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.shared.stop(Self::FAREWELL);
    }
}
