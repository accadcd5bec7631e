//! Finding credentials in pictures, on the screen, on the clipboard, in links and in forms, and saving what was reviewed.

use std::{path::Path, path::PathBuf, time::Duration};

use percent_encoding::percent_decode_str;
use tauri::{
    AppHandle, command,
    ipc::{InvokeBody, Request},
};
use tauri_plugin_dialog::DialogExt as _;
use tessera_scan::{Effort, Found, Frame, ImageError, decode, load_image, load_image_file, screen};
use zeroize::Zeroizing;

use crate::{
    clock, convert,
    dto::{
        Candidate, CandidateForm, EntryId, ErrorCode, Failure, Region, SaveItem, ScanResult, ScreenInfo,
        Sealed, Task, TransferRow,
    },
    harden,
    shell::{App, Shell, run},
    window,
};

/// The endings that the file dialog offers.
pub(crate) const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "gif", "bmp"];
/// As many files as a person drops at once; what is more is a mistake.
const FILES_MOST: usize = 200;

#[command]
pub(crate) async fn scan_screens(shell: App<'_>) -> Result<Vec<ScreenInfo>, Failure> {
    run(&shell, |_| {
        let screens = harden::readable_for_portals(screen::list)?;
        let info = |screen: screen::ScreenInfo| ScreenInfo {
            id: screen.id.to_string(),
            name: screen.name,
            x: screen.x,
            y: screen.y,
            width: screen.width,
            height: screen.height,
            primary: screen.primary,
        };
        Ok(screens.into_iter().map(info).collect())
    })
    .await
}

/// Codes on one screen, on a part of it, or on all. When none is seen, our own window may lie over it: it steps aside once.
#[command]
pub(crate) async fn scan_screen(
    app: AppHandle,
    shell: App<'_>,
    id: Option<String>,
    region: Option<Region>,
) -> Result<Vec<Candidate>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        shell.tell_progress(Task::Scanning);
        let mut found = look(id.as_deref(), region)?;
        if found.is_empty() && screen::backend() == screen::Backend::Native {
            let aside = window::step_aside(&app);
            // What lies under the window needs a moment to be painted.
            clock::wait(Duration::from_millis(400));
            let again = look(id.as_deref(), region);
            drop(aside);
            found = again?;
        }
        if found.is_empty() {
            return Err(no_code());
        }
        shell.candidates_from(found.iter().map(|found| found.text.as_str()))
    })
    .await
}

fn look(id: Option<&str>, region: Option<Region>) -> Result<Vec<Found>, Failure> {
    let frames = harden::readable_for_portals(|| capture(id, region))?;
    Ok(frames.iter().flat_map(|frame| decode(frame, Effort::Still)).collect())
}

fn capture(id: Option<&str>, region: Option<Region>) -> Result<Vec<Frame>, Failure> {
    let Some(id) = id else { return Ok(screen::capture_all()?) };
    let id: u32 =
        id.parse().map_err(|_| Failure::new(ErrorCode::InvalidRequest, "That is no screen's id."))?;
    let Some(region) = region else { return Ok(vec![screen::capture(id)?]) };
    let screens = screen::list()?;
    let screen = screens.iter().find(|screen| screen.id == id).ok_or(screen::ScreenError::NotFound)?;
    let (x, y) = (screen.x.saturating_add(region.x), screen.y.saturating_add(region.y));
    Ok(vec![screen::capture_region(screen::Region { x, y, width: region.width, height: region.height })?])
}

fn no_code() -> Failure {
    Failure::new(ErrorCode::NoCodeFound, "There is no QR code that can be read.")
}

/// Files that were dropped on the window; others the page cannot name.
#[command]
pub(crate) async fn scan_files(shell: App<'_>, paths: Vec<PathBuf>) -> Result<Vec<ScanResult>, Failure> {
    run(&shell, move |shell| {
        shell.only_dropped(&paths)?;
        scan_paths(shell, &paths)
    })
    .await
}

/// Asks for files and reads them.
#[command]
pub(crate) async fn pick_files(app: AppHandle, shell: App<'_>) -> Result<Vec<ScanResult>, Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        let dialog =
            app.dialog().file().add_filter("PNG, JPEG, WebP, GIF, BMP", &PICTURES).add_filter("*", &["*"]);
        let chosen = dialog.blocking_pick_files().unwrap_or_default();
        let paths: Vec<PathBuf> = chosen.into_iter().filter_map(|chosen| chosen.into_path().ok()).collect();
        scan_paths(shell, &paths)
    })
    .await
}

