//! Tickets: requests that staff decide, from the draft to the link that binds what was approved.
//!
//! Where a ticket can go is one table ([`states`]); every step is one guarded statement with a row of history beside it
//! ([`transition`]). What is stated stays sealed; what is on file is compared with it here and shown only to the reviewer
//! who has claimed the ticket.

pub mod binding;
pub mod compare;
pub mod documents;
pub mod erasure;
pub mod filing;
pub mod hold;
pub mod query_code;
pub mod review;
pub mod statement;
pub mod states;
pub mod steps;
pub mod transition;
pub mod view;

pub use hold::execute_due;

use tessera_center_api::ErrorCode;
use tessera_center_api::ticket::Statement;

use crate::Center;
use crate::contact::Address;
use crate::http::Refusal;
use crate::keys::{Index, Seal};
use crate::outbox::Message;
use crate::rules::notices;
use crate::store::tables::ticket::{self, Ticket};
use crate::store::{StoreError, Tx};
use crate::token::TokenHash;

/// Whose ticket a client may act on: proven by a session or by the query code.
#[derive(Debug, Clone)]
pub enum Applicant {
    /// An account with a session.
    Account(i64),
    /// Who has the query code of this hash.
    Code(Vec<u8>),
}

impl Applicant {
    fn may(&self, ticket: &Ticket) -> bool {
        match self {
            Self::Account(id) => ticket.account == Some(*id),
            Self::Code(hash) => {
                ticket.query_hash.as_deref().is_some_and(|known| crate::keys::same(known, hash))
            }
        }
    }
}

/// The applicant's ticket, locked until the transaction ends.
///
/// # Errors
/// `NotFound`, also for a ticket of somebody else.
pub async fn own(tx: &mut Tx, applicant: &Applicant, id: &str) -> Result<Ticket, Refusal> {
    ticket::lock(tx, id).await?.filter(|ticket| applicant.may(ticket)).ok_or_else(none)
}

/// The same for reading alone.
///
/// # Errors
/// `NotFound`, also for a ticket of somebody else.
pub async fn own_to_read(tx: &mut Tx, applicant: &Applicant, id: &str) -> Result<Ticket, Refusal> {
    ticket::find(tx, id).await?.filter(|ticket| applicant.may(ticket)).ok_or_else(none)
}

pub(crate) fn none() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "There is no such ticket, or it is not yours.")
}

/// What is stated.
///
/// # Errors
/// When it does not open with the keys at hand.
pub fn open_statement(center: &Center, ticket: &Ticket) -> Result<Statement, StoreError> {
    let plain = center
        .keys
        .open(Seal::Statement, &ticket::sealed_row(&ticket.id, "statement"), &ticket.statement)
        .map_err(|_| StoreError::Sealed("ticket.statement"))?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Invalid("ticket.statement"))
}

fn seal_statement(center: &Center, id: &str, statement: &Statement) -> Result<Vec<u8>, StoreError> {
    let plain = zeroize::Zeroizing::new(
        serde_json::to_vec(statement).map_err(|_| StoreError::Invalid("ticket.statement"))?,
    );
    Ok(center.keys.seal(&*center.random, Seal::Statement, &ticket::sealed_row(id, "statement"), &plain)?)
}

/// The applicant's own contact, where there is no account.
fn open_contact(center: &Center, ticket: &Ticket) -> Result<Option<Address>, StoreError> {
    let Some((kind, sealed)) = &ticket.contact else { return Ok(None) };
    let plain = center
        .keys
        .open(Seal::Contact, &ticket::sealed_row(&ticket.id, "contact"), sealed)
        .map_err(|_| StoreError::Sealed("ticket.contact"))?;
    let text = std::str::from_utf8(&plain).map_err(|_| StoreError::Invalid("ticket.contact"))?;
    Ok(Some(Address::stored(*kind, text)))
}

/// Tells the applicant: at the account's contacts, or at the contact that was proven.
async fn tell_applicant(
    tx: &mut Tx,
    center: &Center,
    ticket: &Ticket,
    message: &Message,
) -> Result<(), StoreError> {
    if let Some(account) = ticket.account {
        return notices::tell(tx, center, account, message, &[]).await;
    }
    if let Some(address) = open_contact(center, ticket)? {
        message.clone().send(tx, center, &address).await?;
    }
    Ok(())
}

/// The flow that a ticket's codes are bound to.
fn code_flow(center: &Center, id: &str) -> Result<TokenHash, StoreError> {
    let hash = center.keys.index(Index::Code, format!("ticket {id}").as_bytes());
    TokenHash::from_bytes(&hash).ok_or(StoreError::Invalid("code.flow_id"))
}

/// A reason that a person gives: 1 to 2000 characters on any number of lines.
///
/// # Errors
/// `InvalidValue`.
pub fn reason(text: &str, field: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let plain = !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r'));
    if plain && (1..=2000).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Refusal::invalid(field, "Say why, in 1 to 2000 characters."))
}
