//! What staff did: numbered lines without gaps, each bound to the one before by a keyed hash.

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE audit_line (
        number BIGINT PRIMARY KEY,
        happened_at BIGINT NOT NULL,
        staff_id TEXT,
        detail {blob} NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    )",
    "CREATE TABLE audit_head (
        id BIGINT PRIMARY KEY,
        number BIGINT NOT NULL,
        hash TEXT NOT NULL
    )",
];

/// A line; its detail is sealed under its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1 on.
    pub number: i64,
    /// When.
    pub happened_at: Unix,
    /// Who; nobody for what the command line and the center itself did.
    pub staff: Option<String>,
    /// What, sealed.
    pub detail: Vec<u8>,
    /// The hash of the line before, in hexadecimal; empty for the first.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

/// Where the chain ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The last line's number; 0 before the first.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

/// Takes the next number and tells the hash it follows. The head stays locked until the transaction ends, so that lines
/// come one after another and a transaction that rolls back leaves no gap.
///
/// # Errors
/// When the database is away.
pub async fn next(tx: &mut Tx) -> Result<Head, StoreError> {
    let found = sqlx::query(
        "INSERT INTO audit_head (id, number, hash) VALUES (1, 1, '')
         ON CONFLICT (id) DO UPDATE SET number = audit_head.number + 1 RETURNING number, hash",
    )
    .fetch_one(tx.on())
    .await?;
    Ok(Head { number: row::number(&found, 0)?, hash: row::text(&found, 1)? })
}

/// Writes the line whose number [`next`] gave, and makes it the head.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, line: &Line) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_line (number, happened_at, staff_id, detail, previous, hash) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(line.number)
    .bind(line.happened_at)
    .bind(line.staff.as_deref())
    .bind(line.detail.as_slice())
    .bind(line.previous.as_str())
    .bind(line.hash.as_str())
    .execute(tx.on())
    .await?;
    let moved = sqlx::query("UPDATE audit_head SET hash = $2 WHERE id = 1 AND number = $1 AND hash = $3")
        .bind(line.number)
        .bind(line.hash.as_str())
        .bind(line.previous.as_str())
        .execute(tx.on())
        .await?;
    if moved.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Invalid("audit_head")) }
}

/// Where the chain ends now.
///
/// # Errors
/// When the database is away.
pub async fn head(tx: &mut Tx) -> Result<Head, StoreError> {
    let found =
        sqlx::query("SELECT number, hash FROM audit_head WHERE id = 1").fetch_optional(tx.on()).await?;
    found.map_or(Ok(Head::default()), |found| {
        Ok(Head { number: row::number(&found, 0)?, hash: row::text(&found, 1)? })
    })
}

/// The lines behind a number, at most so many.
///
/// # Errors
/// When the database is away.
pub async fn after(tx: &mut Tx, number: i64, most: i64) -> Result<Vec<Line>, StoreError> {
    let found = sqlx::query(
        "SELECT number, happened_at, staff_id, detail, previous, hash FROM audit_line WHERE number > $1 ORDER BY number LIMIT $2",
    )
    .bind(number)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

/// The lines before a number, the latest first.
///
/// # Errors
/// When the database is away.
pub async fn before(tx: &mut Tx, number: i64, most: i64) -> Result<Vec<Line>, StoreError> {
    let found = sqlx::query(
        "SELECT number, happened_at, staff_id, detail, previous, hash FROM audit_line WHERE number < $1 ORDER BY number DESC LIMIT $2",
    )
    .bind(number)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

fn read(found: &sqlx::any::AnyRow) -> Result<Line, StoreError> {
    Ok(Line {
        number: row::number(found, 0)?,
        happened_at: row::number(found, 1)?,
        staff: row::text_or_null(found, 2)?,
        detail: row::bytes(found, 3)?,
        previous: row::text(found, 4)?,
        hash: row::text(found, 5)?,
    })
}
