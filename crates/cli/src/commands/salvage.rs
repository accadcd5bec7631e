//! `tessera salvage`: what is left in a damaged file, into a new vault. The damaged file is only read.

use std::path::PathBuf;

use serde::Serialize;
use tessera_otp::Entry;
use tessera_vault::{Salvaged, UnlockWith, Vault, salvage};

use super::{Context, entry_words};
use crate::failure::{Code, Failure};
use crate::password::{self, KdfArgs, NewPasswordArgs};
use crate::text::safe;
use crate::{open, recovery};

/// From where to where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The damaged file [default: the vault]
    file: Option<PathBuf>,
    /// The vault to make; there must be no file yet
    #[arg(long, value_name = "NEW_VAULT")]
    into: PathBuf,
    /// Open the damaged file with its recovery code
    #[arg(long)]
    with_recovery_code: bool,
    #[command(flatten)]
    new: NewPasswordArgs,
    #[command(flatten)]
    kdf: KdfArgs,
}

#[derive(Serialize)]
struct Outcome<'a> {
    vault: String,
    recovery_code: &'a str,
    entries: usize,
    unlisted: usize,
    missing: Option<usize>,
    unreadable: usize,
    left_out: Vec<String>,
}

/// Reads, tells, writes.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let from = match &args.file {
        Some(file) => file.clone(),
        None => open::path(context)?,
    };
    if args.into.symlink_metadata().is_ok() {
        return Err(open::create_failure(&args.into, tessera_vault::CreateError::Exists));
    }
    let found = if args.with_recovery_code {
        let code = recovery::read(context)?;
        salvage(&from, &UnlockWith::RecoveryCode(&code))
    } else {
        let password = password::present(context, "Password of the damaged vault: ")?;
        salvage(&from, &UnlockWith::Password(&password))
    }
    .map_err(|error| open::salvage_failure(&from, error))?;
    if found.entries.is_empty() {
        return Err(Failure::new(Code::Damaged, "The file opened, but no entry in it can be read any more."));
    }
    let Salvaged { entries, settings, missing, unreadable } = found;
    let unlisted = entries.iter().filter(|found| found.listed == Some(false)).count();
    let (entries, left_out): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().map(|found| found.entry.tidied()).partition(|entry| entry.check().is_ok());

    let new = password::new(context, args.new.new_password_file.as_deref(), "Password for the new vault: ")?;
    let (mut vault, code) = Vault::create(&args.into, &new, args.kdf.params()?, open::host())
        .map_err(|error| open::create_failure(&args.into, error))?;
    let count = entries.len();
    vault.add(entries).map_err(open::vault_failure)?;
    if let Some(settings) = settings {
        vault.set_settings(settings).map_err(open::vault_failure)?;
    }
    drop(vault);

    let path = args.into.display().to_string();
    let left_out: Vec<String> = left_out.iter().map(entry_words).collect();
    if context.out.is_json() {
        let text = code.to_text();
        let outcome = Outcome {
            vault: path,
            recovery_code: &text,
            entries: count,
            unlisted,
            missing,
            unreadable,
            left_out,
        };
        return context.out.value(&outcome);
    }
    context.out.line(&format!("Read {count} entries into {}", safe(&path)))?;
    if unlisted > 0 {
        context.out.warning(&format!(
            "{unlisted} of them are not as the old vault's list has them: look at them before you use them."
        ));
    }
    match missing {
        Some(0) => {}
        Some(missing) => {
            context.out.warning(&format!("Entries that the old vault had and that are lost: {missing}."));
        }
        None => context.out.warning(
            "The old vault's list could not be read, so that nobody can say whether entries are missing.",
        ),
    }
    if unreadable > 0 {
        context.out.warning(&format!("Records that cannot be decrypted: {unreadable}."));
    }
    for name in &left_out {
        context.out.warning(&format!("{name} cannot be stored and was left out."));
    }
    recovery::show(context, &code)
}
