//! Pictures of the screen: on X11, Windows and macOS directly (xcap), on Wayland by the desktop's portals.
//!
//! On Wayland the person decides in the desktop's own dialog what is shared, each time. The `ScreenCast` portal is asked
//! first, since its picture never touches the disk; where there is none, the `Screenshot` portal is, and the file that it
//! leaves is read and deleted. Nothing here runs longer than a dialog may take ([`PATIENCE`]).

mod native;
#[cfg(target_os = "linux")]
mod pipewire;
#[cfg(target_os = "linux")]
mod portal;

use std::{env, ffi::OsString, sync::mpsc, thread, time::Duration};

use crate::{Frame, decode::guarded};

/// How long the person may take to answer the desktop's dialogs.
const PATIENCE: Duration = Duration::from_mins(3);

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
    /// Its width on the desktop; 0 if only the desktop's own dialog knows (portal).
    pub width: u32,
    /// Its height on the desktop; 0 if only the desktop's own dialog knows (portal).
    pub height: u32,
    /// True for the main one.
    pub primary: bool,
}

/// A part of the desktop, in the coordinates of [`ScreenInfo`] (on a scaled display these are not pixels).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// Why the screen could not be captured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    #[error(
        "this desktop offers programs no way to see the screen: install xdg-desktop-portal with the backend of your \
         desktop ({detail})"
    )]
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
    if cfg!(target_os = "linux") { detect(|name| env::var_os(name)) } else { Backend::Native }
}

/// Under Wayland an X server may run as well, but it shows only the windows of X programs.
fn detect(variable: impl Fn(&str) -> Option<OsString>) -> Backend {
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if set("WAYLAND_DISPLAY") || variable("XDG_SESSION_TYPE").is_some_and(|kind| kind == "wayland") {
        Backend::Portal
    } else if set("DISPLAY") {
        Backend::Native
    } else {
        Backend::None
    }
}

/// The screens, the main one first. With [`Backend::Portal`] it is one entry: the desktop's dialog lets the person choose.
pub fn list() -> Result<Vec<ScreenInfo>, ScreenError> {
    match backend() {
        Backend::Native => apart(native::list),
        Backend::Portal => Ok(vec![ScreenInfo {
            id: 0,
            name: "Chosen in the desktop's dialog".into(),
            x: 0,
            y: 0,
            width: 0,
            height: 0,
            primary: true,
        }]),
        Backend::None => Err(ScreenError::NoDisplay),
    }
}

/// Every screen, one frame each. With [`Backend::Portal`]: what the person chooses to share.
pub fn capture_all() -> Result<Vec<Frame>, ScreenError> {
    match backend() {
        Backend::Native => apart(native::capture_all),
        Backend::Portal => by_portal(),
        Backend::None => Err(ScreenError::NoDisplay),
    }
}

/// One screen. With [`Backend::Portal`]: the first that the person chooses to share.
pub fn capture(id: u32) -> Result<Frame, ScreenError> {
    match backend() {
        Backend::Native => apart(move || native::capture(id)),
        Backend::Portal => by_portal()?.into_iter().next().ok_or(ScreenError::Cancelled),
        Backend::None => Err(ScreenError::NoDisplay),
    }
}

/// A part of the desktop, of the one screen on which its middle lies; what sticks out of that screen is cut off. With
/// [`Backend::Portal`]: that part of what the person chooses to share.
pub fn capture_region(region: Region) -> Result<Frame, ScreenError> {
    match backend() {
        Backend::Native => apart(move || native::capture_region(region)),
        Backend::Portal => {
            let frame = by_portal()?.into_iter().next().ok_or(ScreenError::Cancelled)?;
            cut(&frame, region, (0, 0), (frame.width(), frame.height()))
        }
        Backend::None => Err(ScreenError::NoDisplay),
    }
}

