//! How long nobody touched keyboard or mouse, in any program, as far as the system tells.

use std::time::Duration;

/// Asks the system; nothing where it does not tell.
pub(crate) struct SystemIdle {
    source: Source,
}

enum Source {
    /// X11's screen saver extension, Windows, macOS.
    #[cfg_attr(target_os = "linux", allow(dead_code, reason = "on Linux only under X11"))]
    Native,
    /// GNOME on Wayland.
    #[cfg(target_os = "linux")]
    Mutter(Box<zbus::blocking::Proxy<'static>>),
    /// Only what happens in our own window is known.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "the other systems always tell"))]
    Unknown,
}

impl SystemIdle {
    /// Finds out who can tell.
    pub(crate) fn find() -> Self {
        Self { source: find() }
    }

    /// Whether anybody can.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.source, Source::Unknown)
    }

    /// How long.
    pub(crate) fn time(&self) -> Option<Duration> {
        match &self.source {
            Source::Native => user_idle::UserIdle::get_time().ok().map(|idle| idle.duration()),
            #[cfg(target_os = "linux")]
            Source::Mutter(monitor) => {
                monitor.call::<_, _, u64>("GetIdletime", &()).ok().map(Duration::from_millis)
            }
            Source::Unknown => None,
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn find() -> Source {
    Source::Native
}

/// `user-idle` crashes where no X display can be opened, and under `XWayland` it sees only what X programs get: it is asked
/// only where the window itself is on X11.
#[cfg(target_os = "linux")]
fn find() -> Source {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !is_set("WAYLAND_DISPLAY") {
        return if is_set("DISPLAY") { Source::Native } else { Source::Unknown };
    }
    let monitor = || -> zbus::Result<Source> {
        let bus = zbus::blocking::Connection::session()?;
        let name = "org.gnome.Mutter.IdleMonitor";
        let monitor = zbus::blocking::Proxy::new(&bus, name, "/org/gnome/Mutter/IdleMonitor/Core", name)?;
        monitor.call::<_, _, u64>("GetIdletime", &())?;
        Ok(Source::Mutter(Box::new(monitor)))
    };
    monitor().unwrap_or(Source::Unknown)
}
