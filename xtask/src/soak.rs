//! `cargo xtask soak`: the tests that search, for much longer. Results that were really seen stand in docs/soak.md.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, Outcome, capture, cargo, heading, run as run_command};
use crate::{postgres, setup, workspace};

/// The long runs: many property-test cases, many kills while writing.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Cases of each property test
    #[arg(long, default_value_t = 20_000)]
    cases: u32,
    /// How often the process that writes a vault, and the one that makes backups, is killed
    #[arg(long, default_value_t = 2_000)]
    kills: u32,
    /// How often a server of the account center is killed, on each database
    #[arg(long, default_value_t = 100)]
    server_kills: u32,
    /// How often the races at two servers are run
    #[arg(long, default_value_t = 10)]
    races: u32,
    /// An earlier revision, whose server is built and works beside this one
    #[arg(long, value_name = "REVISION")]
    before: Option<String>,
    /// Only the account center
    #[arg(long)]
    center: bool,
}

/// Where more cases find more: the property tests of the crates whose input comes from strangers, and the kills.
const SEARCHING: &[(&str, &[&str])] = &[
    ("tessera-otp", &["--lib", "--test", "properties"]),
    ("tessera-scan", &["--test", "decode"]),
    ("tessera-vault", &["--lib", "--test", "killed"]),
    ("tessera-transfer", &["--lib", "--test", "killed"]),
    ("tessera-center", &["--lib"]),
];

/// The center's suite; what follows says which of it. Asked for as one of the workspace, it takes what `test` has built.
const SUITE: &[&str] = &["test", "--workspace", "--test", "suite", "--"];

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    setup::provide(setup::For::Building)?;
    if !arguments.center {
        for (package, targets) in SEARCHING {
            heading(package);
            let mut tests = cargo();
            tests.args(["test", "--package", package]).args(*targets);
            tests.env("PROPTEST_CASES", arguments.cases.to_string());
            tests.env("TESSERA_KILLS", arguments.kills.to_string());
            run_command(&mut tests)?;
        }
    }
    center(arguments)?;
    heading("Done");
    if !arguments.center {
        println!(
            "    {} cases a property, {} kills while a vault is written",
            arguments.cases, arguments.kills
        );
    }
    println!(
        "    {} kills of servers, {} times all races: nothing failed",
        arguments.server_kills, arguments.races
    );
    Ok(())
}

/// Kills, races, outages and two versions, by real servers on SQLite and on PostgreSQL.
fn center(arguments: &Arguments) -> Outcome {
    heading("tessera-center");
    let postgres = postgres::start()?;
    let before = arguments.before.as_deref().map(earlier).transpose()?;
    let told = |tests: &mut Command| {
        postgres.tell(tests);
        tests.env("TESSERA_KILLS", arguments.server_kills.to_string());
    };
    let mut tests = cargo();
    told(&mut tests);
    if let Some(before) = before {
        tests.env("TESSERA_CENTER_BEFORE", before);
    }
    // One after another, and with what they counted shown.
    run_command(tests.args(SUITE).args(["processes::", "--nocapture", "--test-threads=1"]))?;
    let mut tests = cargo();
    told(&mut tests);
    tests.env("TESSERA_SOAK_TOKENS", "100000");
    run_command(tests.args(SUITE).arg("token_import::many_tokens"))?;
    for _ in 1..arguments.races {
        let mut tests = cargo();
        told(&mut tests);
        run_command(tests.args(SUITE).args(["processes::races", "processes::locks"]))?;
    }
    Ok(())
}

/// Builds the server of a revision beside this checkout.
fn earlier(revision: &str) -> Outcome<PathBuf> {
    let folder = workspace::target().join("before");
    let (sources, program) = (folder.join("sources"), folder.join("tessera-center"));
    let git = || {
        let mut git = Command::new("git");
        git.current_dir(workspace::root());
        git
    };
    let remove = || capture(git().args(["worktree", "remove", "--force"]).arg(&sources));
    if sources.exists() {
        remove()?;
    }
    capture(git().args(["worktree", "add", "--detach"]).arg(&sources).arg(revision))?;
    let mut build = cargo();
    // In the same target folder, so that dependencies are there already; ours is put back into its place when it is next asked for.
    build.current_dir(&sources).env("CARGO_TARGET_DIR", workspace::target());
    let built = run_command(build.args(["build", "--workspace", "--bin", "tessera-center"]));
    remove()?;
    built?;
    let from = workspace::built("debug", "tessera-center");
    std::fs::copy(&from, &program).map_err(|error| Failure::file("copy", &from, &error))?;
    Ok(program)
}
