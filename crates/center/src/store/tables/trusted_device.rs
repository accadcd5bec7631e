//! Devices that an account signed in from: strangers' failures do not hurt them.

use crate::clock::Unix;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE trusted_device (
        id {blob} PRIMARY KEY,
        account_id BIGINT NOT NULL REFERENCES account (id),
        label TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        used_at BIGINT NOT NULL
    )",
    "CREATE INDEX trusted_device_account ON trusted_device (account_id, used_at)",
];

/// Remembers a device; when the account has as many as it may, those unused for longest make room.
///
/// # Errors
/// When the database is away.
pub async fn remember(
    tx: &mut Tx,
    hash: &TokenHash,
    account: AccountId,
    label: &str,
    now: Unix,
    most: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO trusted_device (id, account_id, label, created_at, used_at) VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(hash.as_bytes())
    .bind(account)
    .bind(label)
    .bind(now)
    .execute(tx.on())
    .await?;
    sqlx::query(
        "DELETE FROM trusted_device WHERE account_id = $1 AND id NOT IN
         (SELECT id FROM trusted_device WHERE account_id = $1 ORDER BY used_at DESC, created_at DESC, id LIMIT $2)",
    )
    .bind(account)
    .bind(most)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Whether this is a trusted device of the account, used since then.
///
/// # Errors
/// When the database is away.
pub async fn is_trusted(
    tx: &mut Tx,
    hash: &TokenHash,
    account: AccountId,
    used_since: Unix,
) -> Result<bool, StoreError> {
    let found =
        sqlx::query("SELECT 1 FROM trusted_device WHERE id = $1 AND account_id = $2 AND used_at >= $3")
            .bind(hash.as_bytes())
            .bind(account)
            .bind(used_since)
            .fetch_optional(tx.on())
            .await?;
    Ok(found.is_some())
}

/// Notes that the device signed in again.
///
/// # Errors
/// When the database is away.
pub async fn used(tx: &mut Tx, hash: &TokenHash, now: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE trusted_device SET used_at = $2 WHERE id = $1")
        .bind(hash.as_bytes())
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// A device as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedDevice {
    /// Its hash, which names it.
    pub id: Vec<u8>,
    /// What it called itself.
    pub label: String,
    /// When it was first trusted.
    pub created_at: Unix,
    /// When it last signed in.
    pub used_at: Unix,
}

/// All of an account that are still trusted, the latest first.
///
/// # Errors
/// When the database is away.
pub async fn of_account(
    tx: &mut Tx,
    account: AccountId,
    used_since: Unix,
) -> Result<Vec<TrustedDevice>, StoreError> {
    let found = sqlx::query(
        "SELECT id, label, created_at, used_at FROM trusted_device WHERE account_id = $1 AND used_at >= $2 ORDER BY used_at DESC",
    )
    .bind(account)
    .bind(used_since)
    .fetch_all(tx.on())
    .await?;
    found
        .iter()
        .map(|found| {
            Ok(TrustedDevice {
                id: row::bytes(found, 0)?,
                label: row::text(found, 1)?,
                created_at: row::number(found, 2)?,
                used_at: row::number(found, 3)?,
            })
        })
        .collect()
}

/// Trusts no device of the account any longer but the one that is named.
///
/// # Errors
/// When the database is away.
pub async fn forget_others(
    tx: &mut Tx,
    account: AccountId,
    but: Option<&TokenHash>,
) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM trusted_device WHERE account_id = $1 AND id <> $2")
        .bind(account)
        .bind(but.map_or(&[][..], TokenHash::as_bytes))
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}

/// Trusts one device no longer, or all of the account when none is named.
///
/// # Errors
/// When the database is away.
pub async fn forget(tx: &mut Tx, account: AccountId, id: Option<&[u8]>) -> Result<u64, StoreError> {
    let done = match id {
        Some(id) => {
            sqlx::query("DELETE FROM trusted_device WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(id)
                .execute(tx.on())
                .await?
        }
        None => {
            sqlx::query("DELETE FROM trusted_device WHERE account_id = $1")
                .bind(account)
                .execute(tx.on())
                .await?
        }
    };
    Ok(done.rows_affected())
}
