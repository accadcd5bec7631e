//! Sub-accounts, which their owner manages; collaborators, whose own accounts were given access; and invitations.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use tessera_center_api::Hidden;
use tessera_center_api::identity::Action;
use tessera_center_api::members::{Collaborator, Invitation, NewCollaborator, NewSubAccount, SubAccount};
use tessera_center_api::mfa::{Protection, Protections};

use super::account::Tongue;
use super::protection::Second;
use super::{Context, done};
use crate::center::prove::ProveArgs;
use crate::center::signed::Signed;
use crate::center::{At, Centers, choose, hidden, new_password};
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Members {
    /// List sub-accounts, collaborators, and what this account was invited to
    List,
    /// Create a sub-account; its member is invited by e-mail
    Add(AddArgs),
    /// Invite the member of a sub-account again
    InviteAgain(AgainArgs),
    /// Say whether a sub-account (its number) or a collaborator (its id) must have an MFA device
    RequireMfa(RequireArgs),
    /// Switch what protects a sub-account
    Protect(ProtectArgs),
    /// Unbind an MFA device of a sub-account
    UnbindMfa(UnbindArgs),
    /// Take a sub-account off
    Remove(RemoveArgs),
    /// Give another account access
    Invite(InviteArgs),
    /// End a collaborator's access
    End(EndArgs),
    /// Accept what this account was invited to
    Accept(IdArg),
    /// Decline it, or give an access back
    Decline(IdArg),
    /// Take an invitation to a sub-account, with the link or token of the message
    Join(JoinArgs),
}

/// Whom to invite.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The member's name
    #[arg(long)]
    name: String,
    /// Where the invitation goes; it becomes the account e-mail
    #[arg(long)]
    email: String,
    /// The language of its messages
    #[arg(long, value_enum, default_value = "en")]
    language: Tongue,
    /// The member binds an MFA device before anything else
    #[arg(long)]
    require_mfa: bool,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which sub-account.
