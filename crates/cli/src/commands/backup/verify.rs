//! `tessera backup verify` and `drill`: whether what is there would help.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_transfer::backup::{self, Origin};
use tessera_vault::MergeItem;

use super::{Difference, KeyArgs, differences, open, words};
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::transfer::ProblemRow;
use crate::{clock, open as vault_open};

/// Which backups.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The backups
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    keys: KeyArgs,
}

/// Which backup, or the newest of a folder.
#[derive(Debug, clap::Args)]
pub(crate) struct DrillArgs {
    /// A folder of backups, of which the newest of this vault is opened, or one backup
    path: PathBuf,
    #[command(flatten)]
    keys: KeyArgs,
}

#[derive(Serialize)]
struct Row {
    file: String,
    /// This vault made it, and nobody changed it since.
    own: bool,
    vault: String,
    made: u64,
    generation: u64,
    entries: usize,
    problems: Vec<ProblemRow>,
}

#[derive(Serialize)]
struct Outcome {
    #[serde(flatten)]
    row: Row,
    /// What restoring it would bring back or change, and what it would miss.
    differences: Vec<Difference>,
}

impl Row {
    fn of(path: &Path, opened: &open::Opened) -> Self {
        Self {
            file: path.display().to_string(),
            own: opened.origin == Origin::Own,
            vault: opened.backup.vault.to_string(),
            made: opened.backup.made,
            generation: opened.backup.generation,
            entries: opened.backup.entries.len(),
            problems: opened.problems.iter().map(ProblemRow::from).collect(),
        }
    }

    fn words(&self) -> String {
        let whose = if self.own {
            "made by this vault"
        } else {
            "of another vault, of this one before its key was renewed, or changed since"
        };
        let made = clock::in_words(self.made);
        format!("{}: whole, {} entries, of {made}, {whose}", safe(&self.file), self.entries)
    }
}

/// Opens each; fails if one cannot be opened or lacks something.
pub(super) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let vault = vault_open::unlock(context)?;
    let mut rows = Vec::new();
    let mut damaged = 0;
    for path in &args.files {
        let opened = open::open(path, &args.keys, Some(&vault), context)?;
        damaged += usize::from(!opened.problems.is_empty());
        let row = Row::of(path, &opened);
        if !context.out.is_json() {
            tell(&row, context)?;
        }
        rows.push(row);
    }
    if context.out.is_json() {
        context.out.value(&rows)?;
    }
    if damaged > 0 {
        return Err(Failure::new(Code::Damaged, "Not everything in these backups can be read."));
    }
    Ok(())
}

fn tell(row: &Row, context: &Context) -> Result<(), Failure> {
    context.out.line(&row.words())?;
    for problem in &row.problems {
        context.out.warning(&format!("{}: {}", safe(&problem.place), problem.message));
    }
    Ok(())
}

/// Opens the newest backup and compares it with the vault.
pub(super) fn drill(args: &DrillArgs, context: &Context) -> Result<(), Failure> {
    let vault = vault_open::unlock(context)?;
    let path = if args.path.is_dir() {
        let listed = backup::list(&args.path, Some(vault.id()))
            .map_err(|error| Failure::from_error(Code::Failed, &error))?;
        let newest = listed.into_iter().next();
        newest
            .ok_or_else(|| Failure::new(Code::NotFound, "There is no backup of this vault in the folder."))?
            .path
    } else {
        args.path.clone()
    };
    let opened = open::open(&path, &args.keys, Some(&vault), context)?;
    let items = differences(&vault, &opened.backup);
    let outcome =
        Outcome { row: Row::of(&path, &opened), differences: items.iter().map(Difference::of).collect() };
    if context.out.is_json() {
        return context.out.value(&outcome);
    }
    tell(&outcome.row, context)?;
    if items.is_empty() {
        return context.out.line("It holds everything that the vault holds.");
    }
    context.out.line("Restored now, it would differ from the vault in these entries:")?;
    context.out.lines(&items.iter().map(|item: &MergeItem| words(item)).collect::<Vec<_>>())
}
