//! The account itself: shown, edited, downloaded, and its security log.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use tessera_center_api::Page;
use tessera_center_api::account::{Account, AccountPatch, Language};
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::Protection;
use tessera_center_api::security::SecurityEvent;
use zeroize::Zeroizing;

use super::super::written_file;
use super::contacts::kind_words;
use super::{Context, done};
use crate::center::At;
use crate::center::choose::account_words;
use crate::center::failure::time_words;
use crate::center::prove::ProveArgs;
use crate::center::signed::Signed;
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};

/// What to change; nothing shows the account.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Change the display name
    #[arg(long)]
    name: Option<String>,
    /// Change the language of its messages
    #[arg(long, value_enum)]
    language: Option<Tongue>,
}

/// A language of messages.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Tongue {
    En,
    #[value(name = "zh-Hans")]
    ZhHans,
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::En => Self::English,
            Tongue::ZhHans => Self::Chinese,
        }
    }
}

/// Where to.
#[derive(Debug, clap::Args)]
pub(crate) struct DownloadArgs {
    /// The file to write; never over another one
    #[arg(long, short = 'o', value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    by: ProveArgs,
}

/// Whether to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct EraseArgs {
    /// Don't ask
    #[arg(long, short = 'y')]
    yes: bool,
    #[command(flatten)]
    by: ProveArgs,
}

/// How much.
#[derive(Debug, clap::Args)]
pub(crate) struct LogArgs {
    /// How many lines at most, the newest first
    #[arg(short = 'n', long = "lines", default_value_t = 50)]
    lines: usize,
}

/// Shows the account, or changes it.
pub(crate) fn run(args: &Args, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let mut seen = signed.ask(|session| async move { session.account().await })?;
    if args.name.is_some() || args.language.is_some() {
        let patch = AccountPatch { name: args.name.clone(), language: args.language.map(Language::from) };
        let version = seen.version.clone();
        seen = signed.ask(|session| async move { session.edit_account(&patch, &version).await })?;
    }
    signed.saw(&seen.value)?;
    print(context, &seen.value)
}

fn print(context: &Context, account: &Account) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.value(account);
    }
    let protection = |protection: Protection| protection.text().to_owned();
    let mut rows = vec![
        ("Number", account.id.to_string()),
        ("Name", safe(&account.name)),
        ("Kind", account.kind.text().to_owned()),
        (
            "Identity",
            account
                .verified_at
                .map_or_else(|| "not verified".to_owned(), |at| format!("verified {}", time_words(at))),
        ),
        ("Language of messages", account.language.text().to_owned()),
        ("Registered", time_words(account.created_at)),
        ("Password since", time_words(account.password_since)),
        ("Login protection", protection(account.login_protection)),
        ("Operation protection", protection(account.operation_protection)),
    ];
    if let Some(owner) = account.owner {
        rows.push(("Belongs to account", owner.to_string()));
    }
    if let Some(since) = account.frozen_since {
        rows.push(("Sensitive actions rest since", time_words(since)));
    }
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(what, text)| vec![what.to_owned(), text])
        .chain(
            account
                .contacts
                .iter()
                .map(|contact| vec![kind_words(contact.kind).to_owned(), safe(&contact.address)]),
        )
        .collect();
    context.out.lines(&columns(&rows))
}

/// Writes all that the center keeps of the account, readable by its owner alone.
pub(crate) fn download(args: &DownloadArgs, context: &Context, at: &At) -> Result<(), Failure> {
    if args.out.exists() {
        return Err(Failure::new(
            Code::Failed,
            format!(
                "There is a file at {} already. Nothing was asked for.",
                safe(&args.out.display().to_string())
            ),
        ));
    }
    let mut signed = Signed::open(context, at)?;
    let export =
        signed.sensitive(Action::ExportData, &args.by, |session| async move { session.export().await })?;
    let text = serde_json::to_vec_pretty(&export).map(Zeroizing::new).map_err(|error| {
        Failure::new(Code::Failed, "The download could not be written as JSON.").caused_by(&error)
    })?;
    write_private(&args.out, &text).map_err(|error| {
        Failure::new(Code::Failed, "The download could not be written.").caused_by(&error)
    })?;
    written_file(context, &args.out)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Erases the account at the center, and forgets it here. Its entries stay in the vault.
pub(crate) fn erase(args: &EraseArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    if !args.yes {
        let words = signed.kept().map(account_words).unwrap_or_default();
        let question = format!(
            "Erase {words} at the center? Nobody can bring it back. `tessera center download` keeps what is known of it."
        );
        if !context.input.confirm(&context.out, &question, false, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was erased."));
        }
    }
    signed.sensitive(Action::EraseAccount, &args.by, |session| async move { session.erase().await })?;
    let account = signed.account;
    signed.centers.edit(signed.center, |record| record.accounts.retain(|kept| kept.number != account))?;
    done(context, "erased", "The account is erased. Its entries are still in the vault.")
}

/// Prints the security log, the newest first.
pub(crate) fn security_log(args: &LogArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let mut events: Vec<SecurityEvent> = Vec::new();
    let mut cursor: Option<String> = None;
    while events.len() < args.lines {
        let Page { items, next } =
            signed.ask(|session| async move { session.security_log(cursor.as_deref()).await })?;
        let is_empty = items.is_empty();
        events.extend(items);
        cursor = next;
        if cursor.is_none() || is_empty {
            break;
        }
    }
    events.truncate(args.lines);
    if context.out.is_json() {
        return context.out.value(&events);
    }
    let rows: Vec<Vec<String>> = events
        .iter()
        .map(|event| {
            let more: Vec<String> =
                event.detail.iter().map(|(name, text)| format!("{}: {}", safe(name), safe(text))).collect();
            vec![time_words(event.at), event.kind.text().to_owned(), safe(&event.peer), more.join(", ")]
        })
        .collect();
    context.out.lines(&columns(&rows))
}
