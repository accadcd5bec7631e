//! What reviewers do: claim, mark spelling variants, decide. Each act stands in the audit log, in its own transaction.

use tessera_center_api::ErrorCode;
use tessera_center_api::security::EventKind;
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::{
    Compared, Field, Match, Obstacle, Statement, TicketKind, TicketState, Verdict,
};

use super::compare::{self, Subject};
use super::states::Step;
use super::transition::{self, By, wrong_state};
use super::{hold, none, open_statement, reason, tell_applicant};
use crate::Center;
use crate::http::{IfMatch, Refusal, StaffMember};
use crate::keys::Seal;
use crate::outbox::{Message, Template};
use crate::rules::audit::{self, Entry};
use crate::rules::notices;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::ticket::{self, Ticket};
use crate::store::tables::{contact, ticket_mark};
use crate::store::{StoreError, Tx};

/// A ticket that staff may see, locked until the transaction ends.
///
/// # Errors
/// `NotFound`; a draft is nobody's business.
pub async fn seen(tx: &mut Tx, id: &str) -> Result<Ticket, Refusal> {
    ticket::lock(tx, id).await?.filter(|ticket| ticket.state != TicketState::Draft).ok_or_else(none)
}

/// Claims a ticket for a while: one of those who try at once.
///
/// # Errors
/// `Forbidden` for those who may not decide it, `WrongState` when it waits for nobody or somebody else has it.
pub async fn claim(tx: &mut Tx, center: &Center, caller: &StaffMember, id: &str) -> Result<(), Refusal> {
    let found = seen(tx, id).await?;
    may_decide(tx, center, caller, &found).await?;
    if !found.state.awaits_staff() {
        return Err(wrong_state(found.state));
    }
    let (now, rules) = (center.now(), &center.config.rules);
    if !ticket::claim(tx, id, caller.id(), now, now + rules.claim).await? {
        let until = found.claimed_until.unwrap_or(now);
        return Err(
            Refusal::new(ErrorCode::WrongState, "Another reviewer has claimed this ticket.").until(until)
        );
    }
    audit::append(tx, center, Some(caller.id()), &Entry::new("ticket-claimed").ticket(id)).await?;
    Ok(())
}

/// Gives a claim back; a supervisor gives back whosever it is.
///
/// # Errors
/// `WrongState` when there is no claim that the caller may give back.
pub async fn release(tx: &mut Tx, center: &Center, caller: &StaffMember, id: &str) -> Result<(), Refusal> {
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    seen(tx, id).await?;
    let whose = if caller.has(Role::Supervisor) { None } else { Some(caller.id()) };
    if !ticket::release(tx, id, whose).await? {
        return Err(Refusal::new(ErrorCode::WrongState, "You have not claimed this ticket."));
    }
    audit::append(tx, center, Some(caller.id()), &Entry::new("ticket-released").ticket(id)).await?;
    Ok(())
}

/// Whether somebody may decide a ticket: a reviewer, for long enough, and neither its applicant nor its subject, be it by
/// the linked account or by the e-mail address.
async fn may_decide(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    found: &Ticket,
) -> Result<(), Refusal> {
    caller.require(&[Role::Reviewer])?;
    let staff = caller.staff();
    let from = staff.created_at + center.config.rules.staff_age;
    if center.now() < from {
        return Err(Refusal::new(ErrorCode::Forbidden, "Your staff account is too new to decide tickets.")
            .until(from));
    }
    let mut own_email = false;
    if let Some(applicant) = found.account {
        let theirs = contact::of_account(tx, &center.keys, applicant).await?;
        own_email =
            theirs.iter().any(|one| contact::fingerprint(&center.keys, &one.address) == staff.fingerprint);
    }
    let fingerprint = Some(staff.fingerprint.as_slice());
    own_email |=
        found.contact_fingerprint.as_deref() == fingerprint || found.target.as_deref() == fingerprint;
    let subject = Subject::find(tx, center, found, &open_statement(center, found)?).await?;
    let subject = subject.account.map(|account| account.id);
    let own_account = staff.account.is_some() && (staff.account == found.account || staff.account == subject);
    if own_email || own_account {
        return Err(Refusal::new(ErrorCode::Forbidden, "This ticket is your own: others decide it."));
    }
    Ok(())
}

