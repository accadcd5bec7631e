//! One step of a ticket: a guarded statement on number, state and version, and its row of history.

use tessera_center_api::ErrorCode;
use tessera_center_api::ticket::{Party, TicketEvent, TicketState};

use super::code_flow;
use super::states::{Step, next};
use crate::Center;
use crate::http::{IfMatch, Refusal};
use crate::keys::Seal;
use crate::store::tables::code;
use crate::store::tables::ticket::{self, Ticket};
use crate::store::tables::ticket_history::{self, Event};
use crate::store::{StoreError, Tx};

/// Who takes a step.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The party.
    pub party: Party,
    /// The staff member.
    pub staff: Option<&'a str>,
}

impl<'a> By<'a> {
    /// The applicant.
    pub const APPLICANT: By<'static> = By { party: Party::Applicant, staff: None };
    /// Somebody with an objection link.
    pub const OBJECTOR: By<'static> = By { party: Party::Objector, staff: None };
    /// The center itself.
    pub const CENTER: By<'static> = By { party: Party::Center, staff: None };

    /// A staff member.
    pub const fn staff(id: &'a str) -> Self {
        Self { party: Party::Staff, staff: Some(id) }
    }
}

/// Takes a step. Gives the ticket as it is then. `change` sets what comes along with the state.
///
/// # Errors
/// `WrongState` when the table has no such step, `Changed` when somebody else was first.
pub async fn apply(
    tx: &mut Tx,
    center: &Center,
    from: &Ticket,
    step: Step,
    by: By<'_>,
    reason: Option<&str>,
    change: impl FnOnce(&mut Ticket),
) -> Result<Ticket, Refusal> {
    let Some(state) = next(from.state, step) else { return Err(wrong_state(from.state)) };
    let now = center.now();
    let mut to = Ticket {
        state,
        version: from.version + 1,
        changed_at: now,
        claimed_by: None,
        claimed_until: None,
        due_at: (state == TicketState::MoreInformation).then(|| now + center.config.rules.ticket_patience),
        ..from.clone()
    };
    if state.is_final() {
        to.decided_at = Some(now);
        to.open_key = None;
    }
    change(&mut to);
    if !ticket::transition(tx, from, &to).await? {
        return Err(IfMatch::changed());
    }
    note(tx, center, &to, Some(from.state), by, reason).await?;
    if state.is_final() {
        code::forget(tx, &code_flow(center, &to.id)?).await?;
    }
    Ok(to)
}

/// The row of history behind the ticket's version.
///
/// # Errors
/// When the database is away.
pub(super) async fn note(
    tx: &mut Tx,
    center: &Center,
    ticket: &Ticket,
    from: Option<TicketState>,
    by: By<'_>,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let reason = reason
        .map(|text| {
            center.keys.seal(
                &*center.random,
                Seal::Statement,
                &reason_row(&ticket.id, ticket.version),
                text.as_bytes(),
            )
        })
        .transpose()?;
    let event = Event {
        version: ticket.version,
        from,
        to: ticket.state,
        party: by.party,
        staff: by.staff.map(Into::into),
        reason,
        happened_at: center.now(),
    };
    ticket_history::insert(tx, &ticket.id, &event).await
}

/// All steps of a ticket, opened.
///
/// # Errors
/// When a reason does not open with the keys at hand.
pub async fn history(tx: &mut Tx, center: &Center, id: &str) -> Result<Vec<TicketEvent>, StoreError> {
    let found = ticket_history::of_ticket(tx, id).await?;
    found
        .into_iter()
        .map(|event| {
            let reason = event
                .reason
                .map(|sealed| {
                    let plain = center
                        .keys
                        .open(Seal::Statement, &reason_row(id, event.version), &sealed)
                        .map_err(|_| StoreError::Sealed("ticket_history.reason"))?;
                    String::from_utf8(plain.to_vec())
                        .map_err(|_| StoreError::Invalid("ticket_history.reason"))
                })
                .transpose()?;
            Ok(TicketEvent {
                at: event.happened_at,
                from: event.from,
                to: event.to,
                by: event.party,
                reason,
                staff: event.staff,
            })
        })
        .collect()
}

/// The refusal of a step that is not possible in a state.
pub(super) fn wrong_state(state: TicketState) -> Refusal {
    Refusal::new(
        ErrorCode::WrongState,
        format!("The ticket is in state {}: this cannot be done now.", state.text()),
    )
}

fn reason_row(id: &str, version: i64) -> Vec<u8> {
    ticket::sealed_row(id, &format!("reason {version}"))
}
