//! What Java's `ObjectOutputStream` writes of a `HashMap` from texts to texts, which is FreeOTP 2's backup.
//!
//! The grammar: Java Object Serialization Specification, §6.4. Only what such a map needs is read; no class is loaded
//! and nothing is constructed, so that a stream can do no more than be wrong.

use zeroize::Zeroizing;

/// How a stream begins: magic and version.
pub(crate) const MAGIC: &[u8; 4] = b"\xac\xed\x00\x05";

const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const BLOCK: u8 = 0x77;
const END_BLOCK: u8 = 0x78;
const LONG_STRING: u8 = 0x7c;
/// The first number by which a stream refers to something before.
const FIRST_HANDLE: usize = 0x7e_0000;

type Text = Zeroizing<String>;

/// Reads such a map. `None` if the bytes are none.
pub(crate) fn read_map(bytes: &[u8]) -> Option<Vec<(Text, Text)>> {
    let mut stream = Stream { rest: bytes.strip_prefix(MAGIC)?, strings: Vec::new() };
    if stream.byte()? != OBJECT || stream.byte()? != CLASS || stream.utf()?.as_str() != "java.util.HashMap" {
        return None;
    }
    stream.skip(8 + 1)?; // serialVersionUID and flags
    stream.strings.push(None); // the class takes the first handle
    let fields = stream.number16()?;
    let mut fixed = 0;
    for _ in 0..fields {
        // Primitive fields only: the load factor, and the threshold of older runtimes.
        fixed += match stream.byte()? {
            b'B' | b'Z' => 1,
            b'C' | b'S' => 2,
            b'F' | b'I' => 4,
            b'D' | b'J' => 8,
            _ => return None,
        };
        stream.utf()?;
    }
    if stream.byte()? != END_BLOCK || stream.byte()? != NULL {
        return None;
    }
    stream.strings.push(None); // and the map the second
    stream.skip(fixed)?;
    // The map's own part: how many buckets, how many pairs.
    if stream.byte()? != BLOCK || stream.byte()? != 8 {
        return None;
    }
    stream.skip(4)?;
    let pairs = usize::try_from(stream.number32()?).ok()?;
    let mut map = Vec::new();
    for _ in 0..pairs {
        map.push((stream.string()?, stream.string()?));
    }
    (stream.byte()? == END_BLOCK && stream.rest.is_empty()).then_some(map)
}

struct Stream<'a> {
    rest: &'a [u8],
    /// What has a handle, in order; texts can be referred to again.
    strings: Vec<Option<Text>>,
}

impl<'a> Stream<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number16(&mut self) -> Option<usize> {
        Some(usize::from(u16::from_be_bytes(self.take(2)?.try_into().ok()?)))
    }

    fn number32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn utf(&mut self) -> Option<Text> {
        let length = self.number16()?;
        modified_utf8(self.take(length)?)
    }

    fn string(&mut self) -> Option<Text> {
        let text = match self.byte()? {
            STRING => self.utf()?,
            LONG_STRING => {
                let length = u64::from_be_bytes(self.take(8)?.try_into().ok()?);
                modified_utf8(self.take(usize::try_from(length).ok()?)?)?
            }
            REFERENCE => {
                let handle = usize::try_from(self.number32()?).ok()?.checked_sub(FIRST_HANDLE)?;
                return self.strings.get(handle)?.clone();
            }
            _ => return None,
        };
        self.strings.push(Some(text.clone()));
        Some(text)
    }
}

/// Java's own UTF-8: NUL as two bytes, and characters beyond 16 bits as two surrogates of three bytes each.
fn modified_utf8(bytes: &[u8]) -> Option<Text> {
    let mut units = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes;
    loop {
        let (unit, length) = match rest {
            [] => break,
            [one @ 0x01..=0x7f, ..] => (u16::from(*one), 1),
            [one @ 0xc0..=0xdf, two @ 0x80..=0xbf, ..] => {
                (u16::from(one & 0x1f) << 6 | u16::from(two & 0x3f), 2)
            }
            [one @ 0xe0..=0xef, two @ 0x80..=0xbf, three @ 0x80..=0xbf, ..] => {
                (u16::from(one & 0x0f) << 12 | u16::from(two & 0x3f) << 6 | u16::from(three & 0x3f), 3)
            }
            _ => return None,
        };
        units.push(unit);
        rest = rest.get(length..)?;
    }
    let mut text = Zeroizing::new(String::with_capacity(bytes.len()));
    for character in char::decode_utf16(units.iter().copied()) {
        text.push(character.ok()?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map as an older or newer runtime writes it.
    fn stream(threshold: bool, body: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(b"\x73\x72\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03");
        bytes.extend(if threshold { &b"\0\x02"[..] } else { b"\0\x01" });
        bytes.extend(b"F\0\x0aloadFactor");
        if threshold {
            bytes.extend(b"I\0\x09threshold");
        }
        bytes.extend(b"\x78\x70\x3f\x40\0\0");
        if threshold {
            bytes.extend(b"\0\0\0\x0c");
        }
        bytes.extend(b"\x77\x08\0\0\0\x10");
        bytes.extend(body);
        bytes
    }

    const BODY: &[u8] =
        b"\0\0\0\x02t\0\x01at\0\x06\xed\xa0\xbd\xed\xb4\x91|\0\0\0\0\0\0\0\x01bq\0\x7e\0\x03x";

    #[test]
    fn maps_of_either_runtime_are_read_with_references_and_characters_beyond_16_bits() {
        for threshold in [false, true] {
            let map = read_map(&stream(threshold, BODY)).unwrap();
            let map: Vec<_> = map.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(map, [("a", "\u{1F511}"), ("b", "\u{1F511}")]);
        }
    }

    #[test]
    fn what_is_cut_or_goes_on_or_refers_to_nothing_is_no_map() {
        let whole = stream(true, BODY);
        for end in 0..whole.len() {
            assert!(read_map(&whole[..end]).is_none(), "{end}");
        }
        assert!(read_map(&[whole.as_slice(), b"x"].concat()).is_none());
        for body in [
            &b"\0\0\0\x01t\0\x01aq\0\x7e\0\x00x"[..],
            b"\0\0\0\x01t\0\x01aq\0\x7e\0\x09x",
            b"\0\0\0\x01t\0\x01aq\0\0\0\0x",
            b"\xff\xff\xff\xff",
            b"\0\0\0\x01t\0\x01\xfft\0\0x",
        ] {
            assert!(read_map(&stream(true, body)).is_none());
        }
    }
}
