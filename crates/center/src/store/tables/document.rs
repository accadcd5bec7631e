//! Documents of tickets: what kind, how large, which digest. Their sealed bytes lie elsewhere.

use tessera_center_api::ticket::DocumentKind;

use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE document (
        id TEXT PRIMARY KEY,
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        digest {blob} NOT NULL
    )",
    "CREATE INDEX document_ticket ON document (ticket_id)",
];

/// The state of a document whose bytes are all there.
pub const COMPLETE: &str = "complete";

/// The kinds of which a ticket has a complete document.
///
/// # Errors
/// When the database is away.
pub async fn complete_kinds(tx: &mut Tx, ticket: &str) -> Result<Vec<DocumentKind>, StoreError> {
    let found = sqlx::query("SELECT DISTINCT kind FROM document WHERE ticket_id = $1 AND state = $2")
        .bind(ticket)
        .bind(COMPLETE)
        .fetch_all(tx.on())
        .await?;
    found
        .iter()
        .map(|found| {
            DocumentKind::from_text(&row::text(found, 0)?).ok_or(StoreError::Invalid("document.kind"))
        })
        .collect()
}
