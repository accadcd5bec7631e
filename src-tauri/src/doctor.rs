//! What works here: clock, camera, screen, clipboard, vault file, and what protects a secret on this system.

use tessera_scan::{camera, screen};
use tessera_vault::LockedVault;

use crate::{
    dto::{DoctorCheck, DoctorRow, Health, PlatformNote},
    harden,
    shell::{Shell, held},
    web_process,
};

/// 2026-11-01: no clock that is right is behind the day this version was made.
const NOT_BEFORE: u64 = 1_793_491_200;
/// How far the vault's newest event may lie ahead of the clock before the clock must be wrong.
const AHEAD: u64 = 24 * 60 * 60;

/// Looks at everything.
pub(crate) fn look(shell: &Shell) -> Vec<DoctorRow> {
    vec![
        clock(shell),
        cameras(),
        screens(),
        clipboard(),
        vault_file(shell),
        note(shell, DoctorCheck::Screenshots, &[PlatformNote::ScreenshotsNotBlocked]),
        note(shell, DoctorCheck::Idle, &[PlatformNote::IdleInWindowOnly]),
        note(
            shell,
            DoctorCheck::SessionSignals,
            &[PlatformNote::ScreenLockNotSeen, PlatformNote::SuspendSeenLate],
        ),
        core_dumps(),
        web_process(),
    ]
}

fn row(check: DoctorCheck, state: Health, message: impl Into<String>) -> DoctorRow {
    DoctorRow { check, state, message: message.into() }
}

/// Without a network nobody can tell the right time, but a clock that is far off betrays itself.
fn clock(shell: &Shell) -> DoctorRow {
    let now = shell.clock.unix();
    if now < NOT_BEFORE {
        return row(
            DoctorCheck::Clock,
            Health::Failed,
            format!("{now} s after 1970 is before this version was made"),
        );
    }
    let newest = shell.with_vault(|open| Ok(open.vault.audit_log(1)?.first().map(|event| event.time)));
    match newest {
        Ok(Some(newest)) if newest > now.saturating_add(AHEAD) => row(
            DoctorCheck::Clock,
            Health::Failed,
            "the vault was last changed at a later time than the clock shows",
        ),
        _ => row(DoctorCheck::Clock, Health::Ok, format!("{now} s after 1970")),
    }
}

fn cameras() -> DoctorRow {
    match camera::list() {
        Ok(cameras) if cameras.is_empty() => row(DoctorCheck::Camera, Health::Warning, "no camera"),
        Ok(cameras) => {
            let names: Vec<String> = cameras.into_iter().map(|camera| camera.name).collect();
            row(DoctorCheck::Camera, Health::Ok, names.join(", "))
        }
        Err(camera::CameraError::NoCamera) => row(DoctorCheck::Camera, Health::Warning, "no camera"),
        Err(error) => row(DoctorCheck::Camera, Health::Failed, error.to_string()),
    }
}

fn screens() -> DoctorRow {
    match screen::backend() {
        screen::Backend::None => row(DoctorCheck::Screen, Health::Failed, "no display"),
        screen::Backend::Portal => {
            row(DoctorCheck::Screen, Health::Ok, "by the desktop's portal, which asks each time")
        }
        screen::Backend::Native => match screen::list() {
            Ok(screens) => row(
                DoctorCheck::Screen,
                Health::Ok,
                match screens.len() {
                    1 => "1 screen".to_owned(),
                    count => format!("{count} screens"),
                },
            ),
            Err(error) => row(DoctorCheck::Screen, Health::Failed, error.to_string()),
        },
    }
}

/// Opened, but neither read nor written: what lies there is the person's.
fn clipboard() -> DoctorRow {
    match arboard::Clipboard::new() {
        Ok(_) => row(DoctorCheck::Clipboard, Health::Ok, ""),
        Err(error) => row(DoctorCheck::Clipboard, Health::Failed, error.to_string()),
    }
}

fn vault_file(shell: &Shell) -> DoctorRow {
    let path = held(&shell.config).vault_path().to_owned();
    let shown = path.display().to_string();
    match LockedVault::open(&path) {
        Ok(locked) if locked.read_only() => {
            row(DoctorCheck::VaultFile, Health::Warning, format!("{shown}: read only"))
        }
        Ok(_) => row(DoctorCheck::VaultFile, Health::Ok, shown),
        Err(tessera_vault::OpenError::NotFound) => {
            row(DoctorCheck::VaultFile, Health::Warning, format!("{shown}: not there"))
        }
        Err(error) => row(DoctorCheck::VaultFile, Health::Failed, format!("{shown}: {error}")),
    }
}

/// A warning when any of the notes was found out for this system.
fn note(shell: &Shell, check: DoctorCheck, notes: &[PlatformNote]) -> DoctorRow {
    let known = held(&shell.notes);
    let found: Vec<String> =
        notes.iter().filter(|note| known.contains(note)).map(|note| format!("{note:?}")).collect();
    let state = if found.is_empty() { Health::Ok } else { Health::Warning };
    row(check, state, found.join(", "))
}

fn core_dumps() -> DoctorRow {
    match harden::are_core_dumps_off() {
        Some(true) => row(DoctorCheck::CoreDumps, Health::Ok, ""),
        Some(false) => {
            row(DoctorCheck::CoreDumps, Health::Warning, "the system did not let us switch them off")
        }
        None => row(DoctorCheck::CoreDumps, Health::Warning, "this system has no such switch for a program"),
    }
}

fn web_process() -> DoctorRow {
    let state = if web_process::REPLACES_PROCESS { Health::Ok } else { Health::Warning };
    row(DoctorCheck::WebProcess, state, "")
}
