//! `tessera import`: another app's export into the vault. Nothing is written until the list was seen.

use serde::Serialize;
use tessera_otp::{Credential, Entry};
use tessera_transfer::{Found, Standing, judge};
use tessera_vault::Vault;

use super::{Context, Name, entry_words, generator_words};
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::{columns, safe};
use crate::transfer::{ProblemRow, SourceArgs, look, problem_words};

/// Which files, and what to do about what is there already.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Only say what would be imported
    #[arg(long)]
    dry_run: bool,
    /// Import without asking
    #[arg(long, short = 'y')]
    yes: bool,
    /// Import what the vault holds already, too
    #[arg(long)]
    allow_duplicates: bool,
}

/// What an entry is to the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The vault has nothing like it.
    New,
    /// The vault, or the import before it, has its secret.
    Duplicate,
    /// The vault has its issuer and account with another secret.
    Conflict,
}

#[derive(Serialize)]
struct Outcome {
    dry_run: bool,
    imported: Vec<Name>,
    items: Vec<Item>,
    problems: Vec<FileProblem>,
    errors: Vec<FileError>,
}

#[derive(Serialize)]
struct Item {
    file: String,
    place: String,
    issuer: String,
    account: String,
    kind: Kind,
    /// Entries of the vault with the same secret, or with the same names.
    existing: Vec<Name>,
}

#[derive(Serialize)]
struct FileProblem {
    file: String,
    #[serde(flatten)]
    problem: ProblemRow,
}

#[derive(Serialize)]
struct FileError {
    file: String,
    code: &'static str,
    message: String,
}

/// Reads, shows, asks, saves in one transaction.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let looked = look(&args.source, context)?;
    let mut outcome = Outcome {
        dry_run: args.dry_run,
        imported: Vec::new(),
        items: Vec::new(),
        problems: Vec::new(),
        errors: Vec::new(),
    };
    let mut files = Vec::new();
    let mut failures = Vec::new();
    for file in looked {
        match file.result {
            Ok(found) => files.push((file.file, found)),
            Err(failure) => {
                outcome.errors.push(FileError {
                    file: file.file.clone(),
                    code: failure.code.name(),
                    message: failure.message.clone(),
                });
                context.out.warning(&format!("{}: {}", safe(&file.file), failure.message));
                failures.push(failure);
            }
        }
    }
    if files.is_empty() {
        // One file's fault is the whole answer.
        return Err(match (failures.pop(), failures.is_empty()) {
            (Some(only), true) => only,
            _ => Failure::new(Code::BadInput, "None of the files could be read."),
        });
    }
    let mut vault = open::unlock(context)?;
    let entries = sort_out(&vault, &files, args.allow_duplicates, &mut outcome);
    if !context.out.is_json() {
        tell(&files, &outcome, context)?;
    }
    if args.dry_run {
        return if context.out.is_json() { context.out.value(&outcome) } else { Ok(()) };
    }
    if !args.yes && !entries.is_empty() {
        let question = format!("Import {} entries?", entries.len());
        if !context.input.confirm(&context.out, &question, true, "--yes")? {
            return Err(Failure::new(Code::Canceled, "Nothing was imported."));
        }
    }
    if !entries.is_empty() {
        let ids = vault.import(entries).map_err(open::vault_failure)?;
        outcome.imported = ids.iter().filter_map(|id| vault.entry(*id)).map(Name::of).collect();
    }
    if context.out.is_json() {
        return context.out.value(&outcome);
    }
    context.out.line(&format!("Imported {} entries.", outcome.imported.len()))
}

/// Says what each found entry is to the vault, and takes those that are to be imported.
fn sort_out(
    vault: &Vault,
    files: &[(String, Found)],
    allow_duplicates: bool,
    outcome: &mut Outcome,
) -> Vec<Entry> {
    let found =
        || files.iter().flat_map(|(file, found)| found.entries.iter().map(move |entry| (file, entry)));
    let judged = judge(vault, found().map(|(_, found)| &found.entry));
    let mut entries = Vec::new();
    for ((file, found), judged) in found().zip(judged) {
        let Credential { issuer, account, .. } = &found.entry.credential;
        if judged.standing != Standing::Duplicate || allow_duplicates {
            entries.push(found.entry.clone());
        }
        outcome.items.push(Item {
            file: file.clone(),
            place: found.place.to_string(),
            issuer: issuer.clone(),
            account: account.clone(),
            kind: match judged.standing {
                Standing::New => Kind::New,
                Standing::Duplicate => Kind::Duplicate,
                Standing::Conflict => Kind::Conflict,
            },
            existing: judged.existing.iter().filter_map(|id| vault.entry(*id)).map(Name::of).collect(),
        });
    }
    for (file, found) in files {
        let problem = |problem| FileProblem { file: file.clone(), problem: ProblemRow::from(problem) };
        outcome.problems.extend(found.problems.iter().map(problem));
    }
    entries
}

/// The table of what was found, and what could not be read.
fn tell(files: &[(String, Found)], outcome: &Outcome, context: &Context) -> Result<(), Failure> {
    let mut items = outcome.items.iter();
    for (file, found) in files {
        context.out.line(&format!(
            "{}: {}, {} entries",
            safe(file),
            found.format.name,
            found.entries.len()
        ))?;
        let rows: Vec<Vec<String>> = found
            .entries
            .iter()
            .zip(items.by_ref())
            .map(|(found, item)| {
                let remark = match item.kind {
                    Kind::New => "",
                    Kind::Duplicate => "in the vault already",
                    Kind::Conflict => "the vault has this account with another secret; both are kept",
                };
                vec![
                    String::new(),
                    entry_words(&found.entry),
                    generator_words(&found.entry.credential.generator),
                    remark.to_owned(),
                ]
            })
            .collect();
        context.out.lines(&columns(&rows))?;
        for problem in problem_words(&found.problems) {
            context.out.warning(&problem);
        }
    }
    Ok(())
}
