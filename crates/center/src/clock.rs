//! Time and randomness, which every rule takes from the center it runs in, never from the air.

use std::sync::Arc;

use tokio::sync::Notify;

/// Unix seconds. A server may step back a little when its clock is set; no rule may lose anything by it.
pub type Unix = i64;

/// One minute in seconds.
pub const MINUTE: Unix = 60;
/// One hour in seconds.
pub const HOUR: Unix = 60 * MINUTE;
/// 24 hours in seconds. Days of the center are always that long: daylight saving does not exist here.
pub const DAY: Unix = 24 * HOUR;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now, in Unix seconds.
    fn now(&self) -> Unix;

    /// The same in microseconds, for an order within the second; whole seconds from a clock that knows no more.
    fn microseconds(&self) -> u64 {
        u64::try_from(self.now()).unwrap_or_default().saturating_mul(1_000_000)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Unix {
        Unix::try_from(since_the_epoch().as_secs()).unwrap_or(Unix::MAX)
    }

    fn microseconds(&self) -> u64 {
        u64::try_from(since_the_epoch().as_micros()).unwrap_or(u64::MAX)
    }
}

#[allow(clippy::disallowed_methods, reason = "the door through which the time comes in")]
fn since_the_epoch() -> std::time::Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

/// Where unpredictable bytes come from.
pub trait Randomness: Send + Sync + 'static {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// When the system gives none; then nothing may go on.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[allow(clippy::disallowed_methods, reason = "the door through which randomness comes in")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

/// Wakes background workers when there is something new for them, so that they need not ask often.
pub type Bell = Arc<Notify>;
