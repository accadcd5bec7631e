//! Signing in and out.

use std::path::PathBuf;

use serde::Serialize;
use tessera_center_api::login::SendCode;
use tessera_center_api::{ErrorCode as Reason, Hidden};
use tessera_center_client::{
    Begun, Center, ClientError, LoginAttempt, SessionToken, SignIn, TrustedDeviceToken, device_name,
};
use tessera_vault::RecordId;

use super::{Context, done};
use crate::center::choose::{self, account_words, center_words};
use crate::center::failure::client_failure;
use crate::center::prove::{self, Offer, ProveArgs};
use crate::center::{At, Centers, ask_code, hidden, number, once, signed};
use crate::failure::Failure;
use crate::password;
use crate::text::safe;

/// As whom, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct SignInArgs {
    /// Account e-mail, bound phone or account number [default: that of the only account known there]
    name: Option<String>,
    /// Read the account's password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    center_password_file: Option<PathBuf>,
    /// Trust this device from now on: strangers' wrong passwords don't hurt it
    #[arg(long)]
    trust: bool,
    #[command(flatten)]
    by: ProveArgs,
}

/// Whether the account is forgotten, too.
#[derive(Debug, clap::Args)]
pub(crate) struct SignOutArgs {
    /// Forget the account here, with what is kept of it
    #[arg(long)]
    forget: bool,
}

/// A session that has begun.
#[derive(Serialize)]
pub(super) struct SignedIn {
    center: String,
    account: u64,
    name: String,
    login_name: String,
    trusted: bool,
    bind_mfa_first: bool,
}

/// By which an account knows this device, if one with such a name was signed in from here.
pub(super) fn trusted(centers: &Centers<'_>, id: RecordId, name: &str) -> Option<TrustedDeviceToken> {
    let known = centers.vault.center(id)?.account_named(name)?;
    // It goes to the center that gave it out.
    known.trusted_device.as_ref().map(|token| TrustedDeviceToken::new(token.expose_secret()))
}

/// What a request for a code without a session says.
pub(super) fn code_wish(centers: &Centers<'_>, id: RecordId, name: &str) -> SendCode {
    SendCode {
        name: Hidden::new(name),
        flow: None,
        // It goes to the center that gave it out.
        trusted_device: trusted(centers, id, name).map(|token| Hidden::new(token.expose_secret())),
    }
}

fn name_of(args: &SignInArgs, centers: &Centers<'_>, id: RecordId) -> Result<String, Failure> {
    let given = args.name.as_ref().or(centers.at.account.as_ref());
    if let Some(name) = given {
        return Ok(name.trim().to_owned());
    }
    if let [only] = centers.record(id)?.accounts.as_slice() {
        let known = &only.login_name;
        return Ok(if known.is_empty() { only.number.to_string() } else { known.clone() });
    }
    let context = centers.context;
    let answer =
        context.input.answer(&context.out, "Account e-mail, phone or number:", "NAME as an argument")?;
    Ok(answer.trim().to_owned())
}

/// Signs in, with the code after wrong passwords and the second step as the center asks for them.
pub(crate) fn sign_in(args: &SignInArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let name = name_of(args, &centers, id)?;
    let password = if let Some(file) = &args.center_password_file {
        hidden(&password::text_from_file(file)?)
    } else {
        let at = center_words(centers.record(id)?);
        hidden(&context.input.secret_line(&format!("Password of {} at {at}: ", safe(&name)))?)
    };
    let attempt = LoginAttempt {
        name: Hidden::new(name.as_str()),
        password,
        code: None,
        trusted_device: trusted(&centers, id, &name),
        remember: args.trust,
        device: device_name(),
    };
    let begun = match try_password(&centers, id, &client, attempt)? {
        SignIn::Begun(begun) => begun,
        SignIn::SecondStep { flow, methods, .. } => {
            let offers: Vec<Offer> =
                methods.iter().map(|method| (method.factor, method.to.clone())).collect();
            let own = centers.vault.own_devices(id, None, None, &name);
            let chosen = prove::choose(&centers, &args.by, &offers, &own)?;
            let runtime = centers.runtime();
            prove::give(
                &mut centers,
                &chosen,
                |factor| runtime.block_on(client.send_second_step(flow.clone(), factor)).map(drop),
                |factor, code| runtime.block_on(client.take_second_step(flow.clone(), factor, code)),
            )?
        }
    };
    signed::begun(&mut centers, id, &begun, &name)?;
    say(context, &centers, id, &begun)
}

