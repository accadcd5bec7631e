//! What every fuzzer of a family of formats does with a file: it is read, and what was read must hold together.

use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::abort;
use std::sync::{Mutex, PoisonError};

use tessera_transfer::{Answers, ENTRIES_MAX, Found, Password, ReadError, format_by_id, inspect};

/// The time of the fuzzers.
pub const NOW: u64 = 1_800_000_000;
/// The password of the fixtures (`crates/transfer/tests/fixtures/make.py`), so that their insides are reached too.
pub const PASSWORD: &str = "correct horse \u{1F511}";

/// Reads a file as an unnamed one, and as one of a format that a person named; which of the family depends on its length.
pub fn read_as_any(bytes: &[u8], name: &str, family: &[&str]) {
    let password = Password::new(PASSWORD);
    let answers = Answers { password: Some(&password), ..Answers::at(NOW) };
    holds(&inspect(bytes, name, &answers));
    let named = family.get(bytes.len() % family.len()).and_then(|id| format_by_id(id));
    holds(&inspect(bytes, name, &Answers { format: named, ..answers }));
}

/// What is true of every reading: its entries are such as a vault keeps, and whatever failed has words.
pub fn holds(read: &Result<Found, ReadError>) {
    let found = match read {
        Ok(found) => found,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(found.entries.len() <= ENTRIES_MAX && found.problems.len() <= ENTRIES_MAX);
    for found in &found.entries {
        assert_eq!(found.entry.check(), Ok(()), "an entry that no vault keeps");
        assert!(!found.place.to_string().is_empty());
    }
    for problem in &found.problems {
        assert!(!problem.place.to_string().is_empty() && !problem.reason.to_string().is_empty());
    }
}

/// The last panic, in words.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Lets panics be that are caught: of a library behind a guard. The fuzzer's own way is to stop at any.
pub fn let_be_what_is_caught() {
    set_hook(Box::new(|told| {
        let words = format!("{told}\n{}", Backtrace::force_capture());
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }));
}

/// Stops at a panic that nobody caught.
pub fn stop_at_what_is_not_caught(work: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(work)).is_err() {
        eprintln!("{}", LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner));
        abort();
    }
}