/// The ticket, if the caller may decide it, has claimed it, and it is as it was read.
async fn in_hand(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    id: &str,
    version: Option<IfMatch>,
) -> Result<Ticket, Refusal> {
    let found = seen(tx, id).await?;
    if version.is_some_and(|version| version.0 != found.version) {
        return Err(IfMatch::changed());
    }
    if !found.state.awaits_staff() {
        return Err(wrong_state(found.state));
    }
    may_decide(tx, center, caller, &found).await?;
    if found.claimant(center.now()) != Some(caller.id()) {
        return Err(Refusal::new(
            ErrorCode::Forbidden,
            "Claim the ticket first. A claim ends by itself after a while.",
        ));
    }
    Ok(found)
}

/// What a reviewer sees of a ticket in hand.
pub struct Case {
    /// What is stated.
    pub stated: Statement,
    /// The account it is about.
    pub subject: Subject,
    /// Field by field.
    pub compared: Vec<Compared>,
}

/// Opens what is stated and what is on file.
///
/// # Errors
/// When the database is away or a sealed value does not open.
pub async fn case(tx: &mut Tx, center: &Center, found: &Ticket) -> Result<Case, StoreError> {
    let stated = open_statement(center, found)?;
    let subject = Subject::find(tx, center, found, &stated).await?;
    let marks = ticket_mark::of_ticket(tx, &found.id).await?;
    let compared = compare::compare(&stated, &subject, &marks);
    Ok(Case { stated, subject, compared })
}

/// What keeps this reviewer from approving a ticket: that the first approval was the same one's, and what does not agree.
pub fn obstacles(found: &Ticket, case: &Case, reviewer: &str) -> Vec<Obstacle> {
    let second = found.state == TicketState::FirstApproval;
    let own = second && found.first_reviewer.as_deref() == Some(reviewer);
    let compared = compare::obstacles(&case.stated, &case.subject, &case.compared, second);
    own.then_some(Obstacle::OwnFirstApproval).into_iter().chain(compared).collect()
}

/// Marks a field that differs as another spelling of the same.
///
/// # Errors
/// `WrongState` when it does not differ or is marked already.
pub async fn mark(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    id: &str,
    version: IfMatch,
    field: Field,
    why: &str,
) -> Result<(), Refusal> {
    let why = reason(why, "/reason")?;
    let found = in_hand(tx, center, caller, id, Some(version)).await?;
    let case = case(tx, center, &found).await?;
    if !case.compared.iter().any(|one| one.field == field && one.result == Match::Differs) {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "This field does not differ from what is on file, or is marked.",
        ));
    }
    let row = ticket::sealed_row(id, &format!("mark {}", field.text()));
    let sealed = center.keys.seal(&*center.random, Seal::Statement, &row, why.as_bytes())?;
    if !ticket_mark::insert(tx, id, field, caller.id(), &sealed, center.now()).await? {
        return Err(IfMatch::changed());
    }
    ticket::touch(tx, id).await?;
    let entry = Entry::new("variant-marked").ticket(id).with("field", field.text()).with("reason", why);
    audit::append(tx, center, Some(caller.id()), &entry).await?;
    Ok(())
}

/// Confirms a mark that another reviewer made.
///
/// # Errors
/// `Forbidden` for one's own mark, `WrongState` when there is none.
pub async fn confirm(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    id: &str,
    version: IfMatch,
    field: Field,
) -> Result<(), Refusal> {
    in_hand(tx, center, caller, id, Some(version)).await?;
    if !ticket_mark::confirm(tx, id, field, caller.id(), center.now()).await? {
        let marks = ticket_mark::of_ticket(tx, id).await?;
        let own = marks.iter().any(|mark| mark.field == field && mark.marked_by == caller.id());
        return Err(if own {
            Refusal::new(ErrorCode::Forbidden, "Another reviewer must confirm what you marked.")
        } else {
            Refusal::new(
                ErrorCode::WrongState,
                "There is no mark on this field that waits for a confirmation.",
            )
        });
    }
    ticket::touch(tx, id).await?;
    let entry = Entry::new("variant-confirmed").ticket(id).with("field", field.text());
    audit::append(tx, center, Some(caller.id()), &entry).await?;
    Ok(())
}

