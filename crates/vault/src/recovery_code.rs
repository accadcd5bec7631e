//! The recovery code: 160 random bits on paper that open a vault whose password is lost.

use std::fmt;

use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Crockford's base32: no I, L, O or U.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
const GROUP: usize = 5;

/// A recovery code, wiped when dropped. It is written as eight groups of four symbols and a check symbol.
pub struct RecoveryCode(Zeroizing<[u8; 20]>);

/// Why a text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryCodeError {
    /// A character that recovery codes do not have.
    #[error("group {} of the recovery code holds a character that recovery codes do not have", group + 1)]
    BadCharacter {
        /// The group, from 0 to 7.
        group: usize,
    },
    /// The check symbol of a group does not fit: a typing error in it, or groups exchanged.
    #[error("group {} of the recovery code has a typing error", group + 1)]
    BadGroup {
        /// The first group that does not fit, from 0 to 7.
        group: usize,
    },
    /// Too few or too many characters.
    #[error("a recovery code has 40 characters in 8 groups of 5; this has {found}")]
    WrongLength {
        /// How many symbols there were.
        found: usize,
    },
}

impl RecoveryCodeError {
    /// The group, from 0 to 7, that holds the mistake, when one can be named.
    pub const fn group(&self) -> Option<usize> {
        match self {
            Self::BadCharacter { group } | Self::BadGroup { group } => Some(*group),
            Self::WrongLength { .. } => None,
        }
    }
}

impl RecoveryCode {
    /// A new code.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 20]);
        rng.fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// Reads a code as people type it: in either case, with `O` for `0` and `I` or `L` for `1`, with hyphens and
    /// spaces anywhere.
    ///
    /// # Errors
    /// Each [`RecoveryCodeError`]; the group that holds the mistake is named.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        let mut values = Zeroizing::new([0_u8; GROUPS * GROUP]);
        let mut found = 0;
        for character in text.chars().filter(|c| *c != '-' && !c.is_whitespace()) {
            let value = value_of(character).ok_or(RecoveryCodeError::BadCharacter { group: (found / GROUP).min(GROUPS - 1) })?;
            if let Some(slot) = values.get_mut(found) {
                *slot = value;
            }
            found += 1;
        }
        if found != GROUPS * GROUP {
            return Err(RecoveryCodeError::WrongLength { found });
        }
        let mut bytes = Zeroizing::new([0; 20]);
        let mut bits: u32 = 0;
        for (group, symbols) in values.chunks_exact(GROUP).enumerate() {
            if check_symbol(group, symbols) != symbols[GROUP - 1] {
                return Err(RecoveryCodeError::BadGroup { group });
            }
            let twenty = symbols[..4].iter().fold(0_u32, |all, value| all << 5 | u32::from(*value));
            // Two groups are five bytes: the first leaves its last four bits for the second.
            let at = group / 2 * 5;
            if group % 2 == 0 {
                bits = twenty;
            } else {
                let forty = u64::from(bits) << 20 | u64::from(twenty);
                bytes[at..at + 5].copy_from_slice(&forty.to_be_bytes()[3..]);
            }
        }
        Ok(Self(bytes))
    }

    /// The code as it is printed: eight groups of five symbols, joined by hyphens.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
        for group in 0..GROUPS {
            if group > 0 {
                text.push('-');
            }
            let symbols = self.group(group);
            for value in symbols.iter().copied().chain([check_symbol(group, symbols.as_slice())]) {
                text.push(char::from(SYMBOLS[usize::from(value)]));
            }
        }
        text
    }

    /// The four values of a group, each 0 to 31.
    fn group(&self, group: usize) -> Zeroizing<[u8; 4]> {
        let at = group / 2 * 5;
        let forty = self.0[at..at + 5].iter().fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
        let twenty = if group % 2 == 0 { forty >> 20 } else { forty };
        let mut values = Zeroizing::new([0; 4]);
        for (index, value) in values.iter_mut().enumerate() {
            *value = (twenty >> (15 - 5 * index) & 31) as u8;
        }
        values
    }

    /// The bytes that key derivation takes.
    pub(crate) fn expose_secret(&self) -> &[u8; 20] {
        &self.0
    }
}

/// The value of a symbol as people type it.
fn value_of(character: char) -> Option<u8> {
    let symbol = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = SYMBOLS.iter().position(|known| char::from(*known) == symbol)?;
    u8::try_from(at).ok()
}

/// The fifth symbol of a group over GF(32): `docs/vault-format.md` §3. Different weights notice two exchanged
/// neighbors, the group's number two exchanged groups.
fn check_symbol(group: usize, symbols: &[u8]) -> u8 {
    let number = (group & 31) as u8;
    // Horner's rule: ((((g α ⊕ d) α ⊕ c) α ⊕ b) α ⊕ a) α
    symbols[..4].iter().rev().fold(double(number), |sum, value| double(sum ^ value))
}

/// Multiplies by α = 2 in GF(32) with x^5 + x^2 + 1.
const fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { (shifted ^ 0b10_0101) & 31 }
}

impl PartialEq for RecoveryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for RecoveryCode {}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}
