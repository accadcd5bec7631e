//! A clock that moves only when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Unix seconds that stand still. Clones share the same time, so that a test keeps one and hands out another.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<AtomicU64>);

impl FixedClock {
    /// A clock that stands at these Unix seconds.
    pub fn new(unix: u64) -> Self {
        Self(Arc::new(AtomicU64::new(unix)))
    }

    /// The time, in Unix seconds.
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Sets the time, forward or back.
    pub fn set(&self, unix: u64) {
        self.0.store(unix, Ordering::SeqCst);
    }

    /// Moves the time forward by some seconds; it stops at the largest.
    pub fn advance(&self, seconds: u64) {
        self.set(self.now().saturating_add(seconds));
    }

    /// Moves the time back by some seconds; it stops at 0.
    pub fn rewind(&self, seconds: u64) {
        self.set(self.now().saturating_sub(seconds));
    }

    /// The clock as a function, which is how the vault takes one.
    pub fn as_fn(&self) -> Arc<dyn Fn() -> u64 + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }

    /// The same time as a monotonic clock: the duration since Unix time 0.
    pub fn as_monotonic(&self) -> Arc<dyn Fn() -> Duration + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || Duration::from_secs(clock.now()))
    }
}

impl Default for FixedClock {
    /// Stands at 1,700,000,000: 14 November 2023, 22:13:20 UTC.
    fn default() -> Self {
        Self::new(1_700_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_and_functions_share_one_time() {
        let clock = FixedClock::default();
        let (other, function, monotonic) = (clock.clone(), clock.as_fn(), clock.as_monotonic());
        clock.advance(5);
        assert_eq!(other.now(), 1_700_000_005);
        assert_eq!(function(), 1_700_000_005);
        assert_eq!(monotonic(), Duration::from_secs(1_700_000_005));
    }

    #[test]
    fn time_stops_at_both_ends() {
        let clock = FixedClock::new(3);
        clock.rewind(5);
        assert_eq!(clock.now(), 0);
        clock.set(u64::MAX);
        clock.advance(1);
        assert_eq!(clock.now(), u64::MAX);
    }
}
