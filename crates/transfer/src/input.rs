//! A file as the readers see it: bytes within bounds, and as text and JSON if it is that.

use core::cell::OnceCell;

use serde_json::Value;
use zeroize::Zeroize as _;

use crate::ReadError;

/// The largest file that is read, in bytes.
pub const INPUT_MAX: usize = 64 * 1024 * 1024;
/// The most values of a JSON text. One takes up to 72 bytes once it is read, however short it is in the file.
const JSON_VALUES_MAX: usize = 3_000_000;

/// The bytes of a file with its name.
///
/// Text and JSON are looked at once, however many formats ask whether the file is theirs.
pub struct Input<'a> {
    bytes: &'a [u8],
    name: &'a str,
    json: OnceCell<Option<Json>>,
}

impl<'a> Input<'a> {
    /// Takes a file. The name helps to choose between formats that look alike; it may be empty.
    ///
    /// # Errors
    /// [`ReadError::Empty`], [`ReadError::TooLarge`].
    pub fn new(bytes: &'a [u8], name: &'a str) -> Result<Self, ReadError> {
        if bytes.is_empty() {
            return Err(ReadError::Empty);
        }
        if bytes.len() > INPUT_MAX {
            return Err(ReadError::TooLarge { found: bytes.len() });
        }
        Ok(Self { bytes, name, json: OnceCell::new() })
    }

    /// All of it.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The file's name, as far as one is known.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Whether the name ends so, in either case: `has_extension("2fas")`.
    pub fn has_extension(&self, extension: &str) -> bool {
        self.name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
    }

    /// As UTF-8 text, without the byte order mark that Windows programs put first.
    pub fn text(&self) -> Option<&'a str> {
        let text = core::str::from_utf8(self.bytes).ok()?;
        Some(text.strip_prefix('\u{FEFF}').unwrap_or(text))
    }

    /// Whether the bytes look encrypted: no text, none of the marks that other files begin with, and as mixed as chance
    /// makes bytes. For formats that have no mark of their own.
    pub(crate) fn looks_random(&self) -> bool {
        const MARKS: [&[u8]; 16] = [
            b"PK",
            b"\x89PNG",
            b"\xff\xd8\xff",
            b"GIF8",
            b"RIFF",
            b"BM",
            b"%PDF",
            b"\x7fELF",
            b"MZ",
            b"\x1f\x8b",
            b"7z\xbc\xaf",
            b"Rar!",
            b"SQLite",
            b"\xac\xed",
            b"ID3",
            b"OggS",
        ];
        if self.text().is_some() || MARKS.iter().any(|mark| self.bytes.starts_with(mark)) {
            return false;
        }
        let start = self.bytes.get(..1024).unwrap_or(self.bytes);
        let mut seen = [0_usize; 256];
        for byte in start {
            seen[usize::from(*byte)] += 1;
        }
        // Of 256 kinds of bytes, chance shows most in a thousand bytes, and none of them in one of twenty places.
        let kinds = seen.iter().filter(|count| **count > 0).count();
        let most = seen.iter().max().copied().unwrap_or_default();
        kinds * 2 > start.len().min(300) && most * 20 < start.len().max(200)
    }

    /// As JSON, if the whole is one object or array. `None` too for one with more values than could be kept.
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| Json::read(self.text()?)).as_ref().map(|json| &json.0)
    }
}

/// JSON that may hold secrets: its texts are wiped when it is dropped.
pub(crate) struct Json(pub(crate) Value);

impl Json {
    /// Reads one object or array. `serde_json` itself refuses to nest deeper than 128 levels.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let values = text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
        if values > JSON_VALUES_MAX {
            return None;
        }
        serde_json::from_str(text).ok().map(Self)
    }
}

impl Drop for Json {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha512};

    use super::*;

    #[test]
    fn only_what_is_as_mixed_as_chance_looks_encrypted() {
        let looks = |bytes: &[u8]| Input::new(bytes, "").unwrap().looks_random();
        let noise: Vec<u8> = (0_u8..200).flat_map(|seed| Sha512::digest([seed])).collect();
        for length in [64, 100, 200, 500, 1024, 12_000] {
            assert!(looks(&noise[..length]), "{length}");
        }
        let marked = [b"%PDF-1.7", noise.as_slice()].concat();
        let machine: Vec<u8> = noise.iter().flat_map(|byte| [*byte, 0, 0, 0xff]).collect();
        for other in [marked.as_slice(), &machine, &[0xff; 500], b"a text, which is none"] {
            assert!(!looks(other));
        }
    }
}
