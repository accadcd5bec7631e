//! `tessera code`: an entry's code.

use std::io::IsTerminal as _;

use serde::Serialize;
use tessera_otp::{Code as Otp, Kind, Pin};
use tessera_vault::{EntryId, Vault, VaultError};

use super::{Context, entry_words};
use crate::failure::{Code, Failure};
use crate::{clock, copy, open, query, wall_clock};

/// Whose code, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The entry
    query: String,
    /// Print the code after it, too
    #[arg(long)]
    next: bool,
    /// Copy it as well, and clear the clipboard after a while
    #[arg(long)]
    copy: bool,
    /// The code of another moment (not for hotp)
    #[arg(long, value_name = "UNIX_SECONDS")]
    at: Option<u64>,
}

#[derive(Serialize)]
struct Shown<'a> {
    issuer: &'a str,
    account: &'a str,
    code: &'a str,
    valid_from: Option<u64>,
    valid_until: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Following<'a>>,
}

#[derive(Serialize)]
struct Following<'a> {
    code: &'a str,
    valid_from: Option<u64>,
    valid_until: Option<u64>,
}

/// Prints the code; for HOTP only after its counter is on disk.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let id = query::one(vault.entries(), &args.query)?;
    let entry = vault
        .entry(id)
        .map(|known| known.entry.clone())
        .ok_or_else(|| open::vault_failure(VaultError::NotFound))?;
    let hotp = entry.credential.kind() == Kind::Hotp;
    if hotp && args.at.is_some() {
        return Err(Failure::new(
            Code::Usage,
            "HOTP codes come from a counter, not from the time: --at means nothing for them.",
        ));
    }
    if hotp && args.next {
        return Err(Failure::new(
            Code::Usage,
            "Looking ahead would use up an HOTP code. The next call of `code` gives it.",
        ));
    }
    let now = args.at.unwrap_or_else(clock::unix_now);
    let (code, next) = if hotp {
        (vault.advance_hotp(id).map_err(open::vault_failure)?, None)
    } else {
        codes(&entry.credential, now, args.next, context)?
    };
    if args.at.is_none() {
        count_use(&mut vault, id, context);
    }
    if args.at.is_none() && !hotp {
        let newest =
            vault.entries().flat_map(|known| [Some(known.entry.modified), known.last_used]).flatten().max();
        // What was just counted as a use bears the time that is in doubt, and so cannot raise one.
        if let Some(warning) = wall_clock::warning(now, newest) {
            context.out.warning(&warning);
        }
    }
    let seconds = vault.settings().clipboard_s;
    // Nothing of the vault is needed while the code lies on the clipboard.
    drop(vault);

    if context.out.is_json() {
        let next = next.as_ref().map(|next| Following {
            code: next.text(),
            valid_from: next.valid_from(),
            valid_until: next.valid_until(),
        });
        context.out.value(&Shown {
            issuer: &entry.credential.issuer,
            account: &entry.credential.account,
            code: code.text(),
            valid_from: code.valid_from(),
            valid_until: code.valid_until(),
            next,
        })?;
    } else {
        if std::io::stdout().is_terminal() {
            context.out.say(&about(&entry_words(&entry), &code, args.at.is_none().then_some(now)));
        }
        context.out.line(code.text())?;
        if let Some(next) = &next {
            context.out.line(next.text())?;
        }
    }
    context.out.flush()?;
    // Printed first: a clipboard that is not there must not cost an HOTP code.
    if args.copy { copy::for_a_while(&context.out, code.text(), seconds) } else { Ok(()) }
}

fn codes(
    credential: &tessera_otp::Credential,
    now: u64,
    next: bool,
    context: &Context,
) -> Result<(Otp, Option<Otp>), Failure> {
    let failed = |error: tessera_otp::CodeError| Failure::from_error(Code::Failed, &error);
    if credential.generator.needs_pin() {
        let typed = context.input.secret("PIN: ")?;
        let pin = Pin::new(typed.trim()).map_err(|error| Failure::from_error(Code::PinNeeded, &error))?;
        let code = credential.code_with_pin(now, &pin).map_err(failed)?;
        let after = code.valid_until().filter(|_| next);
        let next = after.map(|after| credential.code_with_pin(after, &pin)).transpose().map_err(failed)?;
        return Ok((code, next));
    }
    let code = credential.code_at(now).map_err(failed)?;
    let next = if next { credential.next_code_at(now).map_err(failed)? } else { None };
    Ok((code, next))
}

/// Use counts are worth no failure: the code is what was asked for.
fn count_use(vault: &mut Vault, id: EntryId, context: &Context) {
    vault.record_use(id);
    match vault.flush_usage(true) {
        Ok(()) | Err(VaultError::ReadOnly | VaultError::Busy) => {}
        Err(error) => context.out.warning(&open::vault_failure(error).message),
    }
}

fn about(name: &str, code: &Otp, now: Option<u64>) -> String {
    match (code.valid_until(), now) {
        (Some(until), Some(now)) => format!("{name}, valid for {} s more:", until.saturating_sub(now)),
        (Some(until), None) => format!("{name}, valid until {}:", clock::in_words(until)),
        (None, _) => format!("{name}, valid until it is used:"),
    }
}
