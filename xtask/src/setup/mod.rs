//! What the commands need from the machine, and getting it there.
//!
//! On Debian and its children missing packages are installed; on Fedora and Arch the exact command is printed; elsewhere it is
//! said in words. Nothing is installed twice, and nothing outside the system's own packages and this checkout is touched.

mod node;
mod packages;
mod python;
mod system;

use crate::process::{Outcome, heading};

pub(crate) use node::install_packages;
pub(crate) use python::{peers_python, reader_python};

/// Install what the other commands need, and nothing else.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only say what is missing
    #[arg(long)]
    dry_run: bool,
}

/// What a command is about to do; each includes what stands before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum For {
    /// Compile the app, or the parts of it that are linted.
    Building,
    /// Run it in a window of its own and compare with other programs.
    Testing,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    heading("What Tessera's commands need");
    system::provide(For::Testing, arguments.dry_run)?;
    if arguments.dry_run {
        return node::check_version();
    }
    node::install_packages()?;
    reader_python()?;
    println!("    everything is there");
    Ok(())
}

/// Sees to the system packages that a command needs.
pub(crate) fn provide(what: For) -> Outcome {
    system::provide(what, false)
}
