//! The queue, tickets, decisions, and the log of what staff did.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde::Serialize;
use tessera_center_api::ErrorCode as Reason;
use tessera_center_api::document::TicketDocument;
use tessera_center_api::staff::AuditLine;
use tessera_center_api::ticket::{
    DecisionRequest, Field, StaffTicket, TicketKind, TicketLine, TicketState, Verdict,
};
use tessera_center_client::QueueFilter;

use super::{AtDesk, Context, Names};
use crate::center::failure::time_words;
use crate::center::{At, once};
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};

/// Which tickets.
#[derive(Debug, clap::Args)]
pub(crate) struct QueueArgs {
    /// Only those in this state
    #[arg(long, value_parser = PossibleValuesParser::new(TicketState::ALL.iter().map(|state| state.text())).try_map(|word| TicketState::from_text(&word).ok_or("no state")))]
    state: Option<TicketState>,
    /// Only those of this kind
    #[arg(long, value_parser = PossibleValuesParser::new(TicketKind::ALL.iter().map(|kind| kind.text())).try_map(|word| TicketKind::from_text(&word).ok_or("no kind")))]
    kind: Option<TicketKind>,
    /// Only those that you have claimed
    #[arg(long)]
    mine: bool,
}

/// Which ticket, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct DecideArgs {
    /// Its number
    pub(super) ticket: String,
    /// Why; the applicant reads it when more is asked for or it is rejected
    #[arg(long)]
    reason: String,
    /// Don't ask
    #[arg(long, short = 'y')]
    yes: bool,
}

fn field_parser() -> impl clap::builder::TypedValueParser<Value = Field> {
    PossibleValuesParser::new(Field::ALL.iter().map(|field| field.text()))
        .try_map(|word| Field::from_text(&word).ok_or("no field"))
}

/// Which value, and why it is the same.
#[derive(Debug, clap::Args)]
pub(crate) struct MarkArgs {
    /// The ticket's number
    pub(super) ticket: String,
    /// The field
    #[arg(value_parser = field_parser())]
    pub(super) field: Field,
    /// Why it is the same
    #[arg(long)]
    pub(super) reason: String,
}

/// Which value.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfirmArgs {
    /// The ticket's number
    pub(super) ticket: String,
    /// The field
    #[arg(value_parser = field_parser())]
    pub(super) field: Field,
}

/// How much.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryArgs {
    /// Only what was about this ticket
    #[arg(long)]
    ticket: Option<String>,
    /// How many lines at most
    #[arg(short = 'n', long = "lines", default_value_t = 50)]
    lines: usize,
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    ticket: &'a StaffTicket,
    documents: &'a [TicketDocument],
}

/// Lists the tickets that wait.
pub(super) fn queue(args: &QueueArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let filter = QueueFilter { state: args.state, kind: args.kind, mine: args.mine };
    let (mut lines, mut cursor): (Vec<TicketLine>, Option<String>) = (Vec::new(), None);
    loop {
        let filter = filter.clone();
        let page = desk.ask(|staff| async move { staff.queue(&filter, cursor.as_deref()).await })?;
        let is_empty = page.items.is_empty();
        lines.extend(page.items);
        cursor = page.next;
        if cursor.is_none() || is_empty {
            break;
        }
    }
    if context.out.is_json() {
        return context.out.value(&lines);
    }
    let names = desk.names();
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let approved = line.approved_by.as_deref().map(|who| format!("approved by {}", names.of(who)));
            let claimed = line.claimed_by.as_deref().map(|who| format!("claimed by {}", names.of(who)));
            vec![
                safe(&line.id),
                line.kind.text().to_owned(),
                line.state.text().to_owned(),
                format!("changed {}", time_words(line.changed_at)),
                if line.contested { "contested" } else { "" }.to_owned(),
                approved.unwrap_or_default(),
                claimed.unwrap_or_default(),
            ]
        })
        .collect();
    context.out.lines(&columns(&rows))
}

/// Shows a ticket.
pub(super) fn show(ticket: &str, context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let read = desk.ask(|staff| async move { staff.ticket(ticket).await })?.value;
    let documents = if read.review.is_some() {
        desk.ask(|staff| async move { staff.documents(ticket).await })?
    } else {
        Vec::new()
    };
    if context.out.is_json() {
        return context.out.value(&Shown { ticket: &read, documents: &documents });
    }
    context.out.lines(&words(&read, &documents, &desk.names()))
}

