//! Databases of other apps, read from memory: no copy of them with its secrets is written to a disk.
//!
//! A database is somebody's program as much as a file: it may have views, triggers and generated columns. So only plain
//! tables are read, nothing of the schema is trusted, and the work is bounded. SQLite's own copy in memory is freed
//! without being wiped where the program's allocator does not do that.

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};
use zeroize::Zeroizing;

use crate::{ENTRIES_MAX, Reason};

/// How a database begins.
pub(crate) const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The most bytes of one value.
const VALUE_MAX: i32 = 4 * 1024 * 1024;
/// After so many steps of SQLite's machine the progress is asked for ...
const STEPS: i32 = 10_000;
/// ... and so many times it may be: 200 steps for each of [`ENTRIES_MAX`] rows, and over within a second.
const TURNS: u32 = 2_000;

/// What is wrong where the rows of a table end before their time.
pub(crate) const CUT: Reason =
    Reason::Other("The database is damaged from here on; what comes after could not be read.");

/// A database in memory.
pub(crate) struct Database {
    connection: Connection,
    /// Its file is shorter than it says itself: rows may be missing that no read would miss.
    is_cut: bool,
    /// How many bytes its file has: more than all values together. Pages that rows share would give each of them megabytes.
    length: usize,
}

/// A row: values by the column's name.
pub(crate) struct Row(Vec<(String, Cell)>);

/// A value, wiped when dropped if it may be secret.
enum Cell {
    Null,
    Number(i64),
    Text(Zeroizing<String>),
    Bytes(Zeroizing<Vec<u8>>),
    Other,
}

impl Database {
    /// Opens one. `None` if the bytes are none.
    pub(crate) fn open(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(MAGIC) || bytes.len() < 512 {
            return None;
        }
        let mut copy = Zeroizing::new(bytes.to_vec());
        // A database that was in write-ahead mode says so in two bytes, and then asks for a file beside it.
        for mode in copy.get_mut(18..20)? {
            *mode = 1;
        }
        let mut connection = Connection::open_in_memory().ok()?;
        connection.deserialize_read_exact(MAIN_DB, copy.as_slice(), copy.len(), true).ok()?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_MAX).ok()?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).ok()?;
        connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;").ok()?;
        for (config, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        ] {
            connection.set_db_config(config, on).ok()?;
        }
        let mut turns = TURNS;
        let count = move || {
            turns = turns.saturating_sub(1);
            turns == 0
        };
        connection.progress_handler(STEPS, Some(count)).ok()?;
        let database = Self { connection, is_cut: is_cut(bytes), length: bytes.len() };
        database.has_table("sqlite_schema_is_read_at_all").ok()?;
        Some(database)
    }

    /// Whether there is a plain table with these columns.
    pub(crate) fn has_columns(&self, table: &str, columns: &[&str]) -> bool {
        let found =
            self.has_table(table).is_ok_and(|found| found).then(|| self.columns(table).ok()).flatten();
        found.is_some_and(|found| {
            columns.iter().all(|column| found.iter().any(|name| name.eq_ignore_ascii_case(column)))
        })
    }

    /// The rows of a plain table up to the first that cannot be read; `false` beside them if there was one.
    pub(crate) fn rows(&self, table: &'static str) -> (Vec<Row>, bool) {
        let mut rows = Vec::new();
        let whole = self.read_rows(table, &mut rows).is_ok_and(|whole| whole);
        (rows, whole && !self.is_cut)
    }

    /// `false` if the rows hold more bytes than there are.
    fn read_rows(&self, table: &'static str, into: &mut Vec<Row>) -> rusqlite::Result<bool> {
        if !self.has_table(table)? {
            return Ok(true);
        }
        let mut left = self.length;
        // By their names: asked for those of `*`, the driver panics over one that is no UTF-8.
        let names = self.columns(table)?;
        let quoted: Vec<String> =
            names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
        let mut statement =
            self.connection.prepare(&format!("SELECT {} FROM \"{table}\"", quoted.join(", ")))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if into.len() > ENTRIES_MAX {
                // One more than may be kept, so that whoever counts sees it.
                return Ok(true);
            }
            let mut cells = Vec::with_capacity(names.len());
            for (index, name) in names.iter().enumerate() {
                let value = row.get_ref(index)?;
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = value {
                    let Some(rest) = left.checked_sub(bytes.len()) else { return Ok(false) };
                    left = rest;
                }
                let cell = match value {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(number) => Cell::Number(number),
                    ValueRef::Text(text) => match core::str::from_utf8(text) {
                        Ok(text) => Cell::Text(Zeroizing::new(text.to_owned())),
                        Err(_) => Cell::Other,
                    },
                    ValueRef::Blob(bytes) => Cell::Bytes(Zeroizing::new(bytes.to_vec())),
                    ValueRef::Real(_) => Cell::Other,
                };
                cells.push((name.clone(), cell));
            }
            into.push(Row(cells));
        }
        Ok(true)
    }

    /// A table in its own right: no view, and no virtual one, which is a program of SQLite's.
    fn has_table(&self, table: &str) -> rusqlite::Result<bool> {
        let sql = "SELECT count(*) FROM sqlite_schema \
                   WHERE type = 'table' AND name = ?1 COLLATE NOCASE AND sql LIKE 'CREATE TABLE%'";
        let found: i64 = self.connection.query_row(sql, [table], |row| row.get(0))?;
        Ok(found > 0)
    }

    /// The columns that have a name in UTF-8; others are none of any format.
    fn columns(&self, table: &str) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let mut rows = statement.query([table])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            names.extend(row.get_ref(0)?.as_str().ok().map(str::to_owned));
        }
        Ok(names)
    }
}

