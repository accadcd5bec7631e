//! The hold: every old address is told and can object; then the link goes out. Time passes for drafts and questions too.

use std::collections::BTreeSet;

use tessera_center_api::ErrorCode;
use tessera_center_api::security::EventKind;
use tessera_center_api::ticket::TicketState;

use super::compare::Subject;
use super::states::Step;
use super::transition::{self, By};
use super::{open_statement, statement, tell_applicant};
use crate::Center;
use crate::clock::{HOUR, Unix};
use crate::contact::Address;
use crate::http::{Peer, Refusal};
use crate::outbox::{Message, Template};
use crate::rules::audit::{self, Entry};
use crate::rules::contacts;
use crate::rules::notices;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::account::AccountId;
use crate::store::tables::contact::ContactKind;
use crate::store::tables::contact_change;
use crate::store::tables::ticket::{self, Ticket};
use crate::store::tables::ticket_link::{self, Purpose};
use crate::store::{StoreError, Tx};
use crate::token::PlainToken;

/// Begins the hold of a ticket that two reviewers approved, in the transaction of the second approval. Every address of the
/// account is told, each with a link of its own to object. After an objection was decided on there is no second one: the
/// first hold goes on to its end.
///
/// # Errors
/// When the database is away.
pub(super) async fn begin(tx: &mut Tx, center: &Center, approved: &Ticket) -> Result<Ticket, Refusal> {
    let (now, rules) = (center.now(), &center.config.rules);
    let contested = approved.contested_at.is_some();
    let until = match approved.hold_until.filter(|_| contested) {
        Some(first) => first.max(now),
        None if approved.factor_proven_at.is_some() => now + rules.hold_with_factor,
        None => now + rules.hold,
    };
    let held = transition::apply(tx, center, approved, Step::BeginHold, By::CENTER, None, |to| {
        to.hold_until = Some(until);
        to.due_at = Some(until);
    })
    .await?;
    let Some(account) = approved.target_account else {
        return Err(Refusal::internal("a ticket is held that is about no account"));
    };
    let subject = Subject::of(tx, center, account).await?;
    let language = subject.account.as_ref().map_or("en", |account| &account.language);
    for address in old_addresses(tx, center, account, &subject).await? {
        let link = if contested {
            String::new()
        } else {
            let token = PlainToken::generate(&*center.random)?;
            ticket_link::insert(tx, &token.hash(), &held.id, Purpose::Objection, until).await?;
            // The link is for the reader of this message alone; it lies sealed until it is sent.
            center.config.link(&format!("/objections/{}", *token.expose_secret()))
        };
        Message::new(Template::TicketHold, language)
            .with("account", account)
            .with("kind", held.kind.text())
            .with("until", notices::moment(until))
            .with("link", link)
            .send(tx, center, &address)
            .await?;
    }
    let detail =
        Detail::none().with("ticket", &*held.id).with("kind", held.kind.text()).with("state", "hold");
    security_log::note(tx, center, account, EventKind::TicketMoved, "", &detail).await?;
    Ok(held)
}

/// Every address of the account: those it has, and those that were taken off so lately that it could be undone.
async fn old_addresses(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    subject: &Subject,
) -> Result<Vec<Address>, StoreError> {
    let mut addresses: Vec<Address> =
        subject.contacts.iter().map(|contact| contact.address.clone()).collect();
    for change in contact_change::undoable_of(tx, account, center.now()).await? {
        addresses.extend(contacts::Contacts::before(center, &change)?.addresses().cloned());
    }
    let mut told = BTreeSet::new();
    addresses.retain(|address| told.insert(address.canonical()));
    Ok(addresses)
}

/// The ticket that a link would object to; `None` when the link is over or was never given out. Changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn objectionable(tx: &mut Tx, center: &Center, token: &str) -> Result<Option<Ticket>, StoreError> {
    let Some(token) = PlainToken::from_text(token) else { return Ok(None) };
    let found = ticket_link::find(tx, &token.hash(), Purpose::Objection, center.now()).await?;
    let Some(id) = found else { return Ok(None) };
    Ok(ticket::find(tx, &id).await?.filter(|ticket| ticket.state == TicketState::Hold))
}

/// Objects: staff decide again, with the objection in sight. One of those who use the link at once.
///
/// # Errors
/// `LinkEnded`.
pub async fn object(
    tx: &mut Tx,
    center: &Center,
    token: &str,
    why: Option<&str>,
    peer: Peer,
) -> Result<Ticket, Refusal> {
    let over = || {
        Refusal::new(ErrorCode::LinkEnded, "This link was used or has expired, or the ticket has moved on.")
    };
    let found = objectionable(tx, center, token).await?.ok_or_else(over)?;
    let token = PlainToken::from_text(token).ok_or_else(over)?;
    let now = center.now();
    let found = ticket::lock(tx, &found.id)
        .await?
        .filter(|ticket| ticket.state == TicketState::Hold)
        .ok_or_else(over)?;
    if !ticket_link::use_up(tx, &token.hash(), Purpose::Objection, now).await? {
        return Err(over());
    }
    let contested = contest(tx, center, &found, By::OBJECTOR, why).await?;
    if let Some(account) = found.target_account {
        let detail = Detail::none().with("ticket", &*found.id);
        security_log::note(tx, center, account, EventKind::TicketObjected, &peer.to_string(), &detail)
            .await?;
    }
    audit::append(tx, center, None, &Entry::new("ticket-objected").ticket(&found.id)).await?;
    Ok(contested)
}

