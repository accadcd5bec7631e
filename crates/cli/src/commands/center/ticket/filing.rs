//! Writing and filing tickets, and the documents that go with them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_center_api::Hidden;
use tessera_center_api::account::Language;
use tessera_center_api::ticket::{DocumentKind, Statement, Ticket, TicketFiling, TicketKind, TicketState};
use tessera_center_client::document::{self, Picture, SEALING_ROOM, seal};
use tessera_center_client::{Center, QueryCode, TicketDraft};
use tessera_vault::{KeptSecret, RecordId, TicketRecord};
use zeroize::Zeroizing;

use super::super::account::Tongue;
use super::{Context, draft, fields, kind_parser, print, words};
use crate::center::case::{self, Case};
use crate::center::failure::document_failure;
use crate::center::signed::Signed;
use crate::center::{At, Centers, ask_code, choose, once};
use crate::clock;
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::safe;

/// How often a document that breaks off goes on from where the center has it.
const SENDS: u32 = 3;

/// What to ask for.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// What it asks for
    #[arg(value_parser = kind_parser(), required_unless_present = "from_draft", conflicts_with = "from_draft")]
    kind: Option<TicketKind>,
    /// State a field; those that are not given are asked for
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Send a document with it (repeat)
    #[arg(long = "document", value_name = "KIND=FILE", value_parser = document_pair)]
    documents: Vec<(DocumentKind, PathBuf)>,
    /// File it without an account, by your own e-mail address or phone: news of the ticket goes there
    #[arg(long, value_name = "ADDRESS")]
    without_account: Option<String>,
    /// The language of those messages
    #[arg(long, value_enum, default_value = "en")]
    language: Tongue,
    /// Leave it as a draft at the center
    #[arg(long)]
    dont_submit: bool,
    /// File a draft that this vault keeps
    #[arg(long, value_name = "DRAFT")]
    from_draft: Option<String>,
}

/// Which documents.
#[derive(Debug, clap::Args)]
pub(crate) struct AttachArgs {
    /// The ticket's number
    ticket: String,
    /// What the document shows, and the JPEG, PNG or PDF
    #[arg(value_name = "KIND=FILE", value_parser = document_pair, required = true)]
    documents: Vec<(DocumentKind, PathBuf)>,
}

/// What is answered.
#[derive(Debug, clap::Args)]
pub(crate) struct AnswerArgs {
    /// The ticket's number
    ticket: String,
    /// State a field anew
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Send a document with it (repeat)
    #[arg(long = "document", value_name = "KIND=FILE", value_parser = document_pair)]
    documents: Vec<(DocumentKind, PathBuf)>,
}

#[derive(Serialize)]
struct FiledTicket<'a> {
    ticket: &'a Ticket,
    query_code: Option<&'a str>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is expected")?;
    Ok((name.trim().replace('-', "_"), value.to_owned()))
}

fn document_pair(text: &str) -> Result<(DocumentKind, PathBuf), String> {
    let (kind, file) = text.split_once('=').ok_or("KIND=FILE is expected")?;
    let kind = DocumentKind::from_text(kind.trim()).ok_or_else(|| {
        let all: Vec<&str> = DocumentKind::ALL.iter().map(|kind| kind.text()).collect();
        format!("a document shows one of: {}", all.join(", "))
    })?;
    Ok((kind, PathBuf::from(file)))
}

/// A document that was read, before anything of it is sent.
struct Document {
    kind: DocumentKind,
    file: PathBuf,
    picture: Picture,
}

