//! A sheet to print, made by the real `tessera` as a PDF: its text as poppler reads it, its codes as zbar reads them off the pages.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, capture};
use crate::workspace;

/// One page, and many.
const COUNTS: [usize; 2] = [1, 300];
/// What names are made of: what the sheet's own font writes, of Latin, Greek and Cyrillic; and what only some computers have a font
/// for, of Chinese, Hebrew and a key.
const NAMES: [&str; 7] = [
    "Example",
    "Caf\u{E9} Zo\u{EB}",
    "\u{391}\u{3B8}\u{3AE}\u{3BD}\u{3B1}",
    "\u{411}\u{430}\u{43D}\u{43A}",
    "\u{9280}\u{884C}",
    "\u{5D1}\u{5E0}\u{5E7}",
    "Key \u{1F511}",
];
/// As a printer draws it.
const DOTS_PER_INCH: &str = "200";

pub(super) fn run() -> Outcome {
    COUNTS.into_iter().try_for_each(sheet_of)
}

fn sheet_of(count: usize) -> Outcome {
    let place = Place::make()?;
    place.tessera(&["init", "--kdf-memory", "64"])?;
    let entries: Vec<(String, String)> = (0..count)
        .map(|number| {
            // One with the longest name that a page is drawn for, among those of a word or two.
            let issuer = if number % 50 == 49 { "Aktiengesellschaft ".repeat(10) } else { String::new() };
            let letter = |index: usize| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[index % 32]);
            let secret = format!("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO{}{}", letter(number / 32), letter(number));
            (issuer + NAMES[number % NAMES.len()], secret)
        })
        .collect();
    let mut links = String::new();
    for (number, (issuer, secret)) in entries.iter().enumerate() {
        let issuer = percent_encoded(issuer);
        let _ = writeln!(links, "otpauth://totp/{issuer}:user{number}?secret={secret}&issuer={issuer}");
    }
    let file = |name: &str| place.0.join(name).to_string_lossy().into_owned();
    let given = file("given.txt");
    fs::write(&given, links).map_err(|error| Failure::file("write", Path::new(&given), &error))?;
    place.tessera(&["import", "--yes", &given])?;
    let export = |format: &str, to: &str| {
        place.tessera(&["export", "--format", format, "--out", to, "--in-clear", "--yes"])
    };
    let (pdf, addresses) = (file("sheet.pdf"), file("addresses.txt"));
    export("sheet-pdf", &pdf)?;
    export("otpauth", &addresses)?;

    let text = capture(Command::new("pdftotext").arg("-layout").arg(&pdf).arg("-"))?;
    let pages = text.matches('\u{C}').count();
    let letters = dense(&text);
    let mut by_number = 0;
    for (issuer, secret) in &entries {
        let numbers: String =
            issuer.chars().map(|c| if c < '\u{500}' { c.to_string() } else { number_of(c) }).collect();
        if !letters.contains(secret) {
            return Err(Failure::new(format!("pdftotext does not find {secret} on the sheet")));
        }
        // Of long names, lines of other things may stand between the lines; their words are whole.
        let has = |name: &str| name.split(' ').all(|word| letters.contains(&dense(word)));
        if !has(issuer) {
            if !has(&numbers) {
                return Err(Failure::new(format!("pdftotext finds neither {issuer} nor {numbers}")));
            }
            by_number += 1;
        }
    }
    println!(
        "    pdftotext reads the {count} names and secrets on {pages} pages; {by_number} names by the numbers of characters that no \
         font here has"
    );

    let page = place.0.join("page");
    capture(Command::new("pdftoppm").args(["-r", DOTS_PER_INCH, "-gray", "-png"]).arg(&pdf).arg(page))?;
    let read = capture(Command::new("zbarimg").args(["--quiet", "--raw"]).args(pictures(&place.0)?))?;
    let written = fs::read_to_string(&addresses)
        .map_err(|error| Failure::file("read", Path::new(&addresses), &error))?;
    if sorted(&read) != sorted(&written) || sorted(&written).len() != count {
        let missing = sorted(&written).into_iter().find(|uri| !read.contains(uri)).unwrap_or("nothing");
        return Err(Failure::new(format!(
            "zbarimg reads {} codes off the pages, which are not the addresses of the {count} entries; missing: {missing}",
            sorted(&read).len()
        )));
    }
    println!(
        "    zbarimg reads the {count} codes off pages of {DOTS_PER_INCH} dots per inch; each is its entry's address"
    );
    Ok(())
}

fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_unstable();
    lines
}

fn dense(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// How the sheet writes a character that no font has.
fn number_of(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
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