/// The password, with the code that an attempt needs after wrong ones.
fn try_password(
    centers: &Centers<'_>,
    id: RecordId,
    client: &Center,
    attempt: LoginAttempt,
) -> Result<SignIn, Failure> {
    let context = centers.context;
    let runtime = centers.runtime();
    match runtime.block_on(client.sign_in(attempt.clone())) {
        Err(error) if error.code() == Some(Reason::CodeRequired) => {
            context.out.note("After wrong passwords an attempt needs a code, too.");
            // The name goes to the center once more, for its code.
            let wish = code_wish(centers, id, attempt.name.expose_secret());
            let sent = centers.ask(once(|intent| {
                let (client, wish) = (client.clone(), wish.clone());
                async move { client.send_login_code(&wish, &intent).await }
            }))?;
            context.out.note("It was sent to the account's security contact, if there is such an account.");
            let code = ask_code(context, "Code: ")?;
            let attempt = LoginAttempt { code: Some((sent.flow, code)), ..attempt };
            centers.ask(client.sign_in(attempt))
        }
        answer => answer.map_err(|error: ClientError| client_failure(&error)),
    }
}

/// Says who is signed in now.
pub(super) fn say(
    context: &Context,
    centers: &Centers<'_>,
    id: RecordId,
    begun: &Begun,
) -> Result<(), Failure> {
    let record = centers.record(id)?;
    let Some(kept) = record.account(number(begun.account)) else { return Err(choose::not_signed_in()) };
    if begun.bind_mfa_first {
        context.out.note(
            "The account's owner requires an MFA device: until `tessera center mfa bind` the session does nothing else.",
        );
    }
    if context.out.is_json() {
        return context.out.value(&SignedIn {
            center: id.to_string(),
            account: kept.number,
            name: kept.name.clone(),
            login_name: kept.login_name.clone(),
            trusted: begun.trusted_device.is_some(),
            bind_mfa_first: begun.bind_mfa_first,
        });
    }
    context.out.line(&format!("{} is signed in at {}.", account_words(kept), center_words(record)))
}

/// Signs out. A center that cannot be reached ends the session by itself; here it is gone in any case.
pub(crate) fn sign_out(args: &SignOutArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let (id, account) = match choose::account(&centers.vault, at) {
        Ok(found) => found,
        // To forget one, nobody needs to be signed in.
        Err(failure) if args.forget => {
            let id = choose::center(&centers.vault, at.center.as_deref())?;
            let known = at.account.as_deref().and_then(|name| centers.vault.center(id)?.account_named(name));
            (id, known.map(|known| known.number).ok_or(failure)?)
        }
        Err(failure) => return Err(failure),
    };
    let client = centers.client(id)?;
    let record = centers.record(id)?;
    let words = record.account(account).map(account_words).unwrap_or_default();
    let session = record.account(account).and_then(|account| account.session.clone());
    let mut heard = true;
    if let Some(session) = session {
        // It goes to its center, to be ended there.
        let token = SessionToken::new(session.expose_secret());
        let answer = centers.runtime().block_on(client.as_account(token).sign_out());
        heard = answer.is_ok() || answer.is_err_and(|error| error.code() == Some(Reason::NotSignedIn));
    }
    centers.edit(id, |record| {
        record.account_mut(account).session = None;
        if args.forget {
            record.accounts.retain(|kept| kept.number != account);
        }
    })?;
    if !heard {
        context.out.warning(
            "The center did not hear of it: there the session ends by itself, or with `tessera center sessions end` from another one.",
        );
    }
    let word = if args.forget { "forgotten" } else { "signed_out" };
    done(context, word, &format!("{words} is {}.", if args.forget { "forgotten" } else { "signed out" }))
}