fn read(kind: DocumentKind, file: &Path, most: usize) -> Result<Document, Failure> {
    let unreadable = |error: std::io::Error| {
        let name = safe(&file.display().to_string());
        Failure::new(Code::Failed, format!("{name} cannot be read.")).caused_by(&error)
    };
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let length = opened.metadata().map_err(unreadable)?.len();
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    if length > limit {
        return Err(document_failure(file, document::DocumentError::TooManyBytes { most }));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    opened.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    let picture = document::read(&bytes, most).map_err(|error| document_failure(file, error))?;
    Ok(Document { kind, file: file.to_owned(), picture })
}

/// Reads all of them, so that a bad one is known before anything is sent.
fn read_all(
    centers: &Centers<'_>,
    client: &Center,
    files: &[(DocumentKind, PathBuf)],
) -> Result<(Vec<Document>, usize), Failure> {
    if files.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let about = centers.ask(client.about())?;
    let most = usize::try_from(about.limits.document_bytes).unwrap_or(0);
    let read: Result<Vec<_>, _> = files.iter().map(|(kind, file)| read(*kind, file, most)).collect();
    Ok((read?, most))
}

/// Draws each anew, seals it to the verified list, and sends it.
fn send(case: &mut Case<'_>, documents: &[Document], most: usize) -> Result<(), Failure> {
    if documents.is_empty() {
        return Ok(());
    }
    let keys = case.pinned_keys()?;
    let context = case.centers.context;
    for Document { kind, file, picture } in documents {
        let jpeg = picture.to_jpeg(most.saturating_sub(SEALING_ROOM));
        let jpeg = jpeg.map_err(|error| document_failure(file, error))?;
        let sealed = seal(&jpeg, &keys).map_err(|error| Failure::from_error(Code::CenterKeyList, &error))?;
        let bytes = sealed.bytes().len();
        let kind = *kind;
        let upload = case.ask(|applicant, id| async move {
            once(|intent| {
                let (applicant, id, sealed) = (applicant.clone(), id.clone(), sealed.clone());
                async move { applicant.announce(&id, kind, sealed, &intent).await }
            })
            .await
        })?;
        let runtime = case.centers.runtime();
        let mut sent = runtime.block_on(upload.send(|_| ()));
        for _ in 1..SENDS {
            if !sent.as_ref().is_err_and(tessera_center_client::ClientError::may_pass) {
                break;
            }
            // It goes on from where the center has it.
            sent = runtime.block_on(upload.send(|_| ()));
        }
        case.heed(sent)?;
        context.out.note(&format!(
            "{} was drawn anew, sealed to {} keys and sent ({} KiB).",
            safe(&file.display().to_string()),
            keys.list().keys.len(),
            bytes.div_ceil(1024)
        ));
    }
    Ok(())
}

fn not_a_statement(kind: TicketKind) -> Failure {
    let names: Vec<&str> = fields::of(kind).iter().map(|(name, _)| *name).collect();
    Failure::new(
        Code::BadInput,
        format!("A field is missing or cannot be meant; this ticket has: {}.", names.join(", ")),
    )
    .with_advice("Nothing was sent.")
}

/// What is stated, as given and asked for.
fn stated(
    context: &Context,
    kind: TicketKind,
    given: &[(String, String)],
    mut draft: TicketDraft,
) -> Result<TicketDraft, Failure> {
    let known = fields::of(kind);
    for (name, value) in given {
        if !known.iter().any(|(known, _)| known == name) {
            return Err(not_a_statement(kind));
        }
        draft.statement.insert(name.clone(), value.clone());
    }
    for (name, question) in known {
        if !draft.statement.contains_key(*name) {
            let option = format!("--field {name}=...");
            let answer = context.input.answer(&context.out, question, &option)?;
            draft.statement.insert((*name).to_owned(), answer);
        }
    }
    Ok(draft)
}

/// Files a ticket. Until the center has it, what was typed is a draft in the vault.
pub(super) fn new(args: &NewArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let kept = args.from_draft.as_deref().map(|wanted| draft(&centers.vault, wanted)).transpose()?;
    let kept = kept.map(|(id, record)| (id, record.clone()));
    let (kind, written) = match &kept {
        Some((_, record)) => {
            let kind = TicketKind::from_text(&record.kind);
            // What was typed, to be filed.
            let text = record.draft.as_ref().map(KeptSecret::expose_secret).unwrap_or_default();
            let read = kind.zip(TicketDraft::from_text(text));
            read.ok_or_else(|| Failure::new(Code::BadInput, "This draft is of a newer version."))?
        }
        None => (args.kind.unwrap_or(TicketKind::Question), TicketDraft::default()),
    };
    let from_account = match (&args.without_account, &kept) {
        (Some(_), _) => None,
        (None, Some((_, record))) if record.account.is_none() => None,
        _ => Some(choose::account(&centers.vault, at)?),
    };
    let center = match from_account {
        Some((center, _)) => center,
        None => match &kept {
            Some((_, record)) => record.center,
            None => choose::center(&centers.vault, at.center.as_deref())?,
        },
    };
    if from_account.is_none() && !kind.without_account() {
        return Err(Failure::new(
            Code::BadInput,
            "This ticket is about the account that asks: sign in first.",
        ));
    }
    let client = centers.client(center)?;
    let mut written = stated(context, kind, &args.fields, written)?;
    if let Some(contact) = &args.without_account {
        contact.trim().clone_into(&mut written.contact);
    }
    let statement = written.statement(kind).map_err(|_| not_a_statement(kind))?;
    let (documents, most) = read_all(&centers, &client, &args.documents)?;
    let account = from_account.map(|(_, account)| account);
    let id = keep(&mut centers, kept.map(|(id, _)| id), center, account, kind, &written)?;
    let filed = match from_account {
        Some(_) => from(centers, id, &statement),
        None => without(centers, id, center, &client, statement, &written.contact, args.language.into()),
    };
    let (mut case, ticket, code) = filed.inspect_err(|_| {
        context.out.note(&format!(
            "What you typed is kept: `tessera center ticket new --from-draft {}` files it, and so does the app.",
            super::super::super::short_id(&id.to_string())
        ));
    })?;
    // Said first: it is the one thing that must not be lost to what goes wrong after it.
    if let Some(code) = &code
        && !context.out.is_json()
    {
        // Shown, to be written down.
        context.out.line(&format!("Query code: {}", code.expose_secret()))?;
        context.out.flush()?;
        context.out.say("By it alone the ticket is followed. This vault keeps it; write it down, too.");
    }
    let finished = finish(&mut case, &ticket, &documents, most, args.dont_submit);
    let ticket = finished.inspect_err(|_| {
        context.out.note(&format!(
            "The ticket is a draft at the center: `tessera center ticket submit {}` goes on.",
            safe(&ticket.id)
        ));
    })?;
    if context.out.is_json() {
        // As above.
        let query_code = code.as_ref().map(QueryCode::expose_secret);
        return context.out.value(&FiledTicket { ticket: &ticket, query_code });
    }
    context.out.lines(&words(&ticket))
}

/// Documents, then the rest, unless it shall stay a draft or something is missing.
fn finish(
    case: &mut Case<'_>,
    ticket: &Ticket,
    documents: &[Document],
    most: usize,
    stays_a_draft: bool,
) -> Result<Ticket, Failure> {
    send(case, documents, most)?;
    let read = if documents.is_empty() {
        ticket.clone()
    } else {
        case.moved(|applicant, id| async move { applicant.ticket(&id).await })?
    };
    if stays_a_draft {
        return Ok(read);
    }
    if !read.documents_missing.is_empty() {
        case.centers.context.out.note("Documents are missing, so it is not submitted yet.");
        return Ok(read);
    }
    submit(case, &read)
}

fn keep(
    centers: &mut Centers<'_>,
    id: Option<RecordId>,
    center: RecordId,
    account: Option<u64>,
    kind: TicketKind,
    written: &TicketDraft,
) -> Result<RecordId, Failure> {
    let text = written.to_text().map_err(|error| Failure::from_error(Code::BadInput, &error))?;
    let record = TicketRecord {
        center,
        account,
        ticket: None,
        query_code: None,
        kind: kind.text().to_owned(),
        draft: Some(KeptSecret::new(text.as_str())),
        changed: clock::unix_now(),
        seen: None,
    };
    centers.vault.put_ticket_record(id, record).map_err(open::vault_failure)
}

type Filed<'a> = (Case<'a>, Ticket, Option<QueryCode>);

