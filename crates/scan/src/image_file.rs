//! Image files.

use std::path::Path;

use crate::Frame;

/// Larger files are refused unread.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Pictures with more pixels are refused before memory is taken for them.
pub const MAX_PIXELS: u64 = 50_000_000;

/// Why a file gives no picture.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is empty.
    #[error("the file is empty")]
    Empty,
    /// More bytes than [`MAX_FILE_BYTES`].
    #[error("the file is too large: {bytes} bytes, at most {MAX_FILE_BYTES} are read")]
    TooManyBytes {
        /// Its size.
        bytes: u64,
    },
    /// More pixels than [`MAX_PIXELS`], whatever the file's own size.
    #[error("the picture is too large: {width} x {height} pixels, at most {} million are read", MAX_PIXELS / 1_000_000)]
    TooManyPixels {
        /// Width that the file claims.
        width: u32,
        /// Height that the file claims.
        height: u32,
    },
    /// A format that is known and not read.
    #[error("{format} files are not read: {advice}")]
    Refused {
        /// Its name.
        format: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// Nothing we know.
    #[error("this is no image that can be read: PNG, JPEG, WebP, GIF and BMP can")]
    UnknownFormat,
    /// It starts like an image, but is broken.
    #[error("the {format} image is damaged: {detail}")]
    Damaged {
        /// Its format.
        format: &'static str,
        /// What the decoder says.
        detail: String,
    },
}

/// Reads an image that lies in memory.
pub fn load_image(bytes: &[u8]) -> Result<Frame, ImageError> {
    let _ = bytes;
    Err(ImageError::UnknownFormat)
}

/// Reads an image file.
pub fn load_image_file(path: &Path) -> Result<Frame, ImageError> {
    load_image(&std::fs::read(path)?)
}
