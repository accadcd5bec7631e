//! The one window.

use tauri::{
    AppHandle, Manager as _, Theme, WebviewUrl, WebviewWindow, WebviewWindowBuilder, utils::config::Color,
    webview::PageLoadEvent,
};

use crate::{
    dto::{Appearance, Preferences},
    shell::Shell,
};

/// The window's label, or how it begins; the capability names it.
const MAIN: &str = "main";
/// Marble and basalt (the page's `--canvas`), so that nothing flashes before the page is drawn.
const LIGHT: Color = Color(0xf3, 0xf5, 0xf3, 0xff);
const DARK: Color = Color(0x13, 0x18, 0x17, 0xff);

/// The window. There is one, but for the moment in which another takes its place.
pub(crate) fn current(app: &AppHandle) -> Option<WebviewWindow> {
    app.webview_windows().into_values().next()
}

/// Opens the window.
pub(crate) fn open(
    app: &AppHandle,
    shell: &std::sync::Arc<Shell>,
    preferences: &Preferences,
) -> tauri::Result<WebviewWindow> {
    let gone = std::sync::Arc::downgrade(shell);
    let label =
        (0_u32..).map(|number| if number == 0 { MAIN.to_owned() } else { format!("{MAIN}-{number}") });
    let label = label.into_iter().find(|label| app.get_webview_window(label).is_none()).unwrap_or_default();
    let mut builder = WebviewWindowBuilder::new(app, label, WebviewUrl::default())
        .title("Tessera")
        .inner_size(1100.0, 720.0)
        .min_inner_size(900.0, 600.0)
        .center()
        .theme(theme(preferences.appearance))
        .content_protected(true)
        .general_autofill_enabled(false)
        // Only the app's own pages: a link never takes the window elsewhere.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .on_page_load(move |_, load| {
            if load.event() == PageLoadEvent::Started
                && let Some(shell) = gone.upgrade()
            {
                shell.page_gone();
            }
        });
    // The page's storage, cache and history are kept nowhere. A window under a WebDriver needs the shared context.
    if !is_automated() {
        builder = builder.incognito(true);
    }
    let background = match preferences.appearance {
        Appearance::Dark => DARK,
        Appearance::System if matches!(dark_system(), Some(true)) => DARK,
        Appearance::Light | Appearance::System => LIGHT,
    };
    let window = builder.background_color(background).build()?;
    window.set_zoom(preferences.zoom)?;
    Ok(window)
}

/// Driven by a `WebDriver`, which only works with a page context that is not private.
pub(crate) fn is_automated() -> bool {
    std::env::var("TAURI_WEBVIEW_AUTOMATION").is_ok_and(|value| value == "true")
}

/// Whether the system is dark, as far as it says so before there is a window.
fn dark_system() -> Option<bool> {
    std::env::var("GTK_THEME").ok().map(|theme| theme.ends_with(":dark") || theme.ends_with("-dark"))
}

fn theme(appearance: Appearance) -> Option<Theme> {
    match appearance {
        Appearance::System => None,
        Appearance::Light => Some(Theme::Light),
        Appearance::Dark => Some(Theme::Dark),
    }
}

/// Light, dark, or the system's.
pub(crate) fn set_appearance(app: &AppHandle, appearance: Appearance) {
    if let Some(window) = current(app) {
        let _ = window.set_theme(theme(appearance));
    }
}

/// Text size.
pub(crate) fn set_zoom(app: &AppHandle, zoom: f64) {
    if let Some(window) = current(app) {
        let _ = window.set_zoom(zoom);
    }
}

/// Forbids pictures of the window, on systems that can; `PlatformNote::ScreenshotsNotBlocked` names the others.
pub(crate) fn block_screenshots(app: &AppHandle, block: bool) {
    if let Some(window) = current(app) {
        let _ = window.set_content_protected(block);
    }
}

/// Opens the system's print dialog.
pub(crate) fn print(app: &AppHandle) -> tauri::Result<()> {
    current(app).map_or(Ok(()), |window| window.print())
}

/// Brings the window to the front: another start of the program, or a link.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = current(app) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Hides the window until the returned guard is dropped.
pub(crate) fn step_aside(app: &AppHandle) -> impl Drop + use<> {
    struct Aside(AppHandle);
    impl Drop for Aside {
        fn drop(&mut self) {
            show(&self.0);
        }
    }
    if let Some(window) = current(app) {
        let _ = window.hide();
    }
    Aside(app.clone())
}
