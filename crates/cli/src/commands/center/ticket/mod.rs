//! Tickets: written, followed, moved on.

mod fields;
mod filing;
mod links;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde::Serialize;
use tessera_center_api::ticket::{OldFactor, Ticket, TicketKind, TicketLine, TicketState};
use tessera_center_client::QueryCode;
use tessera_vault::{RecordId, TicketRecord, Vault};

use super::{Context, done};
use crate::center::case::{self, Case};
use crate::center::failure::time_words;
use crate::center::signed::Signed;
use crate::center::{At, Centers, ask_code, ask_query_code, choose, once};
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::{columns, safe};

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Tickets {
    /// List the account's tickets, and those that this vault follows or has drafts of
    List,
    /// File a ticket, from the account or without one
    New(filing::NewArgs),
    /// Show a ticket
    Show(TicketArg),
    /// Say how a ticket without an account stands, by its query code
    Status(StatusArgs),
    /// Send documents with a ticket: drawn anew and sealed to the reviewers' keys on this machine
    Attach(filing::AttachArgs),
    /// Submit a draft: the new contact is proven first, where the ticket asks for one
    Submit(TicketArg),
    /// Answer when staff ask for more: other fields, more documents, and submit again
    Answer(filing::AnswerArgs),
    /// Prove an old factor, which shortens the time that an approved ticket is held
    ProveFactor(FactorArgs),
    /// Take a ticket back
    Withdraw(WithdrawArgs),
    /// Print the query code of a ticket that this vault follows
    QueryCode(TicketArg),
    /// Forget a followed ticket and its query code, or a draft; at the center nothing changes
    Unfollow(TicketArg),
    /// Object to a ticket, with the link of the message that told of it
    Object(links::ObjectArgs),
    /// Bind the new contact or device of an approved ticket, with the link of the message
    OpenLink(links::OpenArgs),
}

/// Which ticket.
#[derive(Debug, clap::Args)]
pub(crate) struct TicketArg {
    /// Its number
    ticket: String,
}

/// By which code.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// The query code; without it, or with -, it is asked for
    code: Option<String>,
    /// Keep the code in this vault, and follow the ticket from here
    #[arg(long)]
    follow: bool,
}

/// Which factor.
#[derive(Debug, clap::Args)]
pub(crate) struct FactorArgs {
    /// The ticket's number
    ticket: String,
    /// The factor that you still have
    #[arg(value_parser = PossibleValuesParser::new(["phone", "email"]).map(|word| if word == "phone" { OldFactor::Phone } else { OldFactor::Email }))]
    factor: OldFactor,
}

/// Whether to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct WithdrawArgs {
    /// The ticket's number
    ticket: String,
    /// Don't ask
    #[arg(long, short = 'y')]
    yes: bool,
}

#[derive(Serialize)]
struct Listed<'a> {
    tickets: &'a [TicketLine],
    followed: Vec<Followed>,
    drafts: Vec<Draft>,
}

#[derive(Serialize)]
struct Followed {
    ticket: String,
    center: String,
    kind: String,
    state: String,
    created_at: u64,
    seen_at: u64,
}

#[derive(Serialize)]
struct Draft {
    #[serde(rename = "draft")]
    id: String,
    center: String,
    account: Option<u64>,
    kind: String,
    saved_at: u64,
}

#[derive(Serialize)]
struct QueryCodeShown<'a> {
    query_code: &'a str,
}

/// Does it.
pub(crate) fn run(args: &Tickets, context: &Context, at: &At) -> Result<(), Failure> {
    match args {
        Tickets::List => list(context, at),
        Tickets::New(args) => filing::new(args, context, at),
        Tickets::Show(TicketArg { ticket }) => {
            let ticket = Case::open(context, at, ticket)?
                .moved(|applicant, id| async move { applicant.ticket(&id).await })?;
            print(context, &ticket)
        }
        Tickets::Status(args) => status(args, context, at),
        Tickets::Attach(args) => filing::attach(args, context, at),
        Tickets::Submit(TicketArg { ticket }) => {
            let mut case = Case::open(context, at, ticket)?;
            let read = case.moved(|applicant, id| async move { applicant.ticket(&id).await })?;
            let ticket = filing::submit(&mut case, &read)?;
            print(context, &ticket)
        }
        Tickets::Answer(args) => filing::answer(args, context, at),
        Tickets::ProveFactor(args) => prove_factor(args, context, at),
        Tickets::Withdraw(args) => withdraw(args, context, at),
        Tickets::QueryCode(TicketArg { ticket }) => query_code(ticket, context, at),
        Tickets::Unfollow(TicketArg { ticket }) => unfollow(ticket, context, at),
        Tickets::Object(args) => links::object(args, context, at),
        Tickets::OpenLink(args) => links::open_link(args, context, at),
    }
}

