//! `tessera backup restore`: into the vault, or into a new one.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_transfer::backup::{Origin, differences, entries_of, in_vault_elsewhere};
use tessera_vault::{MergeChoice, MergeItem, MergeKind, Take, Vault};

use super::{Difference, KeyArgs, open, words};
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::password::{self, KdfArgs, NewPasswordArgs};
use crate::text::safe;
use crate::{open as vault_open, recovery};

/// From where to where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The backup
    file: PathBuf,
    /// Make a new vault of it, where there is no file yet
    #[arg(long, value_name = "NEW_VAULT")]
    into: Option<PathBuf>,
    /// Of entries that differ, take the backup's also where the vault's was changed later
    #[arg(long, conflicts_with = "into")]
    take_backup: bool,
    /// Only say what would change
    #[arg(long, conflicts_with = "into")]
    dry_run: bool,
    /// Restore without asking
    #[arg(long, short = 'y')]
    yes: bool,
    #[command(flatten)]
    keys: KeyArgs,
    #[command(flatten)]
    new: NewPasswordArgs,
    #[command(flatten)]
    kdf: KdfArgs,
}

#[derive(Serialize)]
struct Outcome {
    vault: String,
    own: bool,
    made: u64,
    differences: Vec<Difference>,
    added: usize,
    changed: usize,
    /// Of another vault, and this one has the secret under another id.
    already_there: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<String>,
}

/// Opens, shows, asks, writes in one transaction.
pub(super) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    match &args.into {
        Some(path) => into_new(args, path, context),
        None => into_present(args, context),
    }
}

fn into_present(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = vault_open::unlock(context)?;
    let opened = open::open(&args.file, &args.keys, Some(&vault), context)?;
    tell_problems(&opened, context);
    let items = differences(&vault, &opened.backup);
    let known = in_vault_elsewhere(&vault, &opened.backup, &items);
    let mut choices = Vec::new();
    for item in &items {
        let take = match item.kind {
            MergeKind::OnlyTheirs if known.contains(&item.id) => continue,
            MergeKind::OnlyTheirs => Take::Theirs,
            MergeKind::Differs if args.take_backup => Take::Theirs,
            // Also when the vault's is kept: the higher of two counters counts.
            MergeKind::Differs => item.proposed,
            MergeKind::OnlyOurs => continue,
        };
        choices.push(MergeChoice { id: item.id, take });
    }
    let mut outcome = Outcome {
        vault: vault.path().display().to_string(),
        own: opened.origin == Origin::Own,
        made: opened.backup.made,
        differences: items.iter().map(Difference::of).collect(),
        added: 0,
        changed: 0,
        already_there: known.len(),
        recovery_code: None,
    };
    if !context.out.is_json() {
        preview(&items, &outcome, context)?;
    }
    if !args.dry_run && !choices.is_empty() {
        if !args.yes && !context.input.confirm(&context.out, "Restore these?", true, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was restored."));
        }
        let report =
            vault.restore_from(&entries_of(&opened.backup), &choices).map_err(vault_open::vault_failure)?;
        (outcome.added, outcome.changed) = (report.added, report.changed);
    }
    if context.out.is_json() {
        return context.out.value(&outcome);
    }
    if args.dry_run {
        return Ok(());
    }
    context.out.line(&format!("Restored: {} added, {} changed.", outcome.added, outcome.changed))
}

fn preview(items: &[MergeItem], outcome: &Outcome, context: &Context) -> Result<(), Failure> {
    if !outcome.own {
        context.out.warning(
            "This vault did not make this backup under its present key, or it was changed since: look at what it holds before you take it.",
        );
    }
    if items.is_empty() {
        return context.out.line("The backup holds what the vault holds.");
    }
    context.out.lines(&items.iter().map(words).collect::<Vec<_>>())?;
    if outcome.already_there > 0 {
        context.out.note(&format!(
            "{} of the added ones are left out: the vault has their secrets.",
            outcome.already_there
        ));
    }
    let missing = items.iter().filter(|item| item.kind == MergeKind::OnlyOurs).count();
    if missing > 0 {
        context.out.note(&format!("{missing} entries that the backup does not have stay as they are."));
    }
    Ok(())
}

fn tell_problems(opened: &open::Opened, context: &Context) {
    for problem in &opened.problems {
        context.out.warning(&format!("{}: {}", safe(&problem.place.to_string()), problem.reason));
    }
}

fn into_new(args: &Args, path: &Path, context: &Context) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(vault_open::create_failure(path, tessera_vault::CreateError::Exists));
    }
    let opened = open::open(&args.file, &args.keys, None, context)?;
    tell_problems(&opened, context);
    let new = password::new(context, args.new.new_password_file.as_deref(), "Password for the new vault: ")?;
    let (mut vault, code) = Vault::create(path, &new, args.kdf.params()?, vault_open::host())
        .map_err(|error| vault_open::create_failure(path, error))?;
    let items = differences(&vault, &opened.backup);
    let choices: Vec<MergeChoice> =
        items.iter().map(|item| MergeChoice { id: item.id, take: Take::Theirs }).collect();
    let report =
        vault.restore_from(&entries_of(&opened.backup), &choices).map_err(vault_open::vault_failure)?;
    vault.set_settings(opened.backup.settings.clone()).map_err(vault_open::vault_failure)?;
    drop(vault);
    let shown = path.display().to_string();
    if context.out.is_json() {
        // The one time that it is shown.
        let text = code.to_text();
        return context.out.value(&Outcome {
            vault: shown,
            own: false,
            made: opened.backup.made,
            differences: items.iter().map(Difference::of).collect(),
            added: report.added,
            changed: report.changed,
            already_there: 0,
            recovery_code: Some(text.to_string()),
        });
    }
    context.out.line(&format!("Restored {} entries into {}", report.added, safe(&shown)))?;
    recovery::show(context, &code)
}
