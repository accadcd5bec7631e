//! One file a command: its arguments, what it does, what it prints.
#![allow(clippy::struct_excessive_bools, reason = "a command line has as many switches as it has")]

use std::path::Path;

use serde::Serialize;
use tessera_otp::{Credential, Entry, Generator, Kind};
use tessera_vault::EntryRef;

use crate::args::{Command, Global};
use crate::failure::Failure;
use crate::input::Input;
use crate::output::Out;
use crate::text::{name, safe};

pub(crate) mod add;
pub(crate) mod backup;
pub(crate) mod center;
pub(crate) mod check;
pub(crate) mod code;
pub(crate) mod completions;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod passwd;
pub(crate) mod recovery_code;
pub(crate) mod remove;
pub(crate) mod restore;
pub(crate) mod salvage;
pub(crate) mod scan;
pub(crate) mod settle;
pub(crate) mod show;

/// What every command is given.
pub(crate) struct Context {
    /// The options that stand everywhere.
    pub(crate) global: Global,
    /// Where to print.
    pub(crate) out: Out,
    /// Whom to ask.
    pub(crate) input: Input,
}

impl Context {
    /// From the options that stand everywhere.
    pub(crate) fn new(global: Global) -> Self {
        Context { out: Out::new(global.json), input: Input::new(global.password_stdin), global }
    }
}

/// Runs the command.
pub(crate) fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Init(args) => init::run(&args, context),
        Command::Add(args) => add::run(&args, context),
        Command::List(args) => list::run(&args, context),
        Command::Code(args) => code::run(&args, context),
        Command::Edit(args) => edit::run(&args, context),
        Command::Remove(args) => remove::run(&args, context),
        Command::Restore(args) => restore::run(&args, context),
        Command::Show(args) => show::run(&args, context),
        Command::Passwd(args) => passwd::run(&args, context),
        Command::RecoveryCode(args) => recovery_code::run(&args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Settle(args) => settle::run(&args, context),
        Command::Salvage(args) => salvage::run(&args, context),
        Command::Merge(args) => merge::run(&args, context),
        Command::Log(args) => log::run(&args, context),
        Command::Import(args) => import::run(&args, context),
        Command::Export(args) => export::run(&args, context),
        Command::Backup(args) => backup::run(&args, context),
        Command::Inspect(args) => inspect::run(&args, context),
        Command::Scan(args) => scan::run(&args, context),
        Command::Center(args) => center::run(*args, context),
        Command::Devices => devices::run(context),
        Command::Doctor => doctor::run(context),
        Command::Completions(args) => completions::run(&args, context),
        Command::Man(args) => man::run(&args, context),
    }
}

/// An entry by its names, in JSON.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Name {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) account: String,
}

impl Name {
    /// Of an entry in its vault.
    pub(crate) fn of(known: EntryRef<'_>) -> Self {
        let Credential { issuer, account, .. } = &known.entry.credential;
        Name { id: known.id.to_string(), issuer: issuer.clone(), account: account.clone() }
    }

    /// In words, safe for a terminal.
    pub(crate) fn words(&self) -> String {
        format!("{} [{}]", name(&self.issuer, &self.account), short_id(&self.id))
    }
}

/// An entry in a list, in JSON; nothing of it is secret.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) account: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) algorithm: Option<&'static str>,
    pub(crate) digits: u8,
    pub(crate) period: Option<u32>,
    pub(crate) counter: Option<u64>,
    pub(crate) group: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) favorite: bool,
    pub(crate) uses: u64,
    pub(crate) last_used: Option<u64>,
    pub(crate) created: u64,
    pub(crate) modified: u64,
    pub(crate) deleted: Option<u64>,
}

impl Row {
    /// Of an entry in its vault.
    pub(crate) fn of(known: EntryRef<'_>) -> Self {
        let Entry { credential, group, tags, favorite, created, modified, deleted, .. } = known.entry;
        let generator = &credential.generator;
        Row {
            id: known.id.to_string(),
            issuer: credential.issuer.clone(),
            account: credential.account.clone(),
            kind: type_name(generator.kind()),
            algorithm: generator.algorithm().map(tessera_otp::Algorithm::name),
            digits: generator.code_length(),
            period: generator.period().map(tessera_otp::Period::get),
            counter: generator.counter(),
            group: group.clone(),
            tags: tags.clone(),
            favorite: *favorite,
            uses: known.uses,
            last_used: known.last_used,
            created: *created,
            modified: *modified,
            deleted: *deleted,
        }
    }
}

/// A type as `--type` takes it and `--json` prints it.
pub(crate) fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "totp",
        Kind::Hotp => "hotp",
        Kind::Steam => "steam",
        Kind::Motp => "motp",
        Kind::Yandex => "yandex",
    }
}

/// The beginning of an id, as shown to people.
pub(crate) fn short_id(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// An entry's names in words.
pub(crate) fn entry_words(entry: &Entry) -> String {
    name(&entry.credential.issuer, &entry.credential.account)
}

/// A type with its parameters in words.
pub(crate) fn generator_words(generator: &Generator) -> String {
    let kind = generator.kind().name();
    let pin = if generator.needs_pin() { ", asks for its PIN" } else { "" };
    match generator {
        Generator::Totp { algorithm, digits, period } => {
            format!("{kind}, {}, {} digits, {} s", algorithm.name(), digits.get(), period.get())
        }
        Generator::Hotp { algorithm, digits, counter } => {
            format!("{kind}, {}, {} digits, counter {counter}", algorithm.name(), digits.get())
        }
        Generator::Steam | Generator::Motp { .. } | Generator::Yandex { .. } => format!("{kind}{pin}"),
    }
}

#[derive(Serialize)]
struct Written {
    written: String,
}

/// Says where something was written.
pub(crate) fn written_file(context: &Context, path: &Path) -> Result<(), Failure> {
    let path = path.display().to_string();
    if context.out.is_json() {
        context.out.value(&Written { written: path })
    } else {
        context.out.line(&format!("Written to {}", safe(&path)))
    }
}
