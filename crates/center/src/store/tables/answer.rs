//! Answers kept for their `Idempotency-Key`, written in the transaction of the effect.

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE answer (
        id {blob} PRIMARY KEY,
        digest {blob} NOT NULL,
        status BIGINT NOT NULL,
        body {blob} NOT NULL,
        created_at BIGINT NOT NULL
    )",
    "CREATE INDEX answer_created ON answer (created_at)",
];

/// An answer that was given before.
#[derive(Debug, Clone)]
pub struct Given {
    /// The digest of the request it was given to.
    pub digest: Vec<u8>,
    /// Its status.
    pub status: i64,
    /// Its body, sealed under the key's id; empty while it is not known.
    pub body: Vec<u8>,
}

/// Takes the key for this request, or tells what it was used for. A server that comes second waits here until the first
/// has committed or gone.
///
/// # Errors
/// When the database is away.
pub async fn claim(tx: &mut Tx, id: &[u8], digest: &[u8], now: Unix) -> Result<Option<Given>, StoreError> {
    let new = sqlx::query("INSERT INTO answer (id, digest, status, body, created_at) VALUES ($1, $2, 0, $2, $3) ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(digest)
        .bind(now)
        .execute(tx.on())
        .await?;
    if new.rows_affected() == 1 {
        return Ok(None);
    }
    let found = sqlx::query("SELECT digest, status, body FROM answer WHERE id = $1")
        .bind(id)
        .fetch_one(tx.on())
        .await?;
    Ok(Some(Given {
        digest: row::bytes(&found, 0)?,
        status: row::number(&found, 1)?,
        body: row::bytes(&found, 2)?,
    }))
}

/// Keeps the answer.
///
/// # Errors
/// When the database is away.
pub async fn keep(tx: &mut Tx, id: &[u8], status: i64, body: &[u8]) -> Result<(), StoreError> {
    sqlx::query("UPDATE answer SET status = $2, body = $3 WHERE id = $1")
        .bind(id)
        .bind(status)
        .bind(body)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Lets a key go that no answer was kept for.
///
/// # Errors
/// When the database is away.
pub async fn release(tx: &mut Tx, id: &[u8]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM answer WHERE id = $1 AND status = 0").bind(id).execute(tx.on()).await?;
    Ok(())
}

/// Forgets answers given before.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, given_before: Unix) -> Result<u64, StoreError> {
    let done =
        sqlx::query("DELETE FROM answer WHERE created_at < $1").bind(given_before).execute(tx.on()).await?;
    Ok(done.rows_affected())
}
