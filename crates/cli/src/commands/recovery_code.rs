//! `tessera recovery-code`: a new one, or a way back in with the one there is.

use clap::Subcommand;
use serde::Serialize;
use tessera_vault::RecoveryCode;

use super::Context;
use crate::failure::Failure;
use crate::password::{self, KdfArgs, NewPasswordArgs};
use crate::{open, recovery};

/// Which of the two.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Make a new recovery code; the old one opens the vault no longer
    New,
    /// Open the vault with the recovery code and give it a new password, key and recovery code
    Use(UseArgs),
}

/// The new password, and what it costs to try.
#[derive(Debug, clap::Args)]
pub(crate) struct UseArgs {
    #[command(flatten)]
    new: NewPasswordArgs,
    #[command(flatten)]
    kdf: KdfArgs,
}

#[derive(Serialize)]
struct Made<'a> {
    recovery_code: &'a str,
}

/// Does it, and shows the new code.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let code = match args {
        Args::New => open::unlock(context)?.new_recovery_code().map_err(open::vault_failure)?,
        Args::Use(args) => use_up(args, context)?,
    };
    if context.out.is_json() {
        let text = code.to_text();
        return context.out.value(&Made { recovery_code: &text });
    }
    recovery::show(context, &code)
}

fn use_up(args: &UseArgs, context: &Context) -> Result<RecoveryCode, Failure> {
    // Said before a code is typed for nothing.
    open::locked(&open::path(context)?)?;
    let code = recovery::read(context)?;
    let mut vault = open::unlock_with_code(context, &code)?;
    let file = args.new.new_password_file.as_deref().or(context.global.password_file.as_deref());
    let new = password::new(context, file, "New password: ")?;
    let code = vault.use_up_recovery_code(&new, args.kdf.params()?).map_err(open::vault_failure)?;
    context
        .out
        .say("The vault has a new password and a new key; the recovery code you used opens it no longer.");
    Ok(code)
}
