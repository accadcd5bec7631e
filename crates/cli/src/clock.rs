//! The one place where the command line reads the real clocks and waits; everything below takes the time as an argument.
#![allow(clippy::disallowed_methods, reason = "the command line's door to the clock")]

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seconds since 1970; a clock set before that counts as 0.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A steady clock, for measuring the key derivation and for deadlines.
pub(crate) fn monotonic() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// Waits: for the delay after wrong passwords, and between looks through a camera.
pub(crate) fn wait(time: Duration) {
    std::thread::sleep(time);
}

/// Unix seconds as a person writes them, in the machine's own time zone.
pub(crate) fn in_words(unix: u64) -> String {
    let shown = i64::try_from(unix).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match shown {
        Some(time) => {
            time.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
        }
        None => format!("{unix} s after 1970"),
    }
}
