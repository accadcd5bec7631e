//! Links that come in messages: to object, and to bind after an approval.

use std::path::PathBuf;

use serde::Serialize;
use tessera_center_api::Hidden;
use tessera_center_api::ticket::LinkOpened;
use tessera_center_client::{Center, MessageLink};
use tessera_vault::RecordId;
use zeroize::Zeroizing;

use super::super::super::Name;
use super::super::mfa::{bind_into_vault, refused};
use super::{Context, done};
use crate::center::{At, Centers, choose, hidden};
use crate::failure::{Code, Failure};
use crate::password;

/// Which ticket, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct ObjectArgs {
    /// The link of the message; - reads it from standard input
    link: String,
    /// Why; staff read it
    #[arg(long, default_value = "")]
    reason: String,
}

/// Which ticket.
#[derive(Debug, clap::Args)]
pub(crate) struct OpenArgs {
    /// The link of the message; - reads it from standard input
    link: String,
    /// Read the account's password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    center_password_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Bound {
    bound: &'static str,
    entry: Option<Name>,
}

fn no_link() -> Failure {
    Failure::new(Code::BadInput, "This is no such link of a ticket at a center of this vault.")
        .with_advice("It stands in the message that told of the ticket; a browser opens it, too.")
}

fn typed(context: &Context, link: &str) -> Result<Zeroizing<String>, Failure> {
    if link == "-" { context.input.secret_line("Link: ") } else { Ok(Zeroizing::new(link.to_owned())) }
}

/// The connected center that a link belongs to, and what it is for.
fn read(centers: &Centers<'_>, link: &str) -> Result<(RecordId, Center, MessageLink), Failure> {
    let wanted = centers.at.center.as_deref();
    let wanted = wanted.map(|wanted| choose::center(&centers.vault, Some(wanted))).transpose()?;
    let ids = centers.vault.centers().map(|(id, _)| id);
    let found = ids.filter(|id| wanted.is_none_or(|wanted| wanted == *id)).find_map(|id| {
        let client = centers.client(id).ok()?;
        let link = client.address().message_link(link)?;
        Some((id, client, link))
    });
    found.ok_or_else(no_link)
}

/// Objects to a ticket that is held.
pub(super) fn object(args: &ObjectArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let link = typed(context, &args.link)?;
    let (_, client, MessageLink::Objection(token)) = read(&centers, &link)? else { return Err(no_link()) };
    centers.ask(client.object(&token, args.reason.trim()))?;
    done(context, "objected", "Staff know of the objection and decide again; until then nothing is executed.")
}

/// Binds what an approved ticket asked for.
pub(super) fn open_link(args: &OpenArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut centers = Centers::open(context, at)?;
    let link = typed(context, &args.link)?;
    let (_, client, MessageLink::Binding(token)) = read(&centers, &link)? else { return Err(no_link()) };
    let password: Hidden = match &args.center_password_file {
        Some(file) => hidden(&password::text_from_file(file)?),
        None => hidden(&context.input.secret_line("Password of the account: ")?),
    };
    let entry = match centers.ask(client.open_ticket_link(token, password))? {
        LinkOpened::Bound => None,
        LinkOpened::BindDevice { flow, uri, .. } => {
            let (entry, answer) = bind_into_vault(&mut centers, &uri, |codes| async move {
                client.bind_ticket_device(flow, codes).await
            })?;
            refused(answer)?;
            centers.vault.entry(entry).map(Name::of)
        }
    };
    let bound = if entry.is_some() { "device" } else { "contact" };
    if context.out.is_json() {
        return context.out.value(&Bound { bound, entry });
    }
    match &entry {
        Some(entry) => context.out.line(&format!("The new device is bound: {}.", entry.words())),
        None => context.out.line("The new contact is bound."),
    }
}
