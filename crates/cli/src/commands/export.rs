//! `tessera export`: the entries in another app's format, or as a sheet to print.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_otp::Entry;
use tessera_transfer::{EXPORTS, Export, Loss, Making, Password, export_by_id, write_private};
use tessera_vault::{AuditEvent, Vault};

use super::{Context, entry_words};
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::transfer::password_from_file;
use crate::{clock, open, password};

/// In which format, where to, and which entries.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The format
    #[arg(long, value_name = "FORMAT", value_parser = export_names())]
    format: String,
    /// The file to write; there must be none yet. "-" is standard output
    #[arg(long, short = 'o', value_name = "FILE", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// Only entries of this group
    #[arg(long)]
    group: Option<String>,
    /// Only entries with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Read the password of the new file from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    export_password_file: Option<PathBuf>,
    /// Write secrets in clear without asking for the vault's password again
    #[arg(long)]
    in_clear: bool,
    /// Only say what the format cannot carry
    #[arg(long)]
    dry_run: bool,
    /// Write although the format cannot carry everything
    #[arg(long, short = 'y')]
    yes: bool,
}

fn export_names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(EXPORTS.iter().map(|export| export.id))
}

#[derive(Serialize)]
struct Outcome {
    written: Option<String>,
    format: &'static str,
    encrypted: bool,
    entries: usize,
    losses: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    issuer: String,
    account: String,
    /// The whole entry is left out.
    left_out: bool,
    message: String,
}

/// Says what is lost, asks, notes it in the log, writes.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let export =
        export_by_id(&args.format).ok_or_else(|| Failure::new(Code::Usage, "This format is not known."))?;
    let to_stdout = args.out.as_deref() == Some(Path::new("-"));
    if to_stdout && context.out.is_json() {
        return Err(Failure::new(
            Code::Usage,
            "--json says what was written; it cannot go to the same output as the file.",
        ));
    }
    if let Some(out) = args.out.as_deref().filter(|_| !to_stdout && !args.dry_run)
        && out.symlink_metadata().is_ok()
    {
        return Err(Failure::new(
            Code::Failed,
            format!(
                "There is a file at {} already, and nothing is written over it.",
                safe(&out.display().to_string())
            ),
        ));
    }
    let mut vault = open::unlock(context)?;
    let entries = args.entries(&vault);
    let losses = export.losses(&entries);
    let carried = entries.iter().filter(|entry| export.carries(entry)).count();
    tell(&losses, &entries, context);
    let mut outcome = Outcome {
        written: None,
        format: export.id,
        encrypted: export.encrypted,
        entries: carried,
        losses: losses.iter().map(|loss| Row::of(loss, &entries)).collect(),
    };
    if args.dry_run {
        return if context.out.is_json() {
            context.out.value(&outcome)
        } else {
            context.out.line(&format!("{carried} of {} entries would be written.", entries.len()))
        };
    }
    if carried == 0 {
        return Err(Failure::new(Code::BadInput, "There is no entry that this format can carry."));
    }
    if !losses.is_empty() && !args.yes {
        let question = "The format cannot carry everything, as listed. Write it all the same?";
        if !context.input.confirm(&context.out, question, true, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was written."));
        }
    }
    let new_password = args.allow(export, &vault, context)?;
    let bytes = {
        let mut host = open::host();
        let making =
            Making { now: clock::unix_now(), password: new_password.as_ref(), rng: host.rng.as_mut() };
        export.write(&entries, making).map_err(|error| Failure::from_error(Code::Failed, &error))?
    };
    note_in_log(&mut vault, context)?;
    drop(vault);
    match args.out.as_deref() {
        Some(out) if !to_stdout => {
            write_new(out, &bytes)?;
            outcome.written = Some(out.display().to_string());
        }
        _ => return context.out.bytes(&bytes),
    }
    if context.out.is_json() {
        return context.out.value(&outcome);
    }
    let shown = outcome.written.as_deref().map(safe).unwrap_or_default();
    context.out.line(&format!("Wrote {carried} entries to {shown}"))?;
    if !export.encrypted {
        context.out.warning("Whoever has this file has every secret in it. Delete it once it did its work.");
    }
    Ok(())
}

impl Args {
    fn entries(&self, vault: &Vault) -> Vec<Entry> {
        vault
            .entries()
            .map(|known| known.entry)
            .filter(|entry| self.group.is_none() || entry.group == self.group)
            .filter(|entry| self.tag.as_ref().is_none_or(|tag| entry.tags.contains(tag)))
            .cloned()
            .collect()
    }

    /// The new file's password, or for a file in clear the vault's password once more.
    fn allow(&self, export: &Export, vault: &Vault, context: &Context) -> Result<Option<Password>, Failure> {
        if export.encrypted {
            return match &self.export_password_file {
                Some(file) => password_from_file(file).map(Some),
                None => typed_twice(context).map(Some),
            };
        }
        if self.in_clear {
            return Ok(None);
        }
        context.out.warning("This format is not encrypted: whoever gets the file has every secret in it.");
        if context.global.password_file.is_some() {
            let message =
                "A password file cannot say again that secrets may be written in clear. --in-clear does.";
            return Err(Failure::new(Code::Usage, message));
        }
        let again = password::present(context, "Password again, to write secrets in clear: ")?;
        if vault.verify_password(&again).map_err(open::vault_failure)? {
            return Ok(None);
        }
        Err(Failure::new(Code::WrongPassword, "The password is wrong. Nothing was written."))
    }
}

/// A password for a new file, as it was typed.
pub(super) fn typed_twice(context: &Context) -> Result<Password, Failure> {
    let first = context.input.secret("Password for the new file: ")?;
    if first.is_empty() {
        return Err(Failure::new(Code::BadInput, "The password is empty."));
    }
    password::warn_if_weak(context, &first);
    if !context.global.password_stdin {
        let again = context.input.secret("Once more: ")?;
        if *first != *again {
            return Err(Failure::new(
                Code::BadInput,
                "The two passwords are not the same. Nothing was written.",
            ));
        }
    }
    Ok(Password::new(first.as_str()))
}

impl Row {
    fn of(loss: &Loss, entries: &[Entry]) -> Self {
        let credential = entries.get(loss.index).map(|entry| &entry.credential);
        Self {
            issuer: credential.map(|credential| credential.issuer.clone()).unwrap_or_default(),
            account: credential.map(|credential| credential.account.clone()).unwrap_or_default(),
            left_out: matches!(loss.lost, tessera_transfer::Lost::Entry(_)),
            message: loss.lost.to_string(),
        }
    }
}

fn tell(losses: &[Loss], entries: &[Entry], context: &Context) {
    if context.out.is_json() {
        return;
    }
    for loss in losses {
        if let Some(entry) = entries.get(loss.index) {
            context.out.note(&format!("{}: {}", entry_words(entry), loss.lost));
        }
    }
}

/// A vault that can only be read must still let its owner leave: that it could not be noted is said instead.
fn note_in_log(vault: &mut Vault, context: &Context) -> Result<(), Failure> {
    match vault.audit(AuditEvent::Exported, None) {
        Ok(()) => Ok(()),
        Err(tessera_vault::VaultError::ReadOnly) => {
            context.out.warning("The vault can only be read, so that exporting is not noted in its log.");
            Ok(())
        }
        Err(error) => Err(open::vault_failure(error)),
    }
}

/// A new file for this user alone; never over another one.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_private(path, bytes, false).map_err(|error| {
        let shown = safe(&path.display().to_string());
        Failure::new(Code::Failed, format!("The file {shown} could not be written.")).caused_by(&error)
    })
}
