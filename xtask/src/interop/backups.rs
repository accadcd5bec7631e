//! A backup made by the real `tessera`, opened by the `age` tool without it: by a key, and by a passphrase.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::process::{Failure, Outcome, capture, find_program};
use crate::workspace;

/// RFC 6238's secret and others, with all that oathtool can compute: HOTP with SHA-1 only.
const LINKS: [&str; 5] = [
    "otpauth://totp/Interop:one?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Interop",
    "otpauth://hotp/Interop:two?secret=JBSWY3DPEHPK3PXP&issuer=Interop&counter=7&digits=8",
    "otpauth://totp/Interop:three?secret=KRSXG43FOJQSAZLYMFWXA3DF&issuer=Interop&algorithm=SHA256&digits=8&period=60",
    "otpauth://totp/Interop:four?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYTEMZUGU3DO&issuer=Interop&algorithm=SHA512&digits=7&period=45",
    "otpauth://hotp/Interop:five?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR&issuer=Interop&counter=4294967296",
];
/// When the codes are compared: one time of today and one past the year 2038.
const TIMES: [u64; 2] = [1_795_000_000, 20_000_000_000];

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
    let compared = codes(&place, &document)?;
    println!("    {compared} codes of the {} entries in it are oathtool's and tessera's", LINKS.len());

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

/// Compares the code of each entry of a document, which oathtool computes, with that of the vault that it is a backup of.
fn codes(place: &Place, document: &str) -> Outcome<usize> {
    let document: Value = serde_json::from_str(document)
        .map_err(|error| Failure::new(format!("what age prints is no JSON: {error}")))?;
    let mut compared = 0;
    for entry in document["entries"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let account = entry["account"].as_str().unwrap_or_default();
        let counts = entry["type"] == "hotp";
        // A counter's code is asked for once: each answer uses it up.
        for time in TIMES.iter().take(if counts { 1 } else { TIMES.len() }) {
            let mut oathtool = Command::new("oathtool");
            if counts {
                oathtool.arg("--hotp").arg(format!("--counter={}", entry["counter"]));
            } else {
                oathtool.arg(format!("--totp={}", entry["algorithm"].as_str().unwrap_or_default()));
                oathtool.arg(format!("--time-step-size={}s", entry["period"])).arg(format!("--now=@{time}"));
            }
            oathtool.arg(format!("--digits={}", entry["digits"])).arg("--base32");
            let expected = capture(oathtool.arg(entry["secret"].as_str().unwrap_or_default()))?;
            let time = time.to_string();
            let mut ask = vec!["code", "--json", account];
            if !counts {
                ask.extend(["--at", &time]);
            }
            let said = place.tessera(&ask)?;
            let said: Value = serde_json::from_str(&said)
                .map_err(|error| Failure::new(format!("tessera code --json: {error}")))?;
            if said["code"].as_str() != Some(expected.trim()) {
                return Err(Failure::new(format!(
                    "{account} at {time}: oathtool says {} of the backup, tessera {}",
                    expected.trim(),
                    said["code"]
                )));
            }
            compared += 1;
        }
    }
    Ok(compared)
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
