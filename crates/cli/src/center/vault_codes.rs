//! Codes of this vault's own entries for a center: after a yes, never by themselves.

use std::time::Duration;

use tessera_center_api::Hidden;
use tessera_otp::{Code as Otp, Credential, Entry, Generator};
use tessera_vault::{EntryId, Vault, VaultError};

use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::text::name;
use crate::{clock, open};

/// How often the clock is looked at while a code is waited for.
const LOOK: Duration = Duration::from_millis(200);

/// An entry by its names, safe for a terminal.
pub(crate) fn entry_words(vault: &Vault, id: EntryId) -> String {
    vault.entry(id).map_or_else(
        || "an entry that is gone".to_owned(),
        |found| name(&found.entry.credential.issuer, &found.entry.credential.account),
    )
}

fn code_at(credential: &Credential, at: u64) -> Result<Otp, Failure> {
    credential.code_at(at).map_err(|error| Failure::from_error(Code::Failed, &error))
}

fn hidden(code: &Otp) -> Hidden {
    Hidden::new(code.text())
}

fn credential_of(vault: &Vault, id: EntryId) -> Result<Credential, Failure> {
    let found = vault.entry(id).filter(|found| found.entry.deleted.is_none());
    let found = found.ok_or_else(|| open::vault_failure(VaultError::NotFound))?;
    if matches!(found.entry.credential.generator, Generator::Totp { .. }) {
        Ok(found.entry.credential.clone())
    } else {
        Err(Failure::new(Code::BadInput, "A center takes codes of TOTP entries only."))
    }
}

/// Waits, and says for how long.
fn wait_until(context: &Context, until: u64) {
    let now = clock::unix_now();
    if now < until {
        context.out.note(&format!("Waiting {} s for the next code.", until - now));
    }
    while clock::unix_now() < until {
        clock::wait(LOOK);
    }
}

/// A code of an entry that was not given out yet: no center takes one twice. When this period's may have been, the next one is
/// waited for.
pub(crate) fn fresh_code(context: &Context, vault: &mut Vault, id: EntryId) -> Result<Hidden, Failure> {
    let credential = credential_of(vault, id)?;
    let used = vault.entry(id).and_then(|found| found.last_used);
    let mut code = code_at(&credential, clock::unix_now())?;
    if let (Some(used), Some(from), Some(until)) = (used, code.valid_from(), code.valid_until())
        && used >= from
    {
        wait_until(context, until);
        code = code_at(&credential, clock::unix_now())?;
    }
    given_out(vault, id);
    Ok(hidden(&code))
}

/// Two codes of an entry that follow each other, none of them given out yet.
pub(crate) fn two_of_entry(
    context: &Context,
    vault: &mut Vault,
    id: EntryId,
) -> Result<[Hidden; 2], Failure> {
    let credential = credential_of(vault, id)?;
    let used = vault.entry(id).and_then(|found| found.last_used);
    let now = code_at(&credential, clock::unix_now())?;
    if let (Some(used), Some(from), Some(until)) = (used, now.valid_from(), now.valid_until())
        && used >= from
    {
        wait_until(context, until);
    }
    let codes = two_codes(context, &credential)?;
    given_out(vault, id);
    Ok(codes)
}

/// The code of now and, when its time has come, the next.
pub(crate) fn two_codes(context: &Context, credential: &Credential) -> Result<[Hidden; 2], Failure> {
    let at = clock::unix_now();
    let first = code_at(credential, at)?;
    let until = first.valid_until().unwrap_or(at);
    wait_until(context, until);
    let second = code_at(credential, until)?;
    Ok([hidden(&first), hidden(&second)])
}

/// The credential that a center's secret is.
pub(crate) fn credential_from(uri: &Hidden) -> Result<Credential, Failure> {
    // From here on the vault keeps the secret that stands in it.
    let read = Credential::from_uri(uri.expose_secret()).ok();
    read.filter(|credential| matches!(credential.generator, Generator::Totp { .. })).ok_or_else(|| {
        Failure::new(Code::CenterBadAnswer, "The center gave a secret that is none. Nothing was kept of it.")
    })
}

/// Takes a new secret into the vault, right before its codes are sent.
pub(crate) fn store(vault: &mut Vault, credential: Credential) -> Result<EntryId, Failure> {
    let entry = Entry::new(credential, clock::unix_now());
    let ids = vault.add(vec![entry]).map_err(open::vault_failure)?;
    let id = ids.first().copied();
    let id = id.ok_or_else(|| Failure::new(Code::Failed, "The entry was not kept."))?;
    given_out(vault, id);
    Ok(id)
}

/// Notes that a code went out, so that it is not given out again. It is worth no failure.
fn given_out(vault: &mut Vault, id: EntryId) {
    vault.record_use(id);
    let _ = vault.flush_usage(true);
}
