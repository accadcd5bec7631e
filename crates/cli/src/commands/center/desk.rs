//! The review desk, for staff. Documents are looked at in the app alone, which shows them in memory: nothing here writes one.

use std::future::Future;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde::Serialize;
use tessera_center_api::document::TicketDocument;
use tessera_center_api::staff::{AcceptanceRequest, AuditLine, StaffLoginRequest, StaffMember};
use tessera_center_api::ticket::{
    DecisionRequest, Field, StaffTicket, TicketKind, TicketLine, TicketState, Verdict,
};
use tessera_center_api::{ErrorCode as Reason, Hidden};
use tessera_center_client::document::ReviewerIdentity;
use tessera_center_client::{ClientError, QueueFilter, Staff, StaffToken};
use tessera_vault::{CenterStaff, KeptSecret, RecordId};
use zeroize::Zeroizing;

use super::mfa::{bind_into_vault, refused};
use super::{Context, done};
use crate::center::failure::{client_failure, time_words};
use crate::center::{At, Centers, ask_code, choose, hidden, new_password, number, once, vault_codes};
use crate::failure::{Code, Failure};
use crate::password;
use crate::text::{columns, safe};

/// What to do there.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Desk {
    /// Take the invitation of a new staff member: a password, and an MFA device straight into this vault
    Join(JoinArgs),
    /// Sign in, always with password and code
    SignIn(SignInArgs),
    /// Sign out
    SignOut,
    /// Make the reviewer's key in this vault, if there is none, and ask for it to be listed
    RegisterKey,
    /// List the tickets that wait
    Queue(QueueArgs),
    /// Show a ticket; what is stated and filed, once it is claimed
    Show(TicketArg),
    /// Claim a ticket
    Claim(TicketArg),
    /// Give a claim back
    Release(TicketArg),
    /// Approve a claimed ticket
    Approve(DecideArgs),
    /// Reject a claimed ticket
    Reject(DecideArgs),
    /// Ask the applicant for more
    Ask(DecideArgs),
    /// Mark a stated value that differs as another spelling of the same
    Mark(MarkArgs),
    /// Confirm another reviewer's mark
    ConfirmMark(ConfirmArgs),
    /// Print the log of what staff did, the newest first
    History(HistoryArgs),
}

/// Which invitation.
#[derive(Debug, clap::Args)]
pub(crate) struct JoinArgs {
    /// The token that the center's operator gave; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    token: String,
    /// Read the new password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    new_center_password_file: Option<PathBuf>,
}

/// As whom.
#[derive(Debug, clap::Args)]
pub(crate) struct SignInArgs {
    /// The e-mail address [default: that of the last time]
    email: Option<String>,
    /// Read the password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    center_password_file: Option<PathBuf>,
    /// Take the code of this vault's own entry, without asking
    #[arg(long, conflicts_with = "type_code")]
    from_vault: bool,
    /// Type the code, also when this vault has it
    #[arg(long)]
    type_code: bool,
}

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

/// Which ticket.
#[derive(Debug, clap::Args)]
pub(crate) struct TicketArg {
    /// Its number
    ticket: String,
}

/// Which ticket, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct DecideArgs {
    /// Its number
    ticket: String,
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
    ticket: String,
    /// The field
    #[arg(value_parser = field_parser())]
    field: Field,
    /// Why it is the same
    #[arg(long)]
    reason: String,
}

/// Which value.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfirmArgs {
    /// The ticket's number
    ticket: String,
    /// The field
    #[arg(value_parser = field_parser())]
    field: Field,
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

#[derive(Serialize)]
struct Key<'a> {
    recipient: &'a str,
}

/// A staff member who is signed in.
struct AtDesk<'a> {
    centers: Centers<'a>,
    center: RecordId,
    staff: Staff,
}

