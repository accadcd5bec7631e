//! One-time links of tickets: to object, and to bind what was approved. Only the hash of a token is kept.

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE ticket_link (
        id {blob} PRIMARY KEY,
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        purpose TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT
    )",
    "CREATE INDEX ticket_link_expires ON ticket_link (expires_at)",
    "CREATE INDEX ticket_link_ticket ON ticket_link (ticket_id)",
];

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Object to what is held.
    Objection,
    /// Bind what was approved.
    Binding,
}

impl Purpose {
    const fn text(self) -> &'static str {
        match self {
            Self::Objection => "objection",
            Self::Binding => "binding",
        }
    }
}

/// Gives a link out.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    id: &TokenHash,
    ticket: &str,
    purpose: Purpose,
    expires_at: Unix,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO ticket_link (id, ticket_id, purpose, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(id.as_bytes())
        .bind(ticket)
        .bind(purpose.text())
        .bind(expires_at)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The ticket of a link that is still good.
///
/// # Errors
/// When the database is away.
pub async fn find(
    tx: &mut Tx,
    id: &TokenHash,
    purpose: Purpose,
    now: Unix,
) -> Result<Option<String>, StoreError> {
    let found = sqlx::query(
        "SELECT ticket_id FROM ticket_link WHERE id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
    )
    .bind(id.as_bytes())
    .bind(purpose.text())
    .bind(now)
    .fetch_optional(tx.on())
    .await?;
    found.map(|found| row::text(&found, 0)).transpose()
}

/// Uses a link up: true for the one caller whose link it was.
///
/// # Errors
/// When the database is away.
pub async fn use_up(tx: &mut Tx, id: &TokenHash, purpose: Purpose, now: Unix) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket_link SET used_at = $3 WHERE id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
    )
    .bind(id.as_bytes())
    .bind(purpose.text())
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back every link of a ticket.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, ticket: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM ticket_link WHERE ticket_id = $1").bind(ticket).execute(tx.on()).await?;
    Ok(())
}

/// Removes links that expired before.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, expired_before: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM ticket_link WHERE expires_at < $1")
        .bind(expired_before)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}
