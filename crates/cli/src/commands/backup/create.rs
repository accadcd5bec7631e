//! `tessera backup create`.

use std::path::PathBuf;

use serde::Serialize;
use tessera_transfer::Password;
use tessera_transfer::backup::{
    self, Backup, BackupError, BackupIdentity, Recipient, SealFor, Target, WORK_FACTOR,
};
use tessera_vault::{AuditEvent, Vault};

use crate::commands::Context;
use crate::commands::export::typed_twice;
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::transfer::password_from_file;
use crate::{clock, open};

/// Where to, for whom, and how many are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder; it must be there
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Encrypt to this age public key instead of a passphrase; may be repeated
    #[arg(long, value_name = "AGE_KEY")]
    recipient: Vec<Recipient>,
    /// Read the passphrase from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    backup_password_file: Option<PathBuf>,
    /// So many backups of this vault are kept in the folder
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
}

#[derive(Serialize)]
struct Outcome {
    backup: String,
    bytes: u64,
    entries: usize,
    made: u64,
    dropped: Vec<String>,
    not_dropped: Vec<String>,
}

/// Makes it and proves it.
pub(super) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let target = Target { folder: args.to.clone(), keep: args.keep.into() };
    let now = clock::unix_now();
    let made = if args.recipient.is_empty() {
        let password: Password = match &args.backup_password_file {
            Some(file) => password_from_file(file)?,
            None => typed_twice(context)?,
        };
        let seal_for = SealFor::Passphrase { password: &password, work_factor: WORK_FACTOR };
        backup::create(&Backup::of(&vault, now), vault.backup_mac_key(), seal_for, &target)
    } else {
        let own = own_identity(&mut vault)?;
        let seal_for = SealFor::Recipients { recipients: &args.recipient, own: &own };
        backup::create(&Backup::of(&vault, now), vault.backup_mac_key(), seal_for, &target)
    }
    .map_err(|error| create_failure(&error))?;
    match vault.audit(AuditEvent::BackedUp, None) {
        Ok(()) => {}
        Err(tessera_vault::VaultError::ReadOnly) => {
            context.out.warning("The vault can only be read, so that the backup is not noted in its log.");
        }
        Err(error) => return Err(open::vault_failure(error)),
    }
    for old in &made.not_dropped {
        let shown = safe(&old.display().to_string());
        context.out.warning(&format!("The older backup {shown} could not be removed."));
    }
    let paths = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    let outcome = Outcome {
        backup: made.path.display().to_string(),
        bytes: made.bytes,
        entries: made.entries,
        made: now,
        dropped: paths(&made.dropped),
        not_dropped: paths(&made.not_dropped),
    };
    if context.out.is_json() {
        return context.out.value(&outcome);
    }
    context.out.line(&format!(
        "Made {} with {} entries, read it back and found it whole. {} older ones went.",
        safe(&outcome.backup),
        outcome.entries,
        outcome.dropped.len()
    ))
}

/// The vault's own key for reading back; made when it is first needed.
fn own_identity(vault: &mut Vault) -> Result<BackupIdentity, Failure> {
    if let Some(kept) = vault.backup_identity().and_then(BackupIdentity::parse) {
        return Ok(kept);
    }
    // To be stored in the vault.
    let fresh = BackupIdentity::generate().expose_secret();
    let kept = vault.keep_backup_identity(fresh).map_err(open::vault_failure)?;
    BackupIdentity::parse(&kept)
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
