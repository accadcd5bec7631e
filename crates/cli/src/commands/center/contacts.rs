//! Phone and e-mail addresses: shown, changed, taken off, and a change undone.

use clap::ValueEnum;
use serde::Serialize;
use tessera_center_api::Hidden;
use tessera_center_api::contact::{ContactChanged, ContactKind};
use tessera_center_api::identity::Action;
use tessera_center_client::Center;

use super::{Context, done};
use crate::center::failure::time_words;
use crate::center::prove::ProveArgs;
use crate::center::signed::Signed;
use crate::center::{At, Centers, ask_code, choose};
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Contacts {
    /// List the addresses
    List,
    /// Set or change one: proves that it is you, then a code to the new address, then the change
    Set(SetArgs),
    /// Take one off
    Remove(RemoveArgs),
    /// Undo a change and all later ones, with the link of the message that told of it
    Undo(UndoArgs),
}

/// Which address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A login name
    AccountEmail,
    /// Where identity is checked
    SecurityEmail,
    /// The secure phone
    Phone,
}

/// Which address, and the new one.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArgs {
    /// Which
    #[arg(value_enum)]
    kind: Kind,
    /// The new address; a phone begins with + and the country code
    address: String,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which address.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoveArgs {
    /// Which
    #[arg(value_enum)]
    kind: Kind,
    #[command(flatten)]
    by: ProveArgs,
}

/// The link.
#[derive(Debug, clap::Args)]
pub(crate) struct UndoArgs {
    /// The link of the message; - reads it from standard input
    link: String,
    /// Don't ask
    #[arg(long, short = 'y')]
    yes: bool,
}

#[derive(Serialize)]
struct Changed<'a> {
    kind: ContactKind,
    address: Option<&'a str>,
    undo_until: i64,
}

impl Kind {
    const fn of_api(self) -> ContactKind {
        match self {
            Self::AccountEmail => ContactKind::AccountEmail,
            Self::SecurityEmail => ContactKind::SecurityEmail,
            Self::Phone => ContactKind::SecurePhone,
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::AccountEmail => Action::ChangeAccountEmail,
            Self::SecurityEmail => Action::ChangeSecurityEmail,
            Self::Phone => Action::ChangeSecurePhone,
        }
    }
}

/// A kind of address in words.
pub(super) const fn kind_words(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::AccountEmail => "Account e-mail",
        ContactKind::SecurityEmail => "Security e-mail",
        ContactKind::SecurePhone => "Secure phone",
    }
}

/// Does it.
pub(crate) fn run(args: &Contacts, context: &Context, at: &At) -> Result<(), Failure> {
    match args {
        Contacts::List => list(context, at),
        Contacts::Set(args) => set(args, context, at),
        Contacts::Remove(args) => remove(args, context, at),
        Contacts::Undo(args) => undo(args, context, at),
    }
}

fn list(context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let account = signed.ask(|session| async move { session.account().await })?.value;
    if context.out.is_json() {
        return context.out.value(&account.contacts);
    }
    let rows: Vec<Vec<String>> = account
        .contacts
        .iter()
        .map(|contact| {
            vec![
                kind_words(contact.kind).to_owned(),
                safe(&contact.address),
                format!("since {}", time_words(contact.since)),
            ]
        })
        .collect();
    context.out.lines(&columns(&rows))
}

fn set(args: &SetArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let (kind, address) = (args.kind.of_api(), args.address.trim());
    let begun = signed.sensitive_once(args.kind.action(), &args.by, |session, intent| async move {
        session.begin_contact_change(kind, Hidden::new(address), &intent).await
    })?;
    context.out.note(&format!("A code was sent to {}.", safe(address)));
    let code = ask_code(context, "Code: ")?;
    let changed =
        signed.ask(|session| async move { session.confirm_contact_change(kind, begun.flow, code).await })?;
    tell(context, kind, Some(address), changed)
}

fn remove(args: &RemoveArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let kind = args.kind.of_api();
    let changed = signed.sensitive(args.kind.action(), &args.by, |session| async move {
        session.remove_contact(kind).await
    })?;
    tell(context, kind, None, changed)
}

fn tell(
    context: &Context,
    kind: ContactKind,
    address: Option<&str>,
    changed: ContactChanged,
) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.value(&Changed { kind, address, undo_until: changed.undo_until });
    }
    let what = kind_words(kind);
    let now = address.map_or("none".to_owned(), safe);
    context.out.line(&format!("{what}: {now}"))?;
    context.out.note(&format!(
        "Every old and new address was told, with a link that undoes it until {}. Other sessions have ended.",
        time_words(changed.undo_until)
    ));
    Ok(())
}

/// The connected center that a link belongs to, and the token in it.
fn center_of(centers: &Centers<'_>, link: &str) -> Result<(Center, Hidden), Failure> {
    let wanted = centers.at.center.as_deref();
    let wanted = wanted.map(|wanted| choose::center(&centers.vault, Some(wanted))).transpose()?;
    let ids = centers.vault.centers().map(|(id, _)| id);
    let found = ids.filter(|id| wanted.is_none_or(|wanted| wanted == *id)).find_map(|id| {
        let client = centers.client(id).ok()?;
        let token = client.address().undo_link(link)?;
        Some((client, token))
    });
    found.ok_or_else(|| {
        Failure::new(Code::BadInput, "This is no link that undoes a change at a center of this vault.")
            .with_advice("It stands in the message that told of the change; a browser opens it, too.")
    })
}

fn undo(args: &UndoArgs, context: &Context, at: &At) -> Result<(), Failure> {
    let centers = Centers::open(context, at)?;
    let link = if args.link == "-" {
        context.input.secret_line("Link: ")?
    } else {
        zeroize::Zeroizing::new(args.link.clone())
    };
    let (client, token) = center_of(&centers, &link)?;
    if !args.yes {
        let question = "Undo the change and all later ones? Every session of the account ends, and sensitive actions rest until another factor is proven.";
        if !context.input.confirm(&context.out, question, false, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was undone."));
        }
    }
    centers.ask(client.undo(&token))?;
    done(
        context,
        "undone",
        "The change was undone. Sign in again, and choose another password if somebody else may know yours.",
    )
}
