//! The signed lists of reviewers' keys, each kept as it was signed.

use tessera_center_api::key_list::SignedKeyList;

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE key_list (
        version BIGINT PRIMARY KEY,
        list TEXT NOT NULL,
        signature TEXT NOT NULL,
        published_at BIGINT NOT NULL
    )"];

/// Publishes a list. False when one of this version or a newer one is there.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    version: i64,
    signed: &SignedKeyList,
    now: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO key_list (version, list, signature, published_at)
         SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT)
         WHERE NOT EXISTS (SELECT 1 FROM key_list WHERE version >= $1)
         ON CONFLICT DO NOTHING",
    )
    .bind(version)
    .bind(signed.list.as_str())
    .bind(signed.signature.as_str())
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest list and its version.
///
/// # Errors
/// When the database is away.
pub async fn newest(tx: &mut Tx) -> Result<Option<(i64, SignedKeyList)>, StoreError> {
    let found = sqlx::query("SELECT version, list, signature FROM key_list ORDER BY version DESC LIMIT 1")
        .fetch_optional(tx.on())
        .await?;
    let Some(found) = found else { return Ok(None) };
    let signed = SignedKeyList { list: row::text(&found, 1)?, signature: row::text(&found, 2)? };
    Ok(Some((row::number(&found, 0)?, signed)))
}
