//! The screen where programs may simply read it, by xcap.

use xcap::{Monitor, XCapError};

use super::{Region, ScreenError, ScreenInfo, cut};
use crate::Frame;

fn monitors() -> Result<Vec<(ScreenInfo, Monitor)>, ScreenError> {
    let mut monitors = Vec::new();
    for monitor in Monitor::all().map_err(failed)? {
        // one that was unplugged this moment is skipped
        let Ok(info) = info(&monitor) else { continue };
        // a mirrored screen shows up once per output
        let same = |other: &ScreenInfo| {
            (other.x, other.y, other.width, other.height) == (info.x, info.y, info.width, info.height)
        };
        if !monitors.iter().any(|(other, _)| same(other)) {
            monitors.push((info, monitor));
        }
    }
    monitors.sort_by_key(|(info, _)| (!info.primary, info.x, info.y));
    Ok(monitors)
}

fn info(monitor: &Monitor) -> Result<ScreenInfo, XCapError> {
    let friendly = monitor.friendly_name().ok().filter(|name| !name.is_empty());
    Ok(ScreenInfo {
        id: monitor.id()?,
        name: friendly.map_or_else(|| monitor.name(), Ok)?,
        x: monitor.x()?,
        y: monitor.y()?,
        width: monitor.width()?,
        height: monitor.height()?,
        primary: monitor.is_primary().unwrap_or(false),
    })
}

pub(super) fn list() -> Result<Vec<ScreenInfo>, ScreenError> {
    Ok(monitors()?.into_iter().map(|(info, _)| info).collect())
}

pub(super) fn capture_all() -> Result<Vec<Frame>, ScreenError> {
    let monitors = monitors()?;
    if monitors.is_empty() {
        return Err(ScreenError::NoDisplay);
    }
    monitors.iter().map(|(_, monitor)| picture(monitor)).collect()
}

pub(super) fn capture(id: u32) -> Result<Frame, ScreenError> {
    let monitors = monitors()?;
    let (_, monitor) = monitors.iter().find(|(info, _)| info.id == id).ok_or(ScreenError::NotFound)?;
    picture(monitor)
}

pub(super) fn capture_region(region: Region) -> Result<Frame, ScreenError> {
    let middle = |from: i32, length: u32| i64::from(from) + i64::from(length / 2);
    let (x, y) = (middle(region.x, region.width), middle(region.y, region.height));
    let within = |v: i64, from: i32, length: u32| (0..i64::from(length)).contains(&(v - i64::from(from)));
    let monitors = monitors()?;
    let (info, monitor) = monitors
        .iter()
        .find(|(info, _)| within(x, info.x, info.width) && within(y, info.y, info.height))
        .ok_or(ScreenError::OutsideScreen)?;
    // xcap's own region mixes scaled and unscaled units on X11: the whole is taken and cut here
    cut(&picture(monitor)?, region, (info.x, info.y), (info.width, info.height))
}

fn picture(monitor: &Monitor) -> Result<Frame, ScreenError> {
    let image = monitor.capture_image().map_err(failed)?;
    let (width, height) = image.dimensions();
    Frame::from_rgba(width, height, image.into_raw())
        .map_err(|e| ScreenError::Failed { detail: e.to_string() })
}

#[allow(clippy::needless_pass_by_value)] // as map_err wants it
fn failed(error: XCapError) -> ScreenError {
    ScreenError::Failed { detail: error.to_string() }
}
