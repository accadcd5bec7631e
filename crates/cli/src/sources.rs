//! Where codes to add are looked for: pictures, the screen, a camera, the clipboard.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tessera_scan::camera::{self, Camera, CameraError};
use tessera_scan::{Effort, FrameSource as _, clipboard, decode, load_image_file, screen};
use zeroize::Zeroizing;

use crate::candidates::{Gathered, Problem};
use crate::clock;
use crate::failure::{Code, Failure, sentence};
use crate::output::Out;
use crate::text::safe;

/// How long a camera may take to open: some negotiate for seconds.
pub(crate) const CAMERA_PATIENCE: Duration = Duration::from_secs(20);
/// How long the search goes on after a first code, for those beside it that were not read in the same frame.
const SIBLINGS: Duration = Duration::from_millis(600);
/// Every so many frames of a camera are searched as thoroughly as a picture.
const THOROUGH_EVERY: u32 = 8;

/// Every code in the picture files. A file that cannot be read, or holds none, is a problem of its own and stops nothing.
pub(crate) fn images(files: &[PathBuf]) -> Gathered {
    let mut gathered = Gathered::default();
    for file in files {
        let source = file.display().to_string();
        image(file, &source, &mut gathered);
    }
    gathered.settle_parts("pictures");
    gathered
}

fn image(file: &Path, source: &str, gathered: &mut Gathered) {
    match load_image_file(file) {
        Ok(frame) => {
            let found = decode(&frame, Effort::Still);
            if found.is_empty() {
                gathered
                    .problems
                    .push(Problem::nothing(source, "There is no QR code that can be read in this picture."));
            }
            for code in found {
                gathered.judge_code(source, &code.text);
            }
        }
        Err(error) => gathered.problems.push(Problem::new(source, &error)),
    }
}

/// Every code on any screen.
pub(crate) fn screens() -> Result<Gathered, Failure> {
    let frames = screen::capture_all().map_err(|error| Failure::from_error(Code::Unavailable, &error))?;
    let mut gathered = Gathered::default();
    for frame in frames {
        for code in decode(&frame, Effort::Still) {
            gathered.judge_code("screen", &code.text);
        }
    }
    gathered.settle_parts("screen");
    if gathered.is_empty() {
        gathered
            .problems
            .push(Problem::nothing("screen", "There is no QR code that can be read on the screen."));
    }
    Ok(gathered)
}

/// The codes that a camera sees, once one of them can be added. What cannot be is said as it comes into sight.
pub(crate) fn camera(out: &Out, index: Option<u32>, patience: Duration) -> Result<Gathered, Failure> {
    let unavailable = |error: CameraError| Failure::from_error(Code::Unavailable, &error);
    let cameras = camera::list().map_err(unavailable)?;
    let chosen = match index {
        None => cameras.first().ok_or(CameraError::NoCamera),
        Some(_) if cameras.is_empty() => Err(CameraError::NoCamera),
        Some(index) => {
            cameras.iter().find(|known| known.index == index).ok_or(CameraError::NotFound { index })
        }
    }
    .map_err(unavailable)?;
    let mut camera = Camera::open(chosen.index, CAMERA_PATIENCE).map_err(unavailable)?;
    out.note(&format!(
        "Looking through camera {} ({}) for up to {} s: hold the QR code before it. Ctrl-C stops.",
        chosen.index,
        safe(&chosen.name),
        patience.as_secs()
    ));
    let mut gathered = Gathered::default();
    let mut seen: Vec<Zeroizing<String>> = Vec::new();
    let mut frames = 0_u32;
    let mut end = clock::monotonic() + patience;
    let mut found_one = false;
    let (mut parts, mut transfer_whole) = (0, false);
    while let Some(left) = end.checked_sub(clock::monotonic()).filter(|left| !left.is_zero()) {
        let frame = match camera.next_frame(left) {
            Ok(frame) => frame,
            Err(error) if error.is_passing() => continue,
            // What was found before the camera went away can still be added.
            Err(_) if found_one => break,
            Err(error) => return Err(Failure::from_error(Code::Unavailable, &error)),
        };
        let effort = if frames % THOROUGH_EVERY == THOROUGH_EVERY - 1 { Effort::Still } else { Effort::Live };
        frames = frames.wrapping_add(1);
        for code in decode(&frame, effort) {
            if !seen.contains(&code.text) {
                seen.push(code.text.clone());
                let before = gathered.problems.len();
                gathered.judge_code("camera", &code.text);
                if let Some(problem) = gathered.problems.get(before) {
                    problem.tell(out);
                }
                if gathered.parts().0 > parts {
                    let missing;
                    (parts, missing) = gathered.parts();
                    if missing.is_empty() {
                        transfer_whole = true;
                    } else {
                        transfer_whole = false;
                        out.note(&format!("Read a part of a transfer. Now show: {}.", missing.join(", ")));
                    }
                }
            }
        }
        let whole = if parts > 0 { transfer_whole } else { !gathered.candidates.is_empty() };
        if !found_one && whole {
            found_one = true;
            end = clock::monotonic() + SIBLINGS;
        }
    }
    if frames == 0 {
        return Err(unavailable(CameraError::NoFrames));
    }
    gathered.problems.iter_mut().for_each(|problem| problem.told = true);
    gathered.settle_parts("camera");
    if gathered.candidates.is_empty() {
        let message = if gathered.problems.is_empty() {
            "No QR code came into sight. Hold it flat, well lit, filling about half of the picture; a screen's brightness may need lowering."
        } else {
            "No QR code that can be added came into sight."
        };
        gathered.problems.push(Problem::nothing("camera", message));
    }
    Ok(gathered)
}

/// What lies on the clipboard: a picture with codes, copied picture files, or otpauth links as text.
pub(crate) fn from_clipboard() -> Result<Gathered, Failure> {
    const SOURCE: &str = "clipboard";
    let unavailable = |error: clipboard::ClipboardError| Failure::from_error(Code::Unavailable, &error);
    let mut gathered = Gathered::default();
    if let Some(frame) = clipboard::read_image().map_err(unavailable)? {
        for code in decode(&frame, Effort::Still) {
            gathered.judge_code(SOURCE, &code.text);
        }
        gathered.settle_parts(SOURCE);
        if gathered.is_empty() {
            let message = "There is no QR code that can be read in the picture on the clipboard.";
            gathered.problems.push(Problem::nothing(SOURCE, message));
        }
        return Ok(gathered);
    }
    let files = clipboard::read_files().map_err(unavailable)?;
    if !files.is_empty() {
        return Ok(images(&files));
    }
    match clipboard::read_text().map_err(unavailable)? {
        Some(text) if !text.trim().is_empty() => {
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                gathered.judge_text(SOURCE, line);
            }
            gathered.settle_parts(SOURCE);
        }
        _ => gathered
            .problems
            .push(Problem::nothing(SOURCE, "The clipboard holds neither a picture nor text.")),
    }
    Ok(gathered)
}

/// A picture's codes as text, for `tessera scan`.
pub(crate) fn texts(file: &Path) -> Result<Vec<Zeroizing<String>>, String> {
    let frame = load_image_file(file).map_err(|error| sentence(&error.to_string()))?;
    Ok(decode(&frame, Effort::Still).into_iter().map(|found| found.text).collect())
}
