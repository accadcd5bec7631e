//! Tickets as their applicants and as staff see them.

use tessera_center_api::ticket::{
    Party, Review, StaffTicket, Ticket as Shown, TicketEvent, TicketKind, TicketLine, TicketState,
};

use super::{compare, documents, open_statement, review, statement, transition};
use crate::Center;
use crate::store::tables::contact;
use crate::store::tables::ticket::Ticket;
use crate::store::{StoreError, Tx};

/// What the applicant sees: reasons only where they are meant for the applicant, and of staff no names.
///
/// # Errors
/// When the database is away or a sealed value does not open.
pub async fn for_applicant(tx: &mut Tx, center: &Center, ticket: &Ticket) -> Result<Shown, StoreError> {
    let stated = open_statement(center, ticket)?;
    let proven = statement::new_contact(&stated).is_none_or(|new| {
        ticket.proven_contact.as_deref() == Some(&*contact::fingerprint(&center.keys, &new))
    });
    let history = transition::history(tx, center, &ticket.id).await?;
    let waits = matches!(ticket.state, TicketState::Draft | TicketState::MoreInformation);
    Ok(Shown {
        id: ticket.id.clone(),
        kind: ticket.kind,
        state: ticket.state,
        statement: stated,
        created_at: ticket.created_at,
        submitted_at: ticket.submitted_at,
        hold_until: ticket.hold_until.filter(|_| ticket.state == TicketState::Hold),
        expires_at: ticket.due_at.filter(|_| waits),
        contact_proven: proven,
        factor_proven: ticket.factor_proven_at.is_some(),
        documents_missing: documents::missing(tx, ticket).await?,
        history: history.into_iter().map(|event| shown_to_applicant(event, ticket)).collect(),
    })
}

fn shown_to_applicant(event: TicketEvent, ticket: &Ticket) -> TicketEvent {
    // Of approvals only the answer to a question is: why a statement was believed is for staff.
    let theirs = matches!(event.to, TicketState::MoreInformation | TicketState::Rejected)
        || (event.to == TicketState::Executed
            && ticket.kind == TicketKind::Question
            && event.by == Party::Staff);
    TicketEvent { staff: None, reason: event.reason.filter(|_| theirs), ..event }
}

/// A line of a list.
pub fn line(ticket: &Ticket) -> TicketLine {
    TicketLine {
        id: ticket.id.clone(),
        kind: ticket.kind,
        state: ticket.state,
        created_at: ticket.created_at,
        changed_at: ticket.changed_at,
        contested: false,
        claimed_by: None,
        claimed_until: None,
        approved_by: None,
    }
}

/// A line of the queue.
pub fn queue_line(center: &Center, ticket: &Ticket) -> TicketLine {
    let claimant = ticket.claimant(center.now());
    TicketLine {
        contested: ticket.contested_at.is_some(),
        claimed_by: claimant.map(Into::into),
        claimed_until: ticket.claimed_until.filter(|_| claimant.is_some()),
        approved_by: ticket.first_reviewer.clone().filter(|_| ticket.state == TicketState::FirstApproval),
        ..line(ticket)
    }
}

/// What staff see: the course of every ticket, and of one that `claimant` has in hand also what is stated and on file.
///
/// # Errors
/// When the database is away or a sealed value does not open.
pub async fn for_staff(
    tx: &mut Tx,
    center: &Center,
    ticket: &Ticket,
    claimant: &str,
) -> Result<StaffTicket, StoreError> {
    let history = transition::history(tx, center, &ticket.id).await?;
    let review = if ticket.claimant(center.now()) == Some(claimant) {
        let objections = history.iter().filter(|event| event.to == TicketState::Contested).cloned().collect();
        Some(review(tx, center, ticket, claimant, objections).await?)
    } else {
        None
    };
    // Reasons may quote what is stated: they go with it.
    let history = history
        .into_iter()
        .map(|event| TicketEvent { reason: event.reason.filter(|_| review.is_some()), ..event })
        .collect();
    Ok(StaffTicket { line: queue_line(center, ticket), history, hold_until: ticket.hold_until, review })
}

async fn review(
    tx: &mut Tx,
    center: &Center,
    ticket: &Ticket,
    claimant: &str,
    objections: Vec<TicketEvent>,
) -> Result<Review, StoreError> {
    let case = review::case(tx, center, ticket).await?;
    let subject = case.subject.account.as_ref().map(|account| account.id);
    let same_person = match (ticket.account, subject) {
        (Some(from), Some(about)) if from != about => compare::same_person(tx, from, about).await?,
        _ => None,
    };
    Ok(Review {
        obstacles: review::obstacles(ticket, &case, claimant),
        statement: case.stated,
        comparison: case.compared,
        from_account: ticket.account.is_some(),
        same_person,
        factor_proven: ticket.factor_proven_at.is_some(),
        objections,
    })
}
