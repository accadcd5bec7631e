//! `tessera restore`: out of the trash.

use serde::Serialize;
use tessera_vault::EntryId;

use super::{Context, Name};
use crate::failure::Failure;
use crate::{open, query};

/// What to restore.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The entries in the trash; each query must match one. `tessera list --trash` shows them
    #[arg(value_name = "QUERY", required = true)]
    queries: Vec<String>,
}

#[derive(Serialize)]
struct Restored {
    restored: Vec<Name>,
}

/// Restores all or nothing.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let mut ids: Vec<EntryId> = Vec::new();
    for query in &args.queries {
        let id = query::one(vault.trash(), query)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    vault.restore(&ids).map_err(open::vault_failure)?;
    let restored: Vec<Name> = ids.iter().filter_map(|id| vault.entry(*id)).map(Name::of).collect();
    if context.out.is_json() {
        return context.out.value(&Restored { restored });
    }
    restored.iter().try_for_each(|name| context.out.line(&format!("Restored {}.", name.words())))
}
