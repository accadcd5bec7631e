//! Counters with a window that opens at the first count: wrong passwords, wrong codes, messages sent.

use crate::clock::Unix;
use crate::keys::Index;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE tally (
        id {blob} PRIMARY KEY,
        opened_at BIGINT NOT NULL,
        closes_at BIGINT NOT NULL,
        count BIGINT NOT NULL
    )",
    "CREATE INDEX tally_closes ON tally (closes_at)",
];

/// Which counter: what is counted and of whom, as a keyed fingerprint, so that the table names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyId(Vec<u8>);

impl TallyId {
    /// The counter of `what` for `whom`.
    pub fn new(keys: &crate::keys::Keys, what: &str, whom: &[u8]) -> Self {
        Self(keys.index(Index::Tally, &[what.as_bytes(), b"\0", whom].concat()).to_vec())
    }
}

/// A counter as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many in the open window; 0 when none is open.
    pub count: i64,
    /// When the window opened.
    pub opened_at: Unix,
    /// When it closes.
    pub closes_at: Unix,
}

/// Counts one, unless the open window holds `most` already: then nothing is counted and the answer is `None`.
///
/// One statement, so that two servers cannot both take the last place.
///
/// # Errors
/// When the database is away.
pub async fn take(
    tx: &mut Tx,
    id: &TallyId,
    most: i64,
    window: Unix,
    now: Unix,
) -> Result<Option<Tally>, StoreError> {
    if most < 1 {
        return Ok(None);
    }
    let taken = sqlx::query(
        "INSERT INTO tally (id, opened_at, closes_at, count) VALUES ($1, $2, $3, 1)
         ON CONFLICT (id) DO UPDATE SET
             count = CASE WHEN tally.closes_at <= $2 THEN 1 ELSE tally.count + 1 END,
             opened_at = CASE WHEN tally.closes_at <= $2 THEN $2 ELSE tally.opened_at END,
             closes_at = CASE WHEN tally.closes_at <= $2 THEN $3 ELSE tally.closes_at END
         WHERE tally.closes_at <= $2 OR tally.count < $4
         RETURNING count, opened_at, closes_at",
    )
    .bind(id.0.as_slice())
    .bind(now)
    .bind(now.saturating_add(window))
    .bind(most)
    .fetch_optional(tx.on())
    .await?;
    taken.as_ref().map(read).transpose()
}

/// Takes back one count of the window that opened then, as when the password turned out to be right.
///
/// # Errors
/// When the database is away.
pub async fn give_back(tx: &mut Tx, id: &TallyId, opened_at: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE tally SET count = count - 1 WHERE id = $1 AND opened_at = $2 AND count > 0")
        .bind(id.0.as_slice())
        .bind(opened_at)
        .execute(tx.on())
        .await?;
    // A window that nothing is left in never was: the next wrong one is the first.
    sqlx::query("DELETE FROM tally WHERE id = $1 AND count = 0")
        .bind(id.0.as_slice())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The counter as it stands; a window that has closed counts as none.
///
/// # Errors
/// When the database is away.
pub async fn read_now(tx: &mut Tx, id: &TallyId, now: Unix) -> Result<Option<Tally>, StoreError> {
    let found = sqlx::query("SELECT count, opened_at, closes_at FROM tally WHERE id = $1 AND closes_at > $2")
        .bind(id.0.as_slice())
        .bind(now)
        .fetch_optional(tx.on())
        .await?;
    found.as_ref().map(read).transpose()
}

/// Closes the window.
///
/// # Errors
/// When the database is away.
pub async fn clear(tx: &mut Tx, id: &TallyId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM tally WHERE id = $1").bind(id.0.as_slice()).execute(tx.on()).await?;
    Ok(())
}

/// Removes windows that closed before.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, closed_before: Unix) -> Result<u64, StoreError> {
    let done =
        sqlx::query("DELETE FROM tally WHERE closes_at < $1").bind(closed_before).execute(tx.on()).await?;
    Ok(done.rows_affected())
}

fn read(found: &sqlx::any::AnyRow) -> Result<Tally, StoreError> {
    Ok(Tally {
        count: row::number(found, 0)?,
        opened_at: row::number(found, 1)?,
        closes_at: row::number(found, 2)?,
    })
}
