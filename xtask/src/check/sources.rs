//! Rules about the files themselves: no unsafe code, no machine's paths, no dead links, no file that has outgrown its purpose.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{Failure, Outcome, capture};
use crate::workspace;

/// A file longer than this wants a reason (STYLE 2); it is listed, not refused.
const LONG: usize = 600;

/// What it holds for.
const CODE: [&str; 5] = ["rs", "ts", "svelte", "css", "py"];

pub(crate) fn check() -> Outcome {
    let root = workspace::root();
    let files = capture(Command::new("git").args(["ls-files", "-z"]).current_dir(&root))?;
    let mut broken = Vec::new();
    let mut long = Vec::new();
    let places = places();
    for name in files.split('\0').filter(|name| !name.is_empty()) {
        // What is not text (pictures, vectors) or was just removed is no matter of this check.
        let Ok(text) = fs::read_to_string(root.join(name)) else { continue };
        broken.extend(faults(name, &text, &places));
        if has_ending(name, &["md"]) {
            let folder = root.join(name).parent().map(Path::to_path_buf).unwrap_or_default();
            let dead = links(&text).filter(|link| !folder.join(link).exists());
            broken.extend(dead.map(|link| format!("{name}: a link to {link}, which is not there")));
        }
        let lines = text.lines().count();
        if lines > LONG && has_ending(name, &CODE) {
            long.push(format!("{lines:>6}  {name}"));
        }
    }
    if !long.is_empty() {
        println!("    longer than {LONG} lines:\n{}", long.join("\n"));
    }
    if broken.is_empty() { Ok(()) } else { Err(Failure::new(broken.join("\n    "))) }
}

fn faults(name: &str, text: &str, places: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    if name.ends_with("Cargo.toml")
        && text.contains("[package]")
        && !text.contains("[lints]\nworkspace = true")
    {
        faults.push(format!(
            "{name}: without `[lints] workspace = true` the ban on unsafe code does not reach this crate"
        ));
    }
    if name == "Cargo.toml" && !text.contains("\nunsafe_code = \"forbid\"\n") {
        faults.push(format!("{name}: unsafe code is no longer forbidden for the whole workspace"));
    }
    for (number, line) in text.lines().enumerate() {
        if let Some(path) = machine_path(line, places) {
            faults.push(format!("{name}:{}: a path of one machine ({path})", number + 1));
        }
        let address = line.trim_start().strip_prefix("\"resolved\": \"");
        if name.ends_with("package-lock.json") && address.is_some_and(|address| address.starts_with("http")) {
            faults.push(format!(
                "{name}:{}: the address of a registry; npm config set omit-lockfile-registry-resolved true",
                number + 1
            ));
        }
    }
    faults
}

/// The links of a page to files beside it, without the place within the file.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    files.filter_map(|target| target.split('#').next()).filter(|file| !file.is_empty())
}

/// A folder that only exists on somebody's machine: this checkout's, your home, or one that build machines use. The last are
/// put together here so that this file does not hold one.
fn machine_path<'a>(line: &str, places: &'a [String]) -> Option<&'a str> {
    places.iter().map(String::as_str).find(|place| {
        line.match_indices(place).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + place.len()..].chars().next();
            // `target/work/` and a placeholder such as <name> are not meant.
            !before.is_some_and(|c| c.is_alphanumeric() || "._-~*)>}".contains(c))
                && after.is_some_and(char::is_alphanumeric)
        })
    })
}

fn places() -> Vec<String> {
    let mut places = vec![concat!("/wo", "rk/").to_owned(), concat!("/ro", "ot/").to_owned()];
    let home = std::env::home_dir().filter(|home| home.components().count() > 1);
    places.extend(
        [Some(workspace::root()), home].into_iter().flatten().map(|folder| format!("{}/", folder.display())),
    );
    places
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    Path::new(name)
        .extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| endings.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        let places = ["/srv/build/".to_owned()];
        assert_eq!(machine_path("open(/srv/build/vault)", &places), Some("/srv/build/"));
        assert_eq!(machine_path("/srv/build/<name>", &places), None);
        assert_eq!(machine_path("docs/srv/build/guide", &places), None);
    }

    #[test]
    fn a_page_s_links_to_files_are_found() {
        let page = "[a](b.md#part) and ![c](d/e.png), not [f](https://example.org) nor [g](#here)";
        assert_eq!(links(page).collect::<Vec<_>>(), ["b.md", "d/e.png"]);
    }

    #[test]
    fn a_crate_outside_the_lints_is_found() {
        assert_eq!(
            faults("a/Cargo.toml", "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n", &[]),
            Vec::<String>::new()
        );
        assert_eq!(faults("a/Cargo.toml", "[package]\nname = \"a\"\n", &[]).len(), 1);
    }

    #[test]
    fn a_lock_file_names_no_registry() {
        let line = concat!("      \"resolved\": \"htt", "ps://mirror.example/a.tgz\",");
        assert_eq!(faults("ui/package-lock.json", line, &[]).len(), 1);
    }
}
