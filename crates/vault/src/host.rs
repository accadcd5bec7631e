//! What the crate is given instead of reaching for it: time, randomness and a place for this device's state.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand_core::CryptoRng;

/// The clock, the randomness and the state folder of the program that opens a vault.
pub struct Host {
    /// Seconds since 1970-01-01 UTC.
    pub clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// A clock that never goes back, from any starting point. Only differences count.
    pub monotonic: Arc<dyn Fn() -> Duration + Send + Sync>,
    /// Must be fit for keys.
    pub rng: Box<dyn CryptoRng + Send>,
    /// Where this device remembers the newest state it saw of each vault (`docs/vault-format.md` §9), so that an older
    /// copy put in its place is noticed. Without one, only what the file itself tells is noticed.
    pub state_dir: Option<PathBuf>,
}

impl Host {
    /// A host whose monotonic clock is the given one, and that has no state folder.
    pub fn new(clock: Arc<dyn Fn() -> u64 + Send + Sync>, rng: Box<dyn CryptoRng + Send>) -> Self {
        let seconds = Arc::clone(&clock);
        Self { clock, monotonic: Arc::new(move || Duration::from_secs(seconds())), rng, state_dir: None }
    }

    /// The same host with a folder for this device's state.
    #[must_use]
    pub fn with_state_dir(mut self, folder: PathBuf) -> Self {
        self.state_dir = Some(folder);
        self
    }

    /// The same host with another monotonic clock.
    #[must_use]
    pub fn with_monotonic(mut self, monotonic: Arc<dyn Fn() -> Duration + Send + Sync>) -> Self {
        self.monotonic = monotonic;
        self
    }

    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("state_dir", &self.state_dir).finish_non_exhaustive()
    }
}
