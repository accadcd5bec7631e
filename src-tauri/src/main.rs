//! The desktop shell of Tessera: one window over the vault, the scanner and the clipboard.
//!
//! The page in the window shows and asks; everything that holds a secret is here or below. It reaches the shell through the
//! commands in [`commands`] alone, each of which has to be allowed in `capabilities/`.
#![cfg_attr(windows, windows_subsystem = "windows")]

mod backup;
mod camera;
mod candidates;
mod center;
mod clipboard;
mod clock;
mod commands;
mod config;
mod convert;
mod doctor;
mod dto;
mod exported;
mod failures;
mod harden;
mod idle;
mod importing;
mod links;
mod photo;
mod sealing;
mod session;
mod session_signals;
mod shell;
mod strength;
mod system_idle;
mod watch;
mod web_process;
mod window;

use std::{sync::Arc, time::Duration};

use tauri::{AppHandle, DragDropEvent, Emitter as _, RunEvent, WindowEvent};

use crate::{
    clipboard::{ClipboardGuard, SystemBoard},
    clock::Clock,
    config::{ConfigStore, Places},
    dto::{LockedEvent, PlatformNote},
    shell::{Notice, Shell, held},
};

include!("commands/list.rs");

macro_rules! handler {
    ($($area:ident::$name:ident),* $(,)?) => { tauri::generate_handler![$(commands::$area::$name),*] };
}

/// What deriving a key from a password should cost (DESIGN §4).
const KDF_TARGET: Duration = Duration::from_millis(700);

/// What is freed is wiped first, so that no copy of a secret outlives the value that held it.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> tauri::Result<()> {
    harden::start();
    let config = ConfigStore::load(Places::of_system());
    let clipboard = ClipboardGuard::new(Box::<SystemBoard>::default());
    let shell = Arc::new(Shell::new(Clock::system(), config, clipboard, KDF_TARGET));
    note_platform(&shell);
    if let Some(link) = links::in_arguments(std::env::args()) {
        shell.take_link(link);
    }
    let (starting, running) = (Arc::clone(&shell), Arc::clone(&shell));
    tauri::Builder::default()
        .plugin(single_instance(&shell))
        .plugin(tauri_plugin_dialog::init())
        .manage(shell)
        .invoke_handler(with_commands!(handler))
        .setup(move |app| {
            let handle = app.handle().clone();
            let for_notices = Arc::downgrade(&starting);
            starting.on_notice(move |notice| {
                if let Some(shell) = for_notices.upgrade() {
                    deliver(&handle, &shell, &notice);
                }
            });
            let preferences = held(&starting.config).preferences();
            window::open(app.handle(), &starting, &preferences)?;
            web_process::prepare(app.handle());
            watch::start(Arc::downgrade(&starting));
            backup::start(Arc::downgrade(&starting));
            session_signals::start(Arc::downgrade(&starting));
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(move |_, event| match event {
            RunEvent::WindowEvent {
                event: WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }), ..
            } => {
                running.drop_files(&paths);
            }
            RunEvent::Exit => running.end(),
            _ => {}
        });
    Ok(())
}

/// A second start brings the window of the first to the front and hands over its link. A vault named by the environment
/// is another program's business: it gets a window of its own.
fn single_instance(shell: &Arc<Shell>) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    let shell = Arc::downgrade(shell);
    let builder = tauri_plugin_single_instance::Builder::new().callback(move |app, arguments, _| {
        window::show(app);
        if let (Some(shell), Some(link)) = (shell.upgrade(), links::in_arguments(arguments)) {
            shell.take_link(link);
        }
    });
    match links::instance_name() {
        Some(name) => builder.dbus_id(name).build(),
        None => builder.build(),
    }
}

/// What is known of this system before anything runs; the watchers add what they find out.
fn note_platform(shell: &Shell) {
    let mut notes = held(&shell.notes);
    if held(&shell.config).was_reset() {
        notes.push(PlatformNote::PreferencesReset);
    }
    if held(&shell.config).is_portable() {
        notes.push(PlatformNote::Portable);
    }
    if held(&shell.config).vault_is_named() {
        notes.push(PlatformNote::VaultNamed);
    }
    // Tauri's content protection does nothing on Linux: neither X11 nor Wayland lets a program forbid screenshots.
    if cfg!(target_os = "linux") {
        notes.push(PlatformNote::ScreenshotsNotBlocked);
    }
    if harden::are_core_dumps_off() != Some(true) {
        notes.push(PlatformNote::CoreDumpsOn);
    }
    if !web_process::REPLACES_PROCESS {
        notes.push(PlatformNote::WebProcessKept);
    }
}

/// Tells the page or acts on the window. An event that no page hears is no error: the next page asks for the status.
fn deliver(app: &AppHandle, shell: &Arc<Shell>, notice: &Notice) {
    match notice {
        Notice::Locked(reason) => {
            let _ = app.emit("locked", LockedEvent { reason: *reason });
        }
        Notice::VaultChanged => {
            let _ = app.emit("vault-changed", ());
        }
        Notice::Progress(progress) => {
            let _ = app.emit("progress", progress);
        }
        Notice::Candidates => {
            let _ = app.emit("candidates", ());
        }
        Notice::CenterAccounts => {
            let _ = app.emit("center-accounts", ());
        }
        Notice::CenterInbox => {
            let _ = app.emit("center-inbox", ());
        }
        Notice::TicketDocument(document) => {
            let _ = app.emit("ticket-document", document);
        }
        Notice::DeskReseal(progress) => {
            let _ = app.emit("desk-reseal", progress);
        }
        Notice::Backups => {
            let _ = app.emit("backups", ());
        }
        Notice::ReplacePage => web_process::replace(app, shell),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    macro_rules! names {
        ($($area:ident::$name:ident),* $(,)?) => { [$(stringify!($name)),*] };
    }

    #[test]
    fn the_capability_allows_the_commands_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let allowed: BTreeSet<String> = capability["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        let mut expected: BTreeSet<String> =
            with_commands!(names).iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        expected.extend(["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()]);
        assert_eq!(allowed, expected);
    }

    #[test]
    fn the_content_security_policy_admits_no_inline_code_and_no_other_origin() {
        let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        let policy = config["app"]["security"]["csp"].as_object().unwrap();
        assert_eq!(policy["script-src"], "'self'");
        assert_eq!(policy["style-src"], "'self'");
        for (directive, sources) in policy {
            let sources = sources.as_str().unwrap();
            assert!(!sources.contains("unsafe"), "{directive}");
            assert!(!sources.contains("https:") && !sources.contains('*'), "{directive}");
        }
    }
}
