//! Sessions of staff. Only the hash of a token is kept.

use sqlx::AnyPool;

use crate::clock::Unix;
use crate::store::tables::staff::{self, Staff};
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE staff_session (
        id {blob} PRIMARY KEY,
        staff_id TEXT NOT NULL REFERENCES staff (id),
        peer TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    )",
    "CREATE INDEX staff_session_staff ON staff_session (staff_id)",
];

/// A session and whose it is.
#[derive(Debug, Clone)]
pub struct StaffSession {
    /// The token's hash.
    pub id: TokenHash,
    /// Whose.
    pub staff: Staff,
    /// When it began.
    pub created_at: Unix,
    /// When it was last used, to the minute.
    pub seen_at: Unix,
}

/// Begins a session.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    id: &TokenHash,
    staff: &str,
    peer: &str,
    now: Unix,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO staff_session (id, staff_id, peer, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(id.as_bytes())
    .bind(staff)
    .bind(peer)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// The session of a token, unless its holder is disabled. The caller judges its age.
///
/// # Errors
/// When the database is away.
pub async fn find(pool: &AnyPool, id: TokenHash) -> Result<Option<StaffSession>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {}, staff_session.created_at, staff_session.seen_at FROM staff_session
         JOIN staff ON staff.id = staff_session.staff_id WHERE staff_session.id = $1 AND staff.disabled_at IS NULL",
        staff::COLUMNS
    )))
    .bind(id.as_bytes())
    .fetch_optional(pool)
    .await?;
    let Some(found) = found else { return Ok(None) };
    Ok(Some(StaffSession {
        id,
        staff: staff::from_row(&found)?,
        created_at: row::number(&found, staff::WIDTH)?,
        seen_at: row::number(&found, staff::WIDTH + 1)?,
    }))
}

/// Notes that it was used.
///
/// # Errors
/// When the database is away.
pub async fn seen(pool: &AnyPool, id: &TokenHash, now: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE staff_session SET seen_at = $2 WHERE id = $1")
        .bind(id.as_bytes())
        .bind(now)
        .execute(pool)
        .await?;
    Ok(())
}

/// Ends one session.
///
/// # Errors
/// When the database is away.
pub async fn end(tx: &mut Tx, id: &TokenHash) -> Result<bool, StoreError> {
    let done =
        sqlx::query("DELETE FROM staff_session WHERE id = $1").bind(id.as_bytes()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a staff member.
///
/// # Errors
/// When the database is away.
pub async fn end_all(tx: &mut Tx, staff: &str) -> Result<u64, StoreError> {
    let done =
        sqlx::query("DELETE FROM staff_session WHERE staff_id = $1").bind(staff).execute(tx.on()).await?;
    Ok(done.rows_affected())
}

/// Removes sessions that ended by age.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, seen_before: Unix, created_before: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM staff_session WHERE seen_at < $1 OR created_at < $2")
        .bind(seen_before)
        .bind(created_before)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}
