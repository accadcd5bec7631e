//! `cargo xtask package`: the deb and the rpm, with the app, the command line, its manual pages and completions.

mod libraries;
mod notices;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::process::{Failure, Outcome, cargo, heading, run as run_command};
use crate::{setup, ui, workspace};

/// Build the deb and rpm packages into target/package.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// The Tauri command line that packs what cargo built; it comes as an npm package.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// The two programs of the package.
const PROGRAMS: [&str; 2] = ["tessera-desktop", "tessera"];

pub(crate) fn run(_: &Arguments) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "packages are built on Linux (deb and rpm); installers for Windows and macOS come later",
        ));
    }
    heading("Preparing");
    setup::provide(setup::For::Building)?;
    ui::build()?;
    heading("The app and the command line");
    let mut build = cargo();
    build.args(["build", "--release", "--workspace"]);
    build.args(PROGRAMS.iter().flat_map(|program| ["--bin", program]));
    run_command(build.env("CARGO_ENCODED_RUSTFLAGS", without_our_paths()))?;
    heading("The packages");
    let configuration = workspace::target().join("package.json");
    write(&configuration, &configuration_of_packages()?.to_string())?;
    let mut tauri = Command::new("npx");
    tauri.current_dir(workspace::root());
    tauri.args(["--yes", TAURI_CLI, "bundle", "--ci", "--bundles", "deb,rpm", "--config"]);
    run_command(tauri.arg(&configuration))?;
    collect()
}

/// Compiler flags that keep this machine's folders out of the programs (panics name the source file they come from), after
/// those that the packager asked for. Cargo wants them apart by this character, since a folder's name may hold a space.
fn without_our_paths() -> OsString {
    let asked = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut flags: Vec<OsString> = asked.split_whitespace().map(OsString::from).collect();
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    for (folder, name) in [(Some(workspace::root()), "tessera"), (cargo, "cargo")] {
        if let Some(folder) = folder {
            let mut flag = OsString::from("--remap-path-prefix=");
            flag.push(folder);
            flag.push(format!("={name}"));
            flags.push(flag);
        }
    }
    flags.join(OsStr::new("\x1f"))
}

/// What tauri.conf.json cannot know: files that were just made, and what the programs turned out to link.
fn configuration_of_packages() -> Outcome<Value> {
    let linked = libraries::linked_by(&PROGRAMS.map(|program| workspace::built("release", program)))?;
    let made = workspace::target().join("package-files");
    let (pages, scripts) = (made.join("man"), made.join("completions"));
    for folder in [&pages, &scripts] {
        fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))?;
    }
    let tessera = workspace::built("release", "tessera");
    run_command(Command::new(&tessera).args(["man", "--dir"]).arg(&pages))?;
    for shell in ["bash", "zsh", "fish"] {
        run_command(Command::new(&tessera).args(["completions", shell, "--dir"]).arg(&scripts))?;
    }

    let mut both = Files::default();
    both.add("/usr/bin/tessera", &tessera);
    both.add("/usr/share/bash-completion/completions/tessera", &scripts.join("tessera.bash"));
    both.add("/usr/share/fish/vendor_completions.d/tessera.fish", &scripts.join("tessera.fish"));
    for page in list(&pages)? {
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        both.add(&format!("/usr/share/man/man1/{name}"), &page);
    }
    let others = made.join("THIRD-PARTY-NOTICES");
    write(&others, &notices::notices(&PROGRAMS)?)?;
    both.add("/usr/share/doc/tessera/THIRD-PARTY-NOTICES", &others);
    let (mut deb, mut rpm) = (both.clone(), both);
    let zsh = scripts.join("_tessera");
    deb.add("/usr/share/zsh/vendor-completions/_tessera", &zsh);
    rpm.add("/usr/share/zsh/site-functions/_tessera", &zsh);
    let copyright = made.join("copyright");
    write(&copyright, &debian_copyright()?)?;
    deb.add("/usr/share/doc/tessera/copyright", &copyright);
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        rpm.add(&format!("/usr/share/licenses/tessera/{license}"), &workspace::root().join(license));
    }
    Ok(json!({ "bundle": { "linux": {
        "deb": { "files": deb.0, "depends": linked.for_deb()? },
        "rpm": { "files": rpm.0, "depends": linked.for_rpm() },
    } } }))
}

/// Where each file goes on the target system, and where it is here.
#[derive(Clone, Default)]
struct Files(Map<String, Value>);

impl Files {
    fn add(&mut self, there: &str, here: &Path) {
        self.0.insert(there.to_owned(), here.to_string_lossy().into());
    }
}

/// Debian's machine-readable copyright file. The Apache license itself is on every Debian system; the MIT one is not.
fn debian_copyright() -> Outcome<String> {
    let file = workspace::root().join("LICENSE-MIT");
    let mit = fs::read_to_string(&file).map_err(|error| Failure::file("read", &file, &error))?;
    let holder = mit.lines().find_map(|line| line.strip_prefix("Copyright (c) "));
    let holder = holder.ok_or_else(|| Failure::new("LICENSE-MIT names nobody after \"Copyright (c)\""))?;
    let indented: String = mit
        .lines()
        .map(|line| if line.is_empty() { " .\n".to_owned() } else { format!(" {line}\n") })
        .collect();
    Ok(format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Tessera\n\n\
         Files: *\nCopyright: {holder}\nLicense: MIT or Apache-2.0\n\
         Comment: What the programs contain of others is listed in THIRD-PARTY-NOTICES beside this file.\n\n\
         License: MIT\n{indented}\n\
         License: Apache-2.0\n On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.\n"
    ))
}

/// Copies what the bundler made, deep in the target folder, to where one looks for it.
fn collect() -> Outcome {
    let package = workspace::target().join("package");
    fs::create_dir_all(&package).map_err(|error| Failure::file("make", &package, &error))?;
    for kind in ["deb", "rpm"] {
        for file in list(&workspace::target().join("release/bundle").join(kind))? {
            if file.extension().is_none_or(|ending| ending != kind) {
                continue;
            }
            let copy = package.join(file.file_name().unwrap_or_default());
            fs::copy(&file, &copy).map_err(|error| Failure::file("copy", &file, &error))?;
            println!("    {}", copy.display());
        }
    }
    Ok(())
}

fn list(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::file("read", folder, &error))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

fn write(file: &Path, contents: &str) -> Outcome {
    fs::write(file, contents).map_err(|error| Failure::file("write", file, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copyright_file_has_no_empty_line_within_a_paragraph() {
        let text = debian_copyright().unwrap();
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        assert_eq!(paragraphs.len(), 4, "head, files and two licenses: {text}");
        assert!(
            paragraphs.iter().all(|paragraph| paragraph.lines().next().unwrap().contains(": ")),
            "{text}"
        );
        assert!(text.contains("\n Permission is hereby granted"));
    }
}
