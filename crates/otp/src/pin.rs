//! The PIN that mOTP and Yandex codes are computed with.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A PIN of 4 to 16 digits, wiped from memory when dropped, with the same discipline as [`Secret`](crate::Secret).
///
/// mOTP asks for 4 digits and Yandex for 4 to 16. Some mOTP servers were set up with longer ones, so that the type
/// alone does not hold mOTP to 4.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// The fewest digits.
    pub const MIN: usize = 4;
    /// The most digits.
    pub const MAX: usize = 16;

    /// Takes 4 to 16 ASCII digits.
    ///
    /// # Errors
    /// [`PinError::Length`] and [`PinError::NotADigit`].
    pub fn new(text: &str) -> Result<Self, PinError> {
        if let Some(position) = text.chars().position(|character| !character.is_ascii_digit()) {
            return Err(PinError::NotADigit { position });
        }
        if !(Self::MIN..=Self::MAX).contains(&text.len()) {
            return Err(PinError::Length { found: text.len() });
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The digits themselves, for computing a code or for storing them encrypted. Say why where you call it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Pin {}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// Why a text is no PIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PinError {
    /// Too few or too many digits.
    #[error("The PIN has {found} digits; it needs {min} to {max}.", min = Pin::MIN, max = Pin::MAX)]
    Length {
        /// How many it has.
        found: usize,
    },
    /// Something other than the digits 0 to 9. The character is not repeated: it belongs to a PIN.
    #[error("The PIN may hold only the digits 0 to 9; its character {} is something else.", position + 1)]
    NotADigit {
        /// Where it stands, in characters from 0.
        position: usize,
    },
}
