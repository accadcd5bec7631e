//! What a Yandex secret must be like. How its codes are computed stands in `algorithms`.

/// The bytes that codes are computed from, and all that a QR code holds.
pub(crate) const KEY: usize = 16;
/// What is typed in has ten bytes more, the last twelve bits of which are a checksum.
const TYPED: usize = 26;
/// The polynomial of the checksum: a CRC of twelve bits, without anything appended to the bits.
const POLYNOMIAL: u16 = 0b1_1000_1111_0011;

/// Whether Yandex could have made the secret. Asked where a secret comes in; computing a code needs only 16 bytes.
pub(crate) fn check(secret: &[u8]) -> Result<(), YandexSecretError> {
    match secret.len() {
        KEY => Ok(()),
        TYPED => {
            let (mut expected, mut remainder) = (0_u16, 0_u16);
            for position in 0..TYPED * 8 {
                let bit = u16::from(secret[position / 8] >> (7 - position % 8) & 1);
                if position < TYPED * 8 - 12 {
                    remainder = remainder << 1 | bit;
                    if remainder & 0x1000 != 0 {
                        remainder ^= POLYNOMIAL;
                    }
                } else {
                    expected = expected << 1 | bit;
                }
            }
            if remainder == expected { Ok(()) } else { Err(YandexSecretError::Checksum) }
        }
        found => Err(YandexSecretError::Length { found }),
    }
}

/// Why a secret is none of Yandex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum YandexSecretError {
    /// Neither 16 bytes, as in a QR code, nor 26, as typed in.
    #[error("A Yandex secret has 26 or 42 characters (16 or 26 bytes), and this one has {found} bytes.")]
    Length {
        /// How many bytes it has.
        found: usize,
    },
    /// 26 bytes whose checksum is wrong.
    #[error("The Yandex secret was not copied right: its checksum does not match.")]
    Checksum,
}
