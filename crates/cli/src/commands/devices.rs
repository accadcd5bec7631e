//! `tessera devices`: cameras and screens that codes can be read from.

use serde::Serialize;
use tessera_scan::{camera, screen};

use super::Context;
use crate::failure::{Failure, sentence};
use crate::text::{columns, safe};

#[derive(Serialize)]
struct Devices {
    cameras: Vec<Camera>,
    camera_error: Option<String>,
    screens: Vec<Screen>,
    screen_error: Option<String>,
}

#[derive(Serialize)]
struct Camera {
    index: u32,
    name: String,
    description: String,
}

#[derive(Serialize)]
struct Screen {
    id: u32,
    name: String,
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    primary: bool,
}

/// Lists both; having none of a kind is an answer, not a failure.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    let mut devices =
        Devices { cameras: Vec::new(), camera_error: None, screens: Vec::new(), screen_error: None };
    match camera::list() {
        Ok(cameras) => {
            devices.cameras = cameras
                .into_iter()
                .map(|camera| Camera {
                    index: camera.index,
                    name: camera.name,
                    description: camera.description,
                })
                .collect();
        }
        Err(error) => devices.camera_error = Some(sentence(&error.to_string())),
    }
    match screen::list() {
        Ok(screens) => {
            devices.screens = screens
                .into_iter()
                .map(|screen| Screen {
                    id: screen.id,
                    name: screen.name,
                    x: screen.x,
                    y: screen.y,
                    width: screen.width,
                    height: screen.height,
                    primary: screen.primary,
                })
                .collect();
        }
        Err(error) => devices.screen_error = Some(sentence(&error.to_string())),
    }
    if context.out.is_json() {
        return context.out.value(&devices);
    }
    let mut rows: Vec<Vec<String>> = devices
        .cameras
        .iter()
        .map(|camera| vec![format!("camera {}", camera.index), safe(&camera.name), safe(&camera.description)])
        .collect();
    rows.extend(devices.screens.iter().map(|screen| {
        let place = if screen.width == 0 {
            "chosen in the desktop's own dialog".to_owned()
        } else {
            format!("{} x {} at {}, {}", screen.width, screen.height, screen.x, screen.y)
        };
        let main = if screen.primary { " (main)" } else { "" };
        vec![format!("screen {}", screen.id), format!("{}{main}", safe(&screen.name)), place]
    }));
    context.out.lines(&columns(&rows))?;
    if devices.cameras.is_empty() {
        context.out.note(devices.camera_error.as_deref().unwrap_or("No camera was found."));
    }
    if devices.screens.is_empty() {
        context.out.note(devices.screen_error.as_deref().unwrap_or("No screen was found."));
    }
    Ok(())
}
