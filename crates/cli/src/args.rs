//! The command line as clap sees it. What each command takes stands in its own file under `commands/`.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::commands::{
    add, backup, center, check, code, completions, edit, export, import, init, inspect, list, log, man,
    merge, passwd, recovery_code, remove, restore, salvage, scan, settle, show,
};
use crate::failure::{Code, Failure};
use crate::output::Out;

/// An authenticator for the command line: one-time codes from an encrypted vault, offline.
#[derive(Debug, Parser)]
#[command(name = "tessera", version, after_long_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
QUERY is the beginning of an entry's id (4 digits or more), \"issuer:account\" exactly, or words that issuer and account contain, in any order.

Exit codes: 0 done, 1 failed, 2 usage, 3 wrong password, 4 not found, 5 ambiguous, 6 vault damaged, 7 vault busy, 8 the center refused, 9 not signed in, 10 center not reached or not believed.";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// The vault file [default: tessera/vault.tessera in your data folder]
    #[arg(long, global = true, env = "TESSERA_VAULT", value_name = "PATH", help_heading = "Everywhere")]
    pub(crate) vault: Option<PathBuf>,
    /// Print results, notes and errors as JSON
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
    /// Read the password, and whatever else would be asked for, from standard input, a line each
    #[arg(long, global = true, conflicts_with = "password_file", help_heading = "Everywhere")]
    pub(crate) password_stdin: bool,
    /// Read the password from a file; one line break at its end does not count
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub(crate) password_file: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new vault
    Init(init::Args),
    /// Add entries from a URI, pictures, the screen, a camera, the clipboard, or by hand
    Add(Box<add::Args>),
    /// List the entries
    List(list::Args),
    /// Print an entry's code
    Code(code::Args),
    /// Change an entry
    Edit(Box<edit::Args>),
    /// Move entries to the trash, or delete them for good
    Remove(remove::Args),
    /// Take entries out of the trash
    Restore(restore::Args),
    /// Show an entry with its secret
    Show(show::Args),
    /// Change the vault's password
    Passwd(passwd::Args),
    /// Make a new recovery code, or get in with the one you have
    #[command(subcommand)]
    RecoveryCode(recovery_code::Args),
    /// Check the whole file
    Check(check::Args),
    /// List records that failed their check, and decide on each
    Settle(settle::Args),
    /// Read what can be read out of a damaged vault, into a new one
    Salvage(salvage::Args),
    /// Bring in what another copy of the vault holds, entry by entry
    Merge(merge::Args),
    /// Print the vault's log
    Log(log::Args),
    /// Bring in what another authenticator exported
    Import(import::Args),
    /// Write the entries for another authenticator, or to print
    Export(export::Args),
    /// Make, prove, list and restore backups
    #[command(subcommand)]
    Backup(Box<backup::Args>),
    /// Say what another app's export holds; needs no vault
    Inspect(inspect::Args),
    /// Say what the QR codes in pictures hold; needs no vault
    Scan(scan::Args),
    /// Manage accounts at account centers
    Center(Box<center::Args>),
    /// List cameras and screens
    Devices,
    /// Say what works on this machine, and what to do about the rest
    Doctor,
    /// Print a script that completes tessera's arguments
    Completions(completions::Args),
    /// Print the manual page
    Man(man::Args),
}

impl Command {
    /// Whether the command may ask xdg-desktop-portal for a picture of the screen (see `harden`).
    pub(crate) fn asks_the_portal(&self) -> bool {
        match self {
            Command::Add(args) => args.screen,
            Command::Devices | Command::Doctor => true,
            _ => false,
        }
    }
}

/// The arguments, or the exit code after clap said what is wrong with them (or printed the help that was asked for).
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        let help = matches!(
            error.kind(),
            ErrorKind::DisplayHelp
                | ErrorKind::DisplayVersion
                | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        );
        let wants_json =
            std::env::args_os().skip(1).take_while(|arg| arg != "--").any(|arg| arg == OsStr::new("--json"));
        if wants_json && !help {
            let text = error.render().to_string();
            let message = text.trim_end().trim_start_matches("error: ");
            Out::new(true).failure(&Failure::new(Code::Usage, message));
        } else {
            // Where the help cannot be printed there is nobody to tell.
            let _ = error.print();
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// The whole definition, for completions and manual pages.
pub(crate) fn definition() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_consistent() {
        super::definition().debug_assert();
    }
}
