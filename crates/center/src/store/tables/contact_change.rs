//! Changes of contacts that can be undone, and the links that undo them.

use crate::clock::Unix;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE contact_change (
        account_id BIGINT NOT NULL REFERENCES account (id),
        version BIGINT NOT NULL,
        kind TEXT NOT NULL,
        before {blob} NOT NULL,
        proven_by TEXT NOT NULL,
        changed_at BIGINT NOT NULL,
        undo_until BIGINT NOT NULL,
        undone_at BIGINT,
        PRIMARY KEY (account_id, version)
    )",
    "CREATE INDEX contact_change_until ON contact_change (undo_until)",
    "CREATE TABLE undo_link (
        id {blob} PRIMARY KEY,
        account_id BIGINT NOT NULL,
        version BIGINT NOT NULL,
        sent_to {blob} NOT NULL,
        FOREIGN KEY (account_id, version) REFERENCES contact_change (account_id, version)
    )",
    "CREATE INDEX undo_link_change ON undo_link (account_id, version)",
];

/// A change. Changes of an account are in the order of their versions, which are the account's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub account: AccountId,
    /// The account's version that it made.
    pub version: i64,
    /// The kind of contact.
    pub kind: String,
    /// All contacts before it, sealed.
    pub before: Vec<u8>,
    /// By what it was proven: names of factors and fingerprints of addresses, with spaces between.
    pub proven_by: String,
    /// When.
    pub changed_at: Unix,
    /// Until when it can be undone.
    pub undo_until: Unix,
}

const COLUMNS: &str = "account_id, version, kind, before, proven_by, changed_at, undo_until";

fn from_row(found: &sqlx::any::AnyRow) -> Result<Change, StoreError> {
    Ok(Change {
        account: row::number(found, 0)?,
        version: row::number(found, 1)?,
        kind: row::text(found, 2)?,
        before: row::bytes(found, 3)?,
        proven_by: row::text(found, 4)?,
        changed_at: row::number(found, 5)?,
        undo_until: row::number(found, 6)?,
    })
}

/// Remembers a change.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, change: &Change) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO contact_change (account_id, version, kind, before, proven_by, changed_at, undo_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(change.account)
    .bind(change.version)
    .bind(change.kind.as_str())
    .bind(change.before.as_slice())
    .bind(change.proven_by.as_str())
    .bind(change.changed_at)
    .bind(change.undo_until)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Remembers a link that was sent to an address.
///
/// # Errors
/// When the database is away.
pub async fn insert_link(
    tx: &mut Tx,
    id: &TokenHash,
    change: &Change,
    sent_to: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO undo_link (id, account_id, version, sent_to) VALUES ($1, $2, $3, $4)")
        .bind(id.as_bytes())
        .bind(change.account)
        .bind(change.version)
        .bind(sent_to)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The change that a link undoes, while it can, and the fingerprint of the address that the link was sent to.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, link: &TokenHash, now: Unix) -> Result<Option<(Change, Vec<u8>)>, StoreError> {
    const QUERY: &str = "SELECT contact_change.account_id, contact_change.version, kind, before, proven_by, changed_at, undo_until, sent_to \
        FROM undo_link JOIN contact_change \
        ON contact_change.account_id = undo_link.account_id AND contact_change.version = undo_link.version \
        WHERE undo_link.id = $1 AND undone_at IS NULL AND undo_until > $2";
    let found = sqlx::query(QUERY).bind(link.as_bytes()).bind(now).fetch_optional(tx.on()).await?;
    found.map(|found| Ok((from_row(&found)?, row::bytes(&found, 7)?))).transpose()
}

/// Marks a change and all later ones of the account as undone and gives them back, the earliest first: nothing when it was
/// undone before or its time is over. The account must be locked.
///
/// # Errors
/// When the database is away.
pub async fn undo(tx: &mut Tx, change: &Change, now: Unix) -> Result<Vec<Change>, StoreError> {
    let first = sqlx::query(
        "UPDATE contact_change SET undone_at = $3 WHERE account_id = $1 AND version = $2 AND undone_at IS NULL AND undo_until > $3",
    )
    .bind(change.account)
    .bind(change.version)
    .bind(now)
    .execute(tx.on())
    .await?;
    if first.rows_affected() == 0 {
        return Ok(Vec::new());
    }
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE contact_change SET undone_at = $3 WHERE account_id = $1 AND version > $2 AND undone_at IS NULL RETURNING {COLUMNS}"
    )))
    .bind(change.account)
    .bind(change.version)
    .bind(now)
    .fetch_all(tx.on())
    .await?;
    let mut undone = vec![change.clone()];
    for found in &found {
        undone.push(from_row(found)?);
    }
    undone.sort_by_key(|change| change.version);
    Ok(undone)
}

/// The changes of an account that could still be undone.
///
/// # Errors
/// When the database is away.
pub async fn undoable_of(tx: &mut Tx, account: AccountId, now: Unix) -> Result<Vec<Change>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contact_change WHERE account_id = $1 AND undone_at IS NULL AND undo_until > $2 ORDER BY version"
    )))
    .bind(account)
    .bind(now)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(from_row).collect()
}

/// All changes of an account that are still remembered, the earliest first.
///
/// # Errors
/// When the database is away.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Change>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contact_change WHERE account_id = $1 ORDER BY version"
    )))
    .bind(account)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(from_row).collect()
}

/// Removes changes that can no longer be undone, with their links.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, now: Unix) -> Result<u64, StoreError> {
    sqlx::query(
        "DELETE FROM undo_link WHERE EXISTS (SELECT 1 FROM contact_change AS change
             WHERE change.account_id = undo_link.account_id AND change.version = undo_link.version AND change.undo_until <= $1)",
    )
    .bind(now)
    .execute(tx.on())
    .await?;
    let done =
        sqlx::query("DELETE FROM contact_change WHERE undo_until <= $1").bind(now).execute(tx.on()).await?;
    Ok(done.rows_affected())
}

/// Removes all of an account.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    for statement in
        ["DELETE FROM undo_link WHERE account_id = $1", "DELETE FROM contact_change WHERE account_id = $1"]
    {
        sqlx::query(statement).bind(account).execute(tx.on()).await?;
    }
    Ok(())
}
