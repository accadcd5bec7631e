//! When nobody has been there for long enough.

use std::time::Duration;

/// Measures how long nobody did anything. Times are a steady clock's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdleTimer {
    last: Duration,
    checked: Duration,
}

/// A gap between two looks beyond which the machine must have slept: steady clocks stop during sleep on some systems, and
/// the system's own idle time starts anew on others.
const SLEPT: Duration = Duration::from_secs(30);

impl IdleTimer {
    /// Somebody is there now.
    pub(crate) fn new(now: Duration) -> Self {
        Self { last: now, checked: now }
    }

    /// Somebody did something in the window.
    pub(crate) fn activity(&mut self, now: Duration) {
        self.last = self.last.max(now);
    }

    /// Whether the vault has to be locked: `limit` passed since anything happened in the window and, where the system can
    /// tell (`system`: how long nobody touched keyboard or mouse), anywhere. A limit of zero never locks.
    pub(crate) fn is_over(&mut self, now: Duration, limit: Duration, system: Option<Duration>) -> bool {
        let gap = now.saturating_sub(self.checked);
        self.checked = now;
        if let Some(idle) = system
            && gap < SLEPT
        {
            self.activity(now.saturating_sub(idle));
        }
        !limit.is_zero() && now.saturating_sub(self.last) >= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_is_over_when_the_limit_passed_since_the_last_activity() {
        let mut idle = IdleTimer::new(s(100));
        assert!(!idle.is_over(s(399), s(300), None));
        idle.activity(s(399));
        assert!(!idle.is_over(s(698), s(300), None));
        assert!(idle.is_over(s(699), s(300), None));
    }

    #[test]
    fn a_limit_of_zero_never_locks() {
        assert!(!IdleTimer::new(s(0)).is_over(s(1_000_000), s(0), None));
    }

    #[test]
    fn work_in_another_program_counts_where_the_system_tells() {
        let mut idle = IdleTimer::new(s(100));
        assert!(!idle.is_over(s(110), s(20), Some(s(2))));
        assert!(!idle.is_over(s(125), s(20), Some(s(17))));
        assert!(idle.is_over(s(128), s(20), Some(s(20))));
    }

    #[test]
    fn after_sleep_the_systems_fresh_idle_time_does_not_count() {
        let mut idle = IdleTimer::new(s(100));
        assert!(idle.is_over(s(4_000), s(300), Some(s(0))));
    }

    #[test]
    fn activity_never_moves_backwards() {
        let mut idle = IdleTimer::new(s(100));
        idle.activity(s(50));
        assert!(!idle.is_over(s(119), s(20), None));
    }
}
