//! `tessera inspect`: what another app's export holds. Needs no vault.

use serde::Serialize;

use super::{Context, entry_words, generator_words};
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};
use crate::transfer::{Full, Looked, ProblemRow, SourceArgs, look, problem_words};

/// Which files, and whether their secrets are printed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    source: SourceArgs,
    /// Print the secrets, PINs and notes too
    #[arg(long)]
    reveal: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    format: Option<&'static str>,
    entries: Vec<Full<'a>>,
    problems: Vec<ProblemRow>,
    error: Option<Error<'a>>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'static str,
    message: &'a str,
}

/// Reads every file; fails if one of them could not be read at all.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let looked = look(&args.source, context)?;
    if context.out.is_json() {
        let rows: Vec<Row<'_>> = looked.iter().map(|looked| Row::of(looked, args.reveal)).collect();
        context.out.value(&rows)?;
    } else {
        for file in &looked {
            tell(file, args.reveal, context)?;
        }
    }
    let mut failed = looked.into_iter().filter_map(|file| file.result.err());
    match (failed.next(), failed.next()) {
        (None, _) => Ok(()),
        (Some(only), None) => Err(only),
        (Some(_), Some(_)) => Err(Failure::new(Code::BadInput, "Several of the files could not be read.")),
    }
}

impl<'a> Row<'a> {
    fn of(looked: &'a Looked, reveal: bool) -> Self {
        let file = looked.file.as_str();
        match &looked.result {
            Ok(found) => Self {
                file,
                format: Some(found.format.id),
                entries: found.entries.iter().map(|found| Full::of(&found.entry, reveal)).collect(),
                problems: found.problems.iter().map(ProblemRow::from).collect(),
                error: None,
            },
            Err(failure) => Self {
                file,
                format: None,
                entries: Vec::new(),
                problems: Vec::new(),
                error: Some(Error { code: failure.code.name(), message: &failure.message }),
            },
        }
    }
}

fn tell(looked: &Looked, reveal: bool, context: &Context) -> Result<(), Failure> {
    let file = safe(&looked.file);
    match &looked.result {
        Err(failure) => context.out.warning(&format!("{file}: {}", failure.message)),
        Ok(found) => {
            context.out.line(&format!("{file}: {}, {} entries", found.format.name, found.entries.len()))?;
            let rows: Vec<Vec<String>> = found
                .entries
                .iter()
                .map(|found| {
                    let credential = &found.entry.credential;
                    let mut row = vec![
                        String::new(),
                        entry_words(&found.entry),
                        generator_words(&credential.generator),
                    ];
                    if reveal {
                        // Asked for by the person, with --reveal.
                        row.push(credential.secret.to_base32().to_string());
                    }
                    row
                })
                .collect();
            context.out.lines(&columns(&rows))?;
            for problem in problem_words(&found.problems) {
                context.out.warning(&problem);
            }
        }
    }
    Ok(())
}
