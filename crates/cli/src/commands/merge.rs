//! `tessera merge`: two copies of one vault that were changed apart, entry by entry.

use std::path::PathBuf;

use serde::Serialize;
use tessera_otp::Entry;
use tessera_vault::{
    LockedVault, MergeChoice, MergeItem, MergeKind, Password, Take, UnlockError, UnlockWith, Vault,
};

use super::{Context, entry_words, generator_words, short_id};
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::{clock, open, password};

/// With which copy, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The other copy of the vault; it is only read
    other: PathBuf,
    /// Read the other copy's password from a file [default: the same password, else asked for]
    #[arg(long, value_name = "FILE")]
    other_password_file: Option<PathBuf>,
    /// Only say how the copies differ
    #[arg(long, conflicts_with_all = ["take", "yes"])]
    list: bool,
    /// For every difference, take this side
    #[arg(long, value_enum)]
    take: Option<Side>,
    /// Take what is proposed, without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

/// A side, as an argument.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Side {
    /// This vault's
    Ours,
    /// The other copy's
    Theirs,
    /// Both: the other copy's becomes an entry of its own
    Both,
}

#[derive(Serialize)]
struct Outcome {
    items: Vec<Item>,
    added: usize,
    changed: usize,
}

#[derive(Serialize)]
struct Item {
    id: String,
    kind: &'static str,
    ours: Option<Summary>,
    theirs: Option<Summary>,
    proposed: &'static str,
    taken: Option<&'static str>,
}

#[derive(Serialize)]
struct Summary {
    issuer: String,
    account: String,
    modified: u64,
    deleted: Option<u64>,
}

/// Compares, asks for each difference, and merges in one transaction.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let (mut vault, given) = open::unlock_keeping_password(context)?;
    let other = args.open_other(context, &vault, &given)?;
    drop(given);
    let items = vault.compare_with(&other);
    let mut outcome = Outcome { items: Vec::new(), added: 0, changed: 0 };
    let mut choices = Vec::new();
    let count = items.len();
    for (number, item) in items.iter().enumerate() {
        if !context.out.is_json() || !(args.list || args.yes || args.take.is_some()) {
            describe(context, item, number + 1, count);
        }
        let take = if args.list { None } else { Some(args.choose(context, item)?) };
        if let Some(take) = take {
            choices.push(MergeChoice { id: item.id, take });
        }
        outcome.items.push(Item::of(item, take));
    }
    if !choices.is_empty() {
        let report = vault.merge(&other, &choices).map_err(open::vault_failure)?;
        outcome.added = report.added;
        outcome.changed = report.changed;
    }
    if context.out.is_json() {
        context.out.value(&outcome)
    } else if count == 0 {
        context.out.line("The two copies hold the same entries.")
    } else if args.list {
        context.out.line(&format!("{count} entries differ."))
    } else {
        context.out.line(&format!("Merged: {} entries added, {} changed.", outcome.added, outcome.changed))
    }
}

impl Args {
    fn open_other(&self, context: &Context, vault: &Vault, ours: &Password) -> Result<Vault, Failure> {
        // Read only: looking at the other copy must not change it.
        let locked = LockedVault::open_read_only(&self.other)
            .map_err(|error| open::open_failure(&self.other, error))?;
        if locked.id() != vault.id() {
            let message = format!("{} is not a copy of this vault.", safe(&self.other.display().to_string()));
            return Err(Failure::new(Code::Failed, message));
        }
        if let Some(file) = &self.other_password_file {
            let theirs = password::from_file(file)?;
            return open::with_delay(context, &locked, &UnlockWith::Password(&theirs))
                .map_err(open::unlock_failure);
        }
        match open::with_delay(context, &locked, &UnlockWith::Password(ours)) {
            Err(UnlockError::WrongPassword) if context.global.password_file.is_none() => {
                let theirs =
                    Password::new(context.input.secret("Password of the other copy: ")?.as_str().to_owned());
                open::with_delay(context, &locked, &UnlockWith::Password(&theirs))
                    .map_err(open::unlock_failure)
            }
            opened => opened.map_err(open::unlock_failure),
        }
    }

    fn choose(&self, context: &Context, item: &MergeItem) -> Result<Take, Failure> {
        match self.take {
            Some(Side::Ours) => return Ok(Take::Ours),
            Some(Side::Theirs) => return Ok(Take::Theirs),
            Some(Side::Both) if item.kind == MergeKind::Differs => return Ok(Take::Both),
            Some(Side::Both) => return Ok(item.proposed),
            None if self.yes => return Ok(item.proposed),
            None => {}
        }
        let question =
            format!("   Take [o]urs, [t]heirs or [b]oth? Enter takes {}.", take_name(item.proposed));
        loop {
            let answer = context.input.answer(&context.out, &question, "--yes or --take")?;
            match answer.trim().to_lowercase().as_str() {
                "" => return Ok(item.proposed),
                "o" | "ours" => return Ok(Take::Ours),
                "t" | "theirs" => return Ok(Take::Theirs),
                "b" | "both" => return Ok(Take::Both),
                _ => context.out.say("Please answer o, t or b."),
            }
        }
    }
}

impl Item {
    fn of(item: &MergeItem, taken: Option<Take>) -> Self {
        Item {
            id: item.id.to_string(),
            kind: match item.kind {
                MergeKind::OnlyOurs => "only_ours",
                MergeKind::OnlyTheirs => "only_theirs",
                MergeKind::Differs => "differs",
            },
            ours: item.ours.as_ref().map(Summary::of),
            theirs: item.theirs.as_ref().map(Summary::of),
            proposed: take_name(item.proposed),
            taken: taken.map(take_name),
        }
    }
}

impl Summary {
    fn of(entry: &Entry) -> Self {
        Summary {
            issuer: entry.credential.issuer.clone(),
            account: entry.credential.account.clone(),
            modified: entry.modified,
            deleted: entry.deleted,
        }
    }
}

fn take_name(take: Take) -> &'static str {
    match take {
        Take::Ours => "ours",
        Take::Theirs => "theirs",
        Take::Both => "both",
    }
}

fn describe(context: &Context, item: &MergeItem, number: usize, count: usize) {
    let what = match item.kind {
        MergeKind::OnlyOurs => "only this vault has it",
        MergeKind::OnlyTheirs => "only the other copy has it",
        MergeKind::Differs => "the copies differ",
    };
    context.out.say(&format!("{number} of {count}, {}: {what}", short_id(&item.id.to_string())));
    for (side, entry) in [("ours:  ", &item.ours), ("theirs:", &item.theirs)] {
        if let Some(entry) = entry {
            let deleted = if entry.deleted.is_some() { ", in the trash" } else { "" };
            let changed = clock::in_words(entry.modified);
            let kind = generator_words(&entry.credential.generator);
            context.out.say(&format!("   {side} {}; {kind}; changed {changed}{deleted}", entry_words(entry)));
        }
    }
    if let (Some(ours), Some(theirs)) = (&item.ours, &item.theirs)
        && ours.credential.secret != theirs.credential.secret
    {
        context.out.say("   Their secrets differ.");
    }
}
