//! `tessera man`: manual pages, generated from the definition.

use std::path::PathBuf;

use clap_mangen::Man;

use super::{Context, written_file};
use crate::args;
use crate::failure::{Code, Failure};

/// Where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write tessera.1 and a page for each command into this folder
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// Prints the main page, or writes them all.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Code::Failed, "The manual pages could not be written.").caused_by(&error)
    };
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        Man::new(args::definition()).render(&mut page).map_err(failed)?;
        return context.out.bytes(&page);
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(args::definition(), dir).map_err(failed)?;
    written_file(context, dir)
}
