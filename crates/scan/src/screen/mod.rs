//! Pictures of the screen.

use crate::Frame;

/// How this session lets programs see the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Directly: X11, Windows, macOS.
    Native,
    /// By the desktop's portal, which asks the person each time (Wayland).
    Portal,
    /// No display was found.
    None,
}

/// A screen that can be captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenInfo {
    /// What [`capture`] takes.
    pub id: u32,
    /// The name a person knows it by.
    pub name: String,
    /// Its left edge on the desktop.
    pub x: i32,
    /// Its top edge on the desktop.
    pub y: i32,
    /// Its width in pixels; 0 if only the desktop's own dialog knows (portal).
    pub width: u32,
    /// Its height in pixels; 0 if only the desktop's own dialog knows (portal).
    pub height: u32,
    /// True for the main one.
    pub primary: bool,
}

/// A part of the desktop, in the coordinates of [`ScreenInfo`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Why the screen could not be captured.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ScreenError {
    /// There is no display.
    #[error("there is no screen to read here (neither X11 nor Wayland)")]
    NoDisplay,
    /// No screen has that id.
    #[error("there is no such screen: it may have been unplugged")]
    NotFound,
    /// The region lies outside of every screen.
    #[error("that part lies outside of the screen")]
    OutsideScreen,
    /// The person said no in the desktop's dialog.
    #[error("the screen was not shared")]
    Cancelled,
    /// The desktop has no portal for it.
    #[error("this desktop offers programs no way to see the screen: {detail}")]
    NoPortal {
        /// What was tried.
        detail: String,
    },
    /// Nobody answered in time.
    #[error("the desktop did not answer when asked for a picture of the screen")]
    Timeout,
    /// Anything else, in the system's words.
    #[error("the screen could not be captured: {detail}")]
    Failed {
        /// The system's words.
        detail: String,
    },
}

/// How the screen is captured in this session.
pub fn backend() -> Backend {
    Backend::None
}

/// The screens. With [`Backend::Portal`] it is one entry: the desktop's dialog lets the person choose.
pub fn list() -> Result<Vec<ScreenInfo>, ScreenError> {
    Err(ScreenError::NoDisplay)
}

/// Every screen, one frame each. With [`Backend::Portal`]: what the person chooses to share.
pub fn capture_all() -> Result<Vec<Frame>, ScreenError> {
    Err(ScreenError::NoDisplay)
}

/// One screen.
pub fn capture(id: u32) -> Result<Frame, ScreenError> {
    let _ = id;
    Err(ScreenError::NoDisplay)
}

/// A part of the desktop, which may lie on one screen only; what sticks out is cut off.
pub fn capture_region(region: Region) -> Result<Frame, ScreenError> {
    let _ = region;
    Err(ScreenError::NoDisplay)
}