fn words(ticket: &StaffTicket, documents: &[TicketDocument], names: &Names) -> Vec<String> {
    let line = &ticket.line;
    let mut lines = vec![format!("{}: {}, {}", safe(&line.id), line.kind.text(), line.state.text())];
    if let Some(until) = ticket.hold_until {
        lines.push(format!("  Held until {}", time_words(until)));
    }
    if let Some(review) = &ticket.review {
        let rows: Vec<Vec<String>> = review
            .comparison
            .iter()
            .map(|one| {
                vec![
                    format!("  {}", one.field.text()),
                    // The reviewer compares the two.
                    safe(one.stated.expose_secret()),
                    // As above.
                    one.filed
                        .as_ref()
                        .map_or("nothing on file".to_owned(), |filed| safe(filed.expose_secret())),
                    one.result.text().to_owned(),
                ]
            })
            .collect();
        lines.extend(columns(&rows));
        lines.extend(review.obstacles.iter().map(|obstacle| format!("  Not yet: {obstacle}")));
        lines.extend(review.objections.iter().map(|objection| {
            format!("  Objection: {}", safe(objection.reason.as_deref().unwrap_or("without a reason")))
        }));
    } else {
        lines.push("  What is stated is shown to the reviewer who claims it.".to_owned());
    }
    lines.extend(documents.iter().map(|document| {
        format!("  Document: {} ({} KiB); the app shows it", document.kind.text(), document.bytes / 1024)
    }));
    lines.extend(ticket.history.iter().map(|event| {
        let staff = event.staff.as_deref().map(|staff| format!(" ({})", names.of(staff))).unwrap_or_default();
        let reason = event.reason.as_deref().map(|reason| format!(": {}", safe(reason))).unwrap_or_default();
        format!("  {}  {} by {}{staff}{reason}", time_words(event.at), event.to.text(), event.by.text())
    }));
    lines
}

/// Decides on a claimed ticket.
pub(super) fn decide(args: &DecideArgs, verdict: Verdict, context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let id = args.ticket.as_str();
    let read = desk.ask(|staff| async move { staff.ticket(id).await })?;
    if read.value.review.is_none() {
        return Err(Failure::new(Code::Refused(Reason::WrongState), "You have not claimed this ticket.")
            .with_advice("`tessera center desk claim` does; look at it before you decide."));
    }
    if !args.yes {
        for line in words(&read.value, &[], &desk.names()) {
            context.out.say(&line);
        }
        let question = match verdict {
            Verdict::Approve => "Approve it?",
            Verdict::Reject => "Reject it?",
            Verdict::AskMore => "Ask the applicant for more?",
        };
        if !context.input.confirm(&context.out, question, false, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was decided."));
        }
    }
    let decision = DecisionRequest { verdict, reason: args.reason.clone() };
    let version = read.version;
    let decided = desk.ask(|staff| async move {
        once(|intent| {
            let (staff, decision, version) = (staff.clone(), decision.clone(), version.clone());
            async move { staff.decide(id, &decision, &version, &intent).await }
        })
        .await
    })?;
    if context.out.is_json() {
        return context.out.value(&decided);
    }
    context.out.lines(&words(&decided, &[], &desk.names()))
}

/// Prints the log of what staff did.
pub(super) fn history(args: &HistoryArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let (mut lines, mut cursor): (Vec<AuditLine>, Option<String>) = (Vec::new(), None);
    loop {
        let page = desk.ask(|staff| async move { staff.audit_log(cursor.as_deref()).await })?;
        let is_empty = page.items.is_empty();
        let wanted = |line: &AuditLine| args.ticket.is_none() || line.ticket == args.ticket;
        lines.extend(page.items.into_iter().filter(wanted));
        cursor = page.next;
        if cursor.is_none() || is_empty || lines.len() >= args.lines {
            break;
        }
    }
    lines.truncate(args.lines);
    if context.out.is_json() {
        return context.out.value(&lines);
    }
    let names = desk.names();
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let about: Vec<String> =
                line.about.iter().map(|(name, text)| format!("{}: {}", safe(name), safe(text))).collect();
            vec![
                line.number.to_string(),
                time_words(line.happened_at),
                line.staff.as_deref().map_or("the center".to_owned(), |who| names.of(who)),
                safe(&line.action),
                safe(line.ticket.as_deref().unwrap_or_default()),
                about.join(", "),
            ]
        })
        .collect();
    context.out.lines(&columns(&rows))
}
