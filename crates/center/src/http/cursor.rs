//! Where the next part of a list begins. A cursor is read by the server that wrote it and by nobody else, so it is plain
//! text in base64url; what it may show is decided by the query, not by the cursor.

use data_encoding::BASE64URL_NOPAD;

use super::Refusal;
use crate::clock::Unix;

/// A place in a list that is ordered by time and name, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The time of the last line that was given.
    pub at: Unix,
    /// Its name.
    pub id: String,
}

/// Lines of one part of a list.
pub const PAGE: i64 = 50;

impl Cursor {
    /// The place before the newest line.
    pub const fn start() -> Self {
        Self { at: Unix::MAX, id: String::new() }
    }

    /// Reads what [`Cursor::text`] wrote; the start when there is none.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(text: Option<&str>) -> Result<Self, Refusal> {
        let Some(text) = text else { return Ok(Self::start()) };
        let read = || {
            let plain = String::from_utf8(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()?;
            let (at, id) = plain.split_once(' ')?;
            let plain_id =
                id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            Some(Self { at: at.parse().ok()?, id: plain_id.then(|| id.to_owned())? })
        };
        read().ok_or_else(|| Refusal::invalid("/cursor", "Take the cursor as an earlier answer gave it."))
    }

    /// As text for the client.
    pub fn text(&self) -> String {
        BASE64URL_NOPAD.encode(format!("{} {}", self.at, self.id).as_bytes())
    }

    /// The cursor behind a part of [`PAGE`] lines; `None` when fewer came, for then it was the last.
    pub fn after<T>(lines: &[T], place: impl Fn(&T) -> Self) -> Option<String> {
        let full = i64::try_from(lines.len()).is_ok_and(|count| count >= PAGE);
        lines.last().filter(|_| full).map(|line| place(line).text())
    }
}
