//! The SQLite side: nine tables of one shape, how they are opened, and what SQLite's errors mean here.
//!
//! The file itself is never opened beside SQLite: on POSIX systems closing any handle of a file drops this process's
//! locks on it, and with them the protection of another session's transaction.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};

use crate::body::FORMAT;
use crate::{Cause, OpenError, Table, UnlockError, VaultError, memory};

/// `TSSR`, big-endian, at offset 68 of the file.
pub(crate) const APPLICATION_ID: u32 = 0x5453_5352;
/// How long a second writer waits for the first.
const BUSY: Duration = Duration::from_secs(5);

/// The nine tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sheet {
    HeadA,
    HeadB,
    SlotA,
    SlotB,
    Leaf,
    Entry,
    Private,
    Audit,
    Sealed,
}

impl Sheet {
    pub(crate) const ALL: [Self; 9] = [
        Self::HeadA,
        Self::HeadB,
        Self::SlotA,
        Self::SlotB,
        Self::Leaf,
        Self::Entry,
        Self::Private,
        Self::Audit,
        Self::Sealed,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::HeadA => "head_a",
            Self::HeadB => "head_b",
            Self::SlotA => "slot_a",
            Self::SlotB => "slot_b",
            Self::Leaf => "leaf",
            Self::Entry => "entry",
            Self::Private => "private",
            Self::Audit => "audit",
            Self::Sealed => "sealed",
        }
    }

    fn schema(self) -> String {
        format!("CREATE TABLE {} (row INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT", self.name())
    }

    /// The table in which records of this kind stand.
    pub(crate) const fn of(table: Table) -> Self {
        match table {
            Table::Entry => Self::Entry,
            Table::Private => Self::Private,
            Table::Audit => Self::Audit,
        }
    }
}

/// Which file a path named when it was opened, so that another one put in its place is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl FileId {
    #[cfg(unix)]
    fn of(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self { device: metadata.dev(), inode: metadata.ino() }
    }

    /// Elsewhere an open database file cannot be replaced.
    #[cfg(not(unix))]
    fn of(_: &fs::Metadata) -> Self {
        Self {}
    }
}

/// Whether a session means to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Write,
    Read,
}

/// An open vault file.
pub(crate) struct Store {
    connection: Connection,
    path: PathBuf,
    file: FileId,
    access: Access,
    schema_ok: bool,
}