/// The region's part of a screen's picture, whose pixels may be finer than the desktop's units.
fn cut(frame: &Frame, region: Region, origin: (i32, i32), size: (u32, u32)) -> Result<Frame, ScreenError> {
    let span = |from: i32, length: u32, origin: i32, size: u32, pixels: u32| {
        let (from, size) = (i64::from(from) - i64::from(origin), i64::from(size.max(1)));
        let pixel = |v: i64| u32::try_from(v.clamp(0, size) * i64::from(pixels) / size).unwrap_or(0);
        let start = pixel(from);
        (start, pixel(from + i64::from(length)) - start)
    };
    let (x, width) = span(region.x, region.width, origin.0, size.0, frame.width());
    let (y, height) = span(region.y, region.height, origin.1, size.1, frame.height());
    frame.crop(x, y, width, height).ok_or(ScreenError::OutsideScreen)
}

#[cfg(target_os = "linux")]
fn by_portal() -> Result<Vec<Frame>, ScreenError> {
    apart(portal::capture)
}

#[cfg(not(target_os = "linux"))]
fn by_portal() -> Result<Vec<Frame>, ScreenError> {
    Err(ScreenError::NoDisplay)
}

/// Runs it in a thread that can be abandoned, behind the guard: display servers and portals may hang, and the crates that
/// speak to them assert what those answer.
fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ScreenError> + Send + 'static,
) -> Result<T, ScreenError> {
    let (sender, receiver) = mpsc::channel();
    let failed = |detail: &str| ScreenError::Failed { detail: detail.into() };
    thread::Builder::new()
        .name("tessera-screen".into())
        .spawn(move || {
            let broken = ScreenError::Failed { detail: "the display answers in an unexpected way".into() };
            // nobody listens after the time-out
            drop(sender.send(guarded(work).unwrap_or(Err(broken))));
        })
        .map_err(|error| failed(&error.to_string()))?;
    receiver.recv_timeout(PATIENCE + Duration::from_secs(20)).unwrap_or(Err(ScreenError::Timeout))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn wayland_is_told_from_x11() {
        let session = |set: &'static [(&str, &str)]| {
            detect(move |name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| value.into()))
        };
        assert_eq!(session(&[("DISPLAY", ":0")]), Backend::Native);
        assert_eq!(session(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]), Backend::Portal);
        assert_eq!(session(&[("DISPLAY", ":0"), ("XDG_SESSION_TYPE", "wayland")]), Backend::Portal);
        assert_eq!(session(&[("XDG_SESSION_TYPE", "tty"), ("DISPLAY", "")]), Backend::None);
    }

    #[test]
    fn a_region_is_cut_in_the_units_of_the_desktop() {
        // 4 x 2 pixels on a screen of 2 x 1 units at 10, 20
        let frame = Frame::from_luma(4, 2, vec![0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
        let part = |x, y, width, height| cut(&frame, Region { x, y, width, height }, (10, 20), (2, 1));
        assert_eq!(part(11, 20, 1, 1).unwrap().to_luma().to_vec(), [2, 3, 6, 7]);
        assert_eq!(part(0, 0, 100, 100).unwrap().width(), 4);
        assert_eq!(part(12, 20, 5, 5).unwrap_err(), ScreenError::OutsideScreen);
        assert!(part(i32::MIN, i32::MIN, u32::MAX, u32::MAX).is_ok());
        assert_eq!(part(i32::MAX, 0, u32::MAX, 1).unwrap_err(), ScreenError::OutsideScreen);
    }

    #[test]
    fn a_panic_apart_is_an_error() {
        let broken = apart(|| if backend() == Backend::None { Err(ScreenError::NoDisplay) } else { Ok(()) });
        assert!(broken.is_ok() || broken == Err(ScreenError::NoDisplay));
        let zero = "x".len() - 1;
        assert!(matches!(apart(move || Ok(1 / zero)), Err(ScreenError::Failed { .. })));
    }
}
