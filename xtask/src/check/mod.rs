//! `cargo xtask check`: everything CI checks but the tests. All of it is run, then what failed is named.

mod deny;
mod generated;
mod layers;
mod sources;

use clap::ValueEnum;

use crate::process::{Failure, Outcome, cargo, heading, run as run_command};
use crate::{setup, ui};

/// Everything CI checks but the tests: format, lints, types, layers, licenses.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these; all of them when nothing is named
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Format the code first instead of only checking it
    #[arg(long)]
    fix: bool,
}

/// What is checked, the quick ones first.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// Imports point down, as the table in docs/architecture.md has it
    Layers,
    /// No unsafe code, no machine's paths; files over 600 lines are listed
    Sources,
    /// rustfmt
    Format,
    /// Prettier, `ESLint` and svelte-check
    Ui,
    /// Clippy, warnings are errors
    Clippy,
    /// Committed files that are made from Rust are what the code makes
    Generated,
    /// rustdoc, broken links are errors
    Docs,
    /// cargo-deny: licenses, sources and bans of dependencies
    Deny,
}

impl Part {
    fn check(self) -> Outcome {
        match self {
            Self::Layers => layers::check(),
            Self::Sources => sources::check(),
            Self::Format => rust_format(),
            Self::Ui => ui::script("check"),
            Self::Clippy => clippy(),
            Self::Generated => generated::check(),
            Self::Docs => documentation(),
            Self::Deny => deny::check(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    heading("Preparing");
    setup::provide(setup::For::Building)?;
    if arguments.fix {
        heading("Formatting");
        run_command(cargo().args(["fmt", "--all"]))?;
        ui::script("format")?;
    }
    let parts = if arguments.parts.is_empty() { Part::value_variants() } else { &arguments.parts };
    let mut failures = Vec::new();
    for part in parts {
        heading(&format!("{part:?}"));
        if let Err(failure) = part.check() {
            println!("    failed: {failure}");
            failures.push(format!("{part:?}: {failure}"));
        }
    }
    if failures.is_empty() {
        heading("Everything is as it should be");
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} of {} checks failed\n\n{}",
        failures.len(),
        parts.len(),
        failures.join("\n\n")
    )))
}

fn rust_format() -> Outcome {
    run_command(cargo().args(["fmt", "--all", "--check"]))
        .map_err(|_| Failure::new("not formatted; `cargo xtask check --fix` does it"))
}

fn clippy() -> Outcome {
    // The app embeds the built pages, so that even to look at it they must be there.
    ui::build()?;
    run_command(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn documentation() -> Outcome {
    ui::build()?;
    let mut doc = cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    run_command(doc.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
}
