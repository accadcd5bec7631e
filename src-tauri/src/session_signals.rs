//! Screen lock and sleep, as the system tells them.
//!
//! Linux: logind's `PrepareForSleep` (held back by a delay inhibitor until the vault is locked), the session's `Lock` signal
//! and `LockedHint`, and the screen savers' `ActiveChanged`. Elsewhere nothing is subscribed to in this version, and
//! `PlatformNote` says so; sleep is then noticed by the idle clock on waking up.

use std::sync::Weak;

use crate::shell::Shell;

/// Starts to listen, until the shell is gone.
pub(crate) fn start(shell: Weak<Shell>) {
    #[cfg(target_os = "linux")]
    linux::start(shell);
    #[cfg(not(target_os = "linux"))]
    if let Some(shell) = shell.upgrade() {
        use crate::dto::PlatformNote;
        crate::shell::held(&shell.notes)
            .extend([PlatformNote::ScreenLockNotSeen, PlatformNote::SuspendSeenLate]);
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{sync::Weak, thread};

    use zbus::{
        MatchRule, Message,
        blocking::{Connection, MessageIterator, Proxy},
        message::Type,
        names::{InterfaceName, MemberName},
        zvariant::{OwnedFd, OwnedObjectPath},
    };

    use crate::{
        dto::{LockReason, PlatformNote},
        shell::{Shell, held},
    };

    const LOGIN: &str = "org.freedesktop.login1";
    const MANAGER: &str = "org.freedesktop.login1.Manager";
    const MANAGER_PATH: &str = "/org/freedesktop/login1";
    const SESSION: &str = "org.freedesktop.login1.Session";
    /// Desktops tell in their own names that the screen was locked.
    const SAVERS: [&str; 5] = [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    ];

    pub(super) fn start(shell: Weak<Shell>) {
        thread::spawn(move || {
            let sleep = spawn(&shell, sleep);
            let session = spawn(&shell, session_lock);
            let savers = spawn(&shell, savers);
            let Some(shell) = shell.upgrade() else { return };
            let mut notes = held(&shell.notes);
            if !sleep {
                notes.push(PlatformNote::SuspendSeenLate);
            }
            if !session && !savers {
                notes.push(PlatformNote::ScreenLockNotSeen);
            }
        });
    }

    type Listen = Box<dyn FnOnce() + Send>;

    /// Subscribes now and listens on a thread of its own. False if there is nothing to subscribe to.
    fn spawn(shell: &Weak<Shell>, subscribe: fn(Weak<Shell>) -> zbus::Result<Listen>) -> bool {
        match subscribe(Weak::clone(shell)) {
            Ok(listen) => {
                thread::spawn(listen);
                true
            }
            Err(_) => false,
        }
    }

    /// Sleep: locked before it, and held back until it is done.
    fn sleep(shell: Weak<Shell>) -> zbus::Result<Listen> {
        let bus = Connection::system()?;
        let manager = Proxy::new(&bus, LOGIN, MANAGER_PATH, MANAGER)?;
        let delay = move || -> Option<OwnedFd> {
            manager.call("Inhibit", &("sleep", "Tessera", "lock the vault before sleep", "delay")).ok()
        };
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(LOGIN)?
            .interface(MANAGER)?
            .member("PrepareForSleep")?
            .build();
        let signals = MessageIterator::for_match_rule(rule, &bus, None)?;
        let mut held_back = delay();
        Ok(Box::new(move || {
            for signal in signals.flatten() {
                let Some(shell) = shell.upgrade() else { return };
                if signal.body().deserialize::<bool>().unwrap_or(false) {
                    if is_wanted(&shell, |settings| settings.lock_on_suspend) {
                        shell.lock(LockReason::Suspend);
                    }
                    held_back = None;
                } else {
                    held_back = delay();
                }
            }
            drop(held_back);
        }))
    }

    /// The session's own lock, asked for (`loginctl lock-session`) or told (`LockedHint`).
    fn session_lock(shell: Weak<Shell>) -> zbus::Result<Listen> {
        let bus = Connection::system()?;
        let manager = Proxy::new(&bus, LOGIN, MANAGER_PATH, MANAGER)?;
        let path: OwnedObjectPath =
            manager.call("GetSessionByPID", &(std::process::id(),)).or_else(|_| {
                manager.call("GetSession", &(std::env::var("XDG_SESSION_ID").unwrap_or_default(),))
            })?;
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(LOGIN)?.path(path)?.build();
        let signals = MessageIterator::for_match_rule(rule, &bus, None)?;
        Ok(Box::new(move || {
            for signal in signals.flatten() {
                let Some(shell) = shell.upgrade() else { return };
                if is_session_lock(&signal) {
                    screen_locked(&shell);
                }
            }
        }))
    }

    fn is_session_lock(signal: &Message) -> bool {
        use std::collections::HashMap;

        use zbus::zvariant::OwnedValue;

        let header = signal.header();
        let interface = header.interface().map(InterfaceName::as_str);
        match header.member().map(MemberName::as_str) {
            Some("Lock") => interface == Some(SESSION),
            Some("PropertiesChanged") => {
                let body = signal.body();
                let Ok((_, changed, _)) =
                    body.deserialize::<(String, HashMap<String, OwnedValue>, Vec<String>)>()
                else {
                    return false;
                };
                changed.get("LockedHint").is_some_and(|hint| bool::try_from(hint).unwrap_or(false))
            }
            _ => false,
        }
    }

    /// The desktop's screen saver or locker.
    fn savers(shell: Weak<Shell>) -> zbus::Result<Listen> {
        let bus = Connection::session()?;
        let rule = MatchRule::builder().msg_type(Type::Signal).member("ActiveChanged")?.build();
        let signals = MessageIterator::for_match_rule(rule, &bus, None)?;
        Ok(Box::new(move || {
            for signal in signals.flatten() {
                let Some(shell) = shell.upgrade() else { return };
                let header = signal.header();
                let known = header.interface().is_some_and(|name| SAVERS.contains(&name.as_str()));
                if known && signal.body().deserialize::<bool>().unwrap_or(false) {
                    screen_locked(&shell);
                }
            }
        }))
    }

    fn screen_locked(shell: &Shell) {
        if is_wanted(shell, |settings| settings.lock_on_screen_lock) {
            shell.lock(LockReason::ScreenLock);
        }
    }

    fn is_wanted(shell: &Shell, setting: fn(&tessera_vault::Settings) -> bool) -> bool {
        shell.session().open().is_ok_and(|open| setting(open.vault.settings()))
    }
}
