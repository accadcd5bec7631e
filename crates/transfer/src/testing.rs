//! What the tests of all formats need: our own entries, and words for how a reader failed.

use tessera_otp::Credential;
use tessera_testkit::sample;

use crate::{Answers, Found, Password, ReadError, inspect};

/// The time of the tests.
pub(crate) const NOW: u64 = 1_800_000_000;

/// Our own credentials, always the same.
pub(crate) fn credentials(count: usize) -> Vec<Credential> {
    sample::credentials(count)
}

/// Inspects with a password.
pub(crate) fn open(bytes: &[u8], password: &str) -> Result<Found, ReadError> {
    let password = Password::new(password);
    inspect(bytes, "", &Answers { password: Some(&password), ..Answers::at(NOW) })
}

/// What was read, without places.
pub(crate) fn read_credentials(found: &Found) -> Vec<Credential> {
    found.entries.iter().map(|found| found.entry.credential.clone()).collect()
}

/// Place and message of each problem.
pub(crate) fn problems(found: &Found) -> Vec<(String, String)> {
    found.problems.iter().map(|problem| (problem.place.to_string(), problem.reason.to_string())).collect()
}
