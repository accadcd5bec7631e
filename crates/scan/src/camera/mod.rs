//! Webcams.

use std::time::Duration;

use crate::{Frame, FrameSource, SourceError};

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
    #[error("this program may not use the camera: {advice}")]
    Permission {
        /// What to do about it on this system.
        advice: &'static str,
    },
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
    #[error(
        "the camera gives no pictures: it may be covered by another program, or need to be plugged in anew"
    )]
    NoFrames,
    /// Anything else, in the system's words.
    #[error("the camera failed: {detail}")]
    Failed {
        /// The system's words.
        detail: String,
    },
}

/// The cameras of this machine, the empty list if there is none. Poll it to notice cameras coming and going.
pub fn list() -> Result<Vec<CameraInfo>, CameraError> {
    Err(CameraError::NoCamera)
}

/// An open camera. Its pictures stop when it is dropped.
#[derive(Debug)]
pub struct Camera {}

impl Camera {
    /// Opens the camera; waits at most `patience` for the system to answer.
    pub fn open(index: u32, patience: Duration) -> Result<Self, CameraError> {
        let _ = (index, patience);
        Err(CameraError::NoCamera)
    }
}

impl FrameSource for Camera {
    fn next_frame(&mut self, _deadline: Duration) -> Result<Frame, SourceError> {
        Err(SourceError::Ended)
    }
}
