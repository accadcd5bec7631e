//! The code by which a ticket without an account is followed: 128 random bits in Crockford's base32, kept hashed.

use data_encoding::{Encoding, Specification};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::Center;
use crate::clock::NoRandomness;
use std::sync::LazyLock;

const BYTES: usize = 16;
/// Letters of a code: 26 of 5 bits hold 128.
const LETTERS: usize = 26;

#[allow(clippy::expect_used, reason = "the alphabet is written here; a test reads it")]
static CROCKFORD: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    specification.encoding().expect("32 different symbols")
});

/// A new code, in groups that can be read out, and the hash that is kept of it.
///
/// # Errors
/// When the system gives no random bytes.
pub fn generate(center: &Center) -> Result<(Zeroizing<String>, Vec<u8>), NoRandomness> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    center.random.fill(bytes.as_mut())?;
    let plain = Zeroizing::new(CROCKFORD.encode(bytes.as_ref()));
    let mut shown = Zeroizing::new(String::with_capacity(32));
    for (place, letter) in plain.chars().enumerate() {
        if place > 0 && place % 5 == 0 {
            shown.push('-');
        }
        shown.push(letter);
    }
    Ok((shown, hash(bytes.as_ref())))
}

/// The hash of a code as somebody types it; `None` for what no code looks like.
pub fn read(text: &str) -> Option<Vec<u8>> {
    let plain: Zeroizing<String> = Zeroizing::new(
        text.chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .take(LETTERS + 1)
            .collect(),
    );
    if plain.len() != LETTERS {
        return None;
    }
    let bytes = Zeroizing::new(CROCKFORD.decode(plain.as_bytes()).ok()?);
    (bytes.len() == BYTES).then(|| hash(&bytes))
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed_and_nothing_else_is() {
        let plain = CROCKFORD.encode(&[0xff; BYTES]);
        assert_eq!(plain.len(), LETTERS);
        let known = hash(&[0xff; BYTES]);
        assert_eq!(read(&plain), Some(known.clone()));
        assert_eq!(read(&format!(" {}-{} ", plain[..7].to_lowercase(), &plain[7..])), Some(known));
        assert_eq!(read(&"o".repeat(LETTERS)), read(&"0".repeat(LETTERS)));
        for other in ["", "0", &plain[1..], &format!("{plain}0"), &"é".repeat(13), &"!".repeat(26)] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