impl<'a> AtDesk<'a> {
    fn open(context: &'a Context, at: &'a At) -> Result<Self, Failure> {
        let centers = Centers::open(context, at)?;
        let center = chosen(&centers)?;
        let session = centers.record(center)?.staff.as_ref().and_then(|staff| staff.session.as_ref());
        // It goes to its center with each request.
        let token = session.map(|session| StaffToken::new(session.expose_secret()));
        let token = token.ok_or_else(|| {
            Failure::new(Code::NotSignedIn, "No staff member is signed in there.")
                .with_advice("`tessera center desk sign-in` begins a session.")
        })?;
        let staff = centers.client(center)?.as_staff(token);
        Ok(Self { centers, center, staff })
    }

    /// Asks as staff. A session that turns out to have ended is dropped.
    fn ask<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        ask: impl FnOnce(Staff) -> F,
    ) -> Result<T, Failure> {
        let answer = self.centers.runtime().block_on(ask(self.staff.clone()));
        answer.map_err(|error| {
            if error.code() == Some(Reason::NotSignedIn) {
                // A vault that cannot be written keeps a token that is good for nothing.
                let _ = self.drop_session();
                return Failure::new(Code::NotSignedIn, "The session of staff has ended.")
                    .with_advice("`tessera center desk sign-in` begins another one.");
            }
            client_failure(&error)
        })
    }

    fn drop_session(&mut self) -> Result<(), Failure> {
        self.centers.edit(self.center, |record| {
            if let Some(staff) = &mut record.staff {
                staff.session = None;
            }
        })
    }
}

/// The center that is meant; without a word, the only one where staff are known.
fn chosen(centers: &Centers<'_>) -> Result<RecordId, Failure> {
    if centers.at.center.is_none() {
        let known: Vec<RecordId> =
            centers.vault.centers().filter(|(_, record)| record.staff.is_some()).map(|(id, _)| id).collect();
        if let [only] = known.as_slice() {
            return Ok(*only);
        }
    }
    choose::center(&centers.vault, centers.at.center.as_deref())
}

/// Does it.
pub(crate) fn run(args: &Desk, context: &Context, at: &At) -> Result<(), Failure> {
    match args {
        Desk::Join(args) => join(args, context, at),
        Desk::SignIn(args) => sign_in(args, context, at),
        Desk::SignOut => {
            let mut desk = AtDesk::open(context, at)?;
            // A center that cannot be reached ends the session by itself.
            let _ = desk.ask(|staff| async move { staff.sign_out().await });
            desk.drop_session()?;
            done(context, "signed_out", "Signed out of the review desk.")
        }
        Desk::RegisterKey => register_key(context, at),
        Desk::Queue(args) => queue(args, context, at),
        Desk::Show(TicketArg { ticket }) => show(ticket, context, at),
        Desk::Claim(TicketArg { ticket }) => {
            AtDesk::open(context, at)?.ask(|staff| async move { staff.claim(ticket).await })?;
            done(context, "claimed", "The ticket is claimed; `desk show` shows what is stated and filed.")
        }
        Desk::Release(TicketArg { ticket }) => {
            AtDesk::open(context, at)?.ask(|staff| async move { staff.release(ticket).await })?;
            done(context, "released", "The claim was given back.")
        }
        Desk::Approve(args) => decide(args, Verdict::Approve, context, at),
        Desk::Reject(args) => decide(args, Verdict::Reject, context, at),
        Desk::Ask(args) => decide(args, Verdict::AskMore, context, at),
        Desk::Mark(args) => {
            let mut desk = AtDesk::open(context, at)?;
            let version = desk.ask(|staff| async move { staff.ticket(&args.ticket).await })?.version;
            desk.ask(|staff| async move {
                staff.mark_variant(&args.ticket, args.field, &args.reason, &version).await
            })?;
            done(context, "marked", "Marked; another reviewer has to confirm it.")
        }
        Desk::ConfirmMark(args) => {
            let mut desk = AtDesk::open(context, at)?;
            let version = desk.ask(|staff| async move { staff.ticket(&args.ticket).await })?.version;
            desk.ask(|staff| async move { staff.confirm_variant(&args.ticket, args.field, &version).await })?;
            done(context, "confirmed", "Confirmed.")
        }
        Desk::History(args) => history(args, context, at),
    }
}

