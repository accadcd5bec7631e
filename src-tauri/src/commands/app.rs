//! The app itself: where it stands, how it looks, what works here.

use tauri::{AppHandle, command};
use tessera_vault::LockedVault;

use crate::{
    convert, doctor,
    dto::{Appearance, DoctorRow, Failure, Preferences, SealingKey, Status, VaultState, Warning},
    session::Session,
    shell::{App, Shell, held, run},
    window,
};

#[command]
pub(crate) async fn status(shell: App<'_>) -> Result<Status, Failure> {
    run(&shell, |shell| Ok(status_of(shell))).await
}

/// Where everything stands.
fn status_of(shell: &Shell) -> Status {
    let config = held(&shell.config);
    let path = config.vault_path().to_owned();
    let preferences = config.preferences();
    drop(config);
    let mut status = Status {
        state: VaultState::None,
        vault_name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        vault_path: path.to_string_lossy().into_owned(),
        problem: None,
        read_only: false,
        delay_s: 0,
        failed_unlocks: 0,
        warnings: Vec::new(),
        must_set_password: false,
        must_confirm_recovery: false,
        locked_by: None,
        locked_at: None,
        waiting_candidates: shell.links_waiting(),
        preferences,
        platform_notes: held(&shell.notes).clone(),
        platform: std::env::consts::OS.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    match &*shell.session() {
        Session::Open(open) => {
            status.state = VaultState::Unlocked;
            status.read_only = open.vault.read_only();
            status.must_set_password = open.must_set_password;
            status.must_confirm_recovery = open.recovery.is_some();
            status.warnings = open.vault.warnings().iter().map(convert::warning).collect();
            if open.is_recovery_unconfirmed() {
                status.warnings.push(Warning::RecoveryUnconfirmed);
            }
            return status;
        }
        Session::Closed { locked } => {
            status.locked_by = locked.map(|(reason, _)| reason);
            status.locked_at = locked.map(|(_, at)| at);
        }
    }
    match LockedVault::open(&path) {
        Ok(locked) => {
            status.state = VaultState::Locked;
            status.read_only = locked.read_only();
            status.failed_unlocks = locked.failed_unlocks();
            let now = shell.clock.steady();
            let mut tries = held(&shell.door);
            tries.heed(now, locked.delay());
            status.delay_s = tries.wait(now);
        }
        Err(tessera_vault::OpenError::NotFound) => {}
        Err(error) => {
            status.state = VaultState::Unreadable;
            status.problem = Some(error.into());
        }
    }
    status
}

#[command]
pub(crate) async fn set_appearance(
    app: AppHandle,
    shell: App<'_>,
    appearance: Appearance,
) -> Result<(), Failure> {
    window::set_appearance(&app, appearance);
    run(&shell, move |shell| change(shell, |preferences| preferences.appearance = appearance)).await
}

#[command]
pub(crate) async fn set_zoom(app: AppHandle, shell: App<'_>, zoom: f64) -> Result<(), Failure> {
    run(&shell, move |shell| {
        change(shell, |preferences| preferences.zoom = zoom)?;
        window::set_zoom(&app, held(&shell.config).preferences().zoom);
        Ok(())
    })
    .await
}

fn change(shell: &Shell, set: impl FnOnce(&mut Preferences)) -> Result<(), Failure> {
    let mut config = held(&shell.config);
    let mut preferences = config.preferences();
    set(&mut preferences);
    config.set_preferences(preferences)
}

#[command]
pub(crate) fn activity(shell: App<'_>) {
    shell.activity();
}

#[command]
pub(crate) async fn doctor(shell: App<'_>) -> Result<Vec<DoctorRow>, Failure> {
    run(&shell, |shell| Ok(doctor::look(shell))).await
}

#[command]
pub(crate) fn sealing_key(shell: App<'_>) -> SealingKey {
    shell.sealing_key()
}
