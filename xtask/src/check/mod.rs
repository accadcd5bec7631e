//! `cargo xtask check`: everything CI checks but the tests. All of it is run, then what failed is named.

mod deny;
mod generated;
mod layers;
mod sources;

use crate::process::{Failure, Outcome, cargo, heading, npm, run as run_command};
use crate::{setup, ui};

/// Everything CI checks but the tests: format, lints, types, layers, licenses.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Format the code first instead of only checking it
    #[arg(long)]
    fix: bool,
}

/// What is checked, and how.
type Step = (&'static str, fn() -> Outcome);

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    heading("Preparing");
    setup::provide(setup::For::Building)?;
    if arguments.fix {
        heading("Formatting");
        run_command(cargo().args(["fmt", "--all"]))?;
        run_command(npm().args(["run", "--silent", "format"]))?;
    }
    let steps: [Step; 8] = [
        ("Layers", layers::check),
        ("Sources", sources::check),
        ("Rust format", rust_format),
        ("UI: format, lints, types", ui_check),
        ("Rust lints", clippy),
        ("Generated files", generated::check),
        ("Documentation", documentation),
        ("Licenses, sources and bans of dependencies", deny::check),
    ];
    let mut failures = Vec::new();
    for (name, step) in steps {
        heading(name);
        if let Err(failure) = step() {
            println!("    failed: {failure}");
            failures.push(format!("{name}: {failure}"));
        }
    }
    if failures.is_empty() {
        heading("Everything is as it should be");
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} of {} checks failed\n\n{}",
        failures.len(),
        steps.len(),
        failures.join("\n\n")
    )))
}

fn rust_format() -> Outcome {
    run_command(cargo().args(["fmt", "--all", "--check"]))
        .map_err(|_| Failure::new("not formatted; `cargo xtask check --fix` does it"))
}

fn ui_check() -> Outcome {
    run_command(npm().args(["run", "--silent", "check"]))
}

fn clippy() -> Outcome {
    // The app embeds the built pages, so that even to look at it they must be there.
    ui::build()?;
    run_command(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn documentation() -> Outcome {
    let mut doc = cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    run_command(doc.env("RUSTDOCFLAGS", "-D warnings"))
}
