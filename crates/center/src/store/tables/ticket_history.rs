//! How tickets came to stand where they stand: one row a transition.

use tessera_center_api::ticket::{Party, TicketState};

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE ticket_history (
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        version BIGINT NOT NULL,
        from_state TEXT,
        to_state TEXT NOT NULL,
        party TEXT NOT NULL,
        staff_id TEXT,
        reason {blob},
        happened_at BIGINT NOT NULL,
        PRIMARY KEY (ticket_id, version)
    )"];

/// A transition; its reason is sealed under ticket and version.
#[derive(Debug, Clone)]
pub struct Event {
    /// The ticket's version behind it.
    pub version: i64,
    /// From where; from nowhere for the first.
    pub from: Option<TicketState>,
    /// To where.
    pub to: TicketState,
    /// Who.
    pub party: Party,
    /// Which staff member.
    pub staff: Option<String>,
    /// Why, sealed.
    pub reason: Option<Vec<u8>>,
    /// When.
    pub happened_at: Unix,
}

/// Adds a transition.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, ticket: &str, event: &Event) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO ticket_history (ticket_id, version, from_state, to_state, party, staff_id, reason, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(ticket)
    .bind(event.version)
    .bind(event.from.map(TicketState::text))
    .bind(event.to.text())
    .bind(event.party.text())
    .bind(event.staff.as_deref())
    .bind(event.reason.as_deref())
    .bind(event.happened_at)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Takes the reasons off: they may tell of the applicant. That there were steps, when and whose, stays.
///
/// # Errors
/// When the database is away.
pub async fn erase_reasons(tx: &mut Tx, ticket: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE ticket_history SET reason = NULL WHERE ticket_id = $1")
        .bind(ticket)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// All transitions of a ticket, the earliest first.
///
/// # Errors
/// When the database is away.
pub async fn of_ticket(tx: &mut Tx, ticket: &str) -> Result<Vec<Event>, StoreError> {
    let found = sqlx::query(
        "SELECT version, from_state, to_state, party, staff_id, reason, happened_at FROM ticket_history WHERE ticket_id = $1 ORDER BY version",
    )
    .bind(ticket)
    .fetch_all(tx.on())
    .await?;
    let state =
        |text: &str| TicketState::from_text(text).ok_or(StoreError::Invalid("ticket_history.to_state"));
    found
        .iter()
        .map(|found| {
            Ok(Event {
                version: row::number(found, 0)?,
                from: row::text_or_null(found, 1)?.as_deref().map(state).transpose()?,
                to: state(&row::text(found, 2)?)?,
                party: Party::from_text(&row::text(found, 3)?)
                    .ok_or(StoreError::Invalid("ticket_history.party"))?,
                staff: row::text_or_null(found, 4)?,
                reason: row::bytes_or_null(found, 5)?,
                happened_at: row::number(found, 6)?,
            })
        })
        .collect()
}

/// The states a ticket went through: when, to which, by which party, by which staff member.
///
/// # Errors
/// When the database is away.
pub async fn course(
    pool: &sqlx::AnyPool,
    ticket: &str,
) -> Result<Vec<(Unix, String, String, Option<String>)>, StoreError> {
    let rows = sqlx::query(
        "SELECT happened_at, to_state, party, staff_id FROM ticket_history WHERE ticket_id = $1 ORDER BY version",
    )
    .bind(ticket)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|found| {
            Ok((
                row::number(found, 0)?,
                row::text(found, 1)?,
                row::text(found, 2)?,
                row::text_or_null(found, 3)?,
            ))
        })
        .collect()
}
