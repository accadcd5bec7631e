//! Lists the cameras, opens one and tells what it sees: `camera_probe [INDEX] [--seconds N]`.
//!
//! Ends with 0 when a code was read, 3 when the camera cannot be used, 4 when no code was read in time.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods
)]

use std::{
    process::ExitCode,
    sync::mpsc,
    time::{Duration, Instant},
};

use tessera_scan::{
    camera::{self, Camera},
    live::{Event, Options, Scanner},
};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (mut index, mut seconds) = (None, 60);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => seconds = args.next().and_then(|s| s.parse().ok()).unwrap_or(seconds),
            number => index = number.parse().ok(),
        }
    }
    match camera::list() {
        Ok(cameras) => {
            for c in cameras {
                println!("camera {}: {} ({})", c.index, c.name, c.description);
            }
        }
        Err(error) => println!("list: {error}"),
    }
    let index = index.or_else(|| camera::list().ok()?.first().map(|c| c.index)).unwrap_or(0);
    let start = Instant::now();
    let camera = match Camera::open(index, Duration::from_secs(seconds)) {
        Ok(camera) => camera,
        Err(error) => {
            println!("open: {error}");
            return ExitCode::from(3);
        }
    };
    println!("opened after {:?}", start.elapsed());
    let (sender, events) = mpsc::channel();
    let scanner = Scanner::start(camera, Options::default(), move |event| drop(sender.send(event)));
    let mut previews = 0;
    while let Ok(event) = events.recv_timeout(Duration::from_secs(seconds).saturating_sub(start.elapsed())) {
        match event {
            Event::Started { width, height } => println!("{width} x {height} after {:?}", start.elapsed()),
            Event::Preview(_) => previews += 1,
            Event::Found(found) => {
                for found in &found {
                    println!("a code of {} characters at {:?}", found.text.len(), found.corners);
                    println!("text: {}", found.text.as_str());
                }
                println!("found after {:?} and {previews} previews", start.elapsed());
                let more = Instant::now();
                let shown = events
                    .iter()
                    .take_while(|_| more.elapsed() < Duration::from_secs(5))
                    .filter(|e| matches!(e, Event::Preview(_)))
                    .count();
                println!("{:.1} previews a second", shown as f64 / more.elapsed().as_secs_f64());
                scanner.stop();
                println!("stopped");
                return ExitCode::SUCCESS;
            }
            Event::Failed(error) => {
                println!("failed: {error}");
                return ExitCode::from(3);
            }
        }
    }
    println!("no code after {:?} and {previews} previews", start.elapsed());
    ExitCode::from(4)
}