fn join(args: &JoinArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let token = if args.token == "-" {
        context.input.secret_line("Invitation: ")?
    } else {
        Zeroizing::new(args.token.clone())
    };
    let token = Hidden::new(token.trim());
    let file = args.new_center_password_file.as_deref();
    let password = new_password(context, file, "New password of the staff account: ")?;
    let opened = centers.ask(client.open_staff_invitation(token))?;
    let email = vault_codes::credential_from(&opened.uri)?.account;
    let flow = opened.flow;
    let (entry, answer) = bind_into_vault(&mut centers, &opened.uri, |codes| async move {
        client.accept_staff_invitation(&AcceptanceRequest { flow, password, codes }).await
    })?;
    refused(answer)?;
    centers.edit(id, |record| {
        record.staff = Some(CenterStaff {
            id: String::new(),
            name: String::new(),
            session: None,
            entry: Some(entry),
            email: email.clone(),
            roles: Vec::new(),
            decides_from: 0,
        });
    })?;
    done(context, "joined", &format!("Welcome. `tessera center desk sign-in {}` signs in.", safe(&email)))
}

fn sign_in(args: &SignInArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = chosen(&centers)?;
    let client = centers.client(id)?;
    let known = centers.record(id)?.staff.clone();
    let email = match (&args.email, &known) {
        (Some(email), _) => email.trim().to_owned(),
        (None, Some(staff)) if !staff.email.is_empty() => staff.email.clone(),
        _ => {
            let answer = context.input.answer(&context.out, "E-mail address:", "EMAIL as an argument")?;
            answer.trim().to_owned()
        }
    };
    let password = match &args.center_password_file {
        Some(file) => hidden(&password::text_from_file(file)?),
        None => hidden(&context.input.secret_line(&format!("Password of {}: ", safe(&email)))?),
    };
    let same = known.filter(|staff| staff.email.eq_ignore_ascii_case(&email));
    let entry = same
        .and_then(|staff| staff.entry)
        .filter(|entry| centers.vault.entry(*entry).is_some_and(|found| found.entry.deleted.is_none()));
    let from_vault = match entry.filter(|_| !args.type_code) {
        Some(entry) if args.from_vault => Some(entry),
        Some(entry) => {
            let words = vault_codes::entry_words(&centers.vault, entry);
            let question = format!("Take the code of {words} from this vault?");
            context.input.confirm(&context.out, &question, true, "--from-vault")?.then_some(entry)
        }
        None if args.from_vault => {
            return Err(Failure::new(
                Code::NotFound,
                "No entry of this vault gives the codes of this staff account.",
            ));
        }
        None => None,
    };
    let code = match from_vault {
        Some(entry) => vault_codes::fresh_code(context, &mut centers.vault, entry)?,
        None => ask_code(context, "Code of the MFA device: ")?,
    };
    let login = StaffLoginRequest { email: email.clone(), password, code };
    let (token, member) = centers.ask(client.sign_in_staff(&login))?;
    keep(&mut centers, id, email, &token, &member, entry)?;
    if context.out.is_json() {
        return context.out.value(&member);
    }
    let roles: Vec<&str> = member.roles.iter().map(|role| role.text()).collect();
    context.out.line(&format!("{} ({}) is signed in.", safe(&member.name), roles.join(", ")))
}

fn keep(
    centers: &mut Centers<'_>,
    id: RecordId,
    email: String,
    token: &StaffToken,
    member: &StaffMember,
    entry: Option<tessera_vault::EntryId>,
) -> Result<(), Failure> {
    // From here on the vault keeps it.
    let session = Some(KeptSecret::new(token.expose_secret()));
    centers.edit(id, |record| {
        record.staff = Some(CenterStaff {
            id: member.id.clone(),
            name: member.name.clone(),
            session,
            entry,
            email,
            roles: member.roles.iter().map(|role| role.text().to_owned()).collect(),
            decides_from: number(member.decides_from),
        });
    })
}

