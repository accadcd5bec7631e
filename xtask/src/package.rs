//! `cargo xtask package`: the deb and the rpm, with the app, the command line, its manual pages and completions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::process::{Failure, Outcome, cargo, heading, run as run_command};
use crate::{setup, ui, workspace};

/// Build the deb and rpm packages into target/package.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// The Tauri command line that packs; it comes as an npm package and builds the app the way it was released to.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

pub(crate) fn run(_: &Arguments) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "packages are built on Linux (deb and rpm); installers for Windows and macOS come later",
        ));
    }
    heading("Preparing");
    setup::provide(setup::For::Building)?;
    ui::build()?;
    heading("The command line, its manual pages and completions");
    run_command(cargo().args(["build", "--release", "--package", "tessera-cli"]))?;
    let files = command_line_files()?;
    heading("The app and its packages");
    let configuration = workspace::target().join("package.json");
    let contents = json!({ "bundle": { "active": true, "linux": { "deb": { "files": files }, "rpm": { "files": files } } } });
    fs::write(&configuration, contents.to_string())
        .map_err(|error| Failure::file("write", &configuration, &error))?;
    let mut tauri = Command::new("npx");
    tauri.current_dir(workspace::root()).args([
        "--yes",
        TAURI_CLI,
        "build",
        "--ci",
        "--bundles",
        "deb,rpm",
        "--config",
    ]);
    run_command(tauri.arg(&configuration))?;
    collect()
}

/// Where each file goes on the target system, and where it is here.
fn command_line_files() -> Outcome<Map<String, Value>> {
    let tessera = workspace::built("release", "tessera");
    let folder = workspace::target().join("package-files");
    let (pages, scripts) = (folder.join("man"), folder.join("completions"));
    for made in [&pages, &scripts] {
        fs::create_dir_all(made).map_err(|error| Failure::file("make", made, &error))?;
    }
    run_command(Command::new(&tessera).args(["man", "--dir"]).arg(&pages))?;
    for shell in ["bash", "zsh", "fish"] {
        run_command(Command::new(&tessera).args(["completions", shell, "--dir"]).arg(&scripts))?;
    }
    let mut files = Map::new();
    let mut add = |there: String, here: &Path| files.insert(there, here.to_string_lossy().into());
    add("/usr/bin/tessera".into(), &tessera);
    add("/usr/share/bash-completion/completions/tessera".into(), &scripts.join("tessera.bash"));
    add("/usr/share/zsh/vendor-completions/_tessera".into(), &scripts.join("_tessera"));
    add("/usr/share/fish/vendor_completions.d/tessera.fish".into(), &scripts.join("tessera.fish"));
    for page in list(&pages)? {
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        add(format!("/usr/share/man/man1/{name}"), &page);
    }
    Ok(files)
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
