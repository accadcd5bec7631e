//! The one place where the shell reads the clocks and the system's randomness; everything below takes them as arguments.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the shell's door to clock and randomness"
)]

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rand_core::UnwrapErr;

/// What the shell is given instead of reaching for it.
#[derive(Clone)]
pub(crate) struct Clock {
    wall: Arc<dyn Fn() -> Duration + Send + Sync>,
    steady: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl Clock {
    /// The system's clocks.
    pub(crate) fn system() -> Self {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        Self {
            wall: Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            steady: Arc::new(|| START.elapsed()),
        }
    }

    /// Clocks of a test.
    #[cfg(test)]
    pub(crate) fn from_fn(now: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let now: Arc<dyn Fn() -> Duration + Send + Sync> = Arc::new(now);
        Self { wall: Arc::clone(&now), steady: now }
    }

    /// Unix seconds; a clock set before 1970 counts as 0.
    pub(crate) fn unix(&self) -> u64 {
        (self.wall)().as_secs()
    }

    /// Unix milliseconds.
    pub(crate) fn unix_ms(&self) -> u64 {
        u64::try_from((self.wall)().as_millis()).unwrap_or(u64::MAX)
    }

    /// A clock that never goes back, from any starting point.
    pub(crate) fn steady(&self) -> Duration {
        (self.steady)()
    }

    /// What the vault is given.
    pub(crate) fn host(&self, state_dir: Option<std::path::PathBuf>) -> tessera_vault::Host {
        let (wall, steady) = (Arc::clone(&self.wall), Arc::clone(&self.steady));
        let host = tessera_vault::Host::new(Arc::new(move || wall().as_secs()), Box::new(randomness()))
            .with_monotonic(Arc::new(move || steady()));
        match state_dir {
            Some(folder) => host.with_state_dir(folder),
            None => host,
        }
    }
}

/// The system's randomness. It fails only where the system is broken beyond use, and a key must then not be made.
pub(crate) fn randomness() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// Lets other work go on for a while.
pub(crate) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Waits between the ticks of the watch.
pub(crate) fn wait(time: Duration) {
    std::thread::sleep(time);
}
