//! `tessera completions`: scripts that complete arguments, generated from the definition.

use std::path::PathBuf;

use clap_complete::Shell;

use super::{Context, written_file};
use crate::args;
use crate::failure::{Code, Failure};

/// Which shell, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
    /// Write the script into this folder, under the name that the shell looks for
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// Prints the script, or writes it.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut definition = args::definition();
    let Some(dir) = &args.dir else {
        let mut script = Vec::new();
        clap_complete::generate(args.shell, &mut definition, "tessera", &mut script);
        return context.out.bytes(&script);
    };
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_complete::generate_to(args.shell, &mut definition, "tessera", dir))
        .map_err(|error| {
            Failure::new(Code::Failed, "The completion script could not be written.").caused_by(&error)
        })
        .and_then(|path| written_file(context, &path))
}
