//! How long a folder may take. A network drive that sleeps can hold a call for minutes, or for ever, and no system lets go of it
//! when asked: the work runs on a thread of its own, and who waits stops waiting.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often who waits looks whether to go on; tests need not wait for it.
const LOOK: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 100 });

/// A time limit for each step that touches a folder, and whether to go on.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// For each step.
    pub limit: Duration,
    /// Asked while waiting, some times a second. No: the work is called off.
    pub go_on: &'a dyn Fn() -> bool,
}

impl Default for Patience<'_> {
    /// A minute: long enough for a disk to spin up and a network drive to wake.
    fn default() -> Self {
        Self { limit: Duration::from_mins(1), go_on: &|| true }
    }
}

/// Why nothing came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    TooLong,
    Stopped,
    /// The work ended without a result.
    Broken,
}

impl Patience<'_> {
    /// Runs work that may never end. What it holds and makes is dropped on its own thread when nobody waits any more.
    pub(super) fn wait_for<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Waited> {
        if !(self.go_on)() {
            return Err(Waited::Stopped);
        }
        let (done, result) = mpsc::sync_channel(1);
        let started = thread::Builder::new().name("backup folder".to_owned()).spawn(move || {
            // Nobody may be waiting any more: then the result goes here.
            let _ = done.send(work());
        });
        if started.is_err() {
            return Err(Waited::Broken);
        }
        let mut left = self.limit;
        loop {
            let step = left.min(LOOK);
            match result.recv_timeout(step) {
                Ok(value) => return Ok(value),
                Err(RecvTimeoutError::Disconnected) => return Err(Waited::Broken),
                Err(RecvTimeoutError::Timeout) => left -= step,
            }
            if !(self.go_on)() {
                return Err(Waited::Stopped);
            }
            if left.is_zero() {
                return Err(Waited::TooLong);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Work that ends when the test lets it.
    fn held() -> (mpsc::Sender<()>, impl FnOnce() + Send) {
        let (release, held) = mpsc::channel::<()>();
        (release, move || {
            let _ = held.recv();
        })
    }

    #[test]
    fn a_folder_that_does_not_answer_is_given_up() {
        let (release, work) = held();
        let patience = Patience { limit: Duration::ZERO, go_on: &|| true };
        assert_eq!(patience.wait_for(work), Err(Waited::TooLong));
        drop(release);
    }

    #[test]
    fn work_is_called_off_while_the_folder_does_not_answer() {
        let (release, work) = held();
        let asked = AtomicU32::new(0);
        let go_on = || asked.fetch_add(1, Ordering::SeqCst) < 2;
        let patience = Patience { limit: Duration::MAX, go_on: &go_on };
        assert_eq!(patience.wait_for(work), Err(Waited::Stopped));
        drop(release);
    }

    #[test]
    fn a_panic_of_the_work_is_told_and_what_comes_in_time_arrives() {
        let patience = Patience::default();
        assert_eq!(patience.wait_for(|| 7), Ok(7));
        let broken: Result<(), _> = patience.wait_for(|| std::panic::resume_unwind(Box::new(())));
        assert_eq!(broken, Err(Waited::Broken));
    }
}
