//! How a ticket begins: from an account, or without one after the applicant's contact was proven.

use serde::{Deserialize, Serialize};
use tessera_center_api::account::Language;
use tessera_center_api::ticket::{Statement, TicketState};
use tessera_center_api::{ErrorCode, Hidden};
use zeroize::Zeroizing;

use super::statement::{self, Checked};
use super::transition::{self, By};
use super::{query_code, seal_statement};
use crate::Center;
use crate::clock::{MINUTE, Unix};
use crate::contact::{Address, AddressKind};
use crate::http::{Peer, Refusal};
use crate::keys::{Index, Seal};
use crate::rules::codes::{self, Asker, Verdict};
use crate::store::tables::account::{self, Account};
use crate::store::tables::contact;
use crate::store::tables::flow::{self, Owner};
use crate::store::tables::ticket::{self, Ticket};
use crate::store::{StoreError, Tx};
use crate::token::PlainToken;

const FLOW: &str = "ticket-filing";
/// Time to find the code and to ask for another.
const FLOW_LIFE: i64 = 30 * MINUTE;
const SLOT: &str = "contact";

/// Begins a ticket from an account.
///
/// # Errors
/// `InvalidValue`; `LimitReached` when the account has one open about the same target; `WrongState` when it asks to verify
/// what is verified; `NotSignedIn` when it was just erased.
pub async fn from_account(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    statement: Statement,
) -> Result<Ticket, Refusal> {
    let checked = statement::check(statement)?;
    // An erasure at the same time sees this ticket, or this sees the erasure.
    if account::lock(tx, account.id).await?.is_none() {
        return Err(Refusal::new(ErrorCode::NotSignedIn, "The account was erased a moment ago."));
    }
    if !checked.statement.kind().without_account() {
        if account.verified_at.is_some() {
            return Err(Refusal::new(
                ErrorCode::WrongState,
                "The identity of this account is on file already.",
            ));
        }
        let enterprise = matches!(checked.statement, Statement::IdentityVerificationEnterprise { .. });
        if enterprise != (account.kind == "enterprise") {
            return Err(Refusal::invalid("/statement/kind", "This account is of the other kind."));
        }
    }
    let applicant = format!("account {}", account.id);
    let ticket = Ticket {
        account: Some(account.id),
        language: account.language.clone(),
        ..draft(center, &checked, &applicant)?
    };
    insert(tx, center, ticket).await
}

/// What a filing without an account remembers until its contact is proven.
#[derive(Serialize, Deserialize)]
struct Filing {
    statement: Statement,
    contact: Hidden,
    phone: bool,
    language: String,
}

/// Begins a filing without an account: sends a code to the applicant's contact. Nothing counts yet.
///
/// # Errors
/// `InvalidValue`, `TooManyMessages`.
pub async fn begin(
    tx: &mut Tx,
    center: &Center,
    statement: Statement,
    contact: &str,
    language: &str,
    peer: Peer,
) -> Result<(PlainToken, Unix), Refusal> {
    let checked = statement::check(statement)?;
    if !checked.statement.kind().without_account() {
        return Err(Refusal::invalid(
            "/statement/kind",
            "Sign in to have the identity of an account verified.",
        ));
    }
    let read = if contact.contains('@') { Address::email(contact) } else { Address::phone(contact) };
    let address = read.map_err(|error| Refusal::invalid("/contact", error.to_string()))?;
    let language = Language::from_text(language).text();
    let state = Filing {
        statement: checked.statement,
        contact: Hidden::new(address.text()),
        phone: address.kind() == AddressKind::Phone,
        language: language.into(),
    };
    let flow = flow::begin(tx, center, FLOW, Owner::default(), &state, FLOW_LIFE).await?;
    let asked = address.canonical();
    let asker = Asker::Anonymous { peer, asked: &asked };
    let again_at = codes::send(tx, center, &flow.hash(), SLOT, Some(&address), language, asker).await?;
    Ok((flow, again_at))
}

/// What a code came to. Commit in every case.
pub enum Proven {
    /// The ticket, and its query code, which is kept nowhere.
    Filed(Box<Ticket>, Zeroizing<String>),
    /// The code was wrong.
    Wrong,
}

