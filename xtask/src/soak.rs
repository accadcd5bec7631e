//! `cargo xtask soak`: the tests that search, for much longer. Results that were really seen stand in docs/soak.md.

use crate::process::{Outcome, cargo, heading, run as run_command};
use crate::setup;

/// The long runs: many property-test cases, many kills while writing.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Cases of each property test
    #[arg(long, default_value_t = 20_000)]
    cases: u32,
    /// How often the process that writes a vault is killed
    #[arg(long, default_value_t = 2_000)]
    kills: u32,
}

/// Where more cases find more: the property tests of the crates whose input comes from strangers, and the kills.
const SEARCHING: &[(&str, &[&str])] = &[
    ("tessera-otp", &["--lib", "--test", "properties"]),
    ("tessera-scan", &["--test", "decode"]),
    ("tessera-vault", &["--lib", "--test", "killed"]),
];

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    setup::provide(setup::For::Building)?;
    for (package, targets) in SEARCHING {
        heading(package);
        let mut tests = cargo();
        tests.args(["test", "--package", package]).args(*targets);
        tests.env("PROPTEST_CASES", arguments.cases.to_string());
        tests.env("TESSERA_KILLS", arguments.kills.to_string());
        run_command(&mut tests)?;
    }
    heading("Done");
    println!("    {} cases a property, {} kills: nothing failed", arguments.cases, arguments.kills);
    Ok(())
}
