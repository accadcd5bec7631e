//! What stands inside envelopes: CBOR maps with unsigned integer keys (`docs/vault-format.md` §4 and §7).
//!
//! Reading borrows from the wiped buffer that the envelope was opened into; writing goes into one that is wiped and
//! never leaves a copy behind when it grows.

pub(crate) mod backup;
pub(crate) mod center;
pub(crate) mod entry;
pub(crate) mod event;
pub(crate) mod private;

use std::convert::Infallible;

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

/// The content is not what its record should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl From<minicbor::decode::Error> for Malformed {
    /// The position and kind of a decoding error are dropped: the content is authenticated, so that nobody but a
    /// faulty or newer writer is to blame, and none of it may find its way into a message.
    fn from(_: minicbor::decode::Error) -> Self {
        Self
    }
}

/// A buffer that wipes itself, also when it moves to grow.
pub(crate) struct Wiped(Zeroizing<Vec<u8>>);

impl minicbor::encode::Write for Wiped {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.next_power_of_two()));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Writes one map. Its entries are counted as they are written, so that absent values need no second look.
pub(crate) struct MapWriter {
    encoder: Encoder<Wiped>,
    entries: u8,
}

impl MapWriter {
    pub(crate) fn new(room: usize) -> Self {
        // The map's own byte comes first and is set at the end: below 24 entries it is one byte.
        let mut buffer = Zeroizing::new(Vec::with_capacity(room.max(256)));
        buffer.push(0xa0);
        Self { encoder: Encoder::new(Wiped(buffer)), entries: 0 }
    }

    /// Writes a key; the value is to follow. Keys come in ascending order.
    pub(crate) fn key(&mut self, key: u8) -> &mut Encoder<Wiped> {
        self.entries += 1;
        debug_assert!(self.entries < 24, "a longer map has a longer start");
        always(self.encoder.u8(key).map(|_| ()));
        &mut self.encoder
    }

    pub(crate) fn text(&mut self, key: u8, value: &str) {
        always(self.key(key).str(value).map(|_| ()));
    }

    pub(crate) fn bytes(&mut self, key: u8, value: &[u8]) {
        always(self.key(key).bytes(value).map(|_| ()));
    }

    pub(crate) fn uint(&mut self, key: u8, value: u64) {
        always(self.key(key).u64(value).map(|_| ()));
    }

    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        let mut buffer = self.encoder.into_writer().0;
        if let Some(first) = buffer.first_mut() {
            *first = 0xa0 | self.entries;
        }
        buffer
    }
}

/// Writing into memory does not fail.
#[allow(clippy::needless_pass_by_value, reason = "nothing is left to do with what cannot be")]
pub(crate) fn always(result: Result<(), minicbor::encode::Error<Infallible>>) {
    debug_assert!(result.is_ok());
}

/// Reads a map of definite length whose keys ascend, as every writer of format 1 writes them, and hands each key on.
/// Nothing may follow the map.
pub(crate) fn read_map<'b>(
    content: &'b [u8],
    mut value: impl FnMut(u64, &mut Decoder<'b>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut decoder = Decoder::new(content);
    let mut before = None;
    for _ in 0..decoder.map()?.ok_or(Malformed)? {
        let key = decoder.u64()?;
        if before.is_some_and(|before| key <= before) {
            return Err(Malformed);
        }
        before = Some(key);
        value(key, &mut decoder)?;
    }
    if decoder.position() == content.len() { Ok(()) } else { Err(Malformed) }
}

/// The length of an array of definite length.
pub(crate) fn array_length(decoder: &mut Decoder<'_>) -> Result<u64, Malformed> {
    decoder.array()?.ok_or(Malformed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use minicbor::encode::Write as _;

    use super::*;

    #[test]
    fn a_growing_buffer_keeps_what_was_written() {
        let mut buffer = Wiped(Zeroizing::new(Vec::new()));
        for piece in 0..=255_u8 {
            buffer.write_all(&[piece; 33]).unwrap();
        }
        assert_eq!(buffer.0.len(), 33 * 256);
        assert!(buffer.0.chunks_exact(33).zip(0..=255_u8).all(|(chunk, piece)| chunk == [piece; 33]));
    }

    #[test]
    fn maps_of_indefinite_length_repeated_keys_and_trailing_bytes_are_malformed() {
        let read = |content: &[u8]| read_map(content, |_, decoder| Ok(decoder.skip()?));
        assert_eq!(read(&[0xa0]), Ok(()));
        assert_eq!(read(&[0xa2, 0, 1, 1, 1]), Ok(()));
        assert_eq!(read(&[0xa2, 1, 1, 0, 1]), Err(Malformed), "descending");
        assert_eq!(read(&[0xa2, 0, 1, 0, 1]), Err(Malformed), "twice");
        assert_eq!(read(&[0xbf, 0, 1, 0xff]), Err(Malformed), "indefinite");
        assert_eq!(read(&[0xa0, 0]), Err(Malformed), "trailing");
        assert_eq!(read(&[0xa1, 0]), Err(Malformed), "cut");
        assert_eq!(read(&[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Err(Malformed), "endless");
    }
}
