//! `tessera passwd`: another password, and with it, unless refused, another vault key.

use serde::Serialize;

use super::Context;
use crate::failure::Failure;
use crate::password::{self, KdfArgs, NewPasswordArgs};
use crate::{open, recovery};

/// How thoroughly.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Encrypt everything anew under a new key, for when somebody may know the old password. Makes a new recovery code. This is the default
    #[arg(long, conflicts_with = "no_rekey")]
    rekey: bool,
    /// Keep the vault's key and the recovery code
    #[arg(long)]
    no_rekey: bool,
    #[command(flatten)]
    new: NewPasswordArgs,
    #[command(flatten)]
    kdf: KdfArgs,
}

#[derive(Serialize)]
struct Changed<'a> {
    rekeyed: bool,
    recovery_code: Option<&'a str>,
}

const QUESTION: &str = "Encrypt everything anew, for when somebody may know the old password? \
The recovery code is replaced too. Copies of the file made before stay readable with the old password.";

/// Changes it in one transaction.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let new = password::new(context, args.new.new_password_file.as_deref(), "New password: ")?;
    let rekey = if args.rekey || args.no_rekey || !context.input.has_person() {
        !args.no_rekey
    } else {
        context.input.confirm(&context.out, QUESTION, true, "--rekey or --no-rekey")?
    };
    let code = vault.change_password(&new, args.kdf.params()?, rekey).map_err(open::vault_failure)?;
    drop(vault);
    if context.out.is_json() {
        let text = code.as_ref().map(tessera_vault::RecoveryCode::to_text);
        let recovery_code = text.as_ref().map(|text| text.as_str());
        return context.out.value(&Changed { rekeyed: rekey, recovery_code });
    }
    context.out.line(if rekey {
        "The password is changed, and the vault has a new key."
    } else {
        "The password is changed."
    })?;
    code.map_or(Ok(()), |code| recovery::show(context, &code))
}
