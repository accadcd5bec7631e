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
            let value = value_of(character)
                .ok_or(RecoveryCodeError::BadCharacter { group: (found / GROUP).min(GROUPS - 1) })?;
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
            if group.is_multiple_of(2) {
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
        let twenty = if group.is_multiple_of(2) { forty >> 20 } else { forty };
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
    let number = u8::try_from(group).unwrap_or_default();
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(seed: u64) -> RecoveryCode {
        RecoveryCode::generate(&mut tessera_testkit::SeededRng::new(seed))
    }

    #[test]
    fn it_comes_back_from_paper_however_it_is_typed() {
        for seed in 0..50 {
            let code = code(seed);
            let text = code.to_text();
            assert_eq!(text.len(), 47);
            assert_eq!(RecoveryCode::parse(&text).unwrap(), code);
            let sloppy = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            assert_eq!(RecoveryCode::parse(&format!("  {sloppy}\n")).unwrap(), code);
        }
    }

    #[test]
    fn the_format_document_s_example_reads() {
        // All zero: every group checks to 0 but for its number, g α^5.
        let text = RecoveryCode(Zeroizing::new([0; 20])).to_text();
        assert_eq!(text.as_str(), "00000-00005-0000A-0000F-0000M-0000H-0000Y-0000V");
    }

    #[test]
    fn every_wrong_symbol_names_its_group() {
        let text = code(1).to_text();
        for (at, right) in text.char_indices().filter(|(_, c)| *c != '-') {
            for wrong in SYMBOLS.iter().map(|symbol| char::from(*symbol)).filter(|wrong| *wrong != right) {
                let mut typed: Vec<char> = text.chars().collect();
                typed[at] = wrong;
                let typed: String = typed.into_iter().collect();
                assert_eq!(
                    RecoveryCode::parse(&typed).unwrap_err(),
                    RecoveryCodeError::BadGroup { group: at / 6 }
                );
            }
        }
    }

    #[test]
    fn exchanged_neighbors_and_exchanged_groups_are_noticed() {
        for seed in 0..20 {
            let text = code(seed).to_text();
            let groups: Vec<&str> = text.split('-').collect();
            for group in 0..8 {
                for at in 0..4 {
                    let mut symbols: Vec<u8> = groups[group].bytes().collect();
                    symbols.swap(at, at + 1);
                    let swapped = String::from_utf8(symbols).unwrap();
                    if swapped != groups[group] {
                        let mut typed = groups.clone();
                        typed[group] = &swapped;
                        assert_eq!(RecoveryCode::parse(&typed.join("-")).unwrap_err().group(), Some(group));
                    }
                }
                for other in 0..group {
                    let mut typed = groups.clone();
                    typed.swap(group, other);
                    assert_eq!(RecoveryCode::parse(&typed.join("-")).unwrap_err().group(), Some(other));
                }
            }
        }
    }

    #[test]
    fn a_foreign_character_and_a_wrong_length_are_told_apart() {
        let text = code(3).to_text();
        assert_eq!(RecoveryCode::parse("").unwrap_err(), RecoveryCodeError::WrongLength { found: 0 });
        assert_eq!(
            RecoveryCode::parse(&text[1..]).unwrap_err(),
            RecoveryCodeError::WrongLength { found: 39 }
        );
        assert_eq!(
            RecoveryCode::parse(&format!("{}0", text.as_str())).unwrap_err(),
            RecoveryCodeError::WrongLength { found: 41 }
        );
        let foreign = text.replacen('-', "-U", 1);
        assert_eq!(RecoveryCode::parse(&foreign).unwrap_err(), RecoveryCodeError::BadCharacter { group: 1 });
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in ".{0,80}") {
            let _ = RecoveryCode::parse(&text);
        }
    }
}