#[derive(Debug, clap::Args)]
pub(crate) struct AgainArgs {
    /// The sub-account's number
    sub_account: i64,
    /// Where the invitation goes
    #[arg(long)]
    email: String,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

/// Of whom.
#[derive(Debug, clap::Args)]
pub(crate) struct RequireArgs {
    /// The sub-account's number, or the collaborator's id
    member: String,
    /// Whether
    #[arg(value_enum)]
    required: Switch,
    #[command(flatten)]
    by: ProveArgs,
}

/// By what.
#[derive(Debug, clap::Args)]
pub(crate) struct ProtectArgs {
    /// The sub-account's number
    sub_account: i64,
    /// What is asked after the password
    #[arg(long, value_enum)]
    login: Option<Second>,
    /// What is asked before a sensitive action
    #[arg(long, value_enum)]
    operation: Option<Second>,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which device.
#[derive(Debug, clap::Args)]
pub(crate) struct UnbindArgs {
    /// The sub-account's number
    sub_account: i64,
    /// The device's name, or the beginning of its id
    device: String,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which sub-account.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// The sub-account's number
    sub_account: i64,
    /// Don't ask
    #[arg(long, short = 'y')]
    yes: bool,
    #[command(flatten)]
    by: ProveArgs,
}

/// Whom.
#[derive(Debug, clap::Args)]
pub(crate) struct InviteArgs {
    /// The account e-mail of the other
    email: String,
    /// The access rests while the other has no MFA device
    #[arg(long)]
    require_mfa: bool,
    #[command(flatten)]
    by: ProveArgs,
}

/// Whose access.
#[derive(Debug, clap::Args)]
pub(crate) struct EndArgs {
    /// The collaborator's id
    id: String,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which invitation.
#[derive(Debug, clap::Args)]
pub(crate) struct IdArg {
    /// The invitation's id
    id: String,
}

/// Which invitation.
#[derive(Debug, clap::Args)]
pub(crate) struct JoinArgs {
    /// The link or token of the message; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    invitation: String,
    /// Read the new password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    new_center_password_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Listed {
    sub_accounts: Vec<SubAccount>,
    collaborators: Vec<Collaborator>,
    invitations: Vec<Invitation>,
}

#[derive(Serialize)]
struct Joined {
    account: i64,
}

/// Does it.
pub(crate) fn run(args: &Members, context: &Context, at: &At) -> Result<(), Failure> {
    if let Members::Join(args) = args {
        return join(args, context, at);
    }
    let mut signed = Signed::open(context, at)?;
    let signed = &mut signed;
    match args {
        Members::Join(args) => join(args, context, at),
        Members::List => list(signed, context),
        Members::Add(args) => add(args, signed, context),
        Members::InviteAgain(args) => {
            signed.ask(|session| async move {
                session.invite_sub_account_again(args.sub_account, Hidden::new(args.email.trim())).await
            })?;
            done(context, "invited", "The member was invited again.")
        }
        Members::RequireMfa(args) => require_mfa(args, signed, context),
        Members::Protect(args) => protect(args, signed, context),
        Members::UnbindMfa(args) => unbind(args, signed, context),
        Members::Remove(args) => remove(args, signed, context),
        Members::Invite(args) => {
            let new =
                NewCollaborator { email: Hidden::new(args.email.trim()), mfa_required: args.require_mfa };
            let made = signed.sensitive_once(Action::ManageMembers, &args.by, |session, intent| {
                let new = new.clone();
                async move { session.invite_collaborator(&new, &intent).await }
            })?;
            if context.out.is_json() {
                return context.out.value(&made);
            }
            context.out.line(&format!("{} is invited.", safe(&made.email)))
        }
        Members::End(args) => {
            signed.sensitive(Action::ManageMembers, &args.by, |session| async move {
                session.end_collaborator(&args.id).await
            })?;
            done(context, "ended", "The access has ended.")
        }
        Members::Accept(IdArg { id }) => {
            signed.ask(|session| async move { session.accept_invitation(id).await })?;
            done(context, "accepted", "Accepted.")
        }
        Members::Decline(IdArg { id }) => {
            signed.ask(|session| async move { session.decline_invitation(id).await })?;
            done(context, "declined", "Declined.")
        }
    }
}

fn sub_accounts(signed: &mut Signed<'_>) -> Result<Vec<SubAccount>, Failure> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = signed.ask(|session| async move { session.sub_accounts(cursor.as_deref()).await })?;
        let is_empty = page.items.is_empty();
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() || is_empty {
            return Ok(all);
        }
    }
}

fn list(signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let sub_accounts = sub_accounts(signed)?;
    let collaborators = signed.ask(|session| async move { session.collaborators().await })?;
    let invitations = signed.ask(|session| async move { session.invitations().await })?;
    let listed = Listed { sub_accounts, collaborators, invitations };
    if context.out.is_json() {
        return context.out.value(&listed);
    }
    let mfa = |required: bool| if required { "MFA required" } else { "" }.to_owned();
    let rows = listed.sub_accounts.iter().map(|one| {
        vec![
            "sub-account".to_owned(),
            one.id.to_string(),
            format!("{} <{}>", safe(&one.name), safe(&one.email)),
            one.state.text().to_owned(),
            format!("{} MFA devices", one.mfa_devices.len()),
            mfa(one.mfa_required),
        ]
    });
    let rows = rows.chain(listed.collaborators.iter().map(|one| {
        vec![
            "collaborator".to_owned(),
            safe(&one.id),
            safe(&one.email),
            one.state.text().to_owned(),
            if one.access { "has access" } else { "has no access" }.to_owned(),
            mfa(one.mfa_required),
        ]
    }));
    let rows = rows.chain(listed.invitations.iter().map(|one| {
        vec![
            "invited by".to_owned(),
            safe(&one.id),
            one.owner.to_string(),
            one.state.text().to_owned(),
            String::new(),
            mfa(one.mfa_required),
        ]
    }));
    let rows: Vec<Vec<String>> = rows.collect();
    context.out.lines(&columns(&rows))
}

fn add(args: &AddArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let new = NewSubAccount {
        name: args.name.clone(),
        email: Hidden::new(args.email.trim()),
        language: args.language.into(),
        mfa_required: args.require_mfa,
    };
    let made = signed.sensitive_once(Action::ManageMembers, &args.by, |session, intent| {
        let new = new.clone();
        async move { session.create_sub_account(&new, &intent).await }
    })?;
    if context.out.is_json() {
        return context.out.value(&made);
    }
    context.out.line(&format!("Sub-account {} was made; {} is invited.", made.id, safe(&made.email)))
}

fn require_mfa(args: &RequireArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let required = args.required == Switch::On;
    // Account numbers are digits, ids of collaborators are longer than any number.
    match args.member.parse::<i64>() {
        Ok(number) => signed.sensitive(Action::ManageMembers, &args.by, |session| async move {
            session.require_sub_account_mfa(number, required).await
        })?,
        Err(_) => signed.sensitive(Action::ManageMembers, &args.by, |session| async move {
            session.require_collaborator_mfa(&args.member, required).await
        })?,
    }
    done(
        context,
        "changed",
        if required { "An MFA device is required." } else { "No MFA device is required." },
    )
}

fn protect(args: &ProtectArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let number = args.sub_account;
    let now = signed.ask(|session| async move { session.sub_account(number).await })?.protection;
    let wish = Protections {
        login: args.login.map_or(now.login, Protection::from),
        operation: args.operation.map_or(now.operation, Protection::from),
    };
    let set = signed.sensitive(Action::ManageMembers, &args.by, |session| async move {
        session.protect_sub_account(number, wish).await
    })?;
    if context.out.is_json() {
        return context.out.value(&set);
    }
    context.out.line(&format!("After the password: {}", set.login.text()))?;
    context.out.line(&format!("Before a sensitive action: {}", set.operation.text()))
}

fn unbind(args: &UnbindArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let number = args.sub_account;
    let devices = signed.ask(|session| async move { session.sub_account(number).await })?.mfa_devices;
    let named: Vec<_> = devices.iter().filter(|device| device.name == args.device).collect();
    let device = match named.as_slice() {
        [one] => &one.id,
        _ => &super::sessions::by_id(&devices, |device| &device.id, &args.device, "MFA device")?.id,
    };
    signed.sensitive(Action::ManageMembers, &args.by, |session| async move {
        session.unbind_sub_account_device(number, device).await
    })?;
    done(context, "unbound", "The device is unbound; the member was told.")
}

fn remove(args: &RemoveArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    if !args.yes {
        let question = format!(
            "Take sub-account {} off? Its member keeps it as an account of their own; one that nobody took is erased.",
            args.sub_account
        );
        if !context.input.confirm(&context.out, &question, false, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was changed."));
        }
    }
    signed.sensitive(Action::ManageMembers, &args.by, |session| async move {
        session.remove_sub_account(args.sub_account).await
    })?;
    done(context, "removed", "The sub-account is off.")
}

fn join(args: &JoinArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let text = if args.invitation == "-" {
        context.input.secret_line("Invitation: ")?
    } else {
        zeroize::Zeroizing::new(args.invitation.clone())
    };
    // The bare token, or the link or message that it stands at the end of.
    let token = text.trim().rsplit(['/', '=', ' ']).next().unwrap_or_default();
    let invitation = hidden(&zeroize::Zeroizing::new(token.to_owned()));
    let file = args.new_center_password_file.as_deref();
    let password = new_password(context, file, "Password of the new account: ")?;
    let account = centers.ask(client.accept_sub_account(invitation, password))?.account;
    if context.out.is_json() {
        return context.out.value(&Joined { account });
    }
    context
        .out
        .line(&format!("The account is yours: {account}. `tessera center sign-in {account}` signs in."))
}
