//! What an applicant does with a ticket: state otherwise, prove the new contact or an old factor, submit, withdraw.

use tessera_center_api::ErrorCode;
use tessera_center_api::security::EventKind;
use tessera_center_api::ticket::{OldFactor, Statement, TicketKind, TicketState};

use super::compare::Subject;
use super::states::Step;
use super::transition::{self, By, wrong_state};
use super::{Applicant, code_flow, documents, open_statement, seal_statement, statement};
use crate::Center;
use crate::clock::Unix;
use crate::contact::Address;
use crate::http::{IfMatch, Peer, Refusal};
use crate::rules::codes::{self, Asker, Verdict};
use crate::rules::contacts;
use crate::rules::security_log::{self, Detail};
use crate::store::Tx;
use crate::store::tables::contact::{self, ContactKind};
use crate::store::tables::ticket::{self, Ticket};
use crate::store::tables::ticket_mark;

/// Whether the applicant may still change what is stated.
fn open_for_applicant(ticket: &Ticket) -> Result<(), Refusal> {
    if matches!(ticket.state, TicketState::Draft | TicketState::MoreInformation) {
        Ok(())
    } else {
        Err(wrong_state(ticket.state))
    }
}

/// States otherwise, about the same account and of the same kind. Marks of reviewers fall.
///
/// # Errors
/// `InvalidValue`, `WrongState`.
pub async fn restate(tx: &mut Tx, center: &Center, own: &Ticket, new: Statement) -> Result<(), Refusal> {
    open_for_applicant(own)?;
    let checked = statement::check(new)?;
    if checked.statement.kind() != own.kind {
        return Err(Refusal::invalid("/statement/kind", "A ticket stays of its kind. File another one."));
    }
    let target = checked.target.as_ref().map(|target| contact::fingerprint(&center.keys, target));
    if target != own.target {
        return Err(Refusal::invalid(
            "/statement/login_email",
            "A ticket stays about its account. Withdraw it and file another one.",
        ));
    }
    let sealed = seal_statement(center, &own.id, &checked.statement)?;
    if !ticket::set_statement(tx, own, &sealed).await? {
        return Err(IfMatch::changed());
    }
    ticket_mark::clear(tx, &own.id).await?;
    Ok(())
}

/// Sends a code to the new contact.
///
/// # Errors
/// `WrongState`, `SentLately`, `TooManyMessages`.
pub async fn send_contact_code(
    tx: &mut Tx,
    center: &Center,
    own: &Ticket,
    applicant: &Applicant,
    peer: Peer,
) -> Result<Unix, Refusal> {
    open_for_applicant(own)?;
    let to = new_contact(center, own)?;
    let asked = to.canonical();
    let asker = match applicant {
        Applicant::Account(_) => Asker::SignedIn,
        Applicant::Code(_) => Asker::Anonymous { peer, asked: &asked },
    };
    let flow = code_flow(center, &own.id)?;
    codes::send(tx, center, &flow, &slot(center, &to), Some(&to), &own.language, asker).await
}

/// Proves the new contact. Commit whatever the verdict is.
///
/// # Errors
/// `WrongState`.
pub async fn prove_contact(
    tx: &mut Tx,
    center: &Center,
    own: &Ticket,
    code: &str,
) -> Result<Verdict, Refusal> {
    open_for_applicant(own)?;
    let to = new_contact(center, own)?;
    // The slot names the address: a code that went to one proves no other.
    let verdict = codes::try_code(tx, center, &code_flow(center, &own.id)?, &slot(center, &to), code).await?;
    if verdict == Verdict::Right {
        ticket::contact_proven(tx, own, &contact::fingerprint(&center.keys, &to)).await?;
    }
    Ok(verdict)
}

fn new_contact(center: &Center, own: &Ticket) -> Result<Address, Refusal> {
    statement::new_contact(&open_statement(center, own)?)
        .ok_or_else(|| Refusal::new(ErrorCode::WrongState, "This ticket asks for no new contact."))
}

fn slot(center: &Center, address: &Address) -> String {
    let fingerprint = contact::fingerprint(&center.keys, address);
    format!("new {}", data_encoding::HEXLOWER.encode(&fingerprint[..16]))
}

