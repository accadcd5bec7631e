//! Short codes that were sent, each bound to its flow and slot, kept as HMAC.

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE code (
        flow_id {blob} NOT NULL,
        slot TEXT NOT NULL,
        mac {blob} NOT NULL,
        sent_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        tries_left BIGINT NOT NULL,
        PRIMARY KEY (flow_id, slot)
    )"];

/// A code that is sent now.
pub struct New<'a> {
    /// Its keyed hash.
    pub mac: &'a [u8],
    /// Now.
    pub sent_at: Unix,
    /// Until when it is good.
    pub expires_at: Unix,
    /// How many tries it has.
    pub tries: i64,
    /// An earlier one makes room only if it was sent by then.
    pub sent_before: Unix,
}

/// Puts a new code in place of the slot's earlier one, unless that was sent after [`New::sent_before`]: then the earlier one stays
/// and the answer is when it was sent.
///
/// # Errors
/// When the database is away.
pub async fn put(
    tx: &mut Tx,
    flow: &TokenHash,
    slot: &str,
    new: &New<'_>,
) -> Result<Result<(), Unix>, StoreError> {
    let done = sqlx::query(
        "INSERT INTO code (flow_id, slot, mac, sent_at, expires_at, tries_left) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (flow_id, slot) DO UPDATE SET mac = $3, sent_at = $4, expires_at = $5, tries_left = $6
         WHERE code.sent_at <= $7 OR code.sent_at > $4",
    )
    .bind(flow.as_bytes())
    .bind(slot)
    .bind(new.mac)
    .bind(new.sent_at)
    .bind(new.expires_at)
    .bind(new.tries)
    .bind(new.sent_before)
    .execute(tx.on())
    .await?;
    if done.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let sent = sqlx::query("SELECT sent_at FROM code WHERE flow_id = $1 AND slot = $2")
        .bind(flow.as_bytes())
        .bind(slot)
        .fetch_one(tx.on())
        .await?;
    Ok(Err(row::number(&sent, 0)?))
}

/// Takes one try of the slot's code and gives its HMAC to compare with; `None` when there is none that is still good.
///
/// # Errors
/// When the database is away.
pub async fn try_once(
    tx: &mut Tx,
    flow: &TokenHash,
    slot: &str,
    now: Unix,
) -> Result<Option<Vec<u8>>, StoreError> {
    let found = sqlx::query(
        "UPDATE code SET tries_left = tries_left - 1 WHERE flow_id = $1 AND slot = $2 AND tries_left > 0 AND expires_at > $3 RETURNING mac",
    )
    .bind(flow.as_bytes())
    .bind(slot)
    .bind(now)
    .fetch_optional(tx.on())
    .await?;
    found.map(|found| row::bytes(&found, 0)).transpose()
}

/// Uses the code up: true for the one caller whose code it was.
///
/// # Errors
/// When the database is away.
pub async fn use_up(tx: &mut Tx, flow: &TokenHash, slot: &str, mac: &[u8]) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM code WHERE flow_id = $1 AND slot = $2 AND mac = $3")
        .bind(flow.as_bytes())
        .bind(slot)
        .bind(mac)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets every code of a flow.
///
/// # Errors
/// When the database is away.
pub async fn forget(tx: &mut Tx, flow: &TokenHash) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM code WHERE flow_id = $1").bind(flow.as_bytes()).execute(tx.on()).await?;
    Ok(())
}
