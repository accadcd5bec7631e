//! Documents: what an applicant's picture or PDF becomes before anybody else has it, and how a reviewer opens it.
//!
//! A picture is decoded within limits, turned as its metadata says, and encoded anew as JPEG: nothing of the file is taken over
//! but what it shows. A PDF is drawn, page beneath page, into one such picture (ADR 0102). So a reviewer's program has one
//! simple format to decode, and scripts, attachments, names and places stay with the applicant.

mod open;
mod pdf;
mod picture;
mod seal;

pub use open::{OpenError, Opened, ReviewerIdentity, reseal};
pub use picture::{Crop, Picture};
pub use seal::{SealError, SealedDocument, seal};

/// Room that sealing needs within the largest document, in bytes: a kilobyte, some hundred keys, and the pieces' tags.
pub const SEALING_ROOM: usize = 64 * 1024;

/// Why a file is no document that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// More bytes than the center takes.
    #[error("the file has more than {most} bytes")]
    TooManyBytes {
        /// The most.
        most: usize,
    },
    /// More pixels than are decoded.
    #[error("the picture has {width} x {height} pixels, which is more than is read")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// Neither JPEG nor PNG nor PDF, whatever its name says.
    #[error("the file is neither a JPEG nor a PNG picture nor a PDF")]
    Unsupported,
    /// It begins like one and is broken.
    #[error("the file is damaged and cannot be read")]
    Damaged,
    /// A PDF that is encrypted.
    #[error("the PDF is protected with a password")]
    PdfEncrypted,
    /// A PDF with more pages than are taken.
    #[error("the PDF has {pages} pages; a document has at most {most}")]
    PdfPages {
        /// How many it has.
        pages: usize,
        /// The most.
        most: usize,
    },
    /// A PDF that shows nothing or cannot be drawn.
    #[error("the PDF cannot be drawn; take a photograph of the document, or save it as a picture")]
    PdfNotDrawn,
}

/// Reads a file of at most `most` bytes, as what it is and not as what its name says.
///
/// # Errors
/// When it is no document, or a larger one than is taken.
pub fn read(bytes: &[u8], most: usize) -> Result<Picture, DocumentError> {
    if bytes.is_empty() {
        return Err(DocumentError::Empty);
    }
    if bytes.len() > most {
        return Err(DocumentError::TooManyBytes { most });
    }
    // Some writers put a line before it; readers look for it in the first kilobyte.
    let start = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    if start.windows(5).any(|window| window == b"%PDF-") { pdf::read(bytes) } else { Picture::read(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_what_it_is() {
        assert_eq!(read(b"", 100).err(), Some(DocumentError::Empty));
        assert_eq!(read(&[0; 101], 100).err(), Some(DocumentError::TooManyBytes { most: 100 }));
        assert_eq!(read(b"GIF89a", 100).err(), Some(DocumentError::Unsupported));
        assert_eq!(read(b"hello", 100).err(), Some(DocumentError::Unsupported));
        assert_eq!(
            read(&[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0], 100).err(),
            Some(DocumentError::Damaged)
        );
        assert!(matches!(
            read(b"%PDF-1.7 and no more", 100),
            Err(DocumentError::Damaged | DocumentError::PdfNotDrawn)
        ));
    }
}