async fn contest(
    tx: &mut Tx,
    center: &Center,
    found: &Ticket,
    by: By<'_>,
    why: Option<&str>,
) -> Result<Ticket, Refusal> {
    let now = center.now();
    let contested = transition::apply(tx, center, found, Step::Object, by, why, |to| {
        to.contested_at = Some(now);
        to.first_reviewer = None;
        to.second_reviewer = None;
    })
    .await?;
    let message = Message::new(Template::TicketContested, &found.language).with("ticket", &*found.id);
    tell_applicant(tx, center, found, &message).await?;
    Ok(contested)
}

/// Goes on with every ticket whose time has come: drafts and unanswered questions expire, holds are executed. Each in a
/// transaction of its own, once, however many servers do it at the same time. Gives how many moved.
///
/// # Errors
/// When the database is away. A ticket that alone cannot be moved is left for the next round.
pub async fn execute_due(center: &Center) -> Result<u64, StoreError> {
    const AT_ONCE: i64 = 50;
    let (now, mut moved, mut place) = (center.now(), 0, (Unix::MIN, String::new()));
    loop {
        let mut tx = center.begin().await?;
        let due = ticket::due(&mut tx, now, (place.0, &place.1), AT_ONCE).await?;
        drop(tx);
        let Some(last) = due.last().cloned() else { break };
        place = last;
        for (_, id) in due {
            match go_on(center, &id).await {
                Ok(true) => moved += 1,
                Ok(false) => {}
                Err(refusal) => {
                    tracing::error!(ticket = id, code = ?refusal.code(), "a due ticket did not move");
                }
            }
        }
    }
    let mut tx = center.begin().await?;
    ticket_link::sweep(&mut tx, now - crate::clock::DAY).await?;
    tx.commit().await?;
    Ok(moved)
}

async fn go_on(center: &Center, id: &str) -> Result<bool, Refusal> {
    let mut tx = center.begin().await?;
    let Some(found) = ticket::lock(&mut tx, id).await? else { return Ok(false) };
    // Read again under the lock: another server may have been here.
    if found.due_at.is_none_or(|due| due > center.now()) {
        return Ok(false);
    }
    match found.state {
        TicketState::Draft | TicketState::MoreInformation => {
            transition::apply(&mut tx, center, &found, Step::Expire, By::CENTER, None, |_| {}).await?;
        }
        TicketState::Hold => execute(&mut tx, center, &found).await?,
        _ => return Ok(false),
    }
    tx.commit().await?;
    Ok(true)
}

/// Executes what was approved: sends the link that binds it, to a filed contact only. No secret is set.
async fn execute(tx: &mut Tx, center: &Center, found: &Ticket) -> Result<(), Refusal> {
    let stated = open_statement(center, found)?;
    let subject = match found.target_account {
        Some(id) => Subject::of(tx, center, id).await?,
        None => Subject::default(),
    };
    let to = statement::new_contact(&stated).or_else(|| filed_contact(&subject, found));
    let (Some(account), Some(to)) = (subject.account, to) else {
        let why = "The account is erased, or has no contact that was on file when the ticket was begun.";
        contest(tx, center, found, By::CENTER, Some(why)).await?;
        audit::append(tx, center, None, &Entry::new("ticket-contested").ticket(&found.id)).await?;
        return Ok(());
    };
    let rules = &center.config.rules;
    let done = transition::apply(tx, center, found, Step::Execute, By::CENTER, None, |_| {}).await?;
    let token = PlainToken::generate(&*center.random)?;
    ticket_link::insert(tx, &token.hash(), &done.id, Purpose::Binding, center.now() + rules.ticket_link)
        .await?;
    Message::new(Template::TicketLink, &account.language)
        .with("kind", done.kind.text())
        .with("hours", rules.ticket_link / HOUR)
        // The link is for the reader of this message alone; it lies sealed until it is sent.
        .with("link", center.config.link(&format!("/ticket-links/{}", *token.expose_secret())))
        .send(tx, center, &to)
        .await?;
    let notice = Message::new(Template::TicketExecuted, &account.language)
        .with("account", account.id)
        .with("kind", done.kind.text())
        .with("to", to.masked());
    notices::tell(tx, center, account.id, &notice, &[]).await?;
    let detail =
        Detail::none().with("ticket", &*done.id).with("kind", done.kind.text()).with("to", to.masked());
    security_log::note(tx, center, account.id, EventKind::TicketExecuted, "", &detail).await?;
    audit::append(tx, center, None, &Entry::new("ticket-executed").ticket(&done.id)).await?;
    Ok(())
}

/// The contact on file that the link of an unbinding goes to: one that was there before the ticket was begun.
fn filed_contact(subject: &Subject, found: &Ticket) -> Option<Address> {
    [ContactKind::SecurePhone, ContactKind::SecurityEmail, ContactKind::AccountEmail].into_iter().find_map(
        |kind| {
            let old = subject
                .contacts
                .iter()
                .find(|contact| contact.kind == kind && contact.since <= found.created_at);
            old.map(|contact| contact.address.clone())
        },
    )
}
