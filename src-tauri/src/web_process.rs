//! Replaces the web process that a person typed a secret into (docs/adr/0040-web-process.md).
//!
//! JavaScript strings cannot be wiped. The process that held one can be ended: its memory goes back to the system, which
//! hands no page of it on unwiped.

use std::sync::Arc;

use tauri::AppHandle;

use crate::{shell::Shell, window};

/// Whether the process is known to end on this system, and not only its page.
pub(crate) const REPLACES_PROCESS: bool = cfg!(target_os = "linux");

/// Prepares a new window: a web process that ended, by us or by a crash, is followed by a new one.
pub(crate) fn prepare(app: &AppHandle) {
    #[cfg(target_os = "linux")]
    if let Some(window) = window::current(app) {
        use webkit2gtk::WebViewExt as _;
        let _ = window.with_webview(|webview| {
            webview.inner().connect_web_process_terminated(|view, _| {
                if let Some(address) = view.uri() {
                    view.load_uri(&address);
                }
            });
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = app;
}

/// Ends the page's process and loads the page in a new one.
#[cfg(target_os = "linux")]
pub(crate) fn replace(app: &AppHandle, _shell: &Arc<Shell>) {
    use webkit2gtk::WebViewExt as _;
    if let Some(window) = window::current(app) {
        let _ = window.with_webview(|webview| {
            let view = webview.inner();
            if window::is_automated() {
                // A WebDriver takes the end of the process for a crash and ends its session.
                view.reload();
            } else {
                // WebKit kills the process, then says so, and what `prepare` connected loads the page in a new one.
                view.terminate_web_process();
            }
        });
    }
}

/// Puts a new window, with a web view of its own, in the place of the old one. Whether the old one's process ends is up to
/// the system's web view.
#[cfg(not(target_os = "linux"))]
pub(crate) fn replace(app: &AppHandle, shell: &Arc<Shell>) {
    let (app, shell) = (app.clone(), Arc::clone(shell));
    let _ = app.clone().run_on_main_thread(move || {
        let Some(old) = window::current(&app) else { return };
        let (place, size) = (old.outer_position(), old.inner_size());
        let preferences = crate::shell::held(&shell.config).preferences();
        let Ok(new) = window::open(&app, &shell, &preferences) else {
            // Better the old process with a fresh page than no window.
            let _ = old.reload();
            return;
        };
        if let (Ok(place), Ok(size)) = (place, size) {
            let _ = new.set_size(size);
            let _ = new.set_position(place);
        }
        let _ = old.destroy();
    });
}
