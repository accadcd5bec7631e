//! The picture, text or files that lie on the clipboard, by arboard.

use std::path::PathBuf;

use arboard::{Clipboard, Error};
use zeroize::Zeroizing;

use crate::{Frame, MAX_PIXELS, decode::guarded};

/// Why the clipboard could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClipboardError {
    /// There is no clipboard: no display, or a desktop that offers none to programs.
    #[error("the clipboard cannot be reached from here: {detail}")]
    Unavailable {
        /// The system's words.
        detail: String,
    },
    /// Another program holds it right now.
    #[error("another program is using the clipboard; try again")]
    Occupied,
    /// What lies there says it is a picture, but cannot be read as one.
    #[error("the picture on the clipboard cannot be read: {detail}")]
    BadImage {
        /// What is wrong with it.
        detail: String,
    },
}

/// The picture on the clipboard, if what lies there is one.
pub fn read_image() -> Result<Option<Frame>, ClipboardError> {
    let Some(image) = read(Clipboard::get_image)? else { return Ok(None) };
    let bad = |detail: String| ClipboardError::BadImage { detail };
    let (Ok(width), Ok(height)) = (u32::try_from(image.width), u32::try_from(image.height)) else {
        return Err(bad(format!(
            "it claims {} x {} pixels, at most {MAX_PIXELS} are read",
            image.width, image.height
        )));
    };
    Frame::from_rgba(width, height, image.bytes.into_owned()).map(Some).map_err(|e| bad(e.to_string()))
}

/// The text on the clipboard, if what lies there is text.
pub fn read_text() -> Result<Option<Zeroizing<String>>, ClipboardError> {
    Ok(read(Clipboard::get_text)?.map(Zeroizing::new))
}

/// The files that were copied in a file manager; empty if that is not what lies there.
pub fn read_files() -> Result<Vec<PathBuf>, ClipboardError> {
    Ok(read(|clipboard| clipboard.get().file_list())?.unwrap_or_default())
}

/// None if the clipboard holds something else, or nothing.
fn read<T>(get: impl FnOnce(&mut Clipboard) -> Result<T, Error>) -> Result<Option<T>, ClipboardError> {
    // a picture on the clipboard is decoded by arboard, whoever put it there
    let result = guarded(|| get(&mut Clipboard::new()?))
        .unwrap_or_else(|| Err(Error::Unknown { description: "what lies there breaks its reader".into() }));
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => in_words(error),
    }
}

fn in_words<T>(error: Error) -> Result<Option<T>, ClipboardError> {
    match error {
        Error::ContentNotAvailable => Ok(None),
        Error::ClipboardOccupied => Err(ClipboardError::Occupied),
        Error::ConversionFailure => {
            Err(ClipboardError::BadImage { detail: "its format is not understood".into() })
        }
        Error::ClipboardNotSupported => {
            Err(ClipboardError::Unavailable { detail: "this system has none that programs may read".into() })
        }
        other => Err(ClipboardError::Unavailable { detail: other.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_of_that_kind_is_no_error() {
        assert!(in_words::<()>(Error::ContentNotAvailable).unwrap().is_none());
        assert!(matches!(in_words::<()>(Error::ClipboardOccupied), Err(ClipboardError::Occupied)));
        assert!(matches!(
            in_words::<()>(Error::ClipboardNotSupported),
            Err(ClipboardError::Unavailable { .. })
        ));
    }
}
