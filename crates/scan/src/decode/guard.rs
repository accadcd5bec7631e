//! Keeps decoders' panics to themselves.
//!
//! Decoders are given whatever a camera or a file holds; rqrr 0.11, for one, panics on a few public photographs. A panic
//! there means "this try found nothing", so it is caught and its message, which nobody could act on, is not printed.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What `work` returns, or None if it panicked.
///
/// `work` must not share what it changes with anyone who looks at it after a panic.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                previous(info);
            }
        }));
    });
    let outer = QUIET.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(outer);
    match result {
        Ok(value) => Some(value),
        Err(payload) => {
            // a payload may panic when it is dropped; it is a message, a few bytes: leaked
            std::mem::forget(payload);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_panic_becomes_none_and_the_thread_goes_on() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("a decoder's") }), None);
        assert!(!QUIET.get());
        assert_eq!(guarded(|| 2), Some(2));
    }
}
