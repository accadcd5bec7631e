//! A password as the vault takes it: normalized, so that the same keys on another keyboard open the same vault.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

/// A password in Unicode's NFC, wiped when dropped.
pub struct Password(Zeroizing<String>);

/// A password file that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The bytes are not UTF-8.
    #[error("the password file is not UTF-8 text")]
    NotUtf8,
    /// There is nothing in it.
    #[error("the password file is empty")]
    Empty,
}

impl Password {
    /// Takes what a person typed. The given text is wiped.
    #[must_use]
    pub fn new(mut typed: String) -> Self {
        // NFC grows a text to at most three times its bytes (Unicode Annex #15): with that much room from the start
        // the buffer never moves, and no unwiped copy stays behind.
        let mut normal = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(3)));
        normal.extend(typed.nfc());
        typed.zeroize();
        Self(normal)
    }

    /// Takes the content of a password file, which loses one final newline (`\n` or `\r\n`).
    ///
    /// # Errors
    /// [`PasswordError::NotUtf8`], [`PasswordError::Empty`].
    pub fn from_file_bytes(bytes: &[u8]) -> Result<Self, PasswordError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PasswordError::NotUtf8)?;
        let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        if text.is_empty() {
            return Err(PasswordError::Empty);
        }
        Ok(Self::new(text.to_owned()))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The UTF-8 bytes that key derivation takes.
    pub(crate) fn expose_secret(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_in_another_unicode_form_is_the_same_password() {
        let composed = Password::new("gr\u{fc}\u{df}e".into());
        let decomposed = Password::new("gru\u{308}\u{df}e".into());
        assert_eq!(composed.expose_secret(), decomposed.expose_secret());
        assert_eq!(composed.expose_secret(), "gr\u{fc}\u{df}e".as_bytes());
    }

    #[test]
    fn the_buffer_does_not_move_for_the_text_that_grows_most() {
        let text = "\u{1d160}".repeat(50); // NFC makes twelve bytes of these four
        let password = Password::new(text);
        assert_eq!(password.expose_secret().len(), 600);
    }

    #[test]
    fn a_password_file_loses_one_final_newline_and_no_more() {
        let read = |bytes: &[u8]| Password::from_file_bytes(bytes).map(|p| p.expose_secret().to_vec());
        assert_eq!(read(b"secret").unwrap(), b"secret");
        assert_eq!(read(b"secret\n").unwrap(), b"secret");
        assert_eq!(read(b"secret\r\n").unwrap(), b"secret");
        assert_eq!(read(b"secret\n\n").unwrap(), b"secret\n");
        assert_eq!(read(b" secret \r").unwrap(), b" secret \r");
        assert_eq!(read(b"\n").unwrap_err(), PasswordError::Empty);
        assert_eq!(read(b"\xff\xfe").unwrap_err(), PasswordError::NotUtf8);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Password::new("hunter2".into())), "Password(..)");
    }
}
