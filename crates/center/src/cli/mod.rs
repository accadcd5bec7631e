//! The commands. Each file is one: its arguments and what it does. Exit codes: 0 done, 1 not done and said why, 2 the command
//! line or the configuration cannot be meant, 3 begun and to be gone on with.

mod account;
mod audit;
mod backup;
mod demo;
mod keys;
mod link;
mod migrate;
mod openapi;
mod outbox;
mod root;
mod serve;
mod staff;
mod tickets;
mod tokens;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use tessera_center::config::LoadError;
use tessera_center::{Center, Config, OpenError};

/// The account center's server, and what its operator types beside it.
///
/// Without a configuration it serves on 127.0.0.1:8420, keeps everything in ./tessera-center-data, makes its keys on the
/// first start, and leaves mails and text messages in a local outbox that `tessera-center outbox` shows.
#[derive(Parser)]
#[allow(clippy::doc_markdown, reason = "these comments are the help that a terminal shows")]
#[command(name = "tessera-center", version, disable_help_subcommand = true)]
struct Arguments {
    /// The configuration (TOML; docs/center.example.toml has every key). TESSERA_CENTER__… in the environment goes before it
    #[arg(long, global = true, env = "TESSERA_CENTER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
#[allow(clippy::doc_markdown, reason = "these comments are the help that a terminal shows")]
enum Command {
    /// Answer requests and send messages until SIGTERM or Ctrl+C
    Serve(serve::Arguments),
    /// Bring the database's schema up to this version
    Migrate,
    /// Print the contract (OpenAPI, JSON)
    Openapi,
    /// What you give out so that people connect: this center's link, and its QR code
    Link(link::Arguments),
    /// Show the messages that lie here
    Outbox(outbox::Arguments),
    /// Find accounts and show what is kept of them; no secrets
    Account(account::Arguments),
    /// The keys outside the database
    Keys(keys::Arguments),
    /// Staff: add, invite again, roles, disable, list
    Staff(staff::Arguments),
    /// Write all rows of the database into one file; sealed values stay sealed, and the key file is not in it
    Backup(backup::Arguments),
    /// Put a backup into an empty database, and prove that it is the same
    Restore(backup::Arguments),
    /// How tickets stand
    Tickets(tickets::Arguments),
    /// Accounts, tokens and a reviewer to try things with
    Demo(demo::Arguments),
    /// Hardware tokens
    Tokens(tokens::Arguments),
    /// The log of what staff did
    Audit(audit::Arguments),
    /// The root key, which says to whom documents are sealed; made and kept on another machine
    Root(root::Arguments),
}

/// What a command ended with.
type Outcome = Result<(), Failure>;

/// Why a command did not do it, in words.
struct Failure {
    code: u8,
    words: String,
}

impl Failure {
    fn new(words: impl Into<String>) -> Self {
        Self { code: 1, words: words.into() }
    }

    /// The command line or the configuration cannot be meant.
    fn usage(words: impl Into<String>) -> Self {
        Self { code: 2, words: words.into() }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        // A cause that its error already quotes is not said twice.
        let mut words = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            let more = next.to_string();
            if !words.contains(&more) {
                words = format!("{words}: {more}");
            }
            cause = next.source();
        }
        Self::new(words)
    }
}

/// Does what the command line asks.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(obey(arguments)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tessera-center: {}", failure.words);
            ExitCode::from(failure.code)
        }
    }
}

async fn obey(arguments: Arguments) -> Outcome {
    if let Command::Openapi = arguments.command {
        return openapi::run();
    }
    let load = Config::load(arguments.config.as_deref(), environment());
    let config = load.map_err(|error: LoadError| Failure::usage(error.to_string()))?;
    match arguments.command {
        Command::Serve(arguments) => serve::run(config, &arguments).await,
        Command::Migrate => migrate::run(config).await,
        Command::Openapi => openapi::run(),
        Command::Link(arguments) => link::run(&config, &arguments),
        Command::Root(arguments) => root::run(config, &arguments).await,
        Command::Outbox(arguments) => outbox::run(&*open(config).await?, &arguments).await,
        Command::Keys(arguments) => keys::run(&*open(config).await?, &arguments).await,
        Command::Staff(arguments) => staff::run(&*open(config).await?, &arguments).await,
        Command::Backup(arguments) => backup::write(&*open(config).await?, &arguments).await,
        Command::Restore(arguments) => backup::restore(&*open(config).await?, &arguments).await,
        Command::Tickets(arguments) => tickets::run(&*open(config).await?, &arguments).await,
        Command::Demo(arguments) => demo::run(&*open(config).await?, &arguments).await,
        Command::Tokens(arguments) => tokens::run(&*open(config).await?, &arguments).await,
        Command::Audit(arguments) => audit::run(&*open(config).await?, &arguments).await,
        Command::Account(arguments) => account::run(&*open(config).await?, &arguments).await,
    }
}

/// The environment, as far as it is text.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// The center that the configuration names, for a command beside a server. Faults of a configuration that serves anyway are
/// the server's to say.
async fn open(config: Config) -> Result<Arc<Center>, Failure> {
    Center::open(config).await.map_err(|error: OpenError| Failure::from(error))
}

/// A time as people read it, in UTC.
fn when(unix: i64) -> String {
    jiff::Timestamp::from_second(unix)
        .map_or_else(|_| unix.to_string(), |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
