//! A file's bytes within bounds, and what kind of file it is before it is looked at.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::{INPUT_MAX, ReadError};

/// Why a file's bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system does not give them.
    #[error("The file cannot be read.")]
    Io(#[from] io::Error),
    /// It is larger than any export.
    #[error(transparent)]
    TooLarge(ReadError),
}

/// The whole of a file, up to [`INPUT_MAX`] bytes: a larger one is refused before it is read.
///
/// # Errors
/// One variant of [`LoadError`] a fault. A folder is [`LoadError::Io`].
pub fn load_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, LoadError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let found = usize::try_from(length).unwrap_or(usize::MAX);
    if found > INPUT_MAX {
        return Err(LoadError::TooLarge(ReadError::TooLarge { found }));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(found + 1));
    // What grows while it is read ends one byte above the bound, which `Input` refuses.
    file.take(INPUT_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether the bytes begin as a photograph's: those that are looked at for QR codes rather than read as an export.
pub fn is_picture(bytes: &[u8]) -> bool {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    begins(b"\x89PNG\r\n\x1a\n")
        || begins(b"\xff\xd8\xff")
        || begins(b"GIF8")
        || begins(b"BM")
        || (begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_any_export_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        // Sparse: it takes no room.
        File::create(&path).unwrap().set_len(2 * 1024 * 1024 * 1024).unwrap();
        let refused = load_file(&path).unwrap_err();
        assert!(
            matches!(refused, LoadError::TooLarge(ReadError::TooLarge { found }) if found == 2 << 30),
            "{refused:?}"
        );
        std::fs::write(&path, b"abc").unwrap();
        assert_eq!(**load_file(&path).unwrap(), *b"abc");
        assert!(matches!(load_file(folder.path()), Err(LoadError::Io(_))));
        assert!(matches!(load_file(&folder.path().join("none")), Err(LoadError::Io(_))));
    }
}
