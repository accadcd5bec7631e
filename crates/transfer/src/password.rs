//! The password of somebody else's file.

use core::fmt;

use zeroize::Zeroizing;

/// A password exactly as it was typed, wiped when dropped.
///
/// Not normalized, unlike the vault's own: the app that wrote the file took the bytes that its keyboard gave.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes what a person typed.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(Zeroizing::new(typed.into()))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, for deriving a key. Say why where you call it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}
