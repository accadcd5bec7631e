//! The real program beside other people's: a mail server (aiosmtpd) whose mails Python's own library reads, an object store
//! (moto), and a tester of contracts (schemathesis). `cargo xtask interop center` installs them and runs this; without
//! `TESSERA_PEERS_PYTHON`, a Python that has them, each test says that it is skipped.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "what other processes do is waited for on the real clock")]

mod authority;
mod contract;
mod desk;
mod documents;
mod mail;
mod peer;
mod program;
#[path = "../suite/secrecy.rs"]
#[allow(dead_code, reason = "the suite uses more of it")]
mod secrecy;

use std::time::Duration;

/// Long enough for a slow machine; nothing waits so long when all is well.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits for what another process does.
#[track_caller]
fn until<T>(what: &str, mut done: impl FnMut() -> Option<T>) -> T {
    let pause = Duration::from_millis(50);
    let mut left = PATIENCE;
    loop {
        if let Some(found) = done() {
            return found;
        }
        std::thread::sleep(pause);
        left =
            left.checked_sub(pause).unwrap_or_else(|| panic!("in {PATIENCE:?} this did not happen: {what}"));
    }
}
