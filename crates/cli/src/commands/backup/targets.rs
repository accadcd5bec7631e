//! `tessera backup targets`, `add` and `forget`: the places for backups that the vault keeps; the app makes backups there too.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;
use tessera_transfer::backup::{Recipient, drill_is_due};
use tessera_vault::{BackupSchedule, BackupTarget, BackupWay, KeptSecret, RecordId, Vault};

use crate::clock;
use crate::commands::Context;
use crate::commands::export::typed_twice;
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::{columns, safe};
use crate::transfer::password_from_file;

/// A new place.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The folder; it must be there
    folder: PathBuf,
    /// When the app makes backups there while the vault is open in it
    #[arg(long, value_enum, default_value_t = When::OnChange)]
    when: When,
    /// Encrypt to this age public key instead of a passphrase; may be repeated
    #[arg(long, value_name = "AGE_KEY")]
    recipient: Vec<Recipient>,
    /// Read the passphrase from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    backup_password_file: Option<PathBuf>,
    /// So many backups of this vault are kept in the folder
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    keep: u16,
}

/// A place to forget.
#[derive(Debug, clap::Args)]
pub(crate) struct ForgetArgs {
    /// The folder; the backups in it stay
    folder: PathBuf,
}

/// When backups are made.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum When {
    /// A minute after a change
    OnChange,
    /// Once a day, if something changed
    Daily,
    /// Only when asked
    ByHand,
}

#[derive(Serialize)]
struct Row {
    folder: String,
    keep: u32,
    when: &'static str,
    /// `passphrase` or `keys`.
    way: &'static str,
    recipients: Vec<String>,
    last: Option<u64>,
    drilled: Option<u64>,
    drill_failed: Option<u64>,
    drill_due: bool,
}

impl Row {
    fn of(target: &BackupTarget, now: u64) -> Self {
        let (way, recipients) = match &target.way {
            BackupWay::Passphrase(_) => ("passphrase", Vec::new()),
            BackupWay::Recipients(recipients) => ("keys", recipients.clone()),
        };
        Self {
            folder: target.folder.clone(),
            keep: target.keep,
            when: target.schedule.name(),
            way,
            recipients,
            last: target.last.as_ref().map(|last| last.made),
            drilled: target.drill.as_ref().map(|drill| drill.at),
            drill_failed: target.drill_failed,
            drill_due: drill_is_due(target, now),
        }
    }

    fn words(&self) -> Vec<String> {
        let last =
            self.last.map_or("no backup yet".to_owned(), |made| format!("last {}", clock::in_words(made)));
        let drill = match (self.drill_due, self.drilled) {
            (true, _) => "drill is due".to_owned(),
            (false, Some(at)) => format!("drill {}", clock::in_words(at)),
            (false, None) => String::new(),
        };
        vec![safe(&self.folder), self.when.to_owned(), self.way.to_owned(), last, drill]
    }
}

/// Says where backups go.
pub(super) fn list(context: &Context) -> Result<(), Failure> {
    let vault = open::unlock(context)?;
    let now = clock::unix_now();
    let rows: Vec<Row> = vault.backup_targets().map(|(_, target)| Row::of(target, now)).collect();
    if context.out.is_json() {
        return context.out.value(&rows);
    }
    if rows.is_empty() {
        context.out.note("This vault has no place for backups yet: tessera backup add FOLDER");
    }
    let lines: Vec<Vec<String>> = rows.iter().map(Row::words).collect();
    context.out.lines(&columns(&lines))
}

/// Adds a place.
pub(super) fn add(args: &AddArgs, context: &Context) -> Result<(), Failure> {
    // The app looks from another folder than this one.
    let folder =
        std::path::absolute(&args.folder).map_err(|error| Failure::from_error(Code::Failed, &error))?;
    if !folder.is_dir() {
        return Err(Failure::new(Code::NotFound, "That folder is not there."));
    }
    let text = folder
        .to_str()
        .ok_or_else(|| Failure::new(Code::BadInput, "The folder's name is not text that can be kept."))?
        .to_owned();
    let mut vault = open::unlock(context)?;
    if of_folder(&vault, &folder).is_some() {
        return Err(Failure::new(Code::BadInput, "Backups go there already."));
    }
    let way = if args.recipient.is_empty() {
        let password = match &args.backup_password_file {
            Some(file) => password_from_file(file)?,
            None => typed_twice(context)?,
        };
        // Kept in the vault, so that backups are made while nobody types it.
        BackupWay::Passphrase(KeptSecret::new(password.expose_secret()))
    } else {
        BackupWay::Recipients(args.recipient.iter().map(ToString::to_string).collect())
    };
    let target = BackupTarget {
        folder: text.clone(),
        keep: args.keep.into(),
        schedule: match args.when {
            When::OnChange => BackupSchedule::OnChange,
            When::Daily => BackupSchedule::Daily,
            When::ByHand => BackupSchedule::ByHand,
        },
        way,
        added: clock::unix_now(),
        last: None,
        drill: None,
        drill_failed: None,
        drill_after: None,
    };
    let row = Row::of(&target, target.added);
    vault.add_backup_target(target).map_err(open::vault_failure)?;
    if context.out.is_json() {
        return context.out.value(&row);
    }
    context.out.line(&format!(
        "Backups go to {} from now on; make the first with: tessera backup create",
        safe(&text)
    ))
}

/// Forgets a place.
pub(super) fn forget(args: &ForgetArgs, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let id = of_folder(&vault, &args.folder)
        .ok_or_else(|| Failure::new(Code::NotFound, "No backups of this vault go there."))?;
    vault.remove_backup_target(id).map_err(open::vault_failure)?;
    if context.out.is_json() {
        return context.out.value(&serde_json::json!({ "forgotten": args.folder.display().to_string() }));
    }
    context.out.line("Forgotten. The backups in the folder stay.")
}

/// The target with this folder.
pub(super) fn of_folder(vault: &Vault, folder: &Path) -> Option<RecordId> {
    let folder = std::path::absolute(folder).ok()?;
    vault.backup_targets().find(|(_, target)| Path::new(&target.folder) == folder).map(|(id, _)| id)
}
