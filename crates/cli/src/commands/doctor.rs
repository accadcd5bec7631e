//! `tessera doctor`: what works on this machine, and what to do about the rest. Needs no password; changes nothing.

use std::path::Path;

use serde::Serialize;
use tessera_scan::{camera, screen};
use tessera_vault::LockedVault;

use super::Context;
use crate::failure::{Failure, sentence};
use crate::harden::{self, CoreDumps};
use crate::open;
use crate::text::{columns, safe};
use crate::{desktop, wall_clock};

/// What a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It works.
    Ok,
    /// It works, but somebody should look at it.
    Attention,
    /// It is not there; what needs it says so.
    Unavailable,
    /// This cannot be told here.
    Unknown,
}

/// One check.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) check: &'static str,
    pub(crate) state: State,
    pub(crate) message: String,
    pub(crate) advice: Option<String>,
}

impl Row {
    /// A check with nothing to do about it.
    pub(crate) fn new(check: &'static str, state: State, message: impl Into<String>) -> Self {
        Row { check, state, message: message.into(), advice: None }
    }

    /// What to do.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

/// Runs every check; finding something is no failure.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    let path = open::path(context)?;
    let bus = desktop::ask();
    let mut rows = vec![vault(&path), state_folder()];
    rows.extend(wall_clock::check(&path, bus.clock_synchronized));
    rows.extend([cameras(), screens(), clipboard(), bus.keyring]);
    // The screen was looked at; from here on the process is as closed as when it holds a vault.
    harden::close();
    rows.extend([memory_locking(), core_dumps()]);
    if context.out.is_json() {
        return context.out.value(&rows);
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .flat_map(|row| {
            let mark = match row.state {
                State::Ok => "ok",
                State::Attention => "look",
                State::Unavailable => "none",
                State::Unknown => "?",
            };
            let first = vec![mark.to_owned(), row.check.to_owned(), row.message.clone()];
            let advice =
                row.advice.as_ref().map(|advice| vec![String::new(), String::new(), format!("-> {advice}")]);
            std::iter::once(first).chain(advice)
        })
        .collect();
    context.out.lines(&columns(&lines))
}

fn vault(path: &Path) -> Row {
    const CHECK: &str = "vault";
    let shown = safe(&path.display().to_string());
    match LockedVault::open(path) {
        Ok(locked) => {
            let failed = locked.failed_unlocks();
            let weak = locked
                .slots()
                .iter()
                .any(|slot| slot.kdf.is_some_and(tessera_vault::KdfParams::is_below_floor));
            if locked.read_only() {
                Row::new(CHECK, State::Attention, format!("{shown} can only be read."))
                    .advise("Give yourself write permission on the file and its folder.")
            } else if weak {
                Row::new(
                    CHECK,
                    State::Attention,
                    format!("{shown} protects its password less than it should."),
                )
                .advise("`tessera passwd` renews it.")
            } else if failed > 0 {
                Row::new(
                    CHECK,
                    State::Attention,
                    format!("{shown}: {failed} failed tries since it was last unlocked."),
                )
                .advise("`tessera log` shows when.")
            } else {
                Row::new(CHECK, State::Ok, shown)
            }
        }
        Err(error) => {
            let missing = matches!(error, tessera_vault::OpenError::NotFound);
            let failure = open::open_failure(path, error);
            Row::new(CHECK, if missing { State::Unavailable } else { State::Attention }, failure.message)
        }
    }
}

fn state_folder() -> Row {
    const CHECK: &str = "older copies";
    let Some(folder) = open::state_dir() else {
        return Row::new(
            CHECK,
            State::Attention,
            "There is no folder to remember vaults in: an older copy put in a vault's place might not be noticed.",
        );
    };
    let shown = safe(&folder.display().to_string());
    // What exists on the way to the folder decides whether it can be made.
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or(&folder);
    if existing.metadata().is_ok_and(|about| about.is_dir() && !about.permissions().readonly()) {
        Row::new(CHECK, State::Ok, format!("What was last seen of each vault is remembered in {shown}."))
    } else {
        Row::new(
            CHECK,
            State::Attention,
            format!("{shown} cannot be written: an older copy put in a vault's place might not be noticed."),
        )
        .advise("Give yourself write permission on the folder.")
    }
}

fn cameras() -> Row {
    const CHECK: &str = "camera";
    let others = "Codes can also be added from the screen, picture files and the clipboard.";
    match camera::list() {
        Ok(cameras) if cameras.is_empty() => {
            Row::new(CHECK, State::Unavailable, "No camera was found.").advise(others)
        }
        Ok(cameras) => {
            let names: Vec<String> =
                cameras.iter().map(|camera| format!("{} ({})", safe(&camera.name), camera.index)).collect();
            Row::new(CHECK, State::Ok, names.join(", "))
        }
        Err(error) => Row::new(CHECK, State::Unavailable, sentence(&error.to_string())).advise(others),
    }
}

fn screens() -> Row {
    const CHECK: &str = "screen";
    let others = "Codes can also be added from the camera, picture files and the clipboard.";
    match (screen::backend(), screen::list()) {
        (screen::Backend::None, _) => {
            Row::new(CHECK, State::Unavailable, "No display was found.").advise(others)
        }
        (screen::Backend::Portal, Ok(_)) => {
            Row::new(CHECK, State::Ok, "The desktop's own dialog asks each time which screen may be seen.")
        }
        (screen::Backend::Native, Ok(screens)) => {
            let names: Vec<String> = screens
                .iter()
                .map(|screen| format!("{} ({} x {})", safe(&screen.name), screen.width, screen.height))
                .collect();
            Row::new(CHECK, State::Ok, names.join(", "))
        }
        (_, Err(error)) => Row::new(CHECK, State::Unavailable, sentence(&error.to_string())).advise(others),
    }
}

fn clipboard() -> Row {
    const CHECK: &str = "clipboard";
    match arboard::Clipboard::new() {
        Ok(_) => Row::new(CHECK, State::Ok, "Codes can be copied; the clipboard is cleared afterwards."),
        Err(error) => Row::new(CHECK, State::Unavailable, sentence(&error.to_string()))
            .advise("`tessera code --copy` needs a desktop session; without one the code is still printed."),
    }
}

fn memory_locking() -> Row {
    const CHECK: &str = "locked memory";
    let page = vec![0_u8; region::page::size()];
    match region::lock(page.as_ptr(), page.len()) {
        Ok(_guard) => Row::new(CHECK, State::Ok, "Keys can be kept from being swapped to disk."),
        Err(error) => Row::new(
            CHECK,
            State::Attention,
            format!("Keys may be swapped to disk: {}", sentence(&error.to_string())),
        )
        .advise("Encrypt the swap space, or raise the limit for locked memory (ulimit -l)."),
    }
}

fn core_dumps() -> Row {
    const CHECK: &str = "core dumps";
    match harden::core_dumps() {
        CoreDumps::Off => Row::new(CHECK, State::Ok, "A crash leaves no copy of the memory behind."),
        CoreDumps::On => Row::new(
            CHECK,
            State::Attention,
            "The system did not let core dumps be turned off: a crash could write keys to disk.",
        )
        .advise("Turn core dumps off for your session (ulimit -c 0)."),
        CoreDumps::Unknown => {
            Row::new(CHECK, State::Unknown, "This system's crash reports are governed by its own settings.")
        }
    }
}
