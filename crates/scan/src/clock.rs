//! The one place that reads the clock: to keep deadlines, never to tell the time.

use std::time::Instant;

#[expect(
    clippy::disallowed_methods,
    reason = "deadlines of threads, drivers and dialogs run in real time; nothing depends on the value"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
