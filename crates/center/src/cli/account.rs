//! `tessera-center account`: what support needs to know of an account. Addresses are masked, secrets are not shown.

use clap::Subcommand;
use serde::Serialize;
use tessera_center::Center;
use tessera_center::contact::Address;
use tessera_center::keys::Seal;
use tessera_center::store::tables::account::{self, Account, AccountId};
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center::store::tables::session;

use super::{Failure, Outcome, when};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// JSON instead of words
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Which accounts an e-mail address, a phone number or an account ID belongs to
    Find {
        /// A phone number begins with + and the country code
        address: String,
    },
    /// What is kept of an account
    Show {
        /// The account ID
        id: AccountId,
    },
    /// The accounts, the latest first
    List {
        /// How many
        #[arg(long, default_value_t = 20)]
        most: u16,
    },
}

#[derive(Serialize)]
struct Shown {
    id: AccountId,
    kind: String,
    name: String,
    owner: Option<AccountId>,
    language: String,
    registered_at: i64,
    verified_at: Option<i64>,
    password_since: i64,
    login_protection: String,
    operation_protection: String,
    frozen_since: Option<i64>,
    sessions: usize,
    contacts: Vec<ShownContact>,
}

#[derive(Serialize)]
struct ShownContact {
    kind: &'static str,
    masked: String,
    since: i64,
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let found = match &arguments.command {
        Command::Find { address } => find(center, address).await?,
        Command::Show { id } => vec![*id],
        Command::List { most } => account::latest(center.db.pool(), i64::from(*most)).await?,
    };
    let mut shown = Vec::new();
    for id in found {
        shown.extend(read(center, id).await?);
    }
    if shown.is_empty() {
        return Err(Failure::new("there is no such account"));
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&shown).map_err(Failure::from)?);
    } else {
        for one in &shown {
            print(one, !matches!(arguments.command, Command::List { .. }));
        }
    }
    Ok(())
}

/// Every account that this is a login name, a security e-mail or a phone of.
async fn find(center: &Center, text: &str) -> Result<Vec<AccountId>, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(vec![id]);
    }
    let address = if text.starts_with('+') { Address::phone(text) } else { Address::email(text) };
    let address = address.map_err(|error| Failure::usage(error.to_string()))?;
    let mut found = Vec::new();
    let mut tx = center.begin().await?;
    for kind in ContactKind::ALL.into_iter().filter(|kind| kind.takes() == address.kind()) {
        found.extend(contact::accounts_with(&mut tx, &center.keys, kind, &address).await?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

async fn read(center: &Center, id: AccountId) -> Result<Option<Shown>, Failure> {
    let mut tx = center.begin().await?;
    let Some(account) = account::find(&mut tx, id).await? else { return Ok(None) };
    let contacts = contact::of_account(&mut tx, &center.keys, id).await?;
    let sessions = session::of_account(&mut tx, id).await?.len();
    let Account { kind, name, owner, language, .. } = account;
    let name = center.keys.open(Seal::Label, &account::sealed_row(id), &name)?;
    Ok(Some(Shown {
        id,
        kind,
        name: String::from_utf8_lossy(&name).into_owned(),
        owner,
        language,
        registered_at: account.created_at,
        verified_at: account.verified_at,
        password_since: account.password_since,
        login_protection: account.login_protection,
        operation_protection: account.operation_protection,
        frozen_since: account.frozen_since,
        sessions,
        contacts: contacts
            .into_iter()
            .map(|one| ShownContact { kind: one.kind.text(), masked: one.address.masked(), since: one.since })
            .collect(),
    }))
}

fn print(one: &Shown, whole: bool) {
    let verified = if one.verified_at.is_some() { "verified" } else { "not verified" };
    println!("{}  {}, {verified}  {}", one.id, one.kind, one.name);
    if !whole {
        return;
    }
    let lines = [
        ("sub-account of", one.owner.map(|owner| owner.to_string())),
        ("registered", Some(when(one.registered_at))),
        ("identity verified", one.verified_at.map(when)),
        ("password since", Some(when(one.password_since))),
        ("login protection", Some(one.login_protection.clone())),
        ("operation protection", Some(one.operation_protection.clone())),
        ("sensitive actions rest since", one.frozen_since.map(when)),
        ("language", Some(one.language.clone())),
        ("sessions", Some(one.sessions.to_string())),
    ];
    for (name, value) in lines {
        if let Some(value) = value {
            println!("    {name}: {value}");
        }
    }
    for contact in &one.contacts {
        println!("    {}: {} since {}", contact.kind, contact.masked, when(contact.since));
    }
}
