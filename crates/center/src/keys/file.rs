//! The key file: JSON, private to the user the server runs as, written whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KEY, KeyNumber, Keys, Ring};
use crate::clock::{NoRandomness, Randomness};

/// The shape of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    index: Zeroizing<String>,
    /// The number of the key that seals.
    seals: KeyNumber,
    sealing: BTreeMap<KeyNumber, Zeroizing<String>>,
}

const VERSION: u32 = 1;

/// Why the key file was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file or its folder.
    #[error("the key file {path} cannot be {what}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what the server writes.
    #[error(
        "the key file {path} is damaged or not a key file: put the right one back; without it nothing that is sealed can be read"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
    /// The file can be read by others.
    #[error("the key file {path} can be read by others: chmod 600 {path}")]
    Open {
        /// Which file.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Keys {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is missing, damaged, or open to other users.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        Ok(Self::of(Ring::read(path)?, Some(path.into())))
    }

    /// Reads the file again: another key may have come, or an older one gone. Without a file nothing happens.
    ///
    /// # Errors
    /// As [`Keys::load`], and when it is the file of another center; then the keys stay as they were.
    pub fn reload(&self) -> Result<(), KeyFileError> {
        let Some(path) = &self.file else { return Ok(()) };
        let found = Ring::read(path)?;
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if !super::same(found.index.as_ref(), ring.index.as_ref()) {
            return Err(KeyFileError::Damaged { path: path.clone() });
        }
        *ring = Arc::new(found);
        Ok(())
    }

    /// Reads the file, or makes it with new keys where there is none.
    ///
    /// # Errors
    /// As [`Keys::load`] and [`Keys::save`].
    pub fn load_or_generate(path: &Path, random: &dyn Randomness) -> Result<Self, KeyFileError> {
        match Self::load(path) {
            Err(KeyFileError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                let mut keys = Self::generate(random)?;
                keys.file = Some(path.into());
                match keys.write(path, true) {
                    // Another server was first: its keys are the ones.
                    Err(KeyFileError::File { source, .. })
                        if source.kind() == io::ErrorKind::AlreadyExists =>
                    {
                        Self::load(path)
                    }
                    other => other.map(|()| keys),
                }
            }
            other => other,
        }
    }

    /// Writes the file in place of the one that is there, whole or not at all.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn save(&self, path: &Path) -> Result<(), KeyFileError> {
        self.write(path, false)
    }

    fn write(&self, path: &Path, new: bool) -> Result<(), KeyFileError> {
        let file = |source| KeyFileError::File { path: path.into(), what: "written", source };
        let ring = self.ring();
        let stored = Stored {
            version: VERSION,
            index: Zeroizing::new(BASE64.encode(ring.index.as_ref())),
            seals: ring.seals,
            sealing: ring
                .sealing
                .iter()
                .map(|(&number, key)| (number, Zeroizing::new(BASE64.encode(key.as_ref()))))
                .collect(),
        };
        let text = Zeroizing::new(serde_json::to_vec_pretty(&stored).map_err(|error| file(error.into()))?);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(file)?;
        let mut made = tempfile::NamedTempFile::new_in(folder).map_err(file)?;
        made.write_all(&text).and_then(|()| made.as_file().sync_all()).map_err(file)?;
        let kept = if new { made.persist_noclobber(path) } else { made.persist(path) };
        kept.map_err(|error| file(error.error))?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(file)
    }
}

impl Ring {
    fn read(path: &Path) -> Result<Self, KeyFileError> {
        let file = |source| KeyFileError::File { path: path.into(), what: "read", source };
        let damaged = || KeyFileError::Damaged { path: path.into() };
        refuse_open(path)?;
        let text = Zeroizing::new(fs::read(path).map_err(file)?);
        let stored: Stored = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if stored.version != VERSION || !stored.sealing.contains_key(&stored.seals) {
            return Err(damaged());
        }
        let index = key(&stored.index).ok_or_else(damaged)?;
        let sealing = stored
            .sealing
            .iter()
            .map(|(&number, text)| key(text).filter(|_| number > 0).map(|key| (number, key)))
            .collect::<Option<_>>()
            .ok_or_else(damaged)?;
        Ok(Self { sealing, seals: stored.seals, index })
    }
}

fn key(text: &str) -> Option<Zeroizing<[u8; KEY]>> {
    let bytes = Zeroizing::new(BASE64.decode(text.as_bytes()).ok()?);
    let key: [u8; KEY] = bytes.as_slice().try_into().ok()?;
    Some(Zeroizing::new(key))
}

#[cfg(unix)]
fn refuse_open(path: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let about = fs::metadata(path).map_err(|source| KeyFileError::File {
        path: path.into(),
        what: "read",
        source,
    })?;
    let others = about.permissions().mode() & 0o077;
    if others == 0 { Ok(()) } else { Err(KeyFileError::Open { path: path.into() }) }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the data folder is the user's own on those systems")]
fn refuse_open(_: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;
    use crate::keys::Seal;

    #[test]
    fn keys_made_on_first_start_are_read_on_the_second() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/keys.json");
        let first = Keys::load_or_generate(&path, &SystemRandomness).unwrap();
        let sealed = first.seal(&SystemRandomness, Seal::Label, b"", b"x").unwrap();
        let second = Keys::load_or_generate(&path, &SystemRandomness).unwrap();
        assert!(second.open(Seal::Label, b"", &sealed).is_ok());
    }

    #[test]
    fn a_damaged_file_is_never_replaced_by_new_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        Keys::load_or_generate(&path, &SystemRandomness).unwrap();
        for damage in ["", "{}", r#"{"version":1,"index":"","seals":1,"sealing":{}}"#] {
            fs::write(&path, damage).unwrap();
            assert!(matches!(
                Keys::load_or_generate(&path, &SystemRandomness),
                Err(KeyFileError::Damaged { .. })
            ));
            assert_eq!(fs::read_to_string(&path).unwrap(), damage);
        }
    }

    #[test]
    fn a_key_that_came_later_is_read_when_it_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let here = Keys::load_or_generate(&path, &SystemRandomness).unwrap();
        let there = Keys::load(&path).unwrap();
        let number = there.add_sealing_key(&SystemRandomness).unwrap();
        there.seal_with(number);
        there.save(&path).unwrap();
        let sealed = there.seal(&SystemRandomness, Seal::Label, b"", b"x").unwrap();
        assert!(here.open(Seal::Label, b"", &sealed).is_ok());
        assert_eq!(here.seals(), number);
        // The file of another center is not taken for ours.
        Keys::generate(&SystemRandomness).unwrap().save(&path).unwrap();
        assert!(matches!(here.reload(), Err(KeyFileError::Damaged { .. })));
        assert!(here.open(Seal::Label, b"", &sealed).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        Keys::load_or_generate(&path, &SystemRandomness).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::load(&path), Err(KeyFileError::Open { .. })));
    }
}
