//! `tessera remove`: into the trash, where entries are kept for 30 days; or for good.

use serde::Serialize;
use tessera_vault::EntryId;

use super::{Context, Name};
use crate::failure::{Code, Failure};
use crate::text::safe;
use crate::{open, query};

/// What to remove.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The entries; each query must match one
    #[arg(value_name = "QUERY", required_unless_present = "all_trash")]
    queries: Vec<String>,
    /// Delete for good, in the trash or not: nothing brings the secret back
    #[arg(long)]
    forever: bool,
    /// Delete for good everything that is in the trash
    #[arg(long, requires = "forever", conflicts_with = "queries")]
    all_trash: bool,
    /// Delete for good without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

#[derive(Serialize)]
struct Removed {
    removed: Vec<Name>,
    forever: bool,
}

/// Removes all or nothing.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let mut ids: Vec<EntryId> = Vec::new();
    if args.all_trash {
        ids.extend(vault.trash().map(|known| known.id));
    }
    for query in &args.queries {
        let id = if args.forever {
            query::one(vault.entries().chain(vault.trash()), query)
        } else {
            query::one(vault.entries(), query).map_err(|failure| in_trash(failure, &vault, query))
        }?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let removed: Vec<Name> = ids.iter().filter_map(|id| vault.entry(*id)).map(Name::of).collect();
    if args.forever && !args.yes && !ids.is_empty() {
        for name in &removed {
            context.out.say(&name.words());
        }
        let question =
            "Delete for good? Without another copy of the secret you may be locked out of the account.";
        if !context.input.confirm(&context.out, question, false, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was deleted."));
        }
    }
    if !ids.is_empty() {
        if args.forever { vault.delete_forever(&ids) } else { vault.move_to_trash(&ids) }
            .map_err(open::vault_failure)?;
    }
    if context.out.is_json() {
        return context.out.value(&Removed { removed, forever: args.forever });
    }
    for name in &removed {
        let done = if args.forever { "Deleted for good:" } else { "Moved to the trash:" };
        context.out.line(&format!("{done} {}", name.words()))?;
    }
    if removed.is_empty() {
        context.out.note("The trash is empty.");
    } else if !args.forever {
        context.out.note("It stays there for 30 days; `tessera restore` brings it back.");
    }
    Ok(())
}

fn in_trash(failure: Failure, vault: &tessera_vault::Vault, query: &str) -> Failure {
    if failure.code == Code::NotFound && query::one(vault.trash(), query).is_ok() {
        Failure::new(
            Code::NotFound,
            format!("\"{}\" is in the trash already; --forever deletes it for good.", safe(query)),
        )
    } else {
        failure
    }
}
