//! Puts an export where a person wants it: whole or not at all, and for this person alone.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file beside its place, for this user alone from the first byte on (mode 0600), and gives it its name once all of
/// it is on the disk. `replace`: a file of that name goes; without it that is an error of kind
/// [`AlreadyExists`](io::ErrorKind::AlreadyExists).
///
/// # Errors
/// What the system says. Nothing of the secrets is left at the place or beside it then.
pub fn write_private(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".tessera-").suffix(".part").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if replace {
        file.persist(path)?;
    } else {
        match file.persist_noclobber(path) {
            Ok(_) => {}
            // A file system without hard links, as on most memory sticks: looked at first and then renamed.
            Err(error)
                if error.error.kind() != io::ErrorKind::AlreadyExists && path.symlink_metadata().is_err() =>
            {
                error.file.persist(path)?;
            }
            Err(error) => return Err(error.error),
        }
    }
    // The list of names is data of its own; where it cannot be synced, the system does it in its time.
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_its_owner_s_alone_and_goes_over_another_file_only_when_asked_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        write_private(&path, b"one", false).unwrap();
        let refused = write_private(&path, b"two", false).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        write_private(&path, b"two", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn an_export_that_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in its place.
        let path = folder.path().join("taken");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("x"), b"").unwrap();
        assert!(write_private(&path, b"secret", true).is_err());
        assert!(write_private(&path, b"secret", false).is_err());
        assert!(write_private(&folder.path().join("gone/out"), b"secret", true).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
