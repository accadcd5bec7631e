//! What was involved in the changes that an undo took back: none of it thaws the account.

use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE frozen_by (
        account_id BIGINT NOT NULL REFERENCES account (id),
        involved TEXT NOT NULL,
        PRIMARY KEY (account_id, involved)
    )"];

/// Adds one thing that was involved.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, account: AccountId, involved: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO frozen_by (account_id, involved) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(account)
        .bind(involved)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Whether it was involved.
///
/// # Errors
/// When the database is away.
pub async fn is_involved(tx: &mut Tx, account: AccountId, what: &str) -> Result<bool, StoreError> {
    let found = sqlx::query("SELECT 1 FROM frozen_by WHERE account_id = $1 AND involved = $2")
        .bind(account)
        .bind(what)
        .fetch_optional(tx.on())
        .await?;
    Ok(found.is_some())
}

/// Forgets all of an account.
///
/// # Errors
/// When the database is away.
pub async fn clear(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM frozen_by WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}
