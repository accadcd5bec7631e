//! All rows of the database in one file: consistent, versioned, checksummed, the same for SQLite and PostgreSQL. Sealed values
//! stay sealed; the key file is not in it, nor are documents.
//!
//! The form, lines of JSON in UTF-8: a head (`tessera-center-backup`: 1, the schema, when it was made, which keys it belongs
//! to); for each table a line with its name and columns, then its rows as arrays, bytes as `{"b": base64}`; at the end the
//! number of rows and the SHA-256 of everything before that line.

use std::io::{self, BufRead, Write};

use data_encoding::{BASE64, HEXLOWER};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Center;
use crate::clock::Unix;
use crate::keys::Index;
use crate::store::schema::{Column, table_names};
use crate::store::sealed::Kind;
use crate::store::tables::server;
use crate::store::{Dialect, StoreError, Tx, row, schema_version};

const VERSION: u32 = 1;
/// Says who runs at the moment: nothing to keep.
const TRANSIENT: &str = "server";

/// Why a backup was not made or not restored. After a failed restore the database is as empty as before.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file.
    #[error("the backup file: {0}")]
    File(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not a backup, or not whole.
    #[error("this is no whole backup of tessera-center ({0}): nothing was restored")]
    Damaged(&'static str),
    /// From another version.
    #[error(
        "the backup has schema {found}, this program restores schema {known}: take the tessera-center that made it, restore, then migrate"
    )]
    Schema {
        /// The backup's.
        found: i64,
        /// This program's.
        known: i64,
    },
    /// The key file is another center's.
    #[error(
        "the backup belongs to another key file: put the one that was kept for it in place first, or nothing sealed in it opens"
    )]
    OtherKeys,
    /// There is something already.
    #[error(
        "the database is not empty (there are rows in {0}): a backup is restored into an empty one alone"
    )]
    NotEmpty(String),
    /// A server runs on it.
    #[error("a server runs on this database: stop it first")]
    InUse,
    /// What came back is not what went in.
    #[error("the restored rows are not those of the backup: nothing was restored")]
    Different,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Rows of all tables.
    pub rows: u64,
    /// SHA-256 over all tables and rows, in hexadecimal: equal databases have equal ones.
    pub digest: String,
}

#[derive(Serialize, Deserialize)]
struct Head {
    #[serde(rename = "tessera-center-backup")]
    version: u32,
    schema: i64,
    made_at: Unix,
    /// A keyed fingerprint of nothing: the same only for the same key file.
    keys: String,
}

#[derive(Serialize, Deserialize)]
struct Table {
    table: String,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct End {
    rows: u64,
    sha256: String,
}

/// Writes all rows as they stand at one moment, whatever is written meanwhile.
///
/// # Errors
/// When the database or the file cannot be used.
pub async fn write(center: &Center, out: &mut (impl Write + Send)) -> Result<Contents, BackupError> {
    center.db.is_known_whole().await?;
    let mut tx = center.db.snapshot().await?;
    let head =
        Head { version: VERSION, schema: schema_version(), made_at: center.now(), keys: key_check(center) };
    let mut whole = Sha256::new();
    let mut put = |line: &str| -> io::Result<()> {
        whole.update(line);
        whole.update("\n");
        writeln!(out, "{line}")
    };
    put(&text(&head))?;
    let contents = dump(center, &mut tx, &mut put).await?;
    let end = End { rows: contents.rows, sha256: HEXLOWER.encode(&whole.finalize()) };
    writeln!(out, "{}", text(&end))?;
    out.flush()?;
    Ok(contents)
}

/// What the database holds now, for comparing.
///
/// # Errors
/// When the database is away.
pub async fn contents(center: &Center) -> Result<Contents, BackupError> {
    let mut tx = center.db.snapshot().await?;
    dump(center, &mut tx, &mut |_| Ok(())).await
}

/// Puts a backup into an empty database: all of it, proved to be the same, or nothing.
///
/// # Errors
/// When the backup is not whole or not for this program and key file, the database is not empty, or cannot be used.
pub async fn restore(
    center: &Center,
    open: impl Fn() -> io::Result<Box<dyn BufRead + Send>>,
) -> Result<Contents, BackupError> {
    center.db.is_known_whole().await?;
    // First to the end, so that nothing of a cut file is believed.
    check(open()?.as_mut())?;
    if !server::running(center.db.pool(), center.now() - server::SILENT).await?.is_empty() {
        return Err(BackupError::InUse);
    }
    let mut lines = open()?.lines();
    let head: Head = parse(&lines.next().ok_or(BackupError::Damaged("it is empty"))??)?;
    if head.schema != schema_version() {
        return Err(BackupError::Schema { found: head.schema, known: schema_version() });
    }
    if head.keys != key_check(center) {
        return Err(BackupError::OtherKeys);
    }
    let mut tx = center.begin().await?;
    for table in kept() {
        let query = sqlx::AssertSqlSafe(format!("SELECT 1 FROM {table} LIMIT 1"));
        if sqlx::query(query).fetch_optional(tx.on()).await.map_err(StoreError::from)?.is_some() {
            return Err(BackupError::NotEmpty(table.into()));
        }
    }
    let mut into: Option<(String, Vec<Column>)> = None;
    let (mut digest, mut rows) = (Sha256::new(), 0);
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        let line = line?;
        // The last line counts what came before it.
        if lines.peek().is_none() {
            break;
        }
        digest.update(&line);
        digest.update("\n");
        if line.starts_with('{') {
            let table: Table = parse(&line)?;
            if !kept().any(|known| known == table.table) {
                return Err(BackupError::Damaged("it has a table that is unknown"));
            }
            let columns = center.db.columns(&table.table).await?;
            if columns.iter().map(|column| &column.name).ne(&table.columns) {
                return Err(BackupError::Damaged("a table has other columns"));
            }
            let names = table.columns.join(", ");
            let places: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
            let insert = format!("INSERT INTO {} ({names}) VALUES ({})", table.table, places.join(", "));
            into = Some((insert, columns));
            continue;
        }
        let Some((insert, columns)) = &into else {
            return Err(BackupError::Damaged("a row stands before its table"));
        };
        let values: Vec<Value> = parse(&line)?;
        if values.len() != columns.len() {
            return Err(BackupError::Damaged("a row has other columns"));
        }
        let mut query = sqlx::query(sqlx::AssertSqlSafe(insert.clone()));
        for (value, column) in values.into_iter().zip(columns) {
            query = match (column.kind, value) {
                (Kind::Number, Value::Null) => query.bind(None::<i64>),
                (Kind::Text, Value::Null) => query.bind(None::<String>),
                (Kind::Bytes, Value::Null) => query.bind(None::<Vec<u8>>),
                (Kind::Number, Value::Number(number)) => {
                    query.bind(number.as_i64().ok_or(BackupError::Damaged("a number is too large"))?)
                }
                (Kind::Text, Value::String(text)) => query.bind(text),
                (Kind::Bytes, Value::Object(bytes)) => {
                    let bytes = bytes.get("b").and_then(Value::as_str).map(str::as_bytes);
                    let bytes = bytes.and_then(|bytes| BASE64.decode(bytes).ok());
                    query.bind(bytes.ok_or(BackupError::Damaged("bytes are no base64"))?)
                }
                _ => return Err(BackupError::Damaged("a value is of another kind")),
            };
        }
        query.execute(tx.on()).await.map_err(StoreError::from)?;
        rows += 1;
    }
    let wanted = Contents { rows, digest: HEXLOWER.encode(&digest.finalize()) };
    if dump(center, &mut tx, &mut |_| Ok(())).await? != wanted {
        return Err(BackupError::Different);
    }
    tx.commit().await?;
    Ok(wanted)
}