/// A kind of ticket as an argument.
fn kind_parser() -> impl clap::builder::TypedValueParser<Value = TicketKind> {
    PossibleValuesParser::new(TicketKind::ALL.iter().map(|kind| kind.text()))
        .try_map(|word| TicketKind::from_text(&word).ok_or("no kind of ticket"))
}

fn followed_and_drafts(vault: &Vault, wanted: Option<RecordId>) -> (Vec<Followed>, Vec<Draft>) {
    let (mut followed, mut drafts) = (Vec::new(), Vec::new());
    for (id, record) in vault.ticket_records() {
        if wanted.is_some_and(|wanted| wanted != record.center) {
            continue;
        }
        let center = record.center.to_string();
        if let (Some(ticket), Some(_), Some(seen)) = (&record.ticket, &record.query_code, &record.seen) {
            followed.push(Followed {
                ticket: ticket.clone(),
                center,
                kind: record.kind.clone(),
                state: seen.state.clone(),
                created_at: seen.created,
                seen_at: seen.at,
            });
        } else if record.draft.is_some() {
            drafts.push(Draft {
                id: id.to_string(),
                center,
                account: record.account,
                kind: record.kind.clone(),
                saved_at: record.changed,
            });
        }
    }
    (followed, drafts)
}

fn list(context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let wanted = at.center.as_deref();
    let wanted = wanted.map(|wanted| choose::center(&centers.vault, Some(wanted))).transpose()?;
    let (followed, drafts) = followed_and_drafts(&centers.vault, wanted);
    let tickets: Vec<TicketLine> = match choose::account(&centers.vault, at) {
        Ok(_) => {
            let mut signed = Signed::of(centers)?;
            let (mut all, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let page = signed.ask(|session| async move { session.tickets(cursor.as_deref()).await })?;
                let is_empty = page.items.is_empty();
                all.extend(page.items);
                cursor = page.next;
                if cursor.is_none() || is_empty {
                    break all;
                }
            }
        }
        Err(failure) if failure.code == Code::NotSignedIn && !(followed.is_empty() && drafts.is_empty()) => {
            context.out.note("Nobody is signed in: only what this vault follows or has drafts of is listed.");
            Vec::new()
        }
        Err(failure) => return Err(failure),
    };
    if context.out.is_json() {
        return context.out.value(&Listed { tickets: &tickets, followed, drafts });
    }
    let rows = tickets.iter().map(|line| {
        vec![
            safe(&line.id),
            line.kind.text().to_owned(),
            line.state.text().to_owned(),
            format!("changed {}", time_words(line.changed_at)),
        ]
    });
    let rows = rows.chain(followed.iter().map(|one| {
        vec![
            safe(&one.ticket),
            safe(&one.kind),
            safe(&one.state),
            format!("followed by its code, seen {}", crate::clock::in_words(one.seen_at)),
        ]
    }));
    let rows = rows.chain(drafts.iter().map(|one| {
        vec![
            super::super::short_id(&one.id).to_owned(),
            safe(&one.kind),
            "draft in this vault".to_owned(),
            format!("saved {}", crate::clock::in_words(one.saved_at)),
        ]
    }));
    let rows: Vec<Vec<String>> = rows.collect();
    context.out.lines(&columns(&rows))
}

/// A ticket in JSON, or what a person wants to know of it.
fn print(context: &Context, ticket: &Ticket) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.value(ticket);
    }
    for line in words(ticket) {
        context.out.line(&line)?;
    }
    Ok(())
}

