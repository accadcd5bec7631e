//! A sheet to print, made by the real `tessera` as a PDF: its text as poppler reads it, its codes as zbar reads them off the pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, capture};
use crate::workspace;

/// So many entries make several pages.
const COUNT: usize = 12;
/// What names are made of: what the sheet's own font writes, of Latin, Greek and Cyrillic, and marks that join.
const NAMES: [&str; 4] =
    ["Example", "Caf\u{E9} Zo\u{EB}", "\u{391}\u{3B8}\u{3AE}\u{3BD}\u{3B1}", "\u{411}\u{430}\u{43D}\u{43A}"];
/// As a printer draws it.
const DOTS_PER_INCH: &str = "200";

pub(super) fn run() -> Outcome {
    let place = Place::make()?;
    place.tessera(&["init", "--kdf-memory", "64"])?;
    let entries: Vec<(String, String)> = (0..COUNT)
        .map(|number| {
            let issuer = NAMES[number % NAMES.len()].to_owned();
            let last = char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26]);
            (issuer, format!("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ{last}"))
        })
        .collect();
    for (number, (issuer, secret)) in entries.iter().enumerate() {
        let issuer = percent_encoded(issuer);
        place.tessera(&[
            "add",
            "--yes",
            &format!("otpauth://totp/{issuer}:user{number}?secret={secret}&issuer={issuer}"),
        ])?;
    }
    let pdf = place.0.join("sheet.pdf");
    let shown = pdf.to_string_lossy();
    place.tessera(&["export", "--format", "sheet-pdf", "--out", &shown, "--in-clear", "--yes"])?;
    let text = capture(Command::new("pdftotext").arg("-layout").arg(&pdf).arg("-"))?;
    let pages = text.matches('\u{C}').count();
    let letters: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    for (issuer, secret) in &entries {
        let issuer: String = issuer.chars().filter(|character| !character.is_whitespace()).collect();
        if !letters.contains(secret) || !letters.contains(&issuer) {
            return Err(Failure::new(format!("pdftotext does not find {issuer} and {secret} on the sheet")));
        }
    }
    println!("    pdftotext reads the {COUNT} names and secrets on {pages} pages");
    capture(
        Command::new("pdftoppm")
            .args(["-r", DOTS_PER_INCH, "-gray", "-png"])
            .arg(&pdf)
            .arg(place.0.join("page")),
    )?;
    let read = capture(Command::new("zbarimg").args(["--quiet", "--raw"]).args(pictures(&place.0)?))?;
    let mut codes: Vec<&str> = read.lines().collect();
    codes.sort_unstable();
    codes.dedup();
    for (_, secret) in &entries {
        if !codes.iter().any(|code| code.contains(secret.as_str())) {
            return Err(Failure::new(format!("zbarimg does not find the code of {secret} on the pages")));
        }
    }
    if codes.len() != COUNT {
        return Err(Failure::new(format!("zbarimg finds {} codes on the pages, not {COUNT}", codes.len())));
    }
    println!("    zbarimg reads the {COUNT} codes off pages of {DOTS_PER_INCH} dots per inch");
    Ok(())
}

fn pictures(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).map_err(|error| Failure::file("list", folder, &error))?;
    let files = listed.flatten().map(|entry| entry.path());
    Ok(files.filter(|path| path.extension().is_some_and(|ending| ending == "png")).collect())
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// A folder with a vault in it, gone at the end.
struct Place(PathBuf);

impl Place {
    fn make() -> Outcome<Self> {
        let folder = workspace::target().join("interop-sheet");
        // What an earlier run left behind; there may be nothing.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("password"), "interop only\n"))
            .map_err(|error| Failure::file("prepare", &folder, &error))?;
        Ok(Self(folder))
    }

    fn tessera(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = Command::new(workspace::built("debug", "tessera"));
        command.env("TESSERA_VAULT", self.0.join("vault.tessera")).env("XDG_STATE_HOME", &self.0);
        command.args(arguments).arg("--password-file").arg(self.0.join("password"));
        capture(&mut command)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind it would only be made anew the next time.
        let _ = fs::remove_dir_all(&self.0);
    }
}
