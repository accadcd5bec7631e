//! Tokens: 256 random bits that a client holds, and the hash of them that the database holds. Two types, so that neither
//! can stand where the other belongs.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::clock::{NoRandomness, Randomness};

const BYTES: usize = 32;

/// A token as its holder has it. It is in no log, no database and no `Debug`.
#[derive(Clone)]
pub struct PlainToken(Zeroizing<[u8; BYTES]>);

impl PlainToken {
    /// A new random one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate(random: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        random.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// Reads base64url without padding; `None` for anything that no token looks like.
    pub fn from_text(text: &str) -> Option<Self> {
        if text.len() != 43 {
            return None;
        }
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// The text to hand out. Say why in the line above.
    pub fn expose_secret(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL_NOPAD.encode(self.0.as_ref()))
    }

    /// What is kept of it. A random token needs no slow hash.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_slice()).into())
    }
}

impl std::fmt::Debug for PlainToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PlainToken(..)")
    }
}

/// The SHA-256 of a token: enough to recognize it, nothing to sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// As it stands in the database.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads it back.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    #[test]
    fn a_token_is_read_back_from_its_text_and_from_nothing_else() {
        let token = PlainToken::generate(&SystemRandomness).unwrap();
        let text = token.expose_secret();
        assert_eq!(PlainToken::from_text(&text).unwrap().hash(), token.hash());
        for other in
            ["", "a", &text[1..], &format!("{}=", *text), &"ä".repeat(22), &format!("{}!", &text[..42])]
        {
            assert!(PlainToken::from_text(other).is_none(), "{other}");
        }
    }
}
