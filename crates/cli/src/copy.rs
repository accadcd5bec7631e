//! A code on the clipboard for a while.

use std::sync::mpsc;
use std::time::Duration;

use arboard::Clipboard;
use zeroize::Zeroizing;

use crate::failure::{Code, Failure};
use crate::output::Out;

/// How long a copied code stays (DESIGN §7), if the vault's settings name no time.
const CLEARED_AFTER: Duration = Duration::from_secs(20);

/// Puts the code on the clipboard, hidden from clipboard histories where the system can do that, and stays until it is taken
/// off again: on X11 and Wayland a clipboard is served by the program that filled it. Interrupting clears at once.
///
/// `seconds` is the vault's setting. Its 0, never, cannot be kept here: somewhere the program ends, and with it the clipboard.
pub(crate) fn for_a_while(out: &Out, code: &str, seconds: u32) -> Result<(), Failure> {
    let stays = if seconds == 0 { CLEARED_AFTER } else { Duration::from_secs(u64::from(seconds)) };
    let mut clipboard = Clipboard::new().map_err(|error| unavailable(&error))?;
    set_hidden(&mut clipboard, code).map_err(|error| unavailable(&error))?;
    // The sender kept here lets the wait run its time even if no handler could be set.
    let (interrupt, interrupted) = mpsc::channel();
    let from_handler = interrupt.clone();
    let _ = ctrlc::set_handler(move || {
        let _ = from_handler.send(());
    });
    out.note(&format!(
        "Copied. The clipboard is cleared after {} s, if it still holds the code; Ctrl-C clears it now.",
        stays.as_secs()
    ));
    let _ = interrupted.recv_timeout(stays);
    drop(interrupt);
    let now = clipboard.get_text().map(Zeroizing::new);
    if now.is_ok_and(|text| text.as_str() == code) {
        clipboard.clear().map_err(|error| {
            Failure::new(Code::Failed, "The clipboard could not be cleared and may still hold the code.")
                .caused_by(&error)
        })?;
    }
    Ok(())
}

#[cfg(all(unix, not(target_os = "macos")))]
fn set_hidden(clipboard: &mut Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtLinux as _;
    clipboard.set().exclude_from_history().text(text)
}

#[cfg(target_os = "macos")]
fn set_hidden(clipboard: &mut Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtApple as _;
    clipboard.set().exclude_from_history().text(text)
}

#[cfg(windows)]
fn set_hidden(clipboard: &mut Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtWindows as _;
    clipboard.set().exclude_from_monitoring().exclude_from_cloud().exclude_from_history().text(text)
}

fn unavailable(error: &arboard::Error) -> Failure {
    Failure::new(
        Code::Unavailable,
        "The code could not be copied: the clipboard cannot be reached from here.",
    )
    .caused_by(error)
}
