//! The file of the last export, so that a person can have it deleted once it did its work.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::dto::{ErrorCode, Failure};

/// Enough to know the file again, nothing of what is in it.
#[derive(Clone)]
pub(crate) struct Written {
    path: PathBuf,
    length: usize,
    digest: [u8; 32],
}

impl Written {
    /// What was written to a file.
    pub(crate) fn of(path: &Path, bytes: &[u8]) -> Self {
        Self { path: path.to_owned(), length: bytes.len(), digest: Sha256::digest(bytes).into() }
    }

    /// Deletes the file as it was written. One that another program changed or put there may be somebody's work and is left
    /// alone; one that is gone is what was asked for.
    pub(crate) fn delete(&self) -> Result<(), Failure> {
        match self.is_as_written() {
            Ok(true) => fs::remove_file(&self.path).map_err(|error| self.undeleted(&error)),
            Ok(false) => {
                let message = "The file was changed since it was written.";
                Err(Failure::with(ErrorCode::ExportChanged, message, self.path.display()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.undeleted(&error)),
        }
    }

    fn is_as_written(&self) -> io::Result<bool> {
        if !fs::symlink_metadata(&self.path)?.is_file() {
            return Ok(false);
        }
        let most = u64::try_from(self.length).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.length.saturating_add(1)));
        File::open(&self.path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes.len() == self.length && Sha256::digest(bytes.as_slice())[..] == self.digest)
    }

    fn undeleted(&self, error: &io::Error) -> Failure {
        let code = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorCode::Permission,
            _ => ErrorCode::Io,
        };
        Failure::with(code, format!("The file could not be deleted: {error}"), self.path.display())
    }
}