/// Decides. Gives the ticket as it is then.
///
/// # Errors
/// `Changed`, `Forbidden`, `WrongState`, `StatementMismatch`.
pub async fn decide(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    id: &str,
    version: IfMatch,
    verdict: Verdict,
    why: &str,
) -> Result<Ticket, Refusal> {
    let why = reason(why, "/reason")?;
    let found = in_hand(tx, center, caller, id, Some(version)).await?;
    let by = By::staff(caller.id());
    let decided = match verdict {
        Verdict::AskMore => {
            let asked = transition::apply(tx, center, &found, Step::AskMore, by, Some(&why), |to| {
                to.first_reviewer = None;
                to.second_reviewer = None;
            })
            .await?;
            tell_decision(tx, center, &asked, Template::TicketMoreInformation, &why).await?;
            asked
        }
        Verdict::Reject => {
            let rejected =
                transition::apply(tx, center, &found, Step::Reject, by, Some(&why), |_| {}).await?;
            tell_decision(tx, center, &rejected, Template::TicketRejected, &why).await?;
            rejected
        }
        Verdict::Approve => approve(tx, center, caller, &found, &why).await?,
    };
    let entry = Entry::new("ticket-decided")
        .ticket(id)
        .with("verdict", verdict.text())
        .with("state", decided.state.text())
        .with("reason", why);
    audit::append(tx, center, Some(caller.id()), &entry).await?;
    Ok(decided)
}

async fn approve(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    found: &Ticket,
    why: &str,
) -> Result<Ticket, Refusal> {
    let case = case(tx, center, found).await?;
    let obstacles = obstacles(found, &case, caller.id());
    if obstacles.contains(&Obstacle::OwnFirstApproval) {
        return Err(Refusal::new(ErrorCode::Forbidden, Obstacle::OwnFirstApproval.to_string()));
    }
    if !obstacles.is_empty() {
        let sentences: Vec<String> = obstacles.iter().map(Obstacle::to_string).collect();
        return Err(Refusal::new(ErrorCode::StatementMismatch, sentences.join(" ")));
    }
    let by = By::staff(caller.id());
    if !found.kind.is_guarded() {
        let done = transition::apply(tx, center, found, Step::ApproveAlone, by, Some(why), |to| {
            to.first_reviewer = Some(caller.id().into());
        })
        .await?;
        if found.kind == TicketKind::Question {
            tell_decision(tx, center, &done, Template::TicketAnswered, why).await?;
        } else {
            file_identity(tx, center, &done, &case.stated).await?;
        }
        return Ok(done);
    }
    let subject = case.subject.account.as_ref().map(|account| account.id);
    if found.state != TicketState::FirstApproval {
        return transition::apply(tx, center, found, Step::ApproveFirst, by, Some(why), |to| {
            to.first_reviewer = Some(caller.id().into());
            to.second_reviewer = None;
            to.target_account = subject;
        })
        .await;
    }
    if found.target_account != subject {
        return Err(Refusal::new(
            ErrorCode::StatementMismatch,
            "The account e-mail belongs to another account than at the first approval. Reject the ticket or ask for more.",
        ));
    }
    let approved = transition::apply(tx, center, found, Step::ApproveSecond, by, Some(why), |to| {
        to.second_reviewer = Some(caller.id().into());
    })
    .await?;
    hold::begin(tx, center, &approved).await
}

async fn file_identity(
    tx: &mut Tx,
    center: &Center,
    done: &Ticket,
    stated: &Statement,
) -> Result<(), Refusal> {
    let gone = || {
        Refusal::new(
            ErrorCode::WrongState,
            "The account has an identity on file, or is erased. Reject the ticket.",
        )
    };
    let account = done.account.ok_or_else(gone)?;
    if !compare::file(tx, center, account, stated, &done.id).await? {
        return Err(gone());
    }
    let detail = Detail::none().with("ticket", &*done.id);
    security_log::note(tx, center, account, EventKind::IdentityVerified, "", &detail).await?;
    let message = Message::new(Template::IdentityVerified, &done.language).with("account", account);
    notices::tell(tx, center, account, &message, &[]).await?;
    Ok(())
}

async fn tell_decision(
    tx: &mut Tx,
    center: &Center,
    ticket: &Ticket,
    template: Template,
    why: &str,
) -> Result<(), StoreError> {
    let days = center.config.rules.ticket_patience / crate::clock::DAY;
    let message = Message::new(template, &ticket.language)
        .with("ticket", &*ticket.id)
        .with("reason", why)
        .with("days", days);
    tell_applicant(tx, center, ticket, &message).await
}