fn scan_paths(shell: &Shell, paths: &[PathBuf]) -> Result<Vec<ScanResult>, Failure> {
    if paths.len() > FILES_MOST {
        return Err(Failure::with(ErrorCode::TooManyFiles, "Too many files at once.", FILES_MOST));
    }
    shell.tell_progress(Task::Scanning);
    paths.iter().map(|path| result(shell, name_of(path), load_image_file(path))).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// What one picture held. Only a locked vault fails the whole list.
fn result(shell: &Shell, file: String, frame: Result<Frame, ImageError>) -> Result<ScanResult, Failure> {
    let found = match frame {
        Ok(frame) => decode(&frame, Effort::Still),
        Err(error) => return Ok(ScanResult { file, candidates: Vec::new(), error: Some(error.into()) }),
    };
    let candidates = shell.candidates_from(found.iter().map(|found| found.text.as_str()))?;
    let error = found.is_empty().then(no_code);
    Ok(ScanResult { file, candidates, error })
}

/// A picture that was dropped or pasted as data: the bytes are the message's body, the name stands in a header.
#[command]
pub(crate) async fn scan_bytes(shell: App<'_>, request: Request<'_>) -> Result<ScanResult, Failure> {
    let name = request.headers().get("x-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
    let name = name_of(Path::new(percent_decode_str(name).decode_utf8_lossy().as_ref()));
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(Failure::new(ErrorCode::InvalidRequest, "A picture comes as bytes."));
    };
    let bytes = Zeroizing::new(bytes.clone());
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        result(shell, name, load_image(&bytes))
    })
    .await
}

/// The picture, the files or the text on the clipboard.
#[command]
pub(crate) async fn scan_clipboard(shell: App<'_>) -> Result<Vec<Candidate>, Failure> {
    run(&shell, |shell| {
        use tessera_scan::clipboard;
        shell.with_vault(|_| Ok(()))?;
        shell.tell_progress(Task::Scanning);
        let mut frames: Vec<Frame> = clipboard::read_image()?.into_iter().collect();
        if frames.is_empty() {
            for path in clipboard::read_files()?.iter().take(FILES_MOST) {
                frames.push(load_image_file(path)?);
            }
        }
        if !frames.is_empty() {
            let found: Vec<Found> = frames.iter().flat_map(|frame| decode(frame, Effort::Still)).collect();
            if found.is_empty() {
                return Err(no_code());
            }
            return shell.candidates_from(found.iter().map(|found| found.text.as_str()));
        }
        let text = clipboard::read_text()?.filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| {
            Failure::new(ErrorCode::ClipboardEmpty, "The clipboard holds neither a picture nor a text.")
        })?;
        shell.candidates_from(links(&text))
    })
    .await
}

/// The links in a text, one a line; a text without any is shown as what it is.
fn links(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| is_link(line)).collect();
    if lines.is_empty() { vec![text.trim()] } else { lines }
}

fn is_link(text: &str) -> bool {
    text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("otpauth"))
}

#[command]
pub(crate) async fn candidate_from_text(shell: App<'_>, text: Sealed) -> Result<Candidate, Failure> {
    run(&shell, move |shell| {
        let text = shell.unseal(&text)?;
        shell.candidate_from_text(&text)
    })
    .await
}

#[command]
pub(crate) async fn candidate_from_form(
    shell: App<'_>,
    form: CandidateForm,
    secret: Sealed,
    pin: Option<Sealed>,
) -> Result<Candidate, Failure> {
    run(&shell, move |shell| {
        let secret = shell.unseal(&secret)?;
        let pin = pin.as_ref().map(|pin| shell.unseal(pin)).transpose()?;
        let credential = convert::credential(&form, &secret, pin.as_ref().map(|pin| pin.as_str()))?;
        shell.candidate_from(credential)
    })
    .await
}

/// Links that other programs opened.
#[command]
pub(crate) async fn waiting_candidates(shell: App<'_>) -> Result<Vec<Candidate>, Failure> {
    run(&shell, Shell::open_links).await
}

/// Stores what was reviewed: all of it, or nothing.
#[command]
pub(crate) async fn save_candidates(shell: App<'_>, items: Vec<SaveItem>) -> Result<Vec<EntryId>, Failure> {
    run(&shell, move |shell| {
        let now = shell.clock.unix();
        shell.with_vault(|open| {
            let mut candidates = shell.candidates();
            let entries = candidates.entries(&items, now)?;
            let ids = open.vault.add(entries)?;
            candidates.remove(&items);
            Ok(ids.into_iter().map(convert::id).collect())
        })
    })
    .await
}

/// How far a transfer of several QR codes is, for what was found other than by the camera, which tells it by itself.
#[command]
pub(crate) fn transfer_parts(shell: App<'_>) -> Option<TransferRow> {
    shell.candidates().transfer()
}

#[command]
pub(crate) fn discard_candidates(shell: App<'_>) {
    shell.candidates().clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_text_gives_its_links_or_itself() {
        assert_eq!(links("otpauth://a\n\n OTPAUTH://b \nnote"), ["otpauth://a", "OTPAUTH://b"]);
        assert_eq!(links(" hello "), ["hello"]);
        assert_eq!(links("otpauth-migration://offline?data=x"), ["otpauth-migration://offline?data=x"]);
        assert_eq!(links("\u{e9}\u{e9}\u{e9}\u{e9}"), ["\u{e9}\u{e9}\u{e9}\u{e9}"]);
    }
}