/// Sends a code to an old factor of the account that the ticket is about. Whether there is such an account, such a factor,
/// or one that is old enough, the answer does not tell.
///
/// # Errors
/// `WrongState`, `SentLately`, `TooManyMessages`.
pub async fn send_factor_code(
    tx: &mut Tx,
    center: &Center,
    own: &Ticket,
    factor: OldFactor,
    peer: Peer,
) -> Result<Unix, Refusal> {
    provable(own, factor)?;
    let subject = Subject::find(tx, center, own, &open_statement(center, own)?).await?;
    let kind = match factor {
        OldFactor::Phone => ContactKind::SecurePhone,
        OldFactor::Email => ContactKind::SecurityEmail,
    };
    let old = subject.account.as_ref().and_then(|account| {
        subject.contacts.iter().find(|contact| {
            contact.kind == kind && contacts::proves_from(center, account, contact) <= center.now()
        })
    });
    let language = subject.account.as_ref().map_or("en", |account| &account.language);
    // It counts by what was asked for, which the applicant knows, and by the address, in silence.
    let asked = format!(
        "old {} {}",
        factor.text(),
        data_encoding::HEXLOWER.encode(own.target.as_deref().unwrap_or_default())
    );
    let asker = Asker::Anonymous { peer, asked: &asked };
    let to = old.map(|contact| &contact.address);
    codes::send(tx, center, &code_flow(center, &own.id)?, factor_slot(factor), to, language, asker).await
}

/// Proves an old factor: the hold will be the shorter one. Commit whatever the verdict is.
///
/// # Errors
/// `WrongState`.
pub async fn prove_factor(
    tx: &mut Tx,
    center: &Center,
    own: &Ticket,
    factor: OldFactor,
    code: &str,
) -> Result<Verdict, Refusal> {
    provable(own, factor)?;
    let verdict =
        codes::try_code(tx, center, &code_flow(center, &own.id)?, factor_slot(factor), code).await?;
    if verdict == Verdict::Right {
        ticket::factor_proven(tx, own, center.now()).await?;
    }
    Ok(verdict)
}

const fn factor_slot(factor: OldFactor) -> &'static str {
    match factor {
        OldFactor::Phone => "old phone",
        OldFactor::Email => "old email",
    }
}

/// Before the hold begins, and never by the contact that is to be changed.
fn provable(own: &Ticket, factor: OldFactor) -> Result<(), Refusal> {
    let changes_phone = matches!(
        own.kind,
        TicketKind::PhoneChangeIndividual
            | TicketKind::PhoneChangeEnterprise
            | TicketKind::PhoneChangeUnverified
    );
    let counts = own.kind.is_guarded()
        && match factor {
            OldFactor::Phone => !changes_phone,
            OldFactor::Email => own.kind != TicketKind::AccountEmailChange,
        };
    if !counts {
        return Err(Refusal::new(ErrorCode::WrongState, "This factor proves nothing for this ticket."));
    }
    let early = own.state == TicketState::Draft
        || own.state.awaits_staff()
        || own.state == TicketState::MoreInformation;
    if early { Ok(()) } else { Err(wrong_state(own.state)) }
}

/// Submits a draft, or answers what was asked. Only with the new contact proven and all documents there.
///
/// # Errors
/// `WrongState`, `Changed`.
pub async fn submit(tx: &mut Tx, center: &Center, own: &Ticket, peer: Peer) -> Result<Ticket, Refusal> {
    let step = if own.state == TicketState::MoreInformation { Step::Answer } else { Step::Submit };
    if super::states::next(own.state, step).is_none() {
        return Err(wrong_state(own.state));
    }
    let statement = open_statement(center, own)?;
    if let Some(new) = statement::new_contact(&statement)
        && own.proven_contact.as_deref() != Some(&*contact::fingerprint(&center.keys, &new))
    {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "Prove the new contact first: ask for a code to it and give the code back.",
        ));
    }
    documents::documents_complete(tx, own).await?;
    let now = center.now();
    let submitted =
        transition::apply(tx, center, own, step, By::APPLICANT, None, |to| to.submitted_at = Some(now))
            .await?;
    let subject = Subject::find(tx, center, own, &statement).await?;
    if let Some(account) = subject.account.filter(|_| step == Step::Submit) {
        let detail = Detail::none().with("ticket", &*own.id).with("kind", own.kind.text());
        security_log::note(tx, center, account.id, EventKind::TicketFiled, &peer.to_string(), &detail)
            .await?;
    }
    Ok(submitted)
}

/// Takes a ticket back, at any time before it is executed.
///
/// # Errors
/// `WrongState`, `Changed`.
pub async fn withdraw(tx: &mut Tx, center: &Center, own: &Ticket) -> Result<Ticket, Refusal> {
    transition::apply(tx, center, own, Step::Withdraw, By::APPLICANT, None, |_| {}).await
}
