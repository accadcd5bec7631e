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

    /// As JSON, if the whole is one object or array. `None` too for one with more values than could be kept.
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| Json::read(self.text()?)).as_ref().map(|json| &json.0)
    }
}

/// JSON that may hold secrets: its texts are wiped when it is dropped.
pub(crate) struct Json(pub(crate) Value);

impl Json {
    /// Reads one object or array. serde_json itself refuses to nest deeper than 128 levels.
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