impl Row {
    /// Whether there is such a column.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|(name, _)| name.eq_ignore_ascii_case(field))
    }

    /// A text, if there.
    pub(crate) fn opt_text(&self, field: &'static str) -> Result<Option<&str>, Reason> {
        match self.cell(field) {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            _ => Err(Reason::WrongType { field, expected: "a text" }),
        }
    }

    /// A text that must be there.
    pub(crate) fn text(&self, field: &'static str) -> Result<&str, Reason> {
        self.opt_text(field)?.ok_or(Reason::Missing { field })
    }

    /// A whole number from 0 up, if there.
    pub(crate) fn opt_number(&self, field: &'static str) -> Result<Option<u64>, Reason> {
        let wrong = Reason::WrongType { field, expected: "a whole number" };
        match self.cell(field) {
            Cell::Null => Ok(None),
            Cell::Number(number) => u64::try_from(*number).map(Some).map_err(|_| wrong),
            Cell::Text(digits) => digits.trim().parse().map(Some).map_err(|_| wrong),
            _ => Err(wrong),
        }
    }

    /// Bytes, if there.
    pub(crate) fn opt_bytes(&self, field: &'static str) -> Result<Option<&[u8]>, Reason> {
        match self.cell(field) {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(Reason::WrongType { field, expected: "bytes" }),
        }
    }

    fn cell(&self, field: &str) -> &Cell {
        let found = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
        found.map_or(&Cell::Null, |(_, cell)| cell)
    }
}

/// Whether a file ends before the pages that its header counts (SQLite's file format, 1.3). The count is believed only as
/// SQLite believes it: when its last writer knew of it.
fn is_cut(bytes: &[u8]) -> bool {
    let number = |place: usize| {
        bytes.get(place..place + 4)?.try_into().ok().map(|bytes| u64::from(u32::from_be_bytes(bytes)))
    };
    let size = bytes.get(16..18).map_or(0, |size| u64::from(u16::from_be_bytes([size[0], size[1]])));
    let size = if size == 1 { 65_536 } else { size };
    let is_known = number(24).is_some() && number(24) == number(92);
    is_known && number(28).is_some_and(|pages| pages * size > bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::database;

    #[test]
    fn rows_are_read_whatever_the_columns_order_and_case() {
        let bytes = database(
            "CREATE TABLE t (B TEXT, a INTEGER, c BLOB); INSERT INTO t VALUES ('x', 7, x'00ff'), (NULL, NULL, 1.5);",
        );
        let database = Database::open(&bytes).unwrap();
        assert!(database.has_columns("T", &["a", "b"]) && !database.has_columns("t", &["d"]));
        assert!(!database.has_columns("u", &[]));
        let (rows, whole) = database.rows("t");
        assert!(whole);
        assert_eq!(rows[0].text("b"), Ok("x"));
        assert_eq!(rows[0].opt_number("a"), Ok(Some(7)));
        assert_eq!(rows[0].opt_bytes("c"), Ok(Some(&[0, 255][..])));
        assert_eq!(rows[1].text("b"), Err(Reason::Missing { field: "b" }));
        assert_eq!(rows[1].opt_bytes("c"), Err(Reason::WrongType { field: "c", expected: "bytes" }));
        assert_eq!(
            rows[0].opt_number("b"),
            Err(Reason::WrongType { field: "b", expected: "a whole number" })
        );
    }

    #[test]
    fn a_database_in_write_ahead_mode_is_read() {
        let mut bytes = database("CREATE TABLE t (a); INSERT INTO t VALUES (1);");
        bytes[18..20].fill(2);
        assert_eq!(Database::open(&bytes).unwrap().rows("t").0.len(), 1);
    }

    #[test]
    fn a_view_that_never_ends_is_not_looked_at() {
        let bytes = database(
            "CREATE VIEW t AS WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT a FROM n;",
        );
        let database = Database::open(&bytes).unwrap();
        assert!(!database.has_columns("t", &["a"]));
        assert_eq!(database.rows("t").0.len(), 0);
    }

    #[test]
    fn rows_that_share_their_pages_end_where_the_file_s_bytes_do() {
        // Of a value of this length 489 bytes stay in a page of 4,096, and the rest fills four pages of its own (file format, 1.6).
        const LONG: usize = 489 + 4 * 4092 - 4;
        let row = format!("INSERT INTO t VALUES (zeroblob({LONG}));");
        let mut bytes = database(&format!("PRAGMA page_size = 4096; CREATE TABLE t (a); {}", row.repeat(3)));
        let (rows, whole) = Database::open(&bytes).unwrap().rows("t");
        assert_eq!((rows.len(), whole), (3, true));
        // Where each value goes on stands after its 489 bytes and the 4 before these: all shall go on where the first does. What
        // the others had is cut off.
        let root = 4096;
        let cell = |number: usize| {
            let at = root + 8 + 2 * number;
            root + usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]])) + 4 + 489
        };
        let places = [cell(0), cell(1), cell(2)];
        let first: [u8; 4] = bytes[places[0]..places[0] + 4].try_into().unwrap();
        assert_eq!(u32::from_be_bytes(first), 3);
        for place in places {
            bytes[place..place + 4].copy_from_slice(&first);
        }
        bytes.truncate(6 * 4096);
        bytes[28..32].copy_from_slice(&6_u32.to_be_bytes());
        let (rows, whole) = Database::open(&bytes).unwrap().rows("t");
        assert_eq!((rows.len(), whole), (1, false));
    }

    #[test]
    fn what_is_no_database_is_none() {
        for bytes in [&b""[..], MAGIC, b"SQLite format 2\0", &[0; 4096]] {
            assert!(Database::open(bytes).is_none());
        }
        let mut long = MAGIC.to_vec();
        long.resize(8192, 0x5a);
        assert!(Database::open(&long).is_none());
    }
}
