//! Recovery codes that are left, as HMACs. A used one is gone.

use crate::clock::Unix;
use crate::keys::{Index, Keys};
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE recovery_code (
        account_id BIGINT NOT NULL REFERENCES account (id),
        mac {blob} NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (account_id, mac)
    )"];

/// The HMAC of a code, which is the same only for the same account.
pub fn mac(keys: &Keys, account: AccountId, code: &str) -> Vec<u8> {
    keys.index(Index::RecoveryCode, &[&account.to_be_bytes(), code.as_bytes()].concat()).to_vec()
}

/// Puts a new set in place of the one before.
///
/// # Errors
/// When the database is away.
pub async fn replace(tx: &mut Tx, account: AccountId, macs: &[Vec<u8>], now: Unix) -> Result<(), StoreError> {
    // The account's row first: two new sets at once come one after another, and one of them stays.
    sqlx::query("UPDATE account SET version = version + 1 WHERE id = $1")
        .bind(account)
        .execute(tx.on())
        .await?;
    clear(tx, account).await?;
    for mac in macs {
        sqlx::query(
            "INSERT INTO recovery_code (account_id, mac, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(account)
        .bind(mac.as_slice())
        .bind(now)
        .execute(tx.on())
        .await?;
    }
    Ok(())
}

/// Uses a code up: true for the one caller whose code it was.
///
/// # Errors
/// When the database is away.
pub async fn use_up(tx: &mut Tx, account: AccountId, mac: &[u8]) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM recovery_code WHERE account_id = $1 AND mac = $2")
        .bind(account)
        .bind(mac)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// How many are left, and when the set was made.
///
/// # Errors
/// When the database is away.
pub async fn left(tx: &mut Tx, account: AccountId) -> Result<(i64, Option<Unix>), StoreError> {
    let found = sqlx::query("SELECT COUNT(*), MAX(created_at) FROM recovery_code WHERE account_id = $1")
        .bind(account)
        .fetch_one(tx.on())
        .await?;
    Ok((row::number(&found, 0)?, row::number_or_null(&found, 1)?))
}

/// Takes all of an account away.
///
/// # Errors
/// When the database is away.
pub async fn clear(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM recovery_code WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}
