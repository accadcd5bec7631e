//! `tessera backup create`.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_transfer::Password;
use tessera_transfer::backup::{
    self, Backup, BackupError, BackupIdentity, Made, Patience, Recipient, SealFor, Target, WORK_FACTOR,
};
use tessera_vault::{AuditEvent, BackupTarget, BackupWay, LastBackup, RecordId, Vault};

use super::{targets, verify};
use crate::commands::Context;
use crate::commands::export::typed_twice;
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::transfer::password_from_file;
use crate::{clock, open};

/// Where to, for whom, and how many are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder; it must be there [default: everywhere where the vault keeps backups]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Encrypt to this age public key instead of a passphrase; may be repeated
    #[arg(long, value_name = "AGE_KEY", requires = "to")]
    recipient: Vec<Recipient>,
    /// Read the passphrase from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE", conflicts_with = "recipient", requires = "to")]
    backup_password_file: Option<PathBuf>,
    /// So many backups of this vault are kept in the folder [default: 10, or as the vault keeps there]
    #[arg(long, value_name = "N", requires = "to", value_parser = clap::value_parser!(u16).range(1..))]
    keep: Option<u16>,
}

/// So many are kept where nobody says otherwise.
const KEEP: u16 = 10;

#[derive(Serialize)]
struct Outcome {
    backup: String,
    bytes: u64,
    entries: usize,
    made: u64,
    dropped: Vec<String>,
    not_dropped: Vec<String>,
}

impl Outcome {
    fn of(made: &Made, now: u64) -> Self {
        let paths = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect();
        Self {
            backup: made.path.display().to_string(),
            bytes: made.bytes,
            entries: made.entries,
            made: now,
            dropped: paths(&made.dropped),
            not_dropped: paths(&made.not_dropped),
        }
    }

    fn tell(&self, context: &Context) -> Result<(), Failure> {
        for old in &self.not_dropped {
            context.out.warning(&format!("The older backup {} could not be removed.", safe(old)));
        }
        if context.out.is_json() {
            return Ok(());
        }
        context.out.line(&format!(
            "Made {} with {} entries, read it back and found it whole. {} older ones went.",
            safe(&self.backup),
            self.entries,
            self.dropped.len()
        ))
    }
}

/// Makes it and proves it.
pub(super) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let Some(to) = &args.to else { return everywhere(&mut vault, context) };
    let as_kept = args.recipient.is_empty() && args.backup_password_file.is_none() && args.keep.is_none();
    let outcome = match targets::of_folder(&vault, to) {
        Some(id) if as_kept => kept(id, &mut vault, context)?,
        _ => as_said(args, to, &mut vault, context)?,
    };
    outcome.tell(context)?;
    if context.out.is_json() { context.out.value(&outcome) } else { Ok(()) }
}

/// To each place that the vault keeps. What fails keeps nothing else from being made.
fn everywhere(vault: &mut Vault, context: &Context) -> Result<(), Failure> {
    let ids: Vec<RecordId> = vault.backup_targets().map(|(id, _)| id).collect();
    if ids.is_empty() {
        return Err(Failure::new(
            Code::NotFound,
            "This vault has no place for backups: name one with --to, or keep one with: tessera backup add FOLDER",
        ));
    }
    let mut outcomes = Vec::new();
    let mut failed = None;
    for id in ids {
        match kept(id, vault, context) {
            Ok(outcome) => {
                outcome.tell(context)?;
                outcomes.push(outcome);
            }
            Err(failure) => {
                let folder = vault.backup_target(id).map(|target| target.folder.clone()).unwrap_or_default();
                context.out.warning(&format!("{}: {}", safe(&folder), failure.message));
                failed = Some(failure);
            }
        }
    }
    if context.out.is_json() {
        context.out.value(&outcomes)?;
    }
    failed.map_or(Ok(()), Err)
}

/// As the vault keeps it, and noted there.
fn kept(id: RecordId, vault: &mut Vault, context: &Context) -> Result<Outcome, Failure> {
    let target: BackupTarget = vault
        .backup_target(id)
        .cloned()
        .ok_or_else(|| Failure::new(Code::NotFound, "Another program forgot this place for backups."))?;
    let own = match target.way {
        BackupWay::Passphrase(_) => None,
        BackupWay::Recipients(_) => Some(own_identity(vault)?),
    };
    let now = clock::unix_now();
    let backup = Backup::of(vault, now);
    let digest = backup
        .digest(vault.backup_mac_key())
        .map_err(|_| Failure::new(Code::Failed, "The vault is too large for a backup."))?;
    let made = backup::create_for(
        &target,
        &backup,
        vault.backup_mac_key(),
        own.as_ref(),
        WORK_FACTOR,
        &Patience::default(),
    )
    .map_err(|error| create_failure(&error))?;
    let file = made.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let last = LastBackup { made: now, file, entries: made.entries as u64, digest };
    verify::note(vault.note_backup(id, last), context)?;
    Ok(Outcome::of(&made, now))
}

fn as_said(args: &Args, to: &Path, vault: &mut Vault, context: &Context) -> Result<Outcome, Failure> {
    let target = Target { folder: to.to_owned(), keep: args.keep.unwrap_or(KEEP).into() };
    let now = clock::unix_now();
    let made = if args.recipient.is_empty() {
        let password: Password = match &args.backup_password_file {
            Some(file) => password_from_file(file)?,
            None => typed_twice(context)?,
        };
        let seal_for = SealFor::Passphrase { password: &password, work_factor: WORK_FACTOR };
        backup::create(&Backup::of(vault, now), vault.backup_mac_key(), seal_for, &target)
    } else {
        let own = own_identity(vault)?;
        let seal_for = SealFor::Recipients { recipients: &args.recipient, own: &own };
        backup::create(&Backup::of(vault, now), vault.backup_mac_key(), seal_for, &target)
    }
    .map_err(|error| create_failure(&error))?;
    verify::note(vault.audit(AuditEvent::BackedUp, None), context)?;
    Ok(Outcome::of(&made, now))
}

fn own_identity(vault: &mut Vault) -> Result<BackupIdentity, Failure> {
    backup::own_identity(vault)
        .map_err(open::vault_failure)?
        .ok_or_else(|| Failure::new(Code::Failed, "The vault's own backup key cannot be read."))
}

fn create_failure(error: &BackupError) -> Failure {
    let code = match error {
        BackupError::NoRoom(_) => Code::NoRoom,
        BackupError::NotWritable(_) => Code::Permission,
        _ => Code::Failed,
    };
    Failure::from_error(code, error)
}
