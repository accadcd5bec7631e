//! `cargo xtask test`: the tests that need nothing outside this checkout.

use clap::ValueEnum;

use crate::process::{Failure, Outcome, cargo, heading, npm, run as run_command};
use crate::{postgres, setup, ui, workspace};

/// Run the tests that need nothing outside this checkout.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these; all of them when nothing is named
    #[arg(value_enum)]
    parts: Vec<Part>,
}

/// The three kinds of tests, in the order in which they are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The UI's own tests (Vitest), against a fake backend
    Ui,
    /// cargo test over the workspace: the Python reader of the vault format included, and the center on SQLite and PostgreSQL
    Rust,
    /// The real window, driven by WebKitWebDriver under Xvfb, also against a center on SQLite and PostgreSQL
    Window,
}

impl Part {
    fn test(self) -> Outcome {
        match self {
            Self::Ui => ui::script("test"),
            Self::Rust => {
                setup::reader_python()?;
                let postgres = postgres::start()?;
                let mut tests = cargo();
                tests.args(["test", "--workspace", "--no-fail-fast"]);
                postgres.tell(&mut tests);
                run_command(&mut tests)
            }
            Self::Window => window(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let parts = if arguments.parts.is_empty() { Part::value_variants() } else { &arguments.parts };
    heading("Preparing");
    setup::provide(setup::For::Testing)?;
    if parts.iter().any(|part| *part != Part::Ui) {
        heading("Building the programs and their tests");
        ui::build()?;
        build_programs_and_tests()?;
    }
    let mut failures = Vec::new();
    for part in parts {
        heading(&format!("Tests: {part:?}"));
        if let Err(failure) = part.test() {
            failures.push(failure.to_string());
        }
    }
    if !failures.is_empty() {
        return Err(Failure::new(format!("tests failed:\n    {}", failures.join("\n    "))));
    }
    heading("All tests passed");
    Ok(())
}

/// The programs and every test in one go: asked for apart, cargo would build shared dependencies twice, once with the
/// features that only tests turn on. xtask itself is not built anew, since Windows cannot replace a running program.
pub(crate) fn build_programs_and_tests() -> Outcome {
    run_command(cargo().args([
        "build",
        "--workspace",
        "--tests",
        "--bin",
        "tessera",
        "--bin",
        "tessera-desktop",
        "--bin",
        "tessera-center",
    ]))
}

/// Each test starts a driver and a screen of its own, so that they neither need one nor disturb yours.
fn window() -> Outcome {
    if !cfg!(target_os = "linux") {
        println!("    skipped: the window is driven through WebKitWebDriver, which exists on Linux only");
        return Ok(());
    }
    setup::install_packages()?;
    // The vault with 10,000 entries is made by the second writer of the format.
    let python = setup::reader_python()?;
    let postgres = postgres::start()?;
    let mut tests = npm();
    tests.args(["run", "--silent", "test:window"]);
    tests.env("TESSERA_DESKTOP", workspace::built("debug", "tessera-desktop"));
    tests.env("TESSERA_PYTHON", python);
    tests.env("TESSERA_CLI", workspace::built("debug", "tessera"));
    tests.env("TESSERA_CENTER", workspace::built("debug", "tessera-center"));
    postgres.tell(&mut tests);
    run_command(&mut tests)
}
