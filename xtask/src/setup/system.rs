//! Finding and installing system packages.

use std::process::{Command, Stdio};

use super::For;
use super::packages::{PACKAGES, PYTHON_VENV_APT, Package};
use crate::process::{Failure, Outcome, capture, find_program, run, succeeds};

/// Installs what is missing, or says how to; with `dry_run` it only says.
pub(crate) fn provide(what: For, dry_run: bool) -> Outcome {
    match std::env::consts::OS {
        "linux" => provide_linux(what, dry_run),
        "macos" => provide_macos(),
        "windows" => {
            say_on_windows();
            Ok(())
        }
        other => {
            println!("    {other}: which packages are needed here is not known; the build will tell");
            Ok(())
        }
    }
}

/// A family of Linux systems, told by its package tool.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Apt,
    Dnf,
    Pacman,
}

impl Family {
    fn detect() -> Option<Self> {
        let tools = [("apt-get", Self::Apt), ("dnf", Self::Dnf), ("pacman", Self::Pacman)];
        tools.into_iter().find(|(tool, _)| find_program(tool).is_some()).map(|(_, family)| family)
    }

    fn name_of(self, package: &Package) -> &'static str {
        match self {
            Self::Apt => package.apt,
            Self::Dnf => package.dnf,
            Self::Pacman => package.pacman,
        }
    }

    fn has(self, name: &str) -> bool {
        match self {
            Self::Apt => capture(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", name]))
                .is_ok_and(|status| status == "installed"),
            Self::Dnf => succeeds(Command::new("rpm").args(["-q", "--whatprovides", name])),
            Self::Pacman => succeeds(Command::new("pacman").args(["-Q", name])),
        }
    }

    fn install_line(self, names: &[&str]) -> String {
        let tool = match self {
            Self::Apt => "sudo apt-get install --no-install-recommends",
            Self::Dnf => "sudo dnf install",
            Self::Pacman => "sudo pacman -S --needed",
        };
        format!("{tool} {}", names.join(" "))
    }
}

fn provide_linux(what: For, dry_run: bool) -> Outcome {
    let Some(family) = Family::detect() else {
        let names: Vec<_> =
            PACKAGES.iter().filter(|package| package.needed_for <= what).map(|package| package.apt).collect();
        println!("    neither apt, dnf nor pacman is here. Debian calls what is needed: {}", names.join(" "));
        return Ok(());
    };
    let missing = missing(family, what);
    if missing.is_empty() {
        return Ok(());
    }
    let line = family.install_line(&missing);
    if dry_run {
        println!("    missing: {line}");
        return Ok(());
    }
    if family != Family::Apt {
        return Err(Failure::new(format!(
            "some system packages are missing. Install them and try again:\n\n    {line}\n"
        )));
    }
    install_with_apt(&missing).map_err(|failure| {
        Failure::new(format!("{failure}\nsystem packages are missing. By hand:\n\n    {line}\n"))
    })
}

fn missing(family: Family, what: For) -> Vec<&'static str> {
    let mut names = Vec::new();
    for package in PACKAGES.iter().filter(|package| package.needed_for <= what) {
        let there = match package.program {
            Some(program) => find_program(program).is_some(),
            None => family.has(family.name_of(package)),
        };
        if !there && !names.contains(&family.name_of(package)) {
            names.push(family.name_of(package));
        }
    }
    // A Python that came another way than from Debian's packages usually has the module; the one from there may not.
    let makes_environments = || succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]));
    if family == Family::Apt && what >= For::Testing && !makes_environments() {
        names.push(PYTHON_VENV_APT);
    }
    names
}

fn install_with_apt(names: &[&str]) -> Outcome {
    let apt = || -> Outcome<Command> {
        let mut command = if is_root() {
            Command::new("apt-get")
        } else if find_program("sudo").is_some() {
            let mut command = Command::new("sudo");
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        } else {
            return Err(Failure::new("installing needs root, and there is no sudo here"));
        };
        command.env("DEBIAN_FRONTEND", "noninteractive");
        Ok(command)
    };
    println!("    installing {}", names.join(" "));
    run(apt()?.args(["update", "-qq"]))?;
    // What dpkg says about each of the hundreds of packages that come along is of interest to nobody; its complaints are.
    run(apt()?.args(["install", "-qq", "-y", "--no-install-recommends"]).args(names).stdout(Stdio::null()))
}

fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn provide_macos() -> Outcome {
    if succeeds(Command::new("xcode-select").arg("-p")) {
        Ok(())
    } else {
        Err(Failure::new(
            "Apple's command line tools are missing. Install them and try again:\n\n    xcode-select --install\n",
        ))
    }
}

fn say_on_windows() {
    // Windows 11 and an up-to-date Windows 10 have WebView2; it cannot be built against a machine without the MSVC linker,
    // which rustc itself reports in words.
    let key =
        r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    if !succeeds(Command::new("reg").args(["query", key, "/v", "pv"])) {
        println!(
            "    WebView2 was not found for all users. If the window stays away: winget install Microsoft.EdgeWebView2Runtime"
        );
    }
    println!(
        "    bindgen needs LLVM only on Linux; the linker comes with the Visual Studio Build Tools (C++ workload)"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_a_name_for_everything() {
        for package in PACKAGES {
            for family in [Family::Apt, Family::Dnf, Family::Pacman] {
                assert!(!family.name_of(package).is_empty(), "{}", package.apt);
            }
        }
    }

    #[test]
    fn the_printed_command_is_whole() {
        assert_eq!(Family::Pacman.install_line(&["clang", "mesa"]), "sudo pacman -S --needed clang mesa");
    }
}