fn kept() -> impl Iterator<Item = &'static str> {
    table_names().into_iter().filter(|table| *table != TRANSIENT)
}

fn key_check(center: &Center) -> String {
    HEXLOWER.encode(&center.keys.index(Index::Cursor, b"backup")[..16])
}

fn text(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, BackupError> {
    serde_json::from_str(line).map_err(|_| BackupError::Damaged("a line is not what belongs there"))
}

/// Every table and row in an order that both databases keep: by all columns, texts by their bytes, NULL first.
async fn dump(
    center: &Center,
    tx: &mut Tx,
    put: &mut (impl FnMut(&str) -> io::Result<()> + Send),
) -> Result<Contents, BackupError> {
    let (mut digest, mut rows) = (Sha256::new(), 0);
    for table in kept() {
        let columns = center.db.columns(table).await?;
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let mut line = text(&Table { table: table.into(), columns: names.clone() });
        let as_bytes = |column: &Column| match (column.kind, center.db.dialect()) {
            (Kind::Text, Dialect::Postgres) => format!("{} COLLATE \"C\" NULLS FIRST", column.name),
            _ => format!("{} NULLS FIRST", column.name),
        };
        let mut order: Vec<String> = columns.iter().map(as_bytes).collect();
        // An owner comes before its sub-accounts, which refer to it.
        if let Some(place) = names.iter().position(|name| table == "account" && name == "owner_id") {
            let owner = order.remove(place);
            order.insert(0, owner);
        }
        let query = format!("SELECT {} FROM {table} ORDER BY {}", names.join(", "), order.join(", "));
        put(&line)?;
        digest.update(&line);
        digest.update("\n");
        let mut found = sqlx::query(sqlx::AssertSqlSafe(query)).fetch(tx.on());
        while let Some(found) = found.try_next().await.map_err(StoreError::from)? {
            let values = columns
                .iter()
                .enumerate()
                .map(|(place, column)| {
                    Ok(match column.kind {
                        Kind::Number => json!(row::number_or_null(&found, place)?),
                        Kind::Text => json!(row::text_or_null(&found, place)?),
                        Kind::Bytes => row::bytes_or_null(&found, place)?
                            .map_or(Value::Null, |bytes| json!({ "b": BASE64.encode(&bytes) })),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            line = text(&values);
            put(&line)?;
            digest.update(&line);
            digest.update("\n");
            rows += 1;
        }
    }
    Ok(Contents { rows, digest: HEXLOWER.encode(&digest.finalize()) })
}

/// Reads to the end and holds the checksum against what was read.
fn check(file: &mut (dyn BufRead + Send)) -> Result<(), BackupError> {
    let (mut whole, mut before): (Sha256, Option<String>) = (Sha256::new(), None);
    let mut first = true;
    for line in file.lines() {
        let line = line.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => BackupError::Damaged("it is no text"),
            _ => BackupError::File(error),
        })?;
        if std::mem::take(&mut first) {
            let head: Head = parse(&line)?;
            if head.version != VERSION {
                return Err(BackupError::Damaged("its form is another version's"));
            }
        }
        if let Some(before) = before.replace(line) {
            whole.update(before);
            whole.update("\n");
        }
    }
    let last = before.ok_or(BackupError::Damaged("it is empty"))?;
    let end: End = serde_json::from_str(&last).map_err(|_| BackupError::Damaged("it has no end"))?;
    if end.sha256 == HEXLOWER.encode(&whole.finalize()) {
        Ok(())
    } else {
        Err(BackupError::Damaged("its checksum does not hold"))
    }
}
