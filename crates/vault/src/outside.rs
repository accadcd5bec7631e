//! What this device remembers of a vault outside of it, so that an older copy is noticed (`docs/vault-format.md` §9).

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::body::{FORMAT, array_at, u64_at};
use crate::hazmat::{self, HASH, KEY};
use crate::head::Head;
use crate::{VaultId, Warning};

const MAGIC: &[u8; 8] = b"TSRSEEN\x01";
const LENGTH: usize = 104;
const BOUND: usize = LENGTH - HASH;

/// The newest state that this device saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) generation: u64,
    pub(crate) root: [u8; HASH],
}

impl Seen {
    pub(crate) fn of(head: &Head) -> Self {
        Self { generation: head.generation(), root: head.root() }
    }

    /// What is to be said of a file with this head.
    pub(crate) fn compare(&self, head: &Head) -> Option<Warning> {
        let (seen, found) = (self.generation, head.generation());
        if found < seen {
            return Some(Warning::RolledBack { seen, found });
        }
        let another = if found == seen {
            head.root() != self.root
        } else {
            // Only a list that reaches back that far can tell.
            head.earlier_root(seen).is_some_and(|root| !self.root.starts_with(&root))
        };
        another.then_some(Warning::Fork { seen, found })
    }
}

/// This device's note on one vault.
pub(crate) struct Outside {
    folder: PathBuf,
    vault: VaultId,
}

impl Outside {
    pub(crate) fn new(folder: &Path, vault: VaultId) -> Self {
        Self { folder: folder.to_owned(), vault }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.seen", self.vault))
    }

    /// What was seen. One that does not verify counts as none: it may be of another vault key, or half written.
    pub(crate) fn read(&self, key: &[u8; KEY]) -> Option<Seen> {
        let bytes = fs::read(self.path()).ok()?;
        let start = self.start();
        let genuine = bytes.len() == LENGTH
            && bytes.starts_with(&start)
            && hazmat::same(&hazmat::mac(key, &bytes[..BOUND]), &bytes[BOUND..]);
        if !genuine {
            return None;
        }
        Some(Seen { generation: u64_at(&bytes, 32)?, root: array_at(&bytes, 40)? })
    }

    /// Writes it in one step: a crash leaves the old or the new one.
    pub(crate) fn write(&self, key: &[u8; KEY], seen: &Seen) -> io::Result<()> {
        make_private_folder(&self.folder)?;
        let mut bytes = [0; LENGTH];
        bytes[..32].copy_from_slice(&self.start());
        bytes[32..40].copy_from_slice(&seen.generation.to_le_bytes());
        bytes[40..BOUND].copy_from_slice(&seen.root);
        let mac = hazmat::mac(key, &bytes[..BOUND]);
        bytes[BOUND..].copy_from_slice(&mac);
        let mut file = tempfile::Builder::new().prefix(".seen").tempfile_in(&self.folder)?;
        file.write_all(&bytes)?;
        file.persist(self.path()).map_err(|error| error.error)?;
        Ok(())
    }

    fn start(&self) -> [u8; 32] {
        let mut start = [0; 32];
        start[..8].copy_from_slice(MAGIC);
        start[8..12].copy_from_slice(&u32::try_from(LENGTH).unwrap_or_default().to_le_bytes());
        start[12..14].copy_from_slice(&FORMAT.to_le_bytes());
        start[16..].copy_from_slice(self.vault.as_bytes());
        start
    }
}

/// Makes the state folder where it is missing, for its owner alone (XDG Base Directory Specification).
fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_comes_back_unless_a_byte_of_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let outside = Outside::new(&folder.path().join("state"), VaultId::from_bytes([5; 16]));
        let seen = Seen { generation: 9, root: [3; HASH] };
        assert_eq!(outside.read(&[1; KEY]), None, "there is none yet");
        outside.write(&[1; KEY], &seen).unwrap();
        assert_eq!(outside.read(&[1; KEY]), Some(seen));
        assert_eq!(outside.read(&[2; KEY]), None, "another key");
        let good = fs::read(outside.path()).unwrap();
        assert_eq!(good.len(), LENGTH);
        for at in 0..LENGTH {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            fs::write(outside.path(), bad).unwrap();
            assert_eq!(outside.read(&[1; KEY]), None, "byte {at}");
        }
    }

    #[test]
    fn older_forked_and_newer_states_are_told_apart() {
        let key = [1; KEY];
        let vault = VaultId::from_bytes([5; 16]);
        let first = Head::before_first(vault).next().sign(&key);
        let ours = first.next().sign(&key);
        let ours_later = ours.next().sign(&key);
        let mut theirs = first.next();
        theirs.set_slots(&[1; HASH]);
        let theirs = theirs.sign(&key);
        let theirs_later = theirs.next().sign(&key);
        let seen = Seen::of(&ours);
        assert_eq!(seen.compare(&first), Some(Warning::RolledBack { seen: 2, found: 1 }));
        assert_eq!(seen.compare(&ours), None);
        assert_eq!(seen.compare(&ours_later), None);
        assert_eq!(seen.compare(&theirs), Some(Warning::Fork { seen: 2, found: 2 }));
        assert_eq!(seen.compare(&theirs_later), Some(Warning::Fork { seen: 2, found: 3 }));
        // 64 generations on, the list still reaches back to what was seen; one more, and nobody can tell.
        let mut head = theirs;
        for _ in 0..64 {
            head = head.next().sign(&key);
        }
        assert_eq!(seen.compare(&head), Some(Warning::Fork { seen: 2, found: 66 }));
        assert_eq!(seen.compare(&head.next().sign(&key)), None);
    }
}
