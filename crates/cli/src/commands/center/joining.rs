//! Registering, finding accounts by their phone, and setting a password that was forgotten.

use std::path::PathBuf;

use serde::Serialize;
use tessera_center_api::Hidden;
use tessera_center_api::account::{AccountKind, Language, RegistrationBegin, RetrievalBegin};
use tessera_center_client::{NewAccount, device_name};

use super::account::Tongue;
use super::signing_in::{code_wish, say, trusted};
use super::{Context, done};
use crate::center::{At, Centers, ask_code, choose, new_password, once, signed};
use crate::failure::Failure;
use crate::text::{columns, safe};

/// Who.
#[derive(Debug, clap::Args)]
pub(crate) struct RegisterArgs {
    /// The e-mail address, which becomes a login name
    #[arg(long, required_unless_present = "phone", conflicts_with = "phone")]
    email: Option<String>,
    /// The mobile number with + and the country code, which becomes a login name
    #[arg(long)]
    phone: Option<String>,
    /// The display name
    #[arg(long)]
    name: String,
    /// For a company
    #[arg(long)]
    enterprise: bool,
    /// The language of its messages
    #[arg(long, value_enum, default_value = "en")]
    language: Tongue,
    /// Trust this device from now on
    #[arg(long)]
    trust: bool,
    /// Read the account's password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    new_center_password_file: Option<PathBuf>,
}

/// Which phone.
#[derive(Debug, clap::Args)]
pub(crate) struct RetrieveArgs {
    /// The number, with + and the country code
    phone: String,
    /// The language of the text message
    #[arg(long, value_enum, default_value = "en")]
    language: Tongue,
}

/// Which account.
#[derive(Debug, clap::Args)]
pub(crate) struct ResetArgs {
    /// Account e-mail, bound phone or account number
    name: String,
    /// Read the new password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    new_center_password_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Found {
    account: i64,
    kind: AccountKind,
    email: Option<String>,
}

/// Registers: a code to the address, a password, and a session.
pub(crate) fn register(args: &RegisterArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let address = args.email.as_ref().or(args.phone.as_ref()).map(|text| text.trim()).unwrap_or_default();
    let wish = RegistrationBegin {
        kind: if args.enterprise { AccountKind::Enterprise } else { AccountKind::Individual },
        email: args.email.as_ref().map(|_| Hidden::new(address)),
        phone: args.phone.as_ref().map(|_| Hidden::new(address)),
        language: Language::from(args.language),
    };
    let begun = centers.ask(once(|intent| {
        let (client, wish) = (client.clone(), wish.clone());
        async move { client.begin_registration(&wish, &intent).await }
    }))?;
    context.out.note(&format!("A code was sent to {}.", safe(address)));
    let code = ask_code(context, "Code: ")?;
    let file = args.new_center_password_file.as_deref();
    let password = new_password(context, file, "Password of the new account: ")?;
    let account = NewAccount {
        flow: begun.flow,
        code,
        password,
        name: args.name.clone(),
        device: device_name(),
        remember: args.trust,
    };
    let made = centers.ask(once(|intent| {
        let (client, account) = (client.clone(), account.clone());
        async move { client.complete_registration(&account, &intent).await }
    }))?;
    signed::begun(&mut centers, id, &made, address)?;
    say(context, &centers, id, &made)
}

/// Proves a phone, and lists the accounts that it is bound to.
pub(crate) fn retrieve(args: &RetrieveArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let phone = args.phone.trim();
    let wish = RetrievalBegin { phone: Hidden::new(phone), language: Language::from(args.language) };
    let begun = centers.ask(once(|intent| {
        let (client, wish) = (client.clone(), wish.clone());
        async move { client.begin_retrieval(&wish, &intent).await }
    }))?;
    context.out.note(&format!("If accounts are bound to {}, a code was sent to it.", safe(phone)));
    let code = ask_code(context, "Code: ")?;
    let found = centers.ask(client.prove_retrieval(begun.flow, code))?;
    let found: Vec<Found> =
        found.into_iter().map(|one| Found { account: one.id, kind: one.kind, email: one.email }).collect();
    if context.out.is_json() {
        return context.out.value(&found);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let email = one.email.as_deref().map_or("no account e-mail".to_owned(), safe);
            vec![one.account.to_string(), one.kind.text().to_owned(), email]
        })
        .collect();
    context.out.lines(&columns(&rows))
}

/// Sets another password when the old one is forgotten. It unlocks nothing and skips no second step.
pub(crate) fn reset(args: &ResetArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let name = args.name.trim();
    let wish = code_wish(&centers, id, name);
    let sent = centers.ask(once(|intent| {
        let (client, wish) = (client.clone(), wish.clone());
        async move { client.begin_password_reset(&wish, &intent).await }
    }))?;
    context.out.note("A code was sent to the account's security contact, if there is such an account.");
    let code = ask_code(context, "Code: ")?;
    centers.ask(client.prove_password_reset(sent.flow.clone(), code))?;
    let file = args.new_center_password_file.as_deref();
    let password = new_password(context, file, "New password of the account: ")?;
    let known = trusted(&centers, id, name);
    centers.ask(client.finish_password_reset(sent.flow, password, known.as_ref()))?;
    done(context, "reset", "The account has another password. `tessera center sign-in` signs in with it.")
}
