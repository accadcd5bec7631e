//! What happened to an account, for its owner to read.

use crate::clock::Unix;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE security_event (
        account_id BIGINT NOT NULL REFERENCES account (id),
        happened_at BIGINT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        peer TEXT NOT NULL,
        detail {blob} NOT NULL,
        PRIMARY KEY (account_id, happened_at, id)
    )"];

/// A line of the log; its detail is sealed under its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub happened_at: Unix,
    /// Its name; of two lines of one second, the later one's sorts behind.
    pub id: String,
    /// What.
    pub kind: String,
    /// From which network address.
    pub peer: String,
    /// More about it, sealed.
    pub detail: Vec<u8>,
}

/// Adds a line.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, account: AccountId, line: &Line) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO security_event (account_id, happened_at, id, kind, peer, detail) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(account)
        .bind(line.happened_at)
        .bind(line.id.as_str())
        .bind(line.kind.as_str())
        .bind(line.peer.as_str())
        .bind(line.detail.as_slice())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// At most `most` lines before that place, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn page(
    tx: &mut Tx,
    account: AccountId,
    before: (Unix, &str),
    most: i64,
) -> Result<Vec<Line>, StoreError> {
    let found = sqlx::query(
        "SELECT happened_at, id, kind, peer, detail FROM security_event
         WHERE account_id = $1 AND (happened_at < $2 OR (happened_at = $2 AND id < $3))
         ORDER BY happened_at DESC, id DESC LIMIT $4",
    )
    .bind(account)
    .bind(before.0)
    .bind(before.1)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found
        .iter()
        .map(|found| {
            Ok(Line {
                happened_at: row::number(found, 0)?,
                id: row::text(found, 1)?,
                kind: row::text(found, 2)?,
                peer: row::text(found, 3)?,
                detail: row::bytes(found, 4)?,
            })
        })
        .collect()
}

/// Removes the whole log of an account.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM security_event WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}
