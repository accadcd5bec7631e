//! The shared secret of a credential.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::base32;

/// The bytes that an authenticator and a service share: 1 to 1024 of them, wiped from memory when dropped.
///
/// There is no `Display`, no `Deref` and no way to print one by accident. Equality takes the same time wherever the
/// bytes differ.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The longest secret in bytes. RFC 4226 asks for at least 16 and recommends 20; services use up to 64.
    pub const MAX: usize = 1024;

    /// Takes the bytes as they are.
    ///
    /// # Errors
    /// [`SecretError::Empty`] and [`SecretError::TooLong`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        Self::checked(Zeroizing::new(bytes.to_vec()))
    }

    /// Reads base32 (RFC 4648, §6) the way people and services write it: in either case, with spaces and hyphens
    /// anywhere, with or without padding at the end.
    ///
    /// Bits left over at the end are dropped, whatever their number: services make secrets by drawing random base32
    /// characters, and their codes are computed without those bits (ADR 0011).
    ///
    /// # Errors
    /// [`SecretError::Empty`], [`SecretError::TooLong`], [`SecretError::BadCharacter`] and [`SecretError::Hexadecimal`].
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        Self::checked(base32::decode(text)?)
    }

    /// Reads hexadecimal digits in either case; spaces, hyphens and colons between them are skipped.
    ///
    /// # Errors
    /// [`SecretError::Empty`], [`SecretError::TooLong`], [`SecretError::BadHex`] and [`SecretError::OddHex`].
    pub fn from_hex(text: &str) -> Result<Self, SecretError> {
        // Sized for the longest possible result: a buffer that grows would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
        let mut high: Option<u8> = None;
        for (position, character) in text.chars().enumerate() {
            if is_separator(character) || character == ':' {
                continue;
            }
            let digit = character
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
                .ok_or(SecretError::BadHex { position, character })?;
            match high.take() {
                None => high = Some(digit << 4),
                Some(upper) => bytes.push(upper | digit),
            }
        }
        if high.is_some() {
            return Err(SecretError::OddHex);
        }
        Self::checked(bytes)
    }

    /// Writes base32 in upper case without padding, as otpauth URIs want it.
    pub fn to_base32(&self) -> Zeroizing<String> {
        base32::encode(&self.0)
    }

    /// The bytes themselves, for computing a code or for storing them encrypted. Say why where you call it.
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }

    fn checked(bytes: Zeroizing<Vec<u8>>) -> Result<Self, SecretError> {
        match bytes.len() {
            0 => Err(SecretError::Empty),
            found if found > Self::MAX => Err(SecretError::TooLong { found }),
            _ => Ok(Self(bytes)),
        }
    }
}

/// What people put between the groups of a secret when they copy it.
pub(crate) fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{200B}' | '\u{FEFF}')
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why a text or some bytes are no secret. Positions count characters from 0; the messages count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing is left once spaces, hyphens and padding are taken away.
    #[error("The secret is empty.")]
    Empty,
    /// More bytes than [`Secret::MAX`].
    #[error("The secret has {found} bytes; the longest that can be kept has {max}.", max = Secret::MAX)]
    TooLong {
        /// How many bytes it has.
        found: usize,
    },
    /// A character that base32 does not have.
    #[error("The secret is not base32: its character {} is \u{201C}{}\u{201D}, and only the letters A to Z and the digits 2 to 7 may stand there.{}",
        position + 1, character.escape_debug(), base32::hint(*character))]
    BadCharacter {
        /// Where it stands, in characters from 0.
        position: usize,
        /// What stands there.
        character: char,
    },
    /// Hexadecimal digits where base32 is meant. Which bytes they stand for is for a person to say (ADR 0185).
    #[error("The secret is in hexadecimal digits, and base32 is expected here: the letters A to Z and the digits 2 to 7. Add this account by hand, where hexadecimal is taken too.")]
    Hexadecimal,
    /// A character that is no hexadecimal digit.
    #[error("The secret is not hexadecimal: its character {} is \u{201C}{}\u{201D}, and only the digits 0 to 9 and the letters A to F may stand there.",
        position + 1, character.escape_debug())]
    BadHex {
        /// Where it stands, in characters from 0.
        position: usize,
        /// What stands there.
        character: char,
    },
    /// Hexadecimal digits come in pairs, and here one is missing.
    #[error("The secret has an odd number of hexadecimal digits: one is missing or one is too many.")]
    OddHex,
}
