//! Zip archives, with bounds on what they unpack to.

use std::io::{Cursor, Read as _};

use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::read::ZipReadOptions;
use zip::result::ZipError;

use crate::formats::Format;
use crate::{Answers, ReadError};

/// How an archive with at least one file begins.
const MAGIC: &[u8; 4] = b"PK\x03\x04";
/// The most files of an archive.
const FILES_MAX: usize = 10_000;
/// The most bytes that the files of an archive unpack to, together.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;

/// An archive in memory.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Opens one. `None` if the bytes are none, or one with more files than any export has.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        // How many files there are stands at the end, and how many there can be follows from the length: the shortest
        // entry of the directory has 46 bytes.
        if !bytes.starts_with(MAGIC) {
            return None;
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        (archive.len() <= FILES_MAX).then_some(Self { zip: archive, left: UNPACKED_MAX })
    }

    /// The first file that is called so, in any folder.
    pub(crate) fn find(&self, wanted: impl Fn(&str) -> bool) -> Option<usize> {
        (0..self.zip.len()).find(|index| self.name(*index).is_some_and(|name| wanted(&name)))
    }

    /// All files that are called so.
    pub(crate) fn find_all(&self, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
        (0..self.zip.len()).filter(|index| self.name(*index).is_some_and(|name| wanted(&name))).collect()
    }

    /// A file's name without its folders.
    pub(crate) fn name(&self, index: usize) -> Option<String> {
        let name = self.zip.name_for_index(index)?.ok()?;
        name.rsplit(['/', '\\']).next().map(str::to_owned)
    }

    /// Unpacks a file, with the password if it is encrypted (AES or the old way).
    pub(crate) fn unpack(
        &mut self,
        index: usize,
        format: &'static Format,
        answers: &Answers<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        let failed = |error| match error {
            ZipError::InvalidPassword => ReadError::WrongPassword { format },
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::PasswordNeeded { format },
            ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
                ReadError::Unsupported { format, what: "is packed in a way that is not known" }
            }
            _ => format.damaged("a file in it cannot be unpacked"),
        };
        // The archive's key is derived from the password's bytes.
        let password = answers.password.map(|password| password.expose_secret().as_bytes());
        let file = self
            .zip
            .by_index_with_options(index, ZipReadOptions::new().password(password))
            .map_err(failed)?;
        let encrypted = file.encrypted();
        if file.size() > self.left {
            return Err(too_large(format));
        }
        let room = usize::try_from(file.size().min(1 << 20)).unwrap_or_default();
        let mut unpacked = Zeroizing::new(Vec::with_capacity(room + 1));
        // What the directory says of the size is a claim; the bound holds while reading.
        match file.take(self.left + 1).read_to_end(&mut unpacked) {
            // The old encryption tells a wrong password from a right one in one of 256 cases only by the checksum.
            Err(_) if encrypted => Err(ReadError::WrongPassword { format }),
            Err(_) => Err(format.damaged("a file in it cannot be unpacked")),
            Ok(_) => {
                self.left = self.left.checked_sub(unpacked.len() as u64).ok_or_else(|| too_large(format))?;
                Ok(unpacked)
            }
        }
    }
}

fn too_large(format: &'static Format) -> ReadError {
    ReadError::TooCostly { format, what: "more than 64 MiB of memory for what is packed in it".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Password;
    use crate::formats::FORMATS;
    use crate::testing::{NOW, zipped};

    #[test]
    fn files_are_found_in_any_folder_and_unpacked() {
        let bytes = zipped(&[("a/b.txt", b"one"), ("c.txt", b"two")], None);
        let mut archive = Archive::open(&bytes).unwrap();
        let index = archive.find(|name| name == "b.txt").unwrap();
        assert_eq!(**archive.unpack(index, FORMATS[0], &Answers::at(NOW)).unwrap(), *b"one");
        assert_eq!(archive.find_all(|name| name.ends_with(".txt")), [0, 1]);
        assert_eq!(archive.find(|name| name == "d"), None);
    }

    #[test]
    fn an_encrypted_file_wants_its_password() {
        let bytes = zipped(&[("a", b"hidden")], Some("open \u{1F511}"));
        let mut archive = Archive::open(&bytes).unwrap();
        let mut unpack = |password: Option<&Password>| {
            archive
                .unpack(0, FORMATS[0], &Answers { password, ..Answers::at(NOW) })
                .map(|plain| plain.to_vec())
        };
        assert_eq!(unpack(None), Err(ReadError::PasswordNeeded { format: FORMATS[0] }));
        assert_eq!(
            unpack(Some(&Password::new("shut"))),
            Err(ReadError::WrongPassword { format: FORMATS[0] })
        );
        assert_eq!(unpack(Some(&Password::new("open \u{1F511}"))), Ok(b"hidden".to_vec()));
    }

    #[test]
    fn an_archive_that_unpacks_to_too_much_is_refused_whatever_its_directory_says() {
        let bytes = zipped(&[("bomb", &vec![0; 65 * 1024 * 1024])], None);
        assert!(bytes.len() < 1024 * 1024);
        let unpack = |bytes: &[u8]| {
            let mut archive = Archive::open(bytes)?;
            Some(archive.unpack(0, FORMATS[0], &Answers::at(NOW)).map(|plain| plain.len()))
        };
        assert!(matches!(unpack(&bytes), Some(Err(ReadError::TooCostly { .. }))));
        // Nor may many files be what one may not.
        let third = vec![0; 22 * 1024 * 1024];
        let bytes_of_three = zipped(&[("a", &third), ("b", &third), ("c", &third)], None);
        let mut archive = Archive::open(&bytes_of_three).unwrap();
        let mut unpack_at =
            |index| archive.unpack(index, FORMATS[0], &Answers::at(NOW)).map(|plain| plain.len());
        assert_eq!((unpack_at(0), unpack_at(1)), (Ok(third.len()), Ok(third.len())));
        assert!(matches!(unpack_at(2), Err(ReadError::TooCostly { .. })));
        // The directory's size is the four bytes at its offset 24.
        let at = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap() + 24;
        let mut lying = bytes;
        lying[at..at + 4].copy_from_slice(&5_u32.to_le_bytes());
        assert!(!matches!(unpack(&lying), Some(Ok(_))));
    }
}
