//! Which documents a ticket needs, and whether they are all there.

use tessera_center_api::ErrorCode;
use tessera_center_api::ticket::{DocumentKind, TicketKind};

use crate::http::Refusal;
use crate::store::tables::document;
use crate::store::tables::ticket::Ticket;
use crate::store::{StoreError, Tx};

/// The documents that a ticket still needs before it can be submitted.
///
/// # Errors
/// When the database is away.
pub async fn missing(tx: &mut Tx, ticket: &Ticket) -> Result<Vec<DocumentKind>, StoreError> {
    let wanted = TicketKind::documents(ticket.kind);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let there = document::complete_kinds(tx, &ticket.id).await?;
    Ok(wanted.iter().copied().filter(|kind| !there.contains(kind)).collect())
}

/// Lets a ticket be submitted only with all of its documents.
///
/// # Errors
/// `WrongState`, naming those that are missing.
pub async fn documents_complete(tx: &mut Tx, ticket: &Ticket) -> Result<(), Refusal> {
    let missing = missing(tx, ticket).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.into_iter().map(DocumentKind::text).collect();
    Err(Refusal::new(
        ErrorCode::WrongState,
        format!("Documents are missing: {}. Upload them, then submit.", names.join(", ")),
    ))
}
