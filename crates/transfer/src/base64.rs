//! Base64 as files have it: with or without padding, broken into lines, of either alphabet.

use data_encoding::BASE64_NOPAD;
use zeroize::Zeroizing;

/// Reads base64 (RFC 4648, §4 and §5). `None` if it is none.
pub(crate) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let trimmed = text.trim_end_matches(|c: char| c == '=' || c.is_ascii_whitespace());
    plain.extend(trimmed.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }));
    BASE64_NOPAD.decode(&plain).ok().map(Zeroizing::new)
}

/// Reads base64 of exactly so many bytes.
pub(crate) fn decode_exactly<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.as_slice().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_alphabet_with_or_without_padding_and_lines_is_read() {
        for text in ["+/+/AA==", "+/+/AA", "-_-_AA", "+/\r\n+/AA==\n"] {
            assert_eq!(decode(text).as_deref(), Some(&vec![0xfb, 0xff, 0xbf, 0]), "{text:?}");
        }
        for text in ["+", "a=bc", "a\u{e9}bc", "{}"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        assert_eq!(decode_exactly::<4>("+/+/AA"), Some([0xfb, 0xff, 0xbf, 0]));
        assert_eq!(decode_exactly::<3>("+/+/AA"), None);
    }
}
