//! The five ways to a code. Each writes ASCII into a buffer and returns how many characters it wrote; none allocates.

use hmac::digest::{Digest as _, FixedOutput as _, Key};
use hmac::{EagerHash, Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{Algorithm, Digits};

/// The symbols of Steam Guard: no vowels and nothing that looks like something else.
const STEAM: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// 26 to the power of 8: how many codes of eight letters there are.
const EIGHT_LETTERS: u64 = 208_827_064_576;

/// TOTP and HOTP: the number cut out of the HMAC, its last digits in decimal (RFC 4226, §5.3).
pub(crate) fn digits(
    algorithm: Algorithm,
    digits: Digits,
    key: &[u8],
    moving_factor: u64,
    out: &mut [u8],
) -> u8 {
    let cut = match algorithm {
        Algorithm::Sha1 => cut_out::<Sha1, 4>(key, moving_factor),
        Algorithm::Sha256 => cut_out::<Sha256, 4>(key, moving_factor),
        Algorithm::Sha512 => cut_out::<Sha512, 4>(key, moving_factor),
    };
    let mut number = u32::from_be_bytes(cut) & 0x7fff_ffff;
    for symbol in out.iter_mut().take(usize::from(digits.get())).rev() {
        *symbol = b'0' + low_byte(u64::from(number % 10));
        number /= 10;
    }
    digits.get()
}

/// Steam Guard: the same number in base 26 with symbols of its own, the lowest place first.
pub(crate) fn steam(key: &[u8], step: u64, out: &mut [u8]) -> u8 {
    const LENGTH: u8 = 5;
    let mut number = u32::from_be_bytes(cut_out::<Sha1, 4>(key, step)) & 0x7fff_ffff;
    for symbol in out.iter_mut().take(usize::from(LENGTH)) {
        *symbol = STEAM[usize::from(low_byte(u64::from(number % 26)))];
        number /= 26;
    }
    LENGTH
}

/// Mobile-OTP: the first six digits of MD5 over the decimal step, the secret in lower-case hexadecimal and the PIN.
pub(crate) fn motp(secret: &[u8], pin: &[u8], step: u64, out: &mut [u8]) -> u8 {
    const LENGTH: u8 = 6;
    let mut hash = Md5::new();
    let mut decimal = [0; 20];
    let mut first = decimal.len();
    let mut rest = step;
    loop {
        first -= 1;
        decimal[first] = b'0' + low_byte(rest % 10);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    hash.update(&decimal[first..]);
    let mut pair = Zeroizing::new([0; 2]);
    for byte in secret {
        *pair = [hex_digit(byte >> 4), hex_digit(byte & 15)];
        hash.update(*pair);
    }
    hash.update(pin);
    let mut hashed = hash.finalize();
    for (position, symbol) in out.iter_mut().take(usize::from(LENGTH)).enumerate() {
        let byte = hashed[position / 2];
        *symbol = hex_digit(if position % 2 == 0 { byte >> 4 } else { byte & 15 });
    }
    hashed.as_mut_slice().zeroize();
    LENGTH
}

/// Yandex Key: SHA-256 of PIN and secret is the key, less a leading zero byte (the original turns it into a number and
/// back); 63 bits cut out of HMAC-SHA-256 become eight letters, the lowest place last.
pub(crate) fn yandex(secret: &[u8], pin: &[u8], step: u64, out: &mut [u8]) -> u8 {
    const LENGTH: u8 = 8;
    let mut key = Sha256::new().chain_update(pin).chain_update(secret).finalize();
    let cut = match key.as_slice() {
        [0, rest @ ..] => cut_out::<Sha256, 8>(rest, step),
        whole => cut_out::<Sha256, 8>(whole, step),
    };
    key.as_mut_slice().zeroize();
    let mut number = (u64::from_be_bytes(cut) & 0x7fff_ffff_ffff_ffff) % EIGHT_LETTERS;
    for symbol in out.iter_mut().take(usize::from(LENGTH)).rev() {
        *symbol = b'a' + low_byte(number % 26);
        number /= 26;
    }
    LENGTH
}

/// Dynamic truncation (RFC 4226, §5.3): the low four bits of the HMAC's last byte say where to cut.
///
/// `N` is 4, or 8 for Yandex, whose HMAC has 32 bytes: an offset of at most 15 leaves enough after it in both.
fn cut_out<D: EagerHash, const N: usize>(key: &[u8], moving_factor: u64) -> [u8; N] {
    // A key padded with zeros to the block, or hashed when longer, is what HMAC itself would make of it (RFC 2104,
    // §2). Done here, the key has its one right length by its type and nothing is left that could fail.
    let mut block = Key::<Hmac<D>>::default();
    if key.len() <= block.len() {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    } else {
        block.iter_mut().zip(D::digest(key)).for_each(|(to, from)| *to = from);
    }
    let mut mac = Hmac::<D>::new(&block);
    block.as_mut_slice().zeroize();
    mac.update(&moving_factor.to_be_bytes());
    let mut tag = mac.finalize_fixed();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 15);
    let mut cut = [0; N];
    cut.iter_mut().zip(tag.iter().skip(offset)).for_each(|(to, from)| *to = *from);
    tag.as_mut_slice().zeroize();
    cut
}

fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + (value - 10) }
}

/// Of a number that was brought below 256 just before.
fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}
