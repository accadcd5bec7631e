//! Connecting centers, listing and forgetting them.

use std::io::Read as _;
use std::path::PathBuf;

use serde::Serialize;
use tessera_center_api::about::About;
use tessera_center_api::account::AccountKind;
use tessera_center_client::{Authority, Center, CenterAddress, Fingerprint, SessionToken, StaffToken};
use tessera_vault::{CenterAccount, CenterRecord, RecordId};

use super::{Context, done};
use crate::center::choose::{self, account_words, center_words, shown};
use crate::center::failure::{client_failure, root_key_failure};
use crate::center::{At, Centers};
use crate::clock;
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::{columns, safe};

/// The longest name that a person gives a center, in characters.
const NAME_MOST: usize = 80;
/// The largest file that is read as a certificate.
const CA_BYTES: u64 = 64 * 1024;

/// Which center, and how it is known.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The link (tessera-center://...), or the address (https://...; http:// to this machine only)
    #[arg(value_name = "LINK|ADDRESS")]
    address: String,
    /// The fingerprint of its staff root key, if the link does not hold it
    #[arg(long, value_name = "FINGERPRINT")]
    root_key: Option<String>,
    /// The certificate (PEM) of the private authority that vouches for it; then no other is believed
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// What to call it here [default: what it calls itself]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Which other name.
#[derive(Debug, clap::Args)]
pub(crate) struct RenameArgs {
    /// The new name
    name: String,
}

/// Whether to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// Don't ask
    #[arg(long, short = 'y')]
    yes: bool,
}

#[derive(Serialize)]
struct CenterRow<'a> {
    id: String,
    name: &'a str,
    address: &'a str,
    link: Option<String>,
    root_key: Option<String>,
    ca: Option<String>,
    trial: bool,
    added: u64,
    accounts: Vec<AccountRow<'a>>,
    staff: Option<StaffRow<'a>>,
}

#[derive(Serialize)]
struct AccountRow<'a> {
    account: u64,
    name: &'a str,
    login_name: &'a str,
    kind: &'static str,
    verified: bool,
    signed_in: bool,
    bind_mfa_first: bool,
}

#[derive(Serialize)]
struct StaffRow<'a> {
    email: &'a str,
    name: &'a str,
    signed_in: bool,
}

fn row(id: RecordId, record: &CenterRecord) -> CenterRow<'_> {
    let authority = record.authority.as_deref().and_then(|pem| Authority::from_pem(pem).ok());
    CenterRow {
        id: id.to_string(),
        name: &record.name,
        address: shown(&record.address),
        link: CenterAddress::kept(&record.address, record.root).ok().map(|address| address.link()),
        root_key: record.root.map(|root| Fingerprint::from_bytes(root).to_string()),
        ca: authority.map(|authority| authority.name().to_owned()),
        trial: record.trial,
        added: record.added,
        accounts: record.accounts.iter().map(account_row).collect(),
        staff: record.staff.first().map(|staff| StaffRow {
            email: &staff.email,
            name: &staff.name,
            signed_in: staff.session.is_some(),
        }),
    }
}

fn account_row(account: &CenterAccount) -> AccountRow<'_> {
    AccountRow {
        account: account.number,
        name: &account.name,
        login_name: &account.login_name,
        kind: AccountKind::from_text(&account.kind).unwrap_or(AccountKind::Individual).text(),
        verified: account.verified,
        signed_in: account.session.is_some(),
        bind_mfa_first: account.bind_mfa_first,
    }
}

fn print(context: &Context, id: RecordId, record: &CenterRecord) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.value(&row(id, record));
    }
    context.out.line(&format!("{} at {}", center_words(record), safe(shown(&record.address))))
}

fn name_of(text: &str) -> Result<String, Failure> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME_MOST || name.chars().any(char::is_control) {
        return Err(Failure::new(Code::BadInput, format!("A name has 1 to {NAME_MOST} characters.")));
    }
    Ok(name.to_owned())
}

