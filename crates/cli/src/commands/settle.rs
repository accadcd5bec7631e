//! `tessera settle`: what failed its check is set aside until a person decides.

use serde::Serialize;
use tessera_vault::{QuarantineKey, QuarantineReason, Quarantined, Settle, Table};

use super::check::{reason_words, record_name};
use super::{Context, Row, entry_words, short_id};
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::columns;

/// What to decide, and how; nothing lists.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("how").args(["accept", "drop", "manifest", "newest"]))]
pub(crate) struct Args {
    /// Records by the beginning of their id, as listed
    #[arg(value_name = "ID", requires = "how", conflicts_with_all = ["manifest", "newest"])]
    ids: Vec<String>,
    /// All of them
    #[arg(long, conflicts_with_all = ["ids", "manifest", "newest"], requires = "how")]
    all: bool,
    /// Take the records as they are found, where they can be read
    #[arg(long)]
    accept: bool,
    /// Remove the records, and of missing ones the line in the list
    #[arg(long)]
    drop: bool,
    /// Accept the whole list as found, after it failed its own check
    #[arg(long)]
    manifest: bool,
    /// Go on with this file, after a warning that it is older than, or apart from, the copy last seen here
    #[arg(long)]
    newest: bool,
    /// Do it without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

#[derive(Serialize)]
struct Item {
    table: &'static str,
    id: String,
    reason: &'static str,
    listed_revision: Option<u64>,
    found_revision: Option<u64>,
    can_accept: bool,
    issuer: Option<String>,
    account: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct Settled {
    settled: usize,
    remaining: usize,
}

/// Lists, or settles.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    if args.newest {
        sure(args, context, "Go on with this file as the newest?")?;
        vault.accept_as_newest().map_err(open::vault_failure)?;
        return done(context, 0, vault.quarantine().len());
    }
    if args.manifest {
        let rows: Vec<Row> = vault.entries().map(Row::of).collect();
        context
            .out
            .say(&format!("The vault would hold these {} entries, and what is set aside below:", rows.len()));
        for row in &rows {
            context.out.say(&format!(
                "  {} {}",
                short_id(&row.id),
                crate::text::name(&row.issuer, &row.account)
            ));
        }
        vault
            .quarantine()
            .iter()
            .for_each(|item| context.out.say(&format!("  {}", Item::from(item).message)));
        sure(args, context, "Accept them as they are?")?;
        vault.accept_manifest().map_err(open::vault_failure)?;
        return done(context, rows.len(), vault.quarantine().len());
    }
    if !args.accept && !args.drop {
        return list(context, vault.quarantine());
    }
    let chosen: Vec<Quarantined> = args.chosen(vault.quarantine())?;
    for item in &chosen {
        context.out.say(&Item::from(item).message);
    }
    let question = if args.accept { "Take them as they are found?" } else { "Remove them for good?" };
    sure(args, context, question)?;
    let keys: Vec<QuarantineKey> = chosen.iter().map(|item| item.key).collect();
    let how = if args.accept { Settle::Accept } else { Settle::Drop };
    vault.settle(&keys, how).map_err(open::vault_failure)?;
    done(context, keys.len(), vault.quarantine().len())
}

impl Args {
    fn chosen(&self, quarantine: &[Quarantined]) -> Result<Vec<Quarantined>, Failure> {
        if !self.all && self.ids.is_empty() {
            return Err(Failure::new(
                Code::Usage,
                "Which records? Give the beginning of their ids, or --all.",
            ));
        }
        for id in &self.ids {
            if id.is_empty() || !quarantine.iter().any(|item| self::matches(item, id)) {
                let message =
                    format!("No record set aside has an id that begins with \"{}\".", crate::text::safe(id));
                return Err(Failure::new(Code::NotFound, message));
            }
        }
        let wanted = |item: &&Quarantined| self.all || self.ids.iter().any(|id| matches(item, id));
        Ok(quarantine.iter().filter(wanted).cloned().collect())
    }
}

fn matches(item: &Quarantined, id: &str) -> bool {
    item.id.to_string().starts_with(&id.to_ascii_lowercase())
}

fn sure(args: &Args, context: &Context, question: &str) -> Result<(), Failure> {
    if args.yes || context.input.confirm(&context.out, question, false, "--yes")? {
        Ok(())
    } else {
        Err(Failure::new(Code::Canceled, "Nothing was changed."))
    }
}

fn done(context: &Context, settled: usize, remaining: usize) -> Result<(), Failure> {
    if context.out.is_json() {
        context.out.value(&Settled { settled, remaining })
    } else {
        context.out.line(&format!("Done. Records still set aside: {remaining}."))
    }
}

fn list(context: &Context, quarantine: &[Quarantined]) -> Result<(), Failure> {
    let items: Vec<Item> = quarantine.iter().map(Item::from).collect();
    if context.out.is_json() {
        return context.out.value(&items);
    }
    if items.is_empty() {
        context.out.note("Nothing is set aside.");
    }
    let rows: Vec<Vec<String>> = items.into_iter().map(|item| vec![item.message]).collect();
    context.out.lines(&columns(&rows))
}

impl From<&Quarantined> for Item {
    fn from(item: &Quarantined) -> Self {
        let id = item.id.to_string();
        let (reason, listed_revision, found_revision) = match item.reason {
            QuarantineReason::Unlisted => ("unlisted", None, None),
            QuarantineReason::Missing => ("missing", None, None),
            QuarantineReason::Damaged => ("damaged", None, None),
            QuarantineReason::Replayed { listed, found } => ("replayed", Some(listed), Some(found)),
            QuarantineReason::Unreadable => ("unreadable", None, None),
            _ => ("other", None, None),
        };
        let named = item.entry.as_ref().map(|entry| format!(", {}", entry_words(entry))).unwrap_or_default();
        let message =
            format!("{} {}{named}: {}", record_name(item.table), short_id(&id), reason_words(item.reason));
        let credential = item.entry.as_ref().map(|entry| &entry.credential);
        Item {
            table: match item.table {
                Table::Entry => "entry",
                Table::Private => "private",
                Table::Audit => "audit",
            },
            id,
            reason,
            listed_revision,
            found_revision,
            can_accept: matches!(item.reason, QuarantineReason::Unlisted | QuarantineReason::Replayed { .. })
                && item.entry.is_some(),
            issuer: credential.map(|credential| credential.issuer.clone()),
            account: credential.map(|credential| credential.account.clone()),
            message,
        }
    }
}
