//! What the desktop session's own services say: the keyring, and the clock's keeper.

use crate::commands::doctor::{Row, State};

const KEYRING: &str = "keyring";

/// The answers.
pub(crate) struct Desktop {
    /// Whether the system keeps its clock by network time, if it tells.
    pub(crate) clock_synchronized: Option<bool>,
    /// Whether there is a keyring.
    pub(crate) keyring: Row,
}

/// Asks; takes a few seconds at most.
#[cfg(target_os = "linux")]
pub(crate) fn ask() -> Desktop {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else {
        return Desktop {
            clock_synchronized: None,
            keyring: Row::new(KEYRING, State::Unknown, "The session bus could not be asked."),
        };
    };
    runtime.block_on(async {
        Desktop {
            clock_synchronized: bus::patiently(bus::clock_synchronized()).await.and_then(Result::ok),
            keyring: match bus::patiently(bus::keyring()).await {
                Some(Ok(true)) => Row::new(
                    KEYRING,
                    State::Ok,
                    "The desktop's keyring answers. This version keeps nothing in it.",
                ),
                Some(Ok(false)) => Row::new(
                    KEYRING,
                    State::Unavailable,
                    "The session has no keyring (Secret Service).",
                )
                .advise("Nothing needs it: the password and the recovery code are the ways into the vault."),
                Some(Err(_)) | None => Row::new(
                    KEYRING,
                    State::Unavailable,
                    "There is no desktop session to ask for a keyring.",
                )
                .advise("Nothing needs it: the password and the recovery code are the ways into the vault."),
            },
        }
    })
}

/// Windows and macOS always have a keyring, and tell of their clock in their settings only.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ask() -> Desktop {
    Desktop {
        clock_synchronized: None,
        keyring: Row::new(
            KEYRING,
            State::Ok,
            "The system's keyring is there. This version keeps nothing in it.",
        ),
    }
}

#[cfg(target_os = "linux")]
mod bus {
    use std::future::Future;
    use std::time::Duration;

    use zbus::fdo::DBusProxy;
    use zbus::{Connection, Proxy};

    const PATIENCE: Duration = Duration::from_secs(3);
    const SECRET_SERVICE: &str = "org.freedesktop.secrets";
    const TIMEDATE: &str = "org.freedesktop.timedate1";

    /// None if no answer came in time.
    pub(super) async fn patiently<T>(question: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(PATIENCE, question).await.ok()
    }

    /// Whether somebody is, or can be started as, the Secret Service. It is not touched: a keyring may ask for its password.
    pub(super) async fn keyring() -> zbus::Result<bool> {
        let session = Connection::session().await?;
        let bus = DBusProxy::new(&session).await?;
        if bus.name_has_owner(SECRET_SERVICE.try_into()?).await? {
            return Ok(true);
        }
        Ok(bus.list_activatable_names().await?.iter().any(|name| name.as_str() == SECRET_SERVICE))
    }

    /// systemd's timedated asks the kernel, so that this holds for chrony and ntpd too.
    pub(super) async fn clock_synchronized() -> zbus::Result<bool> {
        let system = Connection::system().await?;
        Proxy::new(&system, TIMEDATE, "/org/freedesktop/timedate1", TIMEDATE)
            .await?
            .get_property("NTPSynchronized")
            .await
    }
}
