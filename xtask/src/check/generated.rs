//! Committed files that are made from Rust: they must be what the code makes now.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, capture, cargo, run};
use crate::test::build_programs_and_tests;
use crate::{ui, workspace};

/// The center's contract.
const CONTRACT: &str = "docs/openapi.json";
/// Folders that hold nothing but generated files.
const FOLDERS: [&str; 1] = ["ui/src/backend/types"];

pub(crate) fn check() -> Outcome {
    ui::build()?;
    let before = snapshot()?;
    // What `cargo xtask test` builds, too: asked for in another way, cargo would build most of it twice.
    build_programs_and_tests()?;
    // ts-rs writes the types from tests that it names like this.
    run(cargo().args(["test", "--workspace", "--bin", "tessera-desktop", "--quiet", "export_bindings"]))?;
    let contract = capture(Command::new(workspace::built("debug", "tessera-center")).arg("openapi"))?;
    let path = workspace::root().join(CONTRACT);
    fs::write(&path, contract).map_err(|error| Failure::file("write", &path, &error))?;
    let after = snapshot()?;
    if before == after {
        println!("    {} files are what the code makes", after.len());
        return Ok(());
    }
    let mut changed: Vec<_> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    changed.sort();
    changed.dedup();
    let list: Vec<_> = changed.iter().map(|path| path.display().to_string()).collect();
    Err(Failure::new(format!(
        "these were out of date; they are made anew, commit them:\n    {}",
        list.join("\n    ")
    )))
}

fn snapshot() -> Outcome<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for folder in FOLDERS {
        read_into(&mut files, &workspace::root().join(folder))?;
    }
    if let Ok(bytes) = fs::read(workspace::root().join(CONTRACT)) {
        files.insert(CONTRACT.into(), bytes);
    }
    Ok(files)
}

fn read_into(files: &mut BTreeMap<PathBuf, Vec<u8>>, folder: &Path) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| Failure::file("read", folder, &error))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_into(files, &path)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| Failure::file("read", &path, &error))?;
            files.insert(path.strip_prefix(workspace::root()).unwrap_or(&path).to_path_buf(), bytes);
        }
    }
    Ok(())
}
