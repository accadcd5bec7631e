//! Base32 (RFC 4648, §6) as secrets are really written, into buffers that are wiped.

use zeroize::Zeroizing;

use crate::secret::{SecretError, is_separator};

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Skips separators, takes either case, stops at padding, drops the bits left over.
pub(crate) fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    // Sized for the longest possible result: a buffer that grows would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * 5 / 8));
    let mut bits: u16 = 0;
    let mut held: u32 = 0;
    let mut padded = false;
    for (position, character) in text.chars().enumerate() {
        if is_separator(character) {
            continue;
        }
        if character == '=' {
            padded = true;
            continue;
        }
        let value = match character {
            'A'..='Z' => character as u8 - b'A',
            'a'..='z' => character as u8 - b'a',
            '2'..='7' => character as u8 - b'2' + 26,
            _ if is_hexadecimal(text) => return Err(SecretError::Hexadecimal),
            _ => return Err(SecretError::BadCharacter { position, character }),
        };
        if padded {
            // Padding only ends a text; in its middle, two texts were glued together.
            return Err(SecretError::BadCharacter { position, character });
        }
        bits = (bits << 5) | u16::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
            bits &= (1 << held) - 1;
        }
    }
    Ok(bytes)
}

/// Whether a text that is no base32 is a secret in hexadecimal digits: of so many characters, all of them such digits by
/// chance, one text of base32 with a slip in it is in a million.
fn is_hexadecimal(text: &str) -> bool {
    const FEWEST: usize = 16;
    let mut digits = text.chars().filter(|character| !is_separator(*character) && *character != ':');
    digits.clone().count() >= FEWEST && digits.all(|character| character.is_ascii_hexdigit())
}

/// Upper case, no padding.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity((bytes.len() * 8).div_ceil(5)));
    let mut bits: u16 = 0;
    let mut held: u32 = 0;
    let symbol = |index: u16| char::from(ALPHABET[usize::from(index & 31)]);
    for byte in bytes {
        bits = (bits << 8) | u16::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(symbol(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    if held > 0 {
        text.push(symbol(bits << (5 - held)));
    }
    text
}

/// What a wrong character probably was meant to be.
pub(crate) fn hint(character: char) -> &'static str {
    match character {
        '0' => " It may be the letter O.",
        '1' => " It may be the letter I or L.",
        '8' => " It may be the letter B.",
        '9' => " It may be the letter G.",
        _ => "",
    }
}