fn register_key(context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let kept = desk.centers.record(desk.center)?.identities.last().cloned();
    // To read its public half; it goes nowhere else.
    let own = kept.and_then(|kept| ReviewerIdentity::from_text(kept.expose_secret()));
    let recipient = match own {
        Some(own) => own.recipient(),
        None => {
            let new = ReviewerIdentity::generate();
            // From here on the vault keeps it.
            let kept = KeptSecret::new(new.to_text().as_str());
            desk.centers.edit(desk.center, |record| record.identities.push(kept))?;
            new.recipient()
        }
    };
    let wanted = recipient.as_str();
    let answer = desk.ask(|staff| async move { staff.register_key(wanted).await });
    match answer {
        // Registered already: just as wished.
        Err(failure) if failure.code == Code::Refused(Reason::WrongState) => {}
        answer => answer?,
    }
    if context.out.is_json() {
        return context.out.value(&Key { recipient: &recipient });
    }
    context.out.line(&recipient)?;
    context.out.note(
        "It counts when the holder of the staff root key has signed a list that names it. A backup of this vault holds its secret half.",
    );
    Ok(())
}

fn queue(args: &QueueArgs, context: &Context, at: &At) -> Result<(), Failure> {
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
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let claimed = line.claimed_by.as_deref().map(|who| format!("claimed by {}", safe(who)));
            vec![
                safe(&line.id),
                line.kind.text().to_owned(),
                line.state.text().to_owned(),
                format!("changed {}", time_words(line.changed_at)),
                if line.contested { "contested" } else { "" }.to_owned(),
                claimed.unwrap_or_default(),
            ]
        })
        .collect();
    context.out.lines(&columns(&rows))
}

fn show(ticket: &str, context: &Context, at: &At) -> Result<(), Failure> {
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
    context.out.lines(&words(&read, &documents))
}

fn words(ticket: &StaffTicket, documents: &[TicketDocument]) -> Vec<String> {
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
        lines.extend(review.obstacles.iter().map(|obstacle| format!("  Not yet: {}", safe(obstacle))));
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
        let staff = event.staff.as_deref().map(|staff| format!(" ({})", safe(staff))).unwrap_or_default();
        let reason = event.reason.as_deref().map(|reason| format!(": {}", safe(reason))).unwrap_or_default();
        format!("  {}  {} by {}{staff}{reason}", time_words(event.at), event.to.text(), event.by.text())
    }));
    lines
}

fn decide(args: &DecideArgs, verdict: Verdict, context: &Context, at: &At) -> Result<(), Failure> {
    let mut desk = AtDesk::open(context, at)?;
    let id = args.ticket.as_str();
    let read = desk.ask(|staff| async move { staff.ticket(id).await })?;
    if read.value.review.is_none() {
        return Err(Failure::new(Code::Refused(Reason::WrongState), "You have not claimed this ticket.")
            .with_advice("`tessera center desk claim` does; look at it before you decide."));
    }
    if !args.yes {
        for line in words(&read.value, &[]) {
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
    context.out.lines(&words(&decided, &[]))
}

fn history(args: &HistoryArgs, context: &Context, at: &At) -> Result<(), Failure> {
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
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let about: Vec<String> =
                line.about.iter().map(|(name, text)| format!("{}: {}", safe(name), safe(text))).collect();
            vec![
                line.number.to_string(),
                time_words(line.happened_at),
                safe(line.staff.as_deref().unwrap_or("the center")),
                safe(&line.action),
                safe(line.ticket.as_deref().unwrap_or_default()),
                about.join(", "),
            ]
        })
        .collect();
    context.out.lines(&columns(&rows))
}
