//! A code on the clipboard for a while: hidden from clipboard histories, and taken off again if it is still there.

use std::{sync::Mutex, time::Duration};

use zeroize::Zeroizing;

use crate::dto::{ErrorCode, Failure};

/// The system's clipboard, or a test's.
pub(crate) trait Board: Send {
    /// Puts a text there, hidden from histories where the system can do that.
    fn put(&mut self, text: &str) -> Result<(), String>;
    /// The text that lies there.
    fn text(&mut self) -> Option<Zeroizing<String>>;
    /// Takes away what lies there.
    fn clear(&mut self) -> Result<(), String>;
}

struct Copied {
    text: Zeroizing<String>,
    due: Option<Duration>,
}

/// Remembers what was copied and takes it off the clipboard when its time is over.
pub(crate) struct ClipboardGuard {
    inner: Mutex<Inner>,
}

struct Inner {
    board: Box<dyn Board>,
    copied: Option<Copied>,
}

impl ClipboardGuard {
    /// A guard of this clipboard.
    pub(crate) fn new(board: Box<dyn Board>) -> Self {
        Self { inner: Mutex::new(Inner { board, copied: None }) }
    }

    /// Copies a code; it is cleared `after` from `now` (a steady clock's).
    pub(crate) fn copy(&self, code: &str, now: Duration, after: Option<Duration>) -> Result<(), Failure> {
        let mut inner = lock(&self.inner);
        inner.board.put(code).map_err(unavailable)?;
        inner.copied =
            Some(Copied { text: Zeroizing::new(code.to_owned()), due: after.map(|after| now + after) });
        Ok(())
    }

    /// Clears the clipboard if a copied code's time is over and the code still lies there. What came there since stays.
    pub(crate) fn tick(&self, now: Duration) {
        let mut inner = lock(&self.inner);
        if inner.copied.as_ref().is_some_and(|copied| copied.due.is_some_and(|due| now >= due)) {
            inner.take_off();
        }
    }

    /// Clears a code that still lies there, whatever its time: before the program ends.
    pub(crate) fn take_off(&self) {
        lock(&self.inner).take_off();
    }
}

impl Inner {
    fn take_off(&mut self) {
        let Some(copied) = self.copied.take() else { return };
        if self.board.text().is_some_and(|text| *text == *copied.text) && self.board.clear().is_err() {
            // Held by another program at this moment: the next tick tries again.
            self.copied = Some(Copied { due: Some(Duration::ZERO), ..copied });
        }
    }
}

fn lock(inner: &Mutex<Inner>) -> std::sync::MutexGuard<'_, Inner> {
    // Nothing inside can be left half done by a panic.
    inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn unavailable(error: String) -> Failure {
    Failure::with(ErrorCode::ClipboardUnavailable, "The clipboard cannot be reached.", error)
}

/// The system's clipboard. On X11 and Wayland the program that filled the clipboard also serves it, so it is kept open.
#[derive(Default)]
pub(crate) struct SystemBoard {
    open: Option<arboard::Clipboard>,
}

impl SystemBoard {
    fn with<T>(
        &mut self,
        act: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
    ) -> Result<T, arboard::Error> {
        let board = match &mut self.open {
            Some(board) => board,
            none => none.insert(arboard::Clipboard::new()?),
        };
        act(board)
    }
}

impl Board for SystemBoard {
    fn put(&mut self, text: &str) -> Result<(), String> {
        self.with(|board| set_hidden(board, text)).map_err(|error| error.to_string())
    }

    fn text(&mut self) -> Option<Zeroizing<String>> {
        self.with(arboard::Clipboard::get_text).ok().map(Zeroizing::new)
    }

    fn clear(&mut self) -> Result<(), String> {
        self.with(arboard::Clipboard::clear).map_err(|error| error.to_string())
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn set_hidden(board: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtLinux as _;
    board.set().exclude_from_history().text(text)
}

#[cfg(target_os = "macos")]
fn set_hidden(board: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtApple as _;
    board.set().exclude_from_history().text(text)
}

#[cfg(windows)]
fn set_hidden(board: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtWindows as _;
    board.set().exclude_from_monitoring().exclude_from_cloud().exclude_from_history().text(text)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<(String, bool)>>);

    impl Board for Fake {
        fn put(&mut self, text: &str) -> Result<(), String> {
            self.0.lock().unwrap().0 = text.to_owned();
            Ok(())
        }
        fn text(&mut self) -> Option<Zeroizing<String>> {
            Some(Zeroizing::new(self.0.lock().unwrap().0.clone()))
        }
        fn clear(&mut self) -> Result<(), String> {
            let mut state = self.0.lock().unwrap();
            if state.1 {
                return Err("held".to_owned());
            }
            state.0.clear();
            Ok(())
        }
    }

    impl Fake {
        fn now(&self) -> String {
            self.0.lock().unwrap().0.clone()
        }
    }

    const T0: Duration = Duration::from_secs(100);
    const TWENTY: Duration = Duration::from_secs(20);

    #[test]
    fn a_code_is_taken_off_when_its_time_is_over() {
        let board = Fake::default();
        let guard = ClipboardGuard::new(Box::new(board.clone()));
        guard.copy("123456", T0, Some(TWENTY)).unwrap();
        guard.tick(T0 + Duration::from_secs(19));
        assert_eq!(board.now(), "123456");
        guard.tick(T0 + TWENTY);
        assert_eq!(board.now(), "");
    }

    #[test]
    fn what_was_copied_since_stays() {
        let board = Fake::default();
        let guard = ClipboardGuard::new(Box::new(board.clone()));
        guard.copy("123456", T0, Some(TWENTY)).unwrap();
        board.clone().put("a letter").unwrap();
        guard.tick(T0 + TWENTY);
        assert_eq!(board.now(), "a letter");
        guard.take_off();
        assert_eq!(board.now(), "a letter");
    }

    #[test]
    fn a_second_code_starts_its_own_time() {
        let board = Fake::default();
        let guard = ClipboardGuard::new(Box::new(board.clone()));
        guard.copy("111111", T0, Some(TWENTY)).unwrap();
        guard.copy("222222", T0 + Duration::from_secs(15), Some(TWENTY)).unwrap();
        guard.tick(T0 + TWENTY);
        assert_eq!(board.now(), "222222");
        guard.tick(T0 + Duration::from_secs(35));
        assert_eq!(board.now(), "");
    }

    #[test]
    fn without_a_time_it_stays_until_the_program_ends() {
        let board = Fake::default();
        let guard = ClipboardGuard::new(Box::new(board.clone()));
        guard.copy("123456", T0, None).unwrap();
        guard.tick(Duration::from_secs(1_000_000));
        assert_eq!(board.now(), "123456");
        guard.take_off();
        assert_eq!(board.now(), "");
    }

    #[test]
    fn a_clipboard_that_is_held_is_tried_again() {
        let board = Fake::default();
        let guard = ClipboardGuard::new(Box::new(board.clone()));
        guard.copy("123456", T0, Some(TWENTY)).unwrap();
        board.0.lock().unwrap().1 = true;
        guard.tick(T0 + TWENTY);
        board.0.lock().unwrap().1 = false;
        guard.tick(T0 + TWENTY);
        assert_eq!(board.now(), "");
    }
}
