//! What is asked at login and before sensitive actions, and the password.

use std::path::PathBuf;

use clap::ValueEnum;
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::{Protection, Protections};

use super::{Context, done};
use crate::center::prove::ProveArgs;
use crate::center::signed::Signed;
use crate::center::{At, new_password};
use crate::failure::Failure;

/// What to switch; nothing shows it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is asked after the password
    #[arg(long, value_enum)]
    login: Option<Second>,
    /// What is asked before a sensitive action
    #[arg(long, value_enum)]
    operation: Option<Second>,
    #[command(flatten)]
    by: ProveArgs,
}

/// A second credential.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Second {
    /// None
    Off,
    /// A code of an MFA device
    Mfa,
    /// A code sent to the secure phone
    Phone,
    /// A code sent to the security e-mail
    Email,
}

/// The new password.
#[derive(Debug, clap::Args)]
pub(crate) struct PasswordArgs {
    /// Read the new password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    new_center_password_file: Option<PathBuf>,
    #[command(flatten)]
    by: ProveArgs,
}

impl From<Second> for Protection {
    fn from(second: Second) -> Self {
        match second {
            Second::Off => Self::Off,
            Second::Mfa => Self::Mfa,
            Second::Phone => Self::Phone,
            Second::Email => Self::Email,
        }
    }
}

/// Shows or switches it.
pub(crate) fn run(args: &Args, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let mut now = signed.ask(|session| async move { session.protections().await })?;
    if args.login.is_some() || args.operation.is_some() {
        let wish = Protections {
            login: args.login.map_or(now.login, Protection::from),
            operation: args.operation.map_or(now.operation, Protection::from),
        };
        now = signed.sensitive(Action::ChangeProtection, &args.by, |session| async move {
            session.set_protections(wish).await
        })?;
    }
    if context.out.is_json() {
        return context.out.value(&now);
    }
    context.out.line(&format!("After the password: {}", now.login.text()))?;
    context.out.line(&format!("Before a sensitive action: {}", now.operation.text()))
}

/// Sets another password.
pub(crate) fn password(args: &PasswordArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let file = args.new_center_password_file.as_deref();
    let password = new_password(context, file, "New password of the account: ")?;
    signed.sensitive(Action::ChangePassword, &args.by, |session| {
        let password = password.clone();
        async move { session.change_password(password).await }
    })?;
    done(context, "changed", "The account has another password. Other sessions have ended.")
}
