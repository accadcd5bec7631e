//! A backup made by the real `tessera`, opened by the `age` tool without it: by a key, and by a passphrase.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::process::{Failure, Outcome, capture, find_program};
use crate::workspace;

/// RFC 6238's secret, and one of another length.
const LINKS: [&str; 2] = [
    "otpauth://totp/Interop:one?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Interop",
    "otpauth://hotp/Interop:two?secret=JBSWY3DPEHPK3PXP&issuer=Interop&counter=7&algorithm=SHA256&digits=8",
];

pub(super) fn run() -> Outcome {
    let place = Place::make()?;
    place.tessera(&["init", "--kdf-memory", "64"])?;
    for link in LINKS {
        place.tessera(&["add", "--yes", link])?;
    }
    let key = place.folder.join("key.txt");
    capture(Command::new("age-keygen").arg("-o").arg(&key))?;
    let public = capture(Command::new("age-keygen").arg("-y").arg(&key))?;
    let made = place.backup(&["--recipient", public.trim()])?;
    let document = capture(Command::new("age").arg("-d").arg("-i").arg(&key).arg(&made))?;
    compare(&document)?;
    println!("    `age -d -i` opens a backup made for its key");

    // age asks for a passphrase on a terminal alone.
    if find_program("script").is_none() {
        println!("    skipped: no `script` to give age a terminal for a passphrase");
        return Ok(());
    }
    let passphrase = place.folder.join("password");
    let made = place.backup(&["--backup-password-file", &passphrase.to_string_lossy()])?;
    let out = place.folder.join("document");
    let asked = format!("age -d -o {} {}", quoted(&out), quoted(&made));
    let mut child = Command::new("script")
        .args(["-qec", &asked, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| Failure::new(format!("cannot start `script`: {error}")))?;
    let typed = child.stdin.take().map(|mut stdin| stdin.write_all(b"interop only\n"));
    typed.transpose().map_err(|error| Failure::new(format!("`script` takes no input: {error}")))?;
    let status = child.wait().map_err(|error| Failure::new(format!("`script`: {error}")))?;
    if !status.success() {
        return Err(Failure::new("`age -d` does not open a backup made for a passphrase"));
    }
    let document = fs::read_to_string(&out).map_err(|error| Failure::file("read", &out, &error))?;
    compare(&document)?;
    println!("    `age -d` opens a backup made for a passphrase");
    Ok(())
}

/// Whether the document holds what went into the vault.
fn compare(document: &str) -> Outcome {
    let document: Value = serde_json::from_str(document)
        .map_err(|error| Failure::new(format!("what age prints is no JSON: {error}")))?;
    let entries = document["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    for link in LINKS {
        let secret = link.split("secret=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
        if !entries.iter().any(|entry| entry["secret"] == secret && entry["issuer"] == "Interop") {
            return Err(Failure::new(format!("the document that age prints lacks {link}")));
        }
    }
    if entries.len() == LINKS.len() {
        Ok(())
    } else {
        Err(Failure::new("the document has other entries too"))
    }
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

/// A folder with a vault in it, gone at the end.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn make() -> Outcome<Self> {
        let folder = workspace::target().join("interop-backups");
        // What an earlier run left behind; there may be nothing.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("backups"))
            .and_then(|()| fs::write(folder.join("password"), "interop only\n"))
            .map_err(|error| Failure::file("prepare", &folder, &error))?;
        Ok(Self { folder })
    }

    fn tessera(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = Command::new(workspace::built("debug", "tessera"));
        command.env("TESSERA_VAULT", self.folder.join("vault.tessera")).env("XDG_STATE_HOME", &self.folder);
        command.args(arguments).arg("--password-file").arg(self.folder.join("password"));
        capture(&mut command)
    }

    /// Makes a backup and gives its file.
    fn backup(&self, options: &[&str]) -> Outcome<PathBuf> {
        let folder = self.folder.join("backups");
        let folder = folder.to_string_lossy();
        let mut arguments = vec!["backup", "create", "--json", "--to", &folder];
        arguments.extend(options);
        let said = self.tessera(&arguments)?;
        let said: Value = serde_json::from_str(&said)
            .map_err(|error| Failure::new(format!("tessera backup create --json: {error}")))?;
        Ok(PathBuf::from(said["backup"].as_str().unwrap_or_default()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind it would only be made anew the next time.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