fn address_of(args: &AddArgs) -> Result<CenterAddress, Failure> {
    let bad = |error: tessera_center_client::AddressError| Failure::from_error(Code::BadInput, &error);
    let address: CenterAddress = args.address.parse().map_err(bad)?;
    let Some(root) = &args.root_key else { return Ok(address) };
    let root: Fingerprint = root.parse().map_err(bad)?;
    // A link and an option that say different keys: one of them is a mistake, or worse.
    match address.root() {
        Some(other) if other != root => Err(Failure::new(
            Code::CenterRootKey,
            "The link and --root-key name different staff root keys. Nothing was sent.",
        )),
        _ => Ok(address.with_root(root)),
    }
}

fn authority_of(file: &std::path::Path) -> Result<Authority, Failure> {
    let name = safe(&file.display().to_string());
    let unreadable = |error: std::io::Error| {
        Failure::new(Code::Failed, format!("The certificate {name} cannot be read.")).caused_by(&error)
    };
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    opened.take(CA_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = String::from_utf8_lossy(&bytes);
    Authority::from_pem(&text).map_err(|error| Failure::from_error(Code::BadInput, &error))
}

/// Connects, compares the root key, and keeps the connection.
pub(crate) fn add(args: &AddArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let address = address_of(args)?;
    let authority = args.ca.as_deref().map(authority_of).transpose()?;
    let name = args.name.as_deref().map(name_of).transpose()?;
    let mut centers = Centers::open(context, at)?;
    if centers.vault.centers().any(|(_, other)| other.address == address.base().as_str()) {
        return Err(Failure::new(Code::CenterExists, "This center is connected already.")
            .with_advice("`tessera center remove` forgets it, for another key or certificate."));
    }
    let client = Center::new(address.clone(), authority.as_ref()).map_err(|error| client_failure(&error))?;
    let about = centers.ask(client.about())?;
    client.check_about(&about).map_err(|error| root_key_failure(&error))?;
    if address.root().is_none() {
        context.out.warning(
            "This center was added without the fingerprint of its staff root key: nobody vouches for its reviewers' keys, so it gets no documents. `tessera center remove`, then add it with --root-key.",
        );
    }
    let own_name: String = about.name.chars().filter(|letter| !letter.is_control()).take(NAME_MOST).collect();
    let record = CenterRecord {
        address: address.base().to_string(),
        root: address.root().map(Fingerprint::to_bytes),
        authority: authority.map(|authority| authority.pem().to_owned()),
        name: name.unwrap_or(own_name),
        list_version: 0,
        accounts: Vec::new(),
        staff: Vec::new(),
        identities: Vec::new(),
        added: clock::unix_now(),
        trial: false,
    };
    let id = centers.vault.add_center(record).map_err(open::vault_failure)?;
    print(context, id, centers.record(id)?)
}

/// What the vault knows; nobody is asked.
pub(crate) fn list(context: &Context, at: &At) -> Result<(), Failure> {
    let vault = open::unlock(context)?;
    let wanted = at.center.as_deref().map(|wanted| choose::center(&vault, Some(wanted))).transpose()?;
    let mut known: Vec<(RecordId, &CenterRecord)> =
        vault.centers().filter(|(id, _)| wanted.is_none_or(|wanted| wanted == *id)).collect();
    known.sort_by_key(|(_, record)| (record.name.to_lowercase(), record.added));
    if context.out.is_json() {
        return context.out.value(&known.iter().map(|(id, record)| row(*id, record)).collect::<Vec<_>>());
    }
    if known.is_empty() {
        context.out.say("This vault knows no center. `tessera center add LINK` connects one.");
    }
    for (id, record) in known {
        let short = id.to_string();
        context.out.line(&format!(
            "{} [{}] at {}{}",
            center_words(record),
            super::super::short_id(&short),
            safe(shown(&record.address)),
            if record.trial { ", a trial" } else { "" }
        ))?;
        let rows: Vec<Vec<String>> = record
            .accounts
            .iter()
            .map(|account| {
                let state = match (account.session.is_some(), account.bind_mfa_first) {
                    (true, true) => "must bind an MFA device first",
                    (true, false) => "signed in",
                    (false, _) => "signed out",
                };
                vec![format!("  {}", account_words(account)), safe(&account.login_name), state.to_owned()]
            })
            .chain(record.staff.iter().map(|staff| {
                let state = if staff.session.is_some() { "staff, signed in" } else { "staff, signed out" };
                vec![format!("  {}", safe(&staff.name)), safe(&staff.email), state.to_owned()]
            }))
            .collect();
        context.out.lines(&columns(&rows))?;
    }
    Ok(())
}

/// Asks a center about itself, and whether it is still the one that was added.
pub(crate) fn about(context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let about: About = centers.ask(client.about())?;
    client.check_about(&about).map_err(|error| root_key_failure(&error))?;
    if context.out.is_json() {
        return context.out.value(&about);
    }
    let say = |text: Option<&str>| safe(text.unwrap_or("not said"));
    let limits = &about.limits;
    let rows = [
        ("Name", safe(&about.name)),
        ("Version", safe(&about.version)),
        ("Sales", say(about.sales.as_deref())),
        ("Support", say(about.support.as_deref())),
        ("MFA devices an account", limits.mfa_devices.to_string()),
        ("Accounts a phone", limits.accounts_per_phone.to_string()),
        ("Largest document", format!("{} KiB", limits.document_bytes / 1024)),
        ("Documents a ticket", limits.documents_per_ticket.to_string()),
        ("A code is good for", span(limits.code_seconds)),
        ("An identity check is good for", span(limits.identity_check_seconds)),
        ("Wrong passwords before a code is needed", limits.wrong_passwords_without_code.to_string()),
        ("Wrong passwords that lock an account", limits.wrong_passwords_until_lock.to_string()),
        ("They are counted, and it is locked, for", span(limits.login_window_seconds)),
        ("A device that signed in is trusted for", span(limits.trusted_device_seconds)),
        ("A change of contact can be undone for", span(limits.undo_seconds)),
        ("A new contact proves no change for", span(limits.young_contact_seconds)),
        ("An approved ticket is held for", span(limits.hold_seconds)),
        ("The same, when an old factor was proven", span(limits.hold_with_factor_seconds)),
        ("The link of a ticket is good for", span(limits.link_seconds)),
        ("Documents are kept after the decision for", span(limits.documents_kept_seconds)),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(what, text)| vec![what.to_owned(), text]).collect();
    context.out.lines(&columns(&rows))
}

/// A length of time that a rule names, in the largest unit that it is a whole number of; days from four on.
fn span(seconds: i64) -> String {
    match seconds {
        345_600.. if seconds % 86_400 == 0 => format!("{} days", seconds / 86_400),
        3_600.. if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        60.. if seconds % 60 == 0 => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

/// Gives it another name here.
pub(crate) fn rename(args: &RenameArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let name = name_of(&args.name)?;
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    centers.edit(id, |record| record.name = name)?;
    print(context, id, centers.record(id)?)
}

/// Signs out everywhere, as far as the center can be reached, and forgets it.
pub(crate) fn remove(args: &RemoveArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let record = centers.record(id)?.clone();
    let words = center_words(&record);
    if !args.yes {
        let identities = if record.identities.is_empty() {
            ""
        } else {
            " The reviewer's key that is kept with it goes, too: what is sealed to it cannot be opened any more."
        };
        let question = format!(
            "Sign out of {words} and forget it, with the drafts and query codes of its tickets?{identities}"
        );
        if !context.input.confirm(&context.out, &question, false, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was changed."));
        }
    }
    // A record whose address or certificate cannot be used any more is forgotten all the same.
    if let Ok(client) = centers.client(id) {
        sign_out_all(&centers, &client, &record);
    }
    centers.vault.remove_center(id).map_err(open::vault_failure)?;
    done(context, "removed", &format!("{words} is forgotten."))
}

/// What the center does not hear of ends by itself.
fn sign_out_all(centers: &Centers<'_>, client: &Center, record: &CenterRecord) {
    let runtime = centers.runtime();
    for session in record.accounts.iter().filter_map(|account| account.session.as_ref()) {
        // It goes to its center, to be ended there.
        let token = SessionToken::new(session.expose_secret());
        let _ = runtime.block_on(client.as_account(token).sign_out());
    }
    for session in record.staff.iter().filter_map(|staff| staff.session.as_ref()) {
        // As above.
        let _ = runtime.block_on(client.as_staff(StaffToken::new(session.expose_secret())).sign_out());
    }
}