fn from<'a>(centers: Centers<'a>, draft: RecordId, statement: &Statement) -> Result<Filed<'a>, Failure> {
    let mut signed = Signed::of(centers)?;
    let ticket = signed.ask_once(|session, intent| {
        let statement = statement.clone();
        async move { session.new_ticket(statement, &intent).await }
    })?;
    signed.centers.vault.remove_ticket_record(draft).map_err(open::vault_failure)?;
    let case = Case::of_account(signed, &ticket.id)?;
    Ok((case, ticket, None))
}

fn without<'a>(
    mut centers: Centers<'a>,
    draft: RecordId,
    center: RecordId,
    client: &Center,
    statement: Statement,
    contact: &str,
    language: Language,
) -> Result<Filed<'a>, Failure> {
    let context = centers.context;
    let filing =
        TicketFiling { statement, contact: Hidden::new(contact), language: language.text().to_owned() };
    let opened = centers.ask(once(|intent| {
        let (client, filing) = (client.clone(), filing.clone());
        async move { client.file_ticket(&filing, &intent).await }
    }))?;
    context.out.note(&format!("A code was sent to {}.", safe(contact)));
    let code = ask_code(context, "Code: ")?;
    let filed = centers.ask(once(|intent| {
        let (client, flow, code) = (client.clone(), opened.flow.clone(), code.clone());
        async move { client.prove_filing(flow, code, &intent).await }
    }))?;
    let record = case::followed(center, &filed.ticket, &filed.query_code);
    centers.vault.put_ticket_record(Some(draft), record).map_err(open::vault_failure)?;
    let applicant = client.as_holder_of(filed.query_code.clone());
    let id = filed.ticket.id.clone();
    let case = Case { centers, center, client: client.clone(), applicant, account: None, id };
    Ok((case, filed.ticket, Some(filed.query_code)))
}

