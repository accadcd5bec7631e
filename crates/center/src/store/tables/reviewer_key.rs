//! The age recipients that reviewers registered. To whom documents are sealed is decided by the signed list, not by this.

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE reviewer_key (
        recipient TEXT PRIMARY KEY,
        staff_id TEXT NOT NULL REFERENCES staff (id),
        registered_at BIGINT NOT NULL
    )"];

/// A registered key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewerKey {
    /// The age recipient.
    pub recipient: String,
    /// Whose.
    pub staff: String,
    /// When it was registered.
    pub registered_at: Unix,
}

/// Registers a key. False when it is registered already, by whomever.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, key: &ReviewerKey) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO reviewer_key (recipient, staff_id, registered_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(key.recipient.as_str())
    .bind(key.staff.as_str())
    .bind(key.registered_at)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest key of every staff member who is not disabled, in the order in which they were registered.
///
/// # Errors
/// When the database is away.
pub async fn current(tx: &mut Tx) -> Result<Vec<ReviewerKey>, StoreError> {
    let found = sqlx::query(
        "SELECT recipient, staff_id, registered_at FROM reviewer_key
         WHERE staff_id IN (SELECT id FROM staff WHERE disabled_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM reviewer_key AS later WHERE later.staff_id = reviewer_key.staff_id
               AND (later.registered_at > reviewer_key.registered_at
                    OR (later.registered_at = reviewer_key.registered_at AND later.recipient > reviewer_key.recipient)))
         ORDER BY registered_at, recipient",
    )
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

fn read(found: &sqlx::any::AnyRow) -> Result<ReviewerKey, StoreError> {
    Ok(ReviewerKey {
        recipient: row::text(found, 0)?,
        staff: row::text(found, 1)?,
        registered_at: row::number(found, 2)?,
    })
}
