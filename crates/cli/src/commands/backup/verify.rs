//! `tessera backup verify` and `drill`: whether what is there would help.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_transfer::backup::{self, Origin, Patience, differences};
use tessera_vault::{Drill, MergeItem, MergeKind, Vault, VaultError};

use super::{Difference, KeyArgs, open, targets, words};
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
    /// A folder of backups, of which the newest of this vault is opened, or one backup [default: where the vault keeps them]
    path: Option<PathBuf>,
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

/// Opens the newest backup and compares it with the vault. If the vault keeps backups there, how it went is noted.
pub(super) fn drill(args: &DrillArgs, context: &Context) -> Result<(), Failure> {
    let mut vault = vault_open::unlock(context)?;
    let Some(path) = &args.path else {
        let folders: Vec<PathBuf> =
            vault.backup_targets().map(|(_, target)| PathBuf::from(&target.folder)).collect();
        return match folders.as_slice() {
            [] => Err(Failure::new(
                Code::NotFound,
                "This vault has no place for backups. Name a folder or a backup.",
            )),
            [folder] => drill_at(folder, args, &mut vault, context),
            _ => Err(Failure::new(
                Code::BadInput,
                "This vault has several places for backups. Name one of them.",
            )),
        };
    };
    drill_at(path, args, &mut vault, context)
}

fn drill_at(path: &Path, args: &DrillArgs, vault: &mut Vault, context: &Context) -> Result<(), Failure> {
    let target = targets::of_folder(vault, path);
    let opened = newest(path, vault).and_then(|path| {
        let opened = open::open(&path, &args.keys, Some(&*vault), context)?;
        Ok((path, opened))
    });
    let (path, opened) = match opened {
        Ok(opened) => opened,
        Err(failure) => {
            if let Some(id) = target
                && matches!(failure.code, Code::WrongPassword | Code::Damaged | Code::NotFound)
            {
                note(vault.note_drill(id, Err(clock::unix_now())), context)?;
            }
            return Err(failure);
        }
    };
    let items = differences(vault, &opened.backup);
    if let Some(id) = target {
        let count = |kind| items.iter().filter(|item| item.kind == kind).count() as u64;
        let drill = Drill {
            at: clock::unix_now(),
            made: opened.backup.made,
            proof: opened.proof,
            missing: count(MergeKind::OnlyOurs),
            changed: count(MergeKind::Differs),
        };
        note(vault.note_drill(id, Ok(drill)), context)?;
    }
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

fn newest(path: &Path, vault: &Vault) -> Result<PathBuf, Failure> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let listed = backup::list_within(path, Some(vault.id()), &Patience::default())
        .map_err(|error| Failure::from_error(Code::Failed, &error))?;
    let newest = listed.into_iter().next();
    newest
        .map(|newest| newest.path)
        .ok_or_else(|| Failure::new(Code::NotFound, "There is no backup of this vault in the folder."))
}

/// A vault that can only be read is drilled all the same.
pub(super) fn note(noted: Result<(), VaultError>, context: &Context) -> Result<(), Failure> {
    match noted {
        Ok(()) => Ok(()),
        Err(VaultError::ReadOnly) => {
            context.out.warning("The vault can only be read, so that this is not noted in it.");
            Ok(())
        }
        Err(error) => Err(vault_open::vault_failure(error)),
    }
}
