//! The Python environment of `tests/reader/`, the second, independent reader of the vault format.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, Outcome, run};
use crate::workspace;

/// The Python that has what the reader imports; made on first use, made anew when the list of packages changes.
pub(crate) fn reader_python() -> Outcome<PathBuf> {
    let list = workspace::root().join("tests/reader/requirements.txt");
    let listed = fs::read(&list).map_err(|error| Failure::file("read", &list, &error))?;
    // Not where CARGO_TARGET_DIR points: the vault's tests look for it here.
    let folder = workspace::root().join("target/reader-venv");
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
