//! Proofs of identity: one session, one sensitive action, one factor.

use crate::clock::Unix;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE identity_check (
        session_id {blob} NOT NULL,
        action TEXT NOT NULL,
        factor TEXT NOT NULL,
        proven_at BIGINT NOT NULL,
        PRIMARY KEY (session_id, action)
    )",
    "CREATE INDEX identity_check_proven ON identity_check (proven_at)",
];

/// Notes a proof; a later one takes the place of an earlier one.
///
/// # Errors
/// When the database is away.
pub async fn put(
    tx: &mut Tx,
    session: &TokenHash,
    action: &str,
    factor: &str,
    now: Unix,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO identity_check (session_id, action, factor, proven_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (session_id, action) DO UPDATE SET factor = $3, proven_at = $4",
    )
    .bind(session.as_bytes())
    .bind(action)
    .bind(factor)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// By which factor the action was proven in this session since then.
///
/// # Errors
/// When the database is away.
pub async fn find(
    tx: &mut Tx,
    session: &TokenHash,
    action: &str,
    since: Unix,
) -> Result<Option<String>, StoreError> {
    let found = sqlx::query(
        "SELECT factor FROM identity_check WHERE session_id = $1 AND action = $2 AND proven_at > $3",
    )
    .bind(session.as_bytes())
    .bind(action)
    .bind(since)
    .fetch_optional(tx.on())
    .await?;
    found.map(|found| row::text(&found, 0)).transpose()
}

/// Removes the proofs of all sessions of an account. To be called before the sessions go.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM identity_check WHERE session_id IN (SELECT id FROM session WHERE account_id = $1)",
    )
    .bind(account)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Removes proofs made before.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, proven_before: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM identity_check WHERE proven_at < $1")
        .bind(proven_before)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}
