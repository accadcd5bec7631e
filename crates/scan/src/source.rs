//! Where frames come from, one after the other.

use std::{collections::VecDeque, time::Duration};

use crate::{Frame, camera::CameraError};

/// Something that yields frames: a camera, or recorded ones in a test.
pub trait FrameSource: Send {
    /// The newest frame that was not handed out yet; waits for one at most `deadline`.
    fn next_frame(&mut self, deadline: Duration) -> Result<Frame, SourceError>;
}

/// Why no frame came.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SourceError {
    /// None came in time; asking again may bring one.
    #[error("no picture came within {} s", .waited.as_secs_f32())]
    Timeout {
        /// How long was waited.
        waited: Duration,
    },
    /// There are no more.
    #[error("there are no more pictures")]
    Ended,
    /// The camera failed; it must be opened anew.
    #[error(transparent)]
    Camera(#[from] CameraError),
}

impl SourceError {
    /// True if asking again may bring a frame.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }
}

/// Recorded frames, handed out one by one: what tests feed in a camera's place.
#[derive(Debug, Default)]
pub struct Recorded {
    frames: VecDeque<Frame>,
    repeat: bool,
}

impl Recorded {
    /// The frames once, then [`SourceError::Ended`].
    pub fn once(frames: impl IntoIterator<Item = Frame>) -> Self {
        Self { frames: frames.into_iter().collect(), repeat: false }
    }

    /// The frames over and over.
    pub fn forever(frames: impl IntoIterator<Item = Frame>) -> Self {
        Self { frames: frames.into_iter().collect(), repeat: true }
    }
}

impl FrameSource for Recorded {
    fn next_frame(&mut self, _deadline: Duration) -> Result<Frame, SourceError> {
        let frame = self.frames.pop_front().ok_or(SourceError::Ended)?;
        if self.repeat {
            self.frames.push_back(frame.clone());
        }
        Ok(frame)
    }
}
