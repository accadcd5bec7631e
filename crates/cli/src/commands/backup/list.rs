//! `tessera backup list`.

use std::path::PathBuf;

use serde::Serialize;
use tessera_transfer::backup;

use crate::clock;
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};

/// Which folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder
    folder: PathBuf,
}

#[derive(Serialize)]
struct Row {
    file: String,
    vault: String,
    made: u64,
    generation: u64,
    bytes: u64,
}

/// Says what the names say; nothing is opened.
pub(super) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let listed =
        backup::list(&args.folder, None).map_err(|error| Failure::from_error(Code::Failed, &error))?;
    let rows: Vec<Row> = listed
        .into_iter()
        .map(|listed| Row {
            file: listed.path.display().to_string(),
            vault: listed.vault,
            made: listed.made,
            generation: listed.generation,
            bytes: listed.bytes,
        })
        .collect();
    if context.out.is_json() {
        return context.out.value(&rows);
    }
    if rows.is_empty() {
        context.out.note("There is no backup of Tessera in this folder.");
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                clock::in_words(row.made),
                format!("vault {}", row.vault),
                format!("{} bytes", row.bytes),
                safe(&row.file),
            ]
        })
        .collect();
    context.out.lines(&columns(&lines))
}
