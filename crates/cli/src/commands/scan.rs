//! `tessera scan`: what the QR codes in pictures say.

use std::path::PathBuf;

use serde::Serialize;

use super::Context;
use crate::failure::{Code, Failure};
use crate::sources;
use crate::text::safe;

/// Pictures to read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// PNG, JPEG, WebP, GIF or BMP files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Row<'a> {
    file: String,
    codes: Vec<Said<'a>>,
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Said<'a> {
    text: &'a str,
}

/// Reads every file; fails only if none could be read.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let read: Vec<_> =
        args.files.iter().map(|file| (file.display().to_string(), sources::texts(file))).collect();
    if context.out.is_json() {
        let rows: Vec<Row<'_>> = read
            .iter()
            .map(|(file, result)| Row {
                file: file.clone(),
                codes: result.as_deref().unwrap_or_default().iter().map(|text| Said { text }).collect(),
                error: result.as_ref().err().map(String::as_str),
            })
            .collect();
        context.out.value(&rows)?;
    } else {
        let several = read.len() > 1;
        for (file, result) in &read {
            let file = safe(file);
            match result {
                Ok(texts) if texts.is_empty() => {
                    context.out.note(&format!("{file}: no QR code that can be read."));
                }
                Ok(texts) => {
                    for text in texts {
                        let said = safe(text);
                        context.out.line(&if several { format!("{file}: {said}") } else { said })?;
                    }
                }
                Err(message) => context.out.warning(&format!("{file}: {message}")),
            }
        }
    }
    if read.iter().all(|(_, result)| result.is_err()) {
        return Err(Failure::new(Code::BadInput, "None of the files could be read as a picture."));
    }
    Ok(())
}