impl Store {
    /// Opens a vault file and looks at what can be seen of it without reading a row.
    pub(crate) fn open(path: &Path, access: Access) -> Result<Self, OpenError> {
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenError::NotFound,
            io::ErrorKind::PermissionDenied => OpenError::Permission(error.into()),
            _ => OpenError::Io(error.into()),
        })?;
        if !metadata.is_file() {
            return Err(OpenError::NotAVault);
        }
        if metadata.len() < 4096 {
            // SQLite takes less than a page for a database that is yet to be filled.
            return Err(match refine(OpenError::Damaged("less than a page".into()), path) {
                truncated @ OpenError::Truncated { .. } => truncated,
                _ => OpenError::NotAVault,
            });
        }
        let access = if may_write(path, &metadata) { access } else { Access::Read };
        let refused = |error: rusqlite::Error| refine(Fault::of(&error).open(error.into()), path);
        let connection = connect(path, access).map_err(refused)?;
        let mut store =
            Self { connection, path: path.to_owned(), file: FileId::of(&metadata), access, schema_ok: false };
        store.recognize().map_err(|error| refine(error, path))?;
        Ok(store)
    }

    fn recognize(&mut self) -> Result<(), OpenError> {
        let sql = |error: rusqlite::Error| Fault::of(&error).open(error.into());
        let application_id = self.pragma("application_id").map_err(sql)?;
        let format = self.pragma("user_version").map_err(sql)?;
        let application_id = u32::try_from(application_id & 0xffff_ffff).unwrap_or_default();
        if application_id != APPLICATION_ID {
            return Err(OpenError::ForeignFile { application_id });
        }
        if format != i64::from(FORMAT) {
            let found = u32::try_from(format & 0xffff_ffff).unwrap_or_default();
            return Err(if found > u32::from(FORMAT) {
                OpenError::NewerFormat { found }
            } else {
                OpenError::Damaged(format!("no version of Tessera wrote format {found}").into())
            });
        }
        self.schema_ok = self.schema_faults().map_err(sql)?.is_empty();
        if self.access == Access::Write {
            if self.connection.is_readonly("main").map_err(sql)? || !self.schema_ok {
                self.access = Access::Read;
            } else {
                // A vault is never in WAL mode; a file that says so was tampered with, or hit by a flipped bit.
                let mode: String =
                    self.connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(sql)?;
                if mode != "delete" {
                    self.connection.query_row("PRAGMA journal_mode=DELETE", [], |_| Ok(())).map_err(sql)?;
                }
            }
        }
        Ok(())
    }

    /// What the schema has that a vault's has not, and the other way round.
    pub(crate) fn schema_faults(&self) -> rusqlite::Result<Vec<String>> {
        let mut faults: Vec<String> = Vec::new();
        let mut missing = Sheet::ALL.to_vec();
        let mut statement = self.connection.prepare("SELECT name, sql FROM sqlite_schema")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name = row.get_ref(0)?.as_str().unwrap_or_default().to_owned();
            let sql = row.get_ref(1)?.as_str().unwrap_or_default();
            match missing.iter().position(|sheet| sheet.name() == name && sheet.schema() == sql) {
                Some(at) => drop(missing.swap_remove(at)),
                None => faults.push(format!("{name} does not belong to a vault")),
            }
        }
        faults.extend(missing.into_iter().map(|sheet| format!("the table {} is missing", sheet.name())));
        Ok(faults)
    }

    /// Whether SQLite knows exactly the nine tables. If not, nothing is written.
    pub(crate) const fn schema_ok(&self) -> bool {
        self.schema_ok
    }

    pub(crate) const fn access(&self) -> Access {
        self.access
    }

    /// The system turned out to refuse writing.
    pub(crate) fn give_up_writing(&mut self) {
        self.access = Access::Read;
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path names another file by now: a sync program replaced it, or somebody took it away.
    pub(crate) fn was_replaced(&self) -> bool {
        fs::metadata(&self.path).map_or(true, |metadata| FileId::of(&metadata) != self.file)
    }

    /// Changes when another connection wrote to the file, and never by this one's own writing.
    pub(crate) fn data_version(&self) -> rusqlite::Result<i64> {
        self.pragma("data_version")
    }

    fn pragma(&self, name: &str) -> rusqlite::Result<i64> {
        self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
    }

    /// What SQLite itself finds wrong with the file's structure.
    pub(crate) fn structure_faults(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check(20)")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        lines.filter(|line| line.as_ref().map_or(true, |line| line != "ok")).collect()
    }

    /// Starts a transaction that only reads: all of it sees one state.
    pub(crate) fn begin_reading(&self) -> rusqlite::Result<Transaction<'_>> {
        Transaction::begin(&self.connection, "BEGIN")
    }

    /// Starts a transaction that writes. Waits for another writer.
    pub(crate) fn begin_writing(&self) -> rusqlite::Result<Transaction<'_>> {
        Transaction::begin(&self.connection, "BEGIN IMMEDIATE")
    }

    /// Hands every row of a table on. A row whose body is no blob is handed on as an empty one.
    pub(crate) fn each(&self, sheet: Sheet, mut take: impl FnMut(i64, &[u8])) -> rusqlite::Result<()> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT row, body FROM {}", sheet.name()))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let body = match row.get_ref(1)? {
                ValueRef::Blob(body) => body,
                _ => &[],
            };
            take(row.get(0)?, body);
        }
        Ok(())
    }

    /// As `each`, of the rows from a number on.
    pub(crate) fn each_from(
        &self,
        sheet: Sheet,
        first: i64,
        mut take: impl FnMut(i64, &[u8]),
    ) -> rusqlite::Result<()> {
        let sql = format!("SELECT row, body FROM {} WHERE row >= ?1", sheet.name());
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([first])?;
        while let Some(row) = rows.next()? {
            let body = match row.get_ref(1)? {
                ValueRef::Blob(body) => body,
                _ => &[],
            };
            take(row.get(0)?, body);
        }
        Ok(())
    }

    pub(crate) fn get(&self, sheet: Sheet, row: i64) -> rusqlite::Result<Option<Vec<u8>>> {
        let sql = format!("SELECT body FROM {} WHERE row = ?1", sheet.name());
        self.connection.prepare_cached(&sql)?.query_row([row], |row| row.get(0)).optional()
    }

    pub(crate) fn count(&self, sheet: Sheet) -> rusqlite::Result<usize> {
        let sql = format!("SELECT count(*) FROM {}", sheet.name());
        let count: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Writes a row, new or in the place of an old one.
    pub(crate) fn put(&self, sheet: Sheet, row: i64, body: &[u8]) -> rusqlite::Result<()> {
        // UPDATE first: REPLACE would delete and insert, and move the row about in its page.
        let update = format!("UPDATE {} SET body = ?2 WHERE row = ?1", sheet.name());
        if self.connection.prepare_cached(&update)?.execute((row, body))? == 0 {
            let insert = format!("INSERT INTO {} (row, body) VALUES (?1, ?2)", sheet.name());
            self.connection.prepare_cached(&insert)?.execute((row, body))?;
        }
        Ok(())
    }

    /// Adds a row wherever there is place, and tells where.
    pub(crate) fn insert(&self, sheet: Sheet, body: &[u8]) -> rusqlite::Result<i64> {
        let sql = format!("INSERT INTO {} (body) VALUES (?1)", sheet.name());
        self.connection.prepare_cached(&sql)?.insert([body])
    }

    pub(crate) fn delete(&self, sheet: Sheet, row: i64) -> rusqlite::Result<()> {
        let sql = format!("DELETE FROM {} WHERE row = ?1", sheet.name());
        self.connection.prepare_cached(&sql)?.execute([row]).map(|_| ())
    }

    pub(crate) fn delete_below(&self, sheet: Sheet, row: i64) -> rusqlite::Result<()> {
        let sql = format!("DELETE FROM {} WHERE row < ?1", sheet.name());
        self.connection.prepare_cached(&sql)?.execute([row]).map(|_| ())
    }

    pub(crate) fn clear(&self, sheet: Sheet) -> rusqlite::Result<()> {
        self.connection.execute(&format!("DELETE FROM {}", sheet.name()), []).map(|_| ())
    }

    /// Writes the file anew without the pages that nothing uses any more.
    pub(crate) fn vacuum(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch("VACUUM")
    }

    #[cfg(test)]
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// Makes the tables in a file that is empty. Nobody else knows this file yet and a crash leaves no vault at all, so it
/// needs no journal; the caller syncs it.
pub(crate) fn create(path: &Path, fill: impl FnOnce(&Store) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let connection = connect(path, Access::Write)?;
    connection.execute_batch(&format!(
        "PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA auto_vacuum=NONE; PRAGMA journal_mode=MEMORY;
         PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT};"
    ))?;
    let file = FileId::of(
        &fs::metadata(path).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?,
    );
    let store = Store { connection, path: path.to_owned(), file, access: Access::Write, schema_ok: true };
    let transaction = store.begin_writing()?;
    for sheet in Sheet::ALL {
        store.connection.execute_batch(&sheet.schema())?;
    }
    fill(&store)?;
    transaction.commit()?;
    store.connection.close().map_err(|(_, error)| error)
}

fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let how = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    // Without SQLITE_OPEN_URI: a path is a path, whatever it starts with.
    let connection = Connection::open_with_flags(path, how | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.execute_batch(
        "PRAGMA secure_delete=ON; PRAGMA synchronous=EXTRA; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;
         PRAGMA mmap_size=0;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Whether the system lets this user write the file and make a journal beside it.
#[cfg(unix)]
fn may_write(path: &Path, _: &fs::Metadata) -> bool {
    use rustix::fs::{Access, access};
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    access(path, Access::WRITE_OK).is_ok() && access(folder, Access::WRITE_OK).is_ok()
}

/// Only the file's own attribute can be asked here; a folder that refuses is noticed with the first change.
#[cfg(not(unix))]
fn may_write(_: &Path, metadata: &fs::Metadata) -> bool {
    !metadata.permissions().readonly()
}

/// Tells a truncated file from one that is damaged otherwise. Only called when SQLite refuses the file, so that no
/// session of this process can hold a lock on it that reading it would drop.
fn refine(error: OpenError, path: &Path) -> OpenError {
    let OpenError::Damaged(cause) = error else { return error };
    let sizes = || -> Option<(u64, u64)> {
        let mut start = [0; 100];
        io::Read::read_exact(&mut fs::File::open(path).ok()?, &mut start).ok()?;
        let big_endian = |at: usize| start.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        let pages = big_endian(28)?;
        let is_ours = start.starts_with(b"SQLite format 3\0") && big_endian(68)? == APPLICATION_ID;
        is_ours.then_some((u64::from(pages) * 4096, fs::metadata(path).ok()?.len()))
    };
    match sizes() {
        Some((expected, found)) if found < expected => OpenError::Truncated { expected, found },
        _ => OpenError::Damaged(cause),
    }
}

/// A transaction that is rolled back unless it was committed.
pub(crate) struct Transaction<'c> {
    connection: &'c Connection,
    open: bool,
}

impl<'c> Transaction<'c> {
    fn begin(connection: &'c Connection, sql: &str) -> rusqlite::Result<Self> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(Self { connection, open: true })
    }

    pub(crate) fn commit(mut self) -> rusqlite::Result<()> {
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SQLite rolls back by itself after some errors; then there is nothing left to do.
        if self.open && !self.connection.is_autocommit() {
            // What else could fail here leaves a journal, which the next program to open the file rolls back.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        // Whatever sealed or opened records did so in a transaction, and the thread that did may not be the one that
        // locks the vault: what its ciphers left on its stack is cleared here.
        memory::scrub_stack();
    }
}

/// What an error of SQLite means for a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Busy,
    NoRoom,
    /// Neither written nor, if it cannot even be opened, read.
    Refused,
    NotADatabase,
    Damaged,
    Io,
}

impl Fault {
    pub(crate) fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::NoRoom,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::Refused,
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            // An unknown table or column is a schema that is not a vault's; and without a code, what a query gave back was
            // not of the type that it has in a vault.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::SchemaChanged | ErrorCode::Unknown) | None => {
                Self::Damaged
            }
            Some(_) => Self::Io,
        }
    }

    pub(crate) fn open(self, cause: Cause) -> OpenError {
        match self {
            Self::Busy => OpenError::Busy,
            Self::NoRoom => OpenError::NoRoom,
            Self::Refused => OpenError::Permission(cause),
            Self::NotADatabase => OpenError::NotAVault,
            Self::Damaged => OpenError::Damaged(cause),
            Self::Io => OpenError::Io(cause),
        }
    }
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        match Fault::of(&error) {
            Fault::Busy => Self::Busy,
            Fault::NoRoom => Self::NoRoom,
            Fault::Refused => Self::ReadOnly,
            Fault::NotADatabase | Fault::Damaged => Self::Damaged(error.into()),
            Fault::Io => Self::Io(error.into()),
        }
    }
}

impl From<rusqlite::Error> for UnlockError {
    fn from(error: rusqlite::Error) -> Self {
        match Fault::of(&error) {
            Fault::Busy => Self::Busy,
            Fault::NoRoom => Self::NoRoom,
            Fault::NotADatabase | Fault::Damaged => Self::Damaged(error.into()),
            Fault::Refused | Fault::Io => Self::Io(error.into()),
        }
    }
}
