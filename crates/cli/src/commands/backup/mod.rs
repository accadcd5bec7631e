//! `tessera backup`: made and proved, listed, verified, drilled, restored.

mod create;
mod list;
mod open;
mod restore;
mod targets;
mod verify;

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use tessera_vault::{MergeItem, MergeKind};

use super::{Context, entry_words};
use crate::failure::Failure;

/// Which of them.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Make a backup, read it back, and drop the oldest
    Create(create::Args),
    /// List where the vault keeps backups; the app makes them there too
    Targets,
    /// Keep backups in a folder from now on
    Add(targets::AddArgs),
    /// Stop keeping backups in a folder; those in it stay
    Forget(targets::ForgetArgs),
    /// List the backups in a folder; needs no vault
    List(list::Args),
    /// Open backups and say whether this vault made them and whether they are whole
    Verify(verify::Args),
    /// Open the newest backup and say what a restore would miss
    Drill(verify::DrillArgs),
    /// Bring the entries of a backup into the vault, or into a new one
    Restore(restore::Args),
}

/// What opens a backup.
#[derive(Debug, clap::Args)]
pub(crate) struct KeyArgs {
    /// Read the backup's passphrase from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    backup_password_file: Option<PathBuf>,
    /// Open backups made for recipients with the secret keys in this file, as age-keygen writes it [default: the vault's own key]
    #[arg(long, value_name = "FILE", conflicts_with = "backup_password_file")]
    identity_file: Option<PathBuf>,
}

/// Does it.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    match args {
        Args::Create(args) => create::run(args, context),
        Args::Targets => targets::list(context),
        Args::Add(args) => targets::add(args, context),
        Args::Forget(args) => targets::forget(args, context),
        Args::List(args) => list::run(args, context),
        Args::Verify(args) => verify::run(args, context),
        Args::Drill(args) => verify::drill(args, context),
        Args::Restore(args) => restore::run(args, context),
    }
}

/// An entry that vault and backup do not have alike, in JSON.
#[derive(Serialize)]
struct Difference {
    id: String,
    issuer: String,
    account: String,
    /// `added`: only the backup has it; `changed`; `missing`: only the vault has it.
    kind: &'static str,
    in_trash: bool,
}

impl Difference {
    fn of(item: &MergeItem) -> Self {
        let entry = item.theirs.as_ref().or(item.ours.as_ref());
        let names = entry.map(|entry| &entry.credential);
        Self {
            id: item.id.to_string(),
            issuer: names.map(|names| names.issuer.clone()).unwrap_or_default(),
            account: names.map(|names| names.account.clone()).unwrap_or_default(),
            kind: match item.kind {
                MergeKind::OnlyTheirs => "added",
                MergeKind::Differs => "changed",
                MergeKind::OnlyOurs => "missing",
            },
            in_trash: entry.is_some_and(|entry| entry.deleted.is_some()),
        }
    }
}

/// One line for a difference.
fn words(item: &MergeItem) -> String {
    let entry = item.theirs.as_ref().or(item.ours.as_ref());
    let name = entry.map(entry_words).unwrap_or_default();
    match item.kind {
        MergeKind::OnlyTheirs => format!("  added:   {name}"),
        MergeKind::Differs => format!("  changed: {name}"),
        MergeKind::OnlyOurs => format!("  missing: {name}"),
    }
}