/// Proves the contact: from here on the ticket counts.
///
/// # Errors
/// `FlowEnded`; `LimitReached` when the applicant has one open about the same target.
pub async fn prove(tx: &mut Tx, center: &Center, flow_token: &str, code: &str) -> Result<Proven, Refusal> {
    let over = || Refusal::new(ErrorCode::FlowEnded, "This filing is over. Begin it again.");
    let token = PlainToken::from_text(flow_token).ok_or_else(over)?;
    let flow = flow::open::<Filing>(tx, center, FLOW, None, &token).await?.ok_or_else(over)?;
    match codes::try_code(tx, center, &flow.id, SLOT, code).await? {
        Verdict::Right => {}
        Verdict::Wrong => return Ok(Proven::Wrong),
        Verdict::Over => return Err(over()),
    }
    if !flow::end(tx, &flow.id, center.now()).await? {
        return Err(over());
    }
    let state = flow.state;
    let checked = statement::check(state.statement)?;
    let kind = if state.phone { AddressKind::Phone } else { AddressKind::Email };
    // It was read and proven; now it is sealed in the ticket.
    let address = Address::stored(kind, state.contact.expose_secret());
    let fingerprint = contact::fingerprint(&center.keys, &address);
    let mut ticket = draft(center, &checked, &address.canonical())?;
    let sealed = center.keys.seal(
        &*center.random,
        Seal::Contact,
        &ticket::sealed_row(&ticket.id, "contact"),
        address.text().as_bytes(),
    )?;
    let (code, hash) = query_code::generate(center)?;
    // The applicant's own contact is proven; if it is also the new one, that needs no second code.
    let proves = checked.new_contact.is_some_and(|new| new.canonical() == address.canonical());
    ticket.proven_contact = proves.then(|| fingerprint.clone());
    ticket.contact = Some((kind, sealed));
    ticket.contact_fingerprint = Some(fingerprint);
    ticket.query_hash = Some(hash);
    ticket.language = state.language;
    Ok(Proven::Filed(Box::new(insert(tx, center, ticket).await?), code))
}

/// Sends the code of a filing again.
///
/// # Errors
/// `FlowEnded`, `SentLately`, `TooManyMessages`.
pub async fn send_again(tx: &mut Tx, center: &Center, flow_token: &str, peer: Peer) -> Result<Unix, Refusal> {
    let over = || Refusal::new(ErrorCode::FlowEnded, "This filing is over. Begin it again.");
    let token = PlainToken::from_text(flow_token).ok_or_else(over)?;
    let flow = flow::open::<Filing>(tx, center, FLOW, None, &token).await?.ok_or_else(over)?;
    let kind = if flow.state.phone { AddressKind::Phone } else { AddressKind::Email };
    // The code goes to the address that the filing named.
    let address = Address::stored(kind, flow.state.contact.expose_secret());
    let asked = address.canonical();
    let asker = Asker::Anonymous { peer, asked: &asked };
    codes::send(tx, center, &flow.id, SLOT, Some(&address), &flow.state.language, asker).await
}

fn draft(center: &Center, checked: &Checked, applicant: &str) -> Result<Ticket, StoreError> {
    let (id, now) = (center.new_id()?, center.now());
    let target = checked.target.as_ref().map(|target| contact::fingerprint(&center.keys, target));
    let about = checked.target.as_ref().map_or_else(
        // Without a target: one question, one verification.
        || if checked.statement.kind().without_account() { "question".to_owned() } else { "self".to_owned() },
        Address::canonical,
    );
    let open_key = center.keys.index(Index::Tally, format!("open ticket\0{applicant}\0{about}").as_bytes());
    Ok(Ticket {
        statement: seal_statement(center, &id, &checked.statement)?,
        id,
        kind: checked.statement.kind(),
        state: TicketState::Draft,
        version: 1,
        account: None,
        contact: None,
        contact_fingerprint: None,
        language: "en".into(),
        target,
        target_account: None,
        query_hash: None,
        open_key: Some(open_key.to_vec()),
        proven_contact: None,
        factor_proven_at: None,
        claimed_by: None,
        claimed_until: None,
        first_reviewer: None,
        second_reviewer: None,
        contested_at: None,
        hold_until: None,
        due_at: Some(now + center.config.rules.ticket_patience),
        created_at: now,
        submitted_at: None,
        decided_at: None,
        changed_at: now,
    })
}

async fn insert(tx: &mut Tx, center: &Center, ticket: Ticket) -> Result<Ticket, Refusal> {
    if !ticket::insert(tx, &ticket).await? {
        return Err(Refusal::new(
            ErrorCode::LimitReached,
            "You have a ticket open about this already. Go on with that one, or withdraw it.",
        ));
    }
    transition::note(tx, center, &ticket, None, By::APPLICANT, None).await?;
    Ok(ticket)
}
