//! cargo-deny: licenses, sources and bans of everything we stand on (deny.toml says which and why).

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Outcome, cargo, find_program, run, succeeds};
use crate::workspace;

/// The version that deny.toml was written for.
const VERSION: &str = "0.20.2";

pub(crate) fn check() -> Outcome {
    let deny = installed()?;
    let command = |which: &[&str]| {
        let mut command = Command::new(&deny);
        command
            .current_dir(workspace::root())
            .args(["--workspace", "--log-level", "error", "check"])
            .args(which);
        command
    };
    run(&mut command(&["bans", "licenses", "sources"]))?;
    // Known vulnerabilities need RustSec's database, which comes over the network: where it cannot be had, that is no fault
    // of this checkout, and saying that it was checked would be a lie.
    if advisories_at_hand(&deny) {
        run(&mut command(&["advisories"]))
    } else {
        println!("    not checked: known vulnerabilities (RustSec's advisory database could not be fetched)");
        Ok(())
    }
}

fn advisories_at_hand(deny: &PathBuf) -> bool {
    succeeds(Command::new(deny).current_dir(workspace::root()).args(["--log-level", "error", "fetch", "db"]))
}

fn installed() -> Outcome<PathBuf> {
    let tools = workspace::target().join("tools");
    let own = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if own.is_file() {
        return Ok(own);
    }
    if let Some(found) = find_program("cargo-deny") {
        return Ok(found);
    }
    // Unoptimized: it reads a few hundred manifests, and builds in half the time.
    let mut install = cargo();
    install.args(["install", "--quiet", "--locked", "--debug", "--version", VERSION, "--root"]).arg(&tools);
    run(install.arg("cargo-deny"))?;
    Ok(own)
}
