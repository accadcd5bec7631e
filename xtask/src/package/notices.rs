//! The licenses of what is compiled into the programs: they ask to be handed on with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::process::{Failure, Outcome, capture, cargo};
use crate::workspace;

/// One piece of others' work in our programs.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    name: String,
    version: String,
    license: String,
    folder: PathBuf,
}

/// Every crate and npm package in the programs with its license, and then each text of a license once, with whose it is.
pub(super) fn notices(programs: &[&str]) -> Outcome<String> {
    let mut works = crates_in(programs)?;
    works.extend(npm_packages()?);
    works.insert(font());
    let mut list = String::from(
        "Tessera's programs contain the work of others, under these licenses. Their texts follow the list.\n\n",
    );
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for work in &works {
        let _ = writeln!(list, "{} {}: {}", work.name, work.version, work.license);
        for file in license_files(&work.folder)? {
            let text = fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?;
            let text = String::from_utf8_lossy(&text).replace('\r', "");
            texts.entry(text.trim().to_owned()).or_default().insert(&work.name);
        }
    }
    for (text, names) in texts {
        let names: Vec<&str> = names.into_iter().collect();
        let _ = write!(list, "\n{:=<80}\n{}\n{:=<80}\n\n{text}\n", "", names.join(", "), "");
    }
    Ok(list)
}

/// The font that comes with the programs, for the sheet to print.
fn font() -> Work {
    Work {
        name: "Noto Sans (font)".to_owned(),
        version: "2.004".to_owned(),
        license: "OFL-1.1".to_owned(),
        folder: workspace::root().join("crates/transfer/assets"),
    }
}

/// The crates that these programs are compiled from on this system, without ours and without what only builds them.
fn crates_in(programs: &[&str]) -> Outcome<BTreeSet<Work>> {
    let about_cargo = capture(cargo().arg("-vV"))?;
    let host = about_cargo.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Failure::new("cargo -vV names no host"))?;
    let json =
        capture(cargo().args(["metadata", "--format-version=1", "--locked", "--filter-platform", host]))?;
    let metadata: Value =
        serde_json::from_str(&json).map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    Ok(reachable(&metadata, programs))
}

fn reachable(metadata: &Value, programs: &[&str]) -> BTreeSet<Work> {
    let packages: BTreeMap<&str, &Value> =
        array(&metadata["packages"]).filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let nodes: BTreeMap<&str, &Value> =
        array(&metadata["resolve"]["nodes"]).filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let has_program = |package: &Value| {
        array(&package["targets"])
            .any(|target| text(&target["kind"][0]) == "bin" && programs.contains(&text(&target["name"])))
    };
    let mut waiting: Vec<&str> =
        packages.iter().filter(|(_, package)| has_program(package)).map(|(id, _)| *id).collect();
    let (mut seen, mut works) = (BTreeSet::new(), BTreeSet::new());
    while let Some(id) = waiting.pop() {
        let Some(package) = packages.get(id).filter(|_| seen.insert(id)) else { continue };
        // A macro is run by the compiler and is in no program.
        if array(&package["targets"]).any(|target| text(&target["kind"][0]) == "proc-macro") {
            continue;
        }
        // Without a source it is of this workspace.
        if package["source"].is_string() {
            works.insert(Work {
                name: text(&package["name"]).to_owned(),
                version: text(&package["version"]).to_owned(),
                license: text(&package["license"]).to_owned(),
                folder: Path::new(text(&package["manifest_path"])).parent().unwrap_or(Path::new("")).into(),
            });
        }
        let dependencies = nodes.get(id).into_iter().flat_map(|node| array(&node["deps"]));
        let linked =
            dependencies.filter(|dependency| array(&dependency["dep_kinds"]).any(|of| of["kind"].is_null()));
        waiting.extend(linked.filter_map(|dependency| dependency["pkg"].as_str()));
    }
    works
}

/// What the pages are bundled from.
fn npm_packages() -> Outcome<BTreeSet<Work>> {
    let file = workspace::ui().join("package-lock.json");
    let json = fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?;
    let lock: Value = serde_json::from_slice(&json)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    let packages = lock["packages"].as_object().into_iter().flatten();
    // What only builds or tests is marked as such, and so is what another system would get.
    let bundled = packages.filter(|(path, package)| {
        path.starts_with("node_modules/")
            && ["dev", "optional", "devOptional"].iter().all(|mark| package[mark].as_bool() != Some(true))
    });
    Ok(bundled
        .map(|(path, package)| Work {
            name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
            version: text(&package["version"]).to_owned(),
            license: text(&package["license"]).to_owned(),
            folder: workspace::ui().join(path),
        })
        .collect())
}

fn license_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    const STARTS: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
    let mut files: Vec<PathBuf> = super::list(folder)?
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            path.is_file() && STARTS.iter().any(|start| name.starts_with(start))
        })
        .collect();
    files.sort();
    Ok(files)
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_linked_is_listed_and_what_only_builds_or_tests_is_not() {
        let package = |name: &str, kind: &str, source: Option<&str>| {
            json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": source,
                "manifest_path": format!("/r/{name}/Cargo.toml"), "targets": [{ "kind": [kind], "name": name }] })
        };
        let needs = |id: &str, on: &[(&str, Option<&str>)]| {
            let deps: Vec<Value> =
                on.iter().map(|(pkg, kind)| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] })).collect();
            json!({ "id": id, "deps": deps })
        };
        let registry = Some("registry");
        let metadata = json!({
            "packages": [package("app", "bin", None), package("ours", "lib", None), package("deep", "lib", registry),
                package("macro", "proc-macro", registry), package("under-macro", "lib", registry),
                package("builder", "lib", registry), package("tester", "lib", registry), package("other", "bin", None),
                package("under-other", "lib", registry)],
            "resolve": { "nodes": [
                needs("app", &[("ours", None), ("builder", Some("build")), ("tester", Some("dev"))]),
                needs("ours", &[("deep", None), ("macro", None)]), needs("macro", &[("under-macro", None)]),
                needs("other", &[("under-other", None)]) ] },
        });
        let found = reachable(&metadata, &["app"]);
        assert_eq!(found.iter().map(|work| work.name.as_str()).collect::<Vec<_>>(), ["deep"]);
    }
}
