//! `tessera import`: another app's export into the vault. Nothing is written until the list was seen.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tessera_otp::{Credential, Entry};
use tessera_transfer::Found;
use tessera_vault::{EntryId, Vault};

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
    let mut entries = Vec::new();
    {
        let mut known = Known::of(&vault);
        for (file, found) in &files {
            known.judge(file, found, args.allow_duplicates, &mut outcome, &mut entries);
        }
    }
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

/// What the vault holds, by secret and by names. Borrowed: no secret is copied for comparing.
struct Known<'a> {
    by_secret: BTreeMap<&'a [u8], Vec<Name>>,
    by_names: BTreeMap<(&'a str, &'a str), Vec<Name>>,
    seen: BTreeSet<Vec<u8>>,
}

impl<'a> Known<'a> {
    fn of(vault: &'a Vault) -> Self {
        let mut by_secret: BTreeMap<&[u8], Vec<Name>> = BTreeMap::new();
        let mut by_names: BTreeMap<(&str, &str), Vec<Name>> = BTreeMap::new();
        for (id, entry) in vault.entries_by_id() {
            let Credential { issuer, account, secret, .. } = &entry.credential;
            // Compared with what is imported, within this process.
            by_secret.entry(secret.expose_secret()).or_default().push(named(id, entry));
            if entry.deleted.is_none() {
                by_names.entry((issuer, account)).or_default().push(named(id, entry));
            }
        }
        Self { by_secret, by_names, seen: BTreeSet::new() }
    }

    fn judge(
        &mut self,
        file: &str,
        found: &Found,
        allow_duplicates: bool,
        outcome: &mut Outcome,
        entries: &mut Vec<Entry>,
    ) {
        for found in &found.entries {
            let Credential { issuer, account, secret, .. } = &found.entry.credential;
            // As above. What is freed is wiped (main.rs).
            let secret = secret.expose_secret();
            let same_secret = self.by_secret.get(secret);
            let again = !self.seen.insert(secret.to_vec());
            let same_names = self.by_names.get(&(issuer.as_str(), account.as_str()));
            let (kind, existing) = match (same_secret, same_names) {
                (Some(existing), _) => (Kind::Duplicate, existing.clone()),
                (None, _) if again => (Kind::Duplicate, Vec::new()),
                (None, Some(existing)) => (Kind::Conflict, existing.clone()),
                (None, None) => (Kind::New, Vec::new()),
            };
            if kind != Kind::Duplicate || allow_duplicates {
                entries.push(found.entry.clone());
            }
            outcome.items.push(Item {
                file: file.to_owned(),
                place: found.place.to_string(),
                issuer: issuer.clone(),
                account: account.clone(),
                kind,
                existing,
            });
        }
        outcome.problems.extend(
            found
                .problems
                .iter()
                .map(|problem| FileProblem { file: file.to_owned(), problem: problem.into() }),
        );
    }
}

fn named(id: EntryId, entry: &Entry) -> Name {
    Name {
        id: id.to_string(),
        issuer: entry.credential.issuer.clone(),
        account: entry.credential.account.clone(),
    }
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