fn words(ticket: &Ticket) -> Vec<String> {
    let mut lines = vec![format!("{}: {}, {}", safe(&ticket.id), ticket.kind.text(), ticket.state.text())];
    if let Some(until) = ticket.hold_until.filter(|_| ticket.state == TicketState::Hold) {
        lines.push(format!("  Held until {}; every old address was told and can object.", time_words(until)));
    }
    if let Some(at) = ticket.expires_at.filter(|_| !ticket.state.is_final()) {
        lines.push(format!("  Expires {} unless it goes on.", time_words(at)));
    }
    if !ticket.contact_proven {
        lines.push("  The new contact is not proven yet; `ticket submit` sends it a code.".to_owned());
    }
    for missing in &ticket.documents_missing {
        lines.push(format!(
            "  Missing: {0}; `ticket attach {1} {0}=FILE`.",
            missing.text(),
            safe(&ticket.id)
        ));
    }
    for event in &ticket.history {
        let reason = event.reason.as_deref().map(|reason| format!(": {}", safe(reason))).unwrap_or_default();
        lines.push(format!("  {}  {} by {}{reason}", time_words(event.at), event.to.text(), event.by.text()));
    }
    lines
}

fn status(args: &StatusArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let code: QueryCode = ask_query_code(context, args.code.as_deref())?;
    let client = centers.client(id)?;
    let ticket = centers.ask(client.query_ticket(&code))?;
    if args.follow {
        let known = centers.vault.followed_ticket(id, &ticket.id).map(|(known, _)| known);
        let record = case::followed(id, &ticket, &code);
        centers.vault.put_ticket_record(known, record).map_err(open::vault_failure)?;
    }
    print(context, &ticket)
}

fn prove_factor(args: &FactorArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut case = Case::open(context, at, &args.ticket)?;
    let factor = args.factor;
    case.ask(|applicant, id| async move { applicant.send_old_factor_code(&id, factor).await })?;
    context.out.note("A code was sent there, if the account has it.");
    let code = ask_code(context, "Code: ")?;
    case.ask(|applicant, id| async move { applicant.prove_old_factor(&id, factor, code).await })?;
    done(context, "proven", "Proven: once approved, the ticket is held for a shorter time.")
}

fn withdraw(args: &WithdrawArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut case = Case::open(context, at, &args.ticket)?;
    if !args.yes
        && !context.input.confirm(
            &context.out,
            "Take the ticket back? It cannot be filed on.",
            false,
            "--yes",
        )?
    {
        return Err(Failure::new(Code::Canceled, "Nothing was changed."));
    }
    let ticket = case.moved(|applicant, id| async move {
        once(|intent| {
            let (applicant, id) = (applicant.clone(), id.clone());
            async move { applicant.withdraw(&id, &intent).await }
        })
        .await
    })?;
    print(context, &ticket)
}

/// The record of a followed ticket, in the center that is meant or whichever it is.
fn find_followed<'v>(
    vault: &'v Vault,
    at: &At,
    ticket: &str,
) -> Result<Option<(RecordId, &'v TicketRecord)>, Failure> {
    let wanted = at.center.as_deref().map(|wanted| choose::center(vault, Some(wanted))).transpose()?;
    let mut ids = vault.centers().map(|(id, _)| id).filter(|id| wanted.is_none_or(|wanted| wanted == *id));
    Ok(ids.find_map(|center| vault.followed_ticket(center, ticket)))
}

fn query_code(ticket: &str, context: &Context, at: &At) -> Result<(), Failure> {
    let vault = open::unlock(context)?;
    let (_, record) = find_followed(&vault, at, ticket)?.ok_or_else(case::no_ticket)?;
    let code = record.query_code.as_ref().ok_or_else(case::no_ticket)?;
    // The person asked to see it.
    let code = code.expose_secret();
    if context.out.is_json() {
        context.out.value(&QueryCodeShown { query_code: code })
    } else {
        context.out.line(code)
    }
}

fn unfollow(ticket: &str, context: &Context, at: &At) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let found = match find_followed(&vault, at, ticket)? {
        Some((id, _)) => id,
        None => draft(&vault, ticket)?.0,
    };
    vault.remove_ticket_record(found).map_err(open::vault_failure)?;
    done(context, "forgotten", "Forgotten here; at the center nothing changed.")
}

/// A draft by the beginning of its id.
fn draft<'v>(vault: &'v Vault, wanted: &str) -> Result<(RecordId, &'v TicketRecord), Failure> {
    let all: Vec<(String, RecordId, &TicketRecord)> = vault
        .ticket_records()
        .filter(|(_, record)| record.draft.is_some())
        .map(|(id, record)| (id.to_string(), id, record))
        .collect();
    let (_, id, record) = super::sessions::by_id(&all, |(text, _, _)| text, wanted, "ticket or draft")?;
    Ok((*id, *record))
}