/// Proves the new contact, where there is one that is not proven, and submits.
pub(super) fn submit(case: &mut Case<'_>, ticket: &Ticket) -> Result<Ticket, Failure> {
    if !ticket.contact_proven && matches!(ticket.state, TicketState::Draft | TicketState::MoreInformation) {
        case.ask(|applicant, id| async move { applicant.send_new_contact_code(&id).await })?;
        let context = case.centers.context;
        context.out.note("A code was sent to the new contact that the ticket asks for.");
        let code = ask_code(context, "Code: ")?;
        case.ask(|applicant, id| async move { applicant.prove_new_contact(&id, code).await })?;
    }
    case.moved(|applicant, id| async move {
        once(|intent| {
            let (applicant, id) = (applicant.clone(), id.clone());
            async move { applicant.submit(&id, &intent).await }
        })
        .await
    })
}

/// Sends documents with a ticket that may still be changed.
pub(super) fn attach(args: &AttachArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut case = Case::open(context, at, &args.ticket)?;
    let (documents, most) = read_all(&case.centers, &case.client, &args.documents)?;
    send(&mut case, &documents, most)?;
    let ticket = case.moved(|applicant, id| async move { applicant.ticket(&id).await })?;
    print(context, &ticket)
}

/// Answers when staff asked for more.
pub(super) fn answer(args: &AnswerArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut case = Case::open(context, at, &args.ticket)?;
    let (documents, most) = read_all(&case.centers, &case.client, &args.documents)?;
    let mut ticket = case.moved(|applicant, id| async move { applicant.ticket(&id).await })?;
    if !args.fields.is_empty() {
        let written = TicketDraft { statement: of_statement(&ticket.statement), contact: String::new() };
        let kind = ticket.kind;
        let written = stated(context, kind, &args.fields, written)?;
        let statement = written.statement(kind).map_err(|_| not_a_statement(kind))?;
        ticket = case.moved(|applicant, id| async move { applicant.restate(&id, statement).await })?;
    }
    send(&mut case, &documents, most)?;
    let ticket = submit(&mut case, &ticket)?;
    print(context, &ticket)
}

/// The fields of a statement by their names.
fn of_statement(statement: &Statement) -> BTreeMap<String, String> {
    let fields = serde_json::to_value(statement).ok();
    let fields = fields.as_ref().and_then(serde_json::Value::as_object);
    fields
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "kind")
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}
