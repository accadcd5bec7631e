//! Python environments in target/: one for `tests/reader/`, the second, independent reader of the vault format, and one for the
//! programs that the center's server is set beside (`crates/center/tests/peers/`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, Outcome, run};
use crate::workspace;

/// The Python that has what the reader imports.
pub(crate) fn reader_python() -> Outcome<PathBuf> {
    // Not where CARGO_TARGET_DIR points: the vault's tests look for it here.
    environment("tests/reader/requirements.txt", "reader-venv")
}

/// The Python that has a mail server, an object store and a tester of contracts.
pub(crate) fn peers_python() -> Outcome<PathBuf> {
    environment("crates/center/tests/peers/requirements.txt", "peers-venv")
}

/// Made on first use, made anew when the list of packages changes.
fn environment(list: &str, folder: &str) -> Outcome<PathBuf> {
    let list = workspace::root().join(list);
    let listed = fs::read(&list).map_err(|error| Failure::file("read", &list, &error))?;
    let folder = workspace::root().join("target").join(folder);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let mark = folder.join("installed-requirements.txt");
    if python.is_file() && fs::read(&mark).is_ok_and(|installed| installed == listed) {
        return Ok(python);
    }
    let base = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(base).args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(&list))?;
    fs::write(&mark, listed).map_err(|error| Failure::file("write", &mark, &error))?;
    Ok(python)
}
