//! Staff: the first sign-in, and signing in.

use std::path::PathBuf;

use tessera_center_api::Hidden;
use tessera_center_api::staff::{AcceptanceRequest, StaffLoginRequest, StaffMember};
use tessera_center_client::StaffToken;
use tessera_vault::{EntryId, KeptSecret, RecordId};
use zeroize::Zeroizing;

use super::super::mfa::{bind_into_vault, refused};
use super::{Context, chosen, done};
use crate::center::{At, Centers, ask_code, choose, hidden, new_password, number, vault_codes};
use crate::failure::{Code, Failure};
use crate::password;
use crate::text::safe;

/// Which invitation.
#[derive(Debug, clap::Args)]
pub(crate) struct JoinArgs {
    /// The token that the center's operator gave; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    token: String,
    /// Read the new password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    new_center_password_file: Option<PathBuf>,
}

/// As whom.
#[derive(Debug, clap::Args)]
pub(crate) struct SignInArgs {
    /// The e-mail address [default: that of the last time]
    email: Option<String>,
    /// Read the password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    center_password_file: Option<PathBuf>,
    /// Take the code of this vault's own entry, without asking
    #[arg(long, conflicts_with = "type_code")]
    from_vault: bool,
    /// Type the code, also when this vault has it
    #[arg(long)]
    type_code: bool,
}

/// Takes the invitation: a password, and a device straight into the vault.
pub(super) fn join(args: &JoinArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = choose::center(&centers.vault, at.center.as_deref())?;
    let client = centers.client(id)?;
    let token = if args.token == "-" {
        context.input.secret_line("Invitation: ")?
    } else {
        Zeroizing::new(args.token.clone())
    };
    let token = Hidden::new(token.trim());
    let file = args.new_center_password_file.as_deref();
    let password = new_password(context, file, "New password of the staff account: ")?;
    let opened = centers.ask(client.open_staff_invitation(token))?;
    let email = vault_codes::credential_from(&opened.uri)?.account;
    let flow = opened.flow;
    let (entry, answer) = bind_into_vault(&mut centers, &opened.uri, |codes| async move {
        client.accept_staff_invitation(&AcceptanceRequest { flow, password, codes }).await
    })?;
    refused(answer)?;
    centers.edit(id, |record| record.staff_to_front(&email).entry = Some(entry))?;
    done(context, "joined", &format!("Welcome. `tessera center desk sign-in {}` signs in.", safe(&email)))
}

/// Signs in, always with password and code.
pub(super) fn sign_in(args: &SignInArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let id = chosen(&centers)?;
    let client = centers.client(id)?;
    let last = centers.record(id)?.staff.first().cloned();
    let email = match (&args.email, &last) {
        (Some(email), _) => email.trim().to_owned(),
        (None, Some(staff)) if !staff.email.is_empty() => staff.email.clone(),
        _ => {
            let answer = context.input.answer(&context.out, "E-mail address:", "EMAIL as an argument")?;
            answer.trim().to_owned()
        }
    };
    let password = match &args.center_password_file {
        Some(file) => hidden(&password::text_from_file(file)?),
        None => hidden(&context.input.secret_line(&format!("Password of {}: ", safe(&email)))?),
    };
    let entry = centers
        .record(id)?
        .staff_of(&email)
        .and_then(|staff| staff.entry)
        .filter(|entry| centers.vault.entry(*entry).is_some_and(|found| found.entry.deleted.is_none()));
    let from_vault = match entry.filter(|_| !args.type_code) {
        Some(entry) if args.from_vault => Some(entry),
        Some(entry) => {
            let words = vault_codes::entry_words(&centers.vault, entry);
            let question = format!("Take the code of {words} from this vault?");
            context.input.confirm(&context.out, &question, true, "--from-vault")?.then_some(entry)
        }
        None if args.from_vault => {
            return Err(Failure::new(
                Code::NotFound,
                "No entry of this vault gives the codes of this staff account.",
            ));
        }
        None => None,
    };
    let code = match from_vault {
        Some(entry) => vault_codes::fresh_code(context, &mut centers.vault, entry)?,
        None => ask_code(context, "Code of the MFA device: ")?,
    };
    let login = StaffLoginRequest { email: email.clone(), password, code };
    let (token, member) = centers.ask(client.sign_in_staff(&login))?;
    keep(&mut centers, id, email, &token, &member, entry)?;
    if context.out.is_json() {
        return context.out.value(&member);
    }
    let roles: Vec<&str> = member.roles.iter().map(|role| role.text()).collect();
    context.out.line(&format!("{} ({}) is signed in.", safe(&member.name), roles.join(", ")))
}

fn keep(
    centers: &mut Centers<'_>,
    id: RecordId,
    email: String,
    token: &StaffToken,
    member: &StaffMember,
    entry: Option<EntryId>,
) -> Result<(), Failure> {
    // From here on the vault keeps it.
    let session = Some(KeptSecret::new(token.expose_secret()));
    centers.edit(id, |record| {
        let staff = record.staff_to_front(&email);
        staff.id.clone_from(&member.id);
        staff.name.clone_from(&member.name);
        staff.session = session;
        staff.entry = entry;
        staff.email = email;
        staff.roles = member.roles.iter().map(|role| role.text().to_owned()).collect();
        staff.decides_from = number(member.decides_from);
    })
}
