//! Stated values that differ from those on file and that a reviewer says are another spelling of the same.

use tessera_center_api::ticket::Field;

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE ticket_mark (
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        field TEXT NOT NULL,
        marked_by TEXT NOT NULL,
        reason {blob} NOT NULL,
        marked_at BIGINT NOT NULL,
        confirmed_by TEXT,
        confirmed_at BIGINT,
        PRIMARY KEY (ticket_id, field)
    )"];

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Of which field.
    pub field: Field,
    /// By whom.
    pub marked_by: String,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
}

/// Marks a field. False when it is marked already.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    ticket: &str,
    field: Field,
    staff: &str,
    reason: &[u8],
    now: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO ticket_mark (ticket_id, field, marked_by, reason, marked_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(ticket)
    .bind(field.text())
    .bind(staff)
    .bind(reason)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Confirms a mark of somebody else.
///
/// # Errors
/// When the database is away.
pub async fn confirm(
    tx: &mut Tx,
    ticket: &str,
    field: Field,
    staff: &str,
    now: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket_mark SET confirmed_by = $3, confirmed_at = $4
         WHERE ticket_id = $1 AND field = $2 AND marked_by <> $3 AND confirmed_by IS NULL",
    )
    .bind(ticket)
    .bind(field.text())
    .bind(staff)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// All marks of a ticket.
///
/// # Errors
/// When the database is away.
pub async fn of_ticket(tx: &mut Tx, ticket: &str) -> Result<Vec<Mark>, StoreError> {
    let found = sqlx::query("SELECT field, marked_by, confirmed_by FROM ticket_mark WHERE ticket_id = $1")
        .bind(ticket)
        .fetch_all(tx.on())
        .await?;
    found
        .iter()
        .map(|found| {
            Ok(Mark {
                field: Field::from_text(&row::text(found, 0)?)
                    .ok_or(StoreError::Invalid("ticket_mark.field"))?,
                marked_by: row::text(found, 1)?,
                confirmed_by: row::text_or_null(found, 2)?,
            })
        })
        .collect()
}

/// Takes all marks off: what was marked is stated otherwise now.
///
/// # Errors
/// When the database is away.
pub async fn clear(tx: &mut Tx, ticket: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM ticket_mark WHERE ticket_id = $1").bind(ticket).execute(tx.on()).await?;
    Ok(())
}
