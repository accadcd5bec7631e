//! Bringing an older vault to this version's format.
//!
//! There is no older format yet, so that the list of steps is empty; the runner is here because it cannot be added to
//! vaults that are out already. It first writes a copy beside the vault and verifies it, then runs every step in one
//! transaction. A newer format is refused where the file is recognized.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::OpenError;
use crate::body::FORMAT;
use crate::store::{APPLICATION_ID, Fault};

/// Takes a vault from one format version to the next. It needs no key: what is encrypted stays as it is, and what must
/// be encrypted anew is left for the next unlocking.
struct Step {
    from: i64,
    apply: fn(&Connection) -> rusqlite::Result<()>,
}

/// In ascending order, without gaps.
const STEPS: &[Step] = &[];

/// Runs what is due. A file that is no vault, or a newer one, is left for `Store::open` to name.
pub(crate) fn bring_up_to_date(path: &Path) -> Result<(), OpenError> {
    run(path, STEPS, i64::from(FORMAT)).map(|_| ())
}

/// Runs the steps from the file's format to `target`. Returns where the copy of the old file is, if any ran.
fn run(path: &Path, steps: &[Step], target: i64) -> Result<Option<PathBuf>, OpenError> {
    let sql = |error: rusqlite::Error| Fault::of(&error).open(error.into());
    if steps.is_empty() || !path.is_file() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(sql)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(sql)?;
    connection.execute_batch("PRAGMA secure_delete=ON; PRAGMA synchronous=EXTRA;").map_err(sql)?;
    // A foreign or damaged file is none of this function's business.
    let number = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let found = number("user_version").map_err(sql)?;
    if number("application_id").map_err(sql)? != i64::from(APPLICATION_ID) || found >= target {
        return Ok(None);
    }
    // The lock is taken before the copy, so that nothing is written between the two.
    connection.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
    let copied = copy(&connection, path, found);
    let migrated = copied.and_then(|copy| {
        let due: Vec<&Step> = steps.iter().filter(|step| (found..target).contains(&step.from)).collect();
        if due.first().is_none_or(|step| step.from != found) {
            return Err(OpenError::Damaged(format!("no version of Tessera wrote format {found}").into()));
        }
        due.iter().try_for_each(|step| (step.apply)(&connection)).map_err(sql)?;
        connection.execute_batch(&format!("PRAGMA user_version={target}")).map_err(sql)?;
        connection.execute_batch("COMMIT").map_err(sql)?;
        Ok(copy)
    });
    if migrated.is_err() && !connection.is_autocommit() {
        // A journal that cannot be rolled back now is rolled back by whoever opens the file next.
        let _ = connection.execute_batch("ROLLBACK");
    }
    migrated.map(Some)
}

/// Writes a verified copy of the vault beside it.
fn copy(connection: &Connection, path: &Path, format: i64) -> Result<PathBuf, OpenError> {
    let sql = |error: rusqlite::Error| Fault::of(&error).open(error.into());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = tempfile::Builder::new().prefix(".tessera-").suffix(".copy").tempfile_in(folder);
    let unfinished = unfinished.map_err(of_io)?.into_temp_path();
    let mut target = Connection::open(&unfinished).map_err(sql)?;
    // The backup reads through a connection of its own: beside our lock, which admits readers.
    let source = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(sql)?;
    Backup::new(&source, &mut target).and_then(|backup| backup.step(-1)).map_err(sql)?;
    for table in tables(connection).map_err(sql)? {
        if content(connection, &table).map_err(sql)? != content(&target, &table).map_err(sql)? {
            return Err(OpenError::Io("the copy made before the migration does not read back".into()));
        }
    }
    target.close().map_err(|(_, error)| sql(error))?;
    let place = free_name(path, format);
    unfinished.persist_noclobber(&place).map_err(|error| of_io(error.error))?;
    Ok(place)
}

/// `vault.tessera.format-1`, or with a number behind it if that is taken.
fn free_name(path: &Path, format: i64) -> PathBuf {
    let name = |number: u32| {
        let mut name = OsString::from(path.as_os_str());
        name.push(format!(".format-{format}"));
        if number > 1 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    (1..=u32::MAX).map(name).find(|place| fs::symlink_metadata(place).is_err()).unwrap_or_else(|| name(0))
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn content(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
    let mut statement = connection.prepare(&format!("SELECT row, body FROM \"{table}\" ORDER BY row"))?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn of_io(error: io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::NoRoom,
        io::ErrorKind::PermissionDenied => OpenError::Permission(error.into()),
        _ => OpenError::Io(error.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::testing::Scene;

    fn version(path: &Path) -> i64 {
        let connection = Connection::open(path).unwrap();
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    }

    const TO_TWO: Step = Step {
        from: 1,
        apply: |connection| connection.execute_batch("CREATE TABLE extra (row INTEGER PRIMARY KEY)"),
    };
    const FAILING: Step =
        Step { from: 2, apply: |connection| connection.execute_batch("INSERT INTO missing VALUES (1)") };

    #[test]
    fn a_migration_first_writes_a_copy_that_opens_as_the_old_vault_did() {
        let (scene, vault) = Scene::with(10);
        let count = vault.entries().count();
        drop(vault);
        let copy = run(&scene.path, &[TO_TWO], 2).unwrap().unwrap();
        assert_eq!(copy, scene.folder.path().join("vault.tessera.format-1"));
        assert_eq!((version(&scene.path), version(&copy)), (2, 1));
        std::fs::rename(&copy, &scene.path).unwrap();
        assert_eq!(scene.open().entries().count(), count);
        assert!(scene.check().is_clean());
    }

    #[test]
    fn a_step_that_fails_leaves_the_vault_as_it_was() {
        let (scene, vault) = Scene::with(3);
        drop(vault);
        assert!(run(&scene.path, &[TO_TWO, FAILING], 3).is_err());
        assert_eq!(version(&scene.path), 1);
        assert!(scene.check().is_clean());
    }

    #[test]
    fn an_earlier_copy_is_not_overwritten() {
        let (scene, vault) = Scene::with(1);
        drop(vault);
        let first = scene.folder.path().join("vault.tessera.format-1");
        std::fs::write(&first, "mine").unwrap();
        let copy = run(&scene.path, &[TO_TWO], 2).unwrap().unwrap();
        assert_eq!(copy, scene.folder.path().join("vault.tessera.format-1-2"));
        assert_eq!(std::fs::read(&first).unwrap(), b"mine");
    }

    #[test]
    fn what_is_current_newer_or_no_vault_is_left_alone() {
        let (scene, vault) = Scene::with(1);
        drop(vault);
        assert!(run(&scene.path, &[TO_TWO], 1).unwrap().is_none());
        assert!(run(&scene.path, STEPS, 2).unwrap().is_none());
        assert!(run(&scene.folder.path().join("none"), &[TO_TWO], 2).unwrap().is_none());
        assert_eq!(std::fs::read_dir(scene.folder.path()).unwrap().count(), 1);
    }
}
