//! Node.js and the UI's npm packages.

use std::fs;
use std::process::Command;

use crate::process::{Failure, Outcome, capture, find_program, npm, run};
use crate::workspace;

/// Vite 8 starts on nothing older.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Installs the UI's packages exactly as package-lock.json lists them, if that file changed since the last time.
pub(crate) fn install_packages() -> Outcome {
    check_version()?;
    let lock = workspace::ui().join("package-lock.json");
    let listed = fs::read(&lock).map_err(|error| Failure::file("read", &lock, &error))?;
    let modules = workspace::ui().join("node_modules");
    // A copy of the list beside what it installed: when somebody removes node_modules, the mark goes with it.
    let mark = modules.join(".tessera-installed");
    if fs::read(&mark).is_ok_and(|installed| installed == listed) {
        return Ok(());
    }
    run(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&mark, listed).map_err(|error| Failure::file("write", &mark, &error))
}

/// Says what to install where Node.js is missing or too old.
pub(crate) fn check_version() -> Outcome {
    let advice = match std::env::consts::OS {
        "linux" => {
            "apt-get install nodejs npm, dnf install nodejs npm, or pacman -S nodejs npm; or a release from nodejs.org"
        }
        "macos" => "brew install node, or the installer from nodejs.org",
        _ => "winget install OpenJS.NodeJS.LTS, or the installer from nodejs.org",
    };
    let (major, minor) = OLDEST_NODE;
    let needed =
        format!("the window's pages are built with Node.js {major}.{minor} or newer and npm.\n    {advice}");
    if find_program("node").is_none() {
        return Err(Failure::new(format!("Node.js is not installed: {needed}")));
    }
    let said = capture(Command::new("node").arg("--version"))?;
    match parse_version(&said) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => Err(Failure::new(format!("Node.js {} is too old: {needed}", said.trim()))),
    }
}

fn parse_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(parse_version("v20.9.0\n").is_some_and(|version| version < OLDEST_NODE));
        assert!(parse_version("v20.20.2\n").is_some_and(|version| version >= OLDEST_NODE));
        assert_eq!(parse_version("node 20"), None);
    }
}
