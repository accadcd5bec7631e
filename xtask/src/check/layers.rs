//! Imports point down only. The rule is the table under "Layers" in docs/architecture.md; this holds the crates to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::process::{Failure, Outcome, capture, cargo};
use crate::workspace;

/// The systems that are built for.
const SYSTEMS: [&str; 3] = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"];

/// One line of the table: a crate of ours, which others of ours it may use, and what it must not reach even through others.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    name: String,
    may_use: BTreeSet<String>,
    /// What only its tests may use besides.
    tests_use: BTreeSet<String>,
    never_reaches: BTreeSet<String>,
}

/// How a word of "may use" begins that is open to tests alone.
const TESTS_USE: &str = "tests: ";

pub(crate) fn check() -> Outcome {
    let rules = rules()?;
    let mut metadata = cargo();
    metadata.args(["metadata", "--locked", "--format-version", "1"]);
    // What phones would need (Tauri knows them) is not part of any program here.
    for system in SYSTEMS {
        metadata.args(["--filter-platform", system]);
    }
    let metadata = capture(&mut metadata)?;
    let metadata: Value =
        serde_json::from_str(&metadata).map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    let mut broken = direct(&rules, &metadata);
    broken.extend(reached(&rules, &metadata));
    if broken.is_empty() {
        println!("    {} crates, all imports point down", rules.len());
        return Ok(());
    }
    Err(Failure::new(format!(
        "the layers of docs/architecture.md are broken:\n    {}",
        broken.join("\n    ")
    )))
}

fn rules() -> Outcome<Vec<Rule>> {
    let path = workspace::root().join("docs/architecture.md");
    let page = fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
    let rules = parse(&page);
    if rules.is_empty() {
        Err(Failure::new("docs/architecture.md has no table under the heading \"Layers\""))
    } else {
        Ok(rules)
    }
}

/// Reads the rows of the table under the heading "Layers": crate | may use | never reaches | ...
fn parse(page: &str) -> Vec<Rule> {
    let section =
        page.lines().skip_while(|line| !(line.starts_with('#') && line.ends_with("Layers"))).skip(1);
    let rows = section.take_while(|line| !line.starts_with('#')).filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(code_words);
        let name = cells.next()?.into_iter().next()?;
        let (mut may_use, never_reaches) = (cells.next()?, cells.next()?);
        let tests_use =
            may_use.iter().filter_map(|word| word.strip_prefix(TESTS_USE)).map(str::to_owned).collect();
        may_use.retain(|word| !word.starts_with(TESTS_USE));
        Some(Rule { name, may_use, tests_use, never_reaches })
    })
    .collect()
}

/// The words that stand in backticks.
fn code_words(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What a crate's own Cargo.toml names.
fn direct(rules: &[Rule], metadata: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let ours: BTreeSet<&str> = members(metadata).filter_map(|package| package["name"].as_str()).collect();
    for package in members(metadata) {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(rule) = rules.iter().find(|rule| rule.name == name) else {
            broken.push(format!("{name} is not in the table"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let only_tests = dependency["kind"].as_str() == Some("dev");
            let in_tests = used == "tessera-testkit" || rule.tests_use.contains(used);
            if ours.contains(used) && !rule.may_use.contains(used) && !(only_tests && in_tests) {
                broken.push(format!("{name} uses {used}"));
            }
        }
    }
    for rule in rules.iter().filter(|rule| !ours.contains(rule.name.as_str())) {
        broken.push(format!("the table names {}, which is no crate here", rule.name));
    }
    broken
}

/// What comes along with what a crate uses, tests apart.
fn reached(rules: &[Rule], metadata: &Value) -> Vec<String> {
    let names: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let uses: BTreeMap<&str, Vec<&str>> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, shipped(node))))
        .collect();
    let mut broken = Vec::new();
    for package in members(metadata) {
        let (Some(id), Some(name)) = (package["id"].as_str(), package["name"].as_str()) else { continue };
        let Some(rule) = rules.iter().find(|rule| rule.name == name) else { continue };
        let mut seen = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            for used in uses.get(next).into_iter().flatten().filter(|used| seen.insert(used)) {
                if let Some(found) = names.get(used).filter(|found| rule.never_reaches.contains(**found)) {
                    let through = names.get(next).copied().unwrap_or_default();
                    broken.push(format!("{name} reaches {found} through {through}"));
                }
                open.push(used);
            }
        }
    }
    broken
}

/// The dependencies of a node that are part of what is built from it, that is not only of its tests.
fn shipped(node: &Value) -> Vec<&str> {
    let is_shipped = |dependency: &&Value| {
        dependency["dep_kinds"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|kind| kind["kind"].as_str() != Some("dev"))
    };
    let dependencies = node["deps"].as_array().into_iter().flatten();
    dependencies.filter(is_shipped).filter_map(|dependency| dependency["pkg"].as_str()).collect()
}

fn members(metadata: &Value) -> impl Iterator<Item = &Value> {
    let ids: BTreeSet<&str> =
        metadata["workspace_members"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter(move |package| package["id"].as_str().is_some_and(|id| ids.contains(id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn world(scan_uses: &[Value]) -> Value {
        json!({
            "workspace_members": ["otp", "scan"],
            "packages": [
                { "id": "otp", "name": "tessera-otp", "dependencies": [] },
                { "id": "scan", "name": "tessera-scan", "dependencies": scan_uses },
                { "id": "tauri", "name": "tauri", "dependencies": [] },
                { "id": "dialog", "name": "dialog", "dependencies": [] },
            ],
            "resolve": { "nodes": [
                { "id": "scan", "deps": [{ "pkg": "dialog", "dep_kinds": [{ "kind": null }] }] },
                { "id": "dialog", "deps": [{ "pkg": "tauri", "dep_kinds": [{ "kind": null }] }] },
            ]},
        })
    }

    fn table() -> Vec<Rule> {
        parse(
            "## Layers\n| crate | may use | never |\n| --- | --- | --- |\n| `tessera-otp` | | |\n| `tessera-scan` | `tests: tessera-otp` | `tauri` |\n## Next\n| `x` | | |",
        )
    }

    #[test]
    fn the_table_is_read_up_to_the_next_heading() {
        let rule = |name: &str, tests_use: &[&str], never_reaches: &[&str]| Rule {
            name: name.into(),
            may_use: set(&[]),
            tests_use: set(tests_use),
            never_reaches: set(never_reaches),
        };
        assert_eq!(
            table(),
            [rule("tessera-otp", &[], &[]), rule("tessera-scan", &["tessera-otp"], &["tauri"])]
        );
    }

    #[test]
    fn what_is_open_to_tests_is_not_open_to_what_is_built() {
        let only_tests = world(&[json!({ "name": "tessera-otp", "kind": "dev" })]);
        assert_eq!(direct(&table(), &only_tests), Vec::<String>::new());
    }

    #[test]
    fn an_import_that_points_sideways_is_named() {
        let metadata = world(&[json!({ "name": "tessera-otp", "kind": null })]);
        assert_eq!(direct(&table(), &metadata), ["tessera-scan uses tessera-otp"]);
    }

    #[test]
    fn what_comes_along_through_others_is_named() {
        assert_eq!(reached(&table(), &world(&[])), ["tessera-scan reaches tauri through dialog"]);
    }

    #[test]
    fn the_crates_of_this_workspace_import_downwards_only() {
        let metadata = capture(cargo().args(["metadata", "--no-deps", "--format-version", "1"])).unwrap();
        let metadata = serde_json::from_str(&metadata).unwrap();
        assert_eq!(direct(&rules().unwrap(), &metadata), Vec::<String>::new());
    }
}
