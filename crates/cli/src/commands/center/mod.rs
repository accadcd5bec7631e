//! `tessera center`: account centers from a terminal. One file an area; what they share is in `crate::center`.

mod account;
mod connections;
mod contacts;
mod desk;
mod joining;
mod members;
mod mfa;
mod protection;
mod sessions;
mod signing_in;
mod status;
mod ticket;

use serde::Serialize;

use super::Context;
use crate::center::At;
use crate::failure::Failure;

/// Which center and account, and what about it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Connect a center by its link, or by its address and the fingerprint of its staff root key
    Add(connections::AddArgs),
    /// List the centers and accounts that this vault knows; asks nobody
    List,
    /// Ask a center about itself: name, version, whom to contact, limits
    About,
    /// Give a center another name here
    Rename(connections::RenameArgs),
    /// Sign out of a center and forget it
    Remove(connections::RemoveArgs),
    /// Register an account
    Register(joining::RegisterArgs),
    /// Sign in
    SignIn(signing_in::SignInArgs),
    /// Sign out
    SignOut(signing_in::SignOutArgs),
    /// Say what protects the account and what is missing
    Status,
    /// Show the account, or change its name or the language of its messages
    Account(account::Args),
    /// Download all that the center keeps of the account
    Download(account::DownloadArgs),
    /// Erase the account at the center, for good
    Erase(account::EraseArgs),
    /// Print the account's security log
    SecurityLog(account::LogArgs),
    /// List or end the account's sessions
    #[command(subcommand)]
    Sessions(sessions::Sessions),
    /// List or forget the devices that the account trusts
    #[command(subcommand)]
    TrustedDevices(sessions::TrustedDevices),
    /// Show, change or take off phone and e-mail addresses, or undo a change
    #[command(subcommand)]
    Contacts(contacts::Contacts),
    /// Show or switch login and operation protection
    Protection(protection::Args),
    /// Change the account's password
    Password(protection::PasswordArgs),
    /// Set another password when the old one is forgotten
    ResetPassword(joining::ResetArgs),
    /// MFA devices
    #[command(subcommand)]
    Mfa(mfa::Mfa),
    /// The account's recovery codes
    #[command(subcommand)]
    RecoveryCodes(mfa::RecoveryCodes),
    /// Say which accounts a phone is bound to
    Retrieve(joining::RetrieveArgs),
    /// Tickets: requests that the center's staff decide
    #[command(subcommand)]
    Ticket(Box<ticket::Tickets>),
    /// Sub-accounts, collaborators and invitations
    #[command(subcommand)]
    Members(members::Members),
    /// The review desk, for staff
    #[command(subcommand)]
    Desk(desk::Desk),
}

/// Runs the command.
pub(crate) fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let at = &args.at;
    match args.command {
        Command::Add(args) => connections::add(&args, context, at),
        Command::List => connections::list(context, at),
        Command::About => connections::about(context, at),
        Command::Rename(args) => connections::rename(&args, context, at),
        Command::Remove(args) => connections::remove(&args, context, at),
        Command::Register(args) => joining::register(&args, context, at),
        Command::SignIn(args) => signing_in::sign_in(&args, context, at),
        Command::SignOut(args) => signing_in::sign_out(&args, context, at),
        Command::Status => status::run(context, at),
        Command::Account(args) => account::run(&args, context, at),
        Command::Download(args) => account::download(&args, context, at),
        Command::Erase(args) => account::erase(&args, context, at),
        Command::SecurityLog(args) => account::security_log(&args, context, at),
        Command::Sessions(args) => sessions::sessions(&args, context, at),
        Command::TrustedDevices(args) => sessions::trusted_devices(&args, context, at),
        Command::Contacts(args) => contacts::run(&args, context, at),
        Command::Protection(args) => protection::run(&args, context, at),
        Command::Password(args) => protection::password(&args, context, at),
        Command::ResetPassword(args) => joining::reset(&args, context, at),
        Command::Mfa(args) => mfa::run(&args, context, at),
        Command::RecoveryCodes(args) => mfa::recovery_codes(&args, context, at),
        Command::Retrieve(args) => joining::retrieve(&args, context, at),
        Command::Ticket(args) => ticket::run(&args, context, at),
        Command::Members(args) => members::run(&args, context, at),
        Command::Desk(args) => desk::run(&args, context, at),
    }
}

/// What a change that has no other answer prints.
#[derive(Serialize)]
struct Done<'a> {
    done: &'a str,
}

/// Says that a change was made: `word` for programs, `text` for people.
fn done(context: &Context, word: &str, text: &str) -> Result<(), Failure> {
    if context.out.is_json() { context.out.value(&Done { done: word }) } else { context.out.line(text) }
}
