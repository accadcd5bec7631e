//! `tessera-center tokens`

use std::fs::File;
use std::path::PathBuf;

use clap::Subcommand;
use tessera_center::Center;
use tessera_center::rules::token_import::{self, FileKey, FilePassword, PresharedKey};
use zeroize::Zeroizing;

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Import the seeds of hardware tokens: PSKC (RFC 6030) or CSV. What cannot be read is named, the rest is taken
    Import {
        /// The vendor's file
        file: PathBuf,
        /// A file with the pre-shared key that encrypts the secrets of a PSKC file
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
        /// A file with the password that a PSKC file's key is derived from; a final newline is not part of it
        #[arg(long, value_name = "FILE", conflicts_with = "key_file")]
        password_file: Option<PathBuf>,
    },
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let Command::Import { file, key_file, password_file } = &arguments.command;
    let unreadable = |path: &PathBuf, error: std::io::Error| {
        Failure::new(format!("{} cannot be read: {error}", path.display()))
    };
    let text = |path: &PathBuf| {
        std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| unreadable(path, error))
    };
    let key = match (key_file, password_file) {
        (Some(path), _) => {
            let key = PresharedKey::from_hex(text(path)?.trim());
            Some(FileKey::Preshared(key.map_err(|error| Failure::usage(error.to_string()))?))
        }
        (None, Some(path)) => {
            let text = text(path)?;
            let line =
                text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
            Some(FileKey::Password(FilePassword::new(line)))
        }
        (None, None) => None,
    };
    let opened = File::open(file).map_err(|error| unreadable(file, error))?;
    let (report, done) = token_import::import(center, opened, key.as_ref()).await;
    let added = if report.added == 1 { "token was" } else { "tokens were" };
    let repeated = if report.repeated == 1 { "was" } else { "were" };
    println!("{} {added} added, {} {repeated} known already.", report.added, report.repeated);
    for failure in &report.failures {
        println!("    {}: {}", failure.place, failure.reason);
    }
    if report.further_failures > 0 {
        println!("    and {} more that could not be taken", report.further_failures);
    }
    done?;
    if report.failures.is_empty() { Ok(()) } else { Err(Failure::new("not all tokens could be taken")) }
}
