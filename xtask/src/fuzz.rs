//! `cargo xtask fuzz`: files that nobody wrote, until one is found that a parser cannot stand. Results that were really seen stand in
//! docs/soak.md.
//!
//! Each fuzzer (`fuzz/targets/`) goes on from the corpus that earlier runs kept in `fuzz/corpus/`, and from the fixtures.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use serde_json::Value;

use crate::process::{Failure, Outcome, cargo, find_program, heading, run as run_command, succeeds};
use crate::{setup, workspace};

/// The version that was used last.
const VERSION: &str = "0.13.2";
/// A file that takes longer is a find, in seconds.
const TIMEOUT: u64 = 1;
/// Memory beyond this is a find, in MiB; the sanitizer's own is counted.
const MEMORY: u64 = 512;

/// Search for files that the parsers cannot stand.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these; all of them, one after the other, when nothing is named
    #[arg(value_enum)]
    names: Vec<Name>,
    /// How long each of them searches; 0 only reads what is in the corpus
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Only build them
    #[arg(long)]
    build: bool,
}

/// A family of parsers.
#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// JSON exports, in clear and around something encrypted
    Json,
    /// Android preferences, `KeePass`'s XML, pages with QR codes
    Xml,
    /// What QR codes say: otpauth addresses, the protobuf of Google Authenticator's transfers
    Codes,
    /// CSV and plain text
    Text,
    /// Zips, databases, KDBX, Java streams, what is encrypted as a whole
    Containers,
    /// A vault's file
    Vault,
}

impl Name {
    const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Codes => "codes",
            Self::Text => "text",
            Self::Containers => "containers",
            Self::Vault => "vault",
        }
    }

    /// Whether a fixture of the import formats is one of its beginnings.
    fn begins_with(self, file: &str) -> bool {
        let ending = file.rsplit('.').next().unwrap_or_default();
        match self {
            Self::Json => {
                ["json", "2fas", "authme", "maFile", "cotp"].contains(&ending) || file == "ente-encrypted.txt"
            }
            Self::Xml => ["xml", "html"].contains(&ending),
            Self::Text => ["csv", "txt"].contains(&ending) && file != "ente-encrypted.txt",
            Self::Containers => {
                !["json", "2fas", "authme", "maFile", "cotp", "xml", "html", "csv", "txt"].contains(&ending)
            }
            Self::Codes | Self::Vault => false,
        }
    }

    /// Copies what it begins with into a folder.
    fn gather(self, into: &Path) -> Outcome {
        let root = workspace::root();
        let copy = |from: PathBuf| {
            let name = from.file_name().unwrap_or_default();
            fs::copy(&from, into.join(name)).map(drop).map_err(|error| Failure::file("copy", &from, &error))
        };
        match self {
            Self::Vault => copy(root.join("tests/vectors/vault-v1.tessera")),
            Self::Codes => files(&root.join("fuzz/seeds/codes"))?.into_iter().try_for_each(copy),
            _ => {
                let fixtures = root.join("crates/transfer/tests/fixtures");
                fixture_names(&fixtures)?
                    .iter()
                    .filter(|file| self.begins_with(file))
                    .try_for_each(|file| copy(fixtures.join(file)))
            }
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    setup::provide(setup::For::Building)?;
    let fuzz = installed()?;
    let names = if arguments.names.is_empty() { Name::value_variants() } else { &arguments.names };
    heading("Building");
    let wanted = |name: &Name| run_command(told(&fuzz, &["build"]).arg(name.word()));
    names.iter().try_for_each(wanted)?;
    if arguments.build {
        return Ok(());
    }
    for name in names {
        heading(name.word());
        search(&fuzz, *name, arguments.minutes)?;
    }
    heading("Nothing was found");
    Ok(())
}

fn search(fuzz: &Path, name: Name, minutes: u64) -> Outcome {
    let corpus = workspace::root().join("fuzz/corpus").join(name.word());
    let beginnings = workspace::target().join("fuzz-beginnings").join(name.word());
    for folder in [&corpus, &beginnings] {
        fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))?;
    }
    name.gather(&beginnings)?;
    let mut search = told(fuzz, &["run", name.word()]);
    // New files go into the first of the two.
    search.arg(&corpus).arg(&beginnings).arg("--");
    search.arg(format!("-timeout={TIMEOUT}")).arg(format!("-rss_limit_mb={MEMORY}"));
    if minutes == 0 {
        search.arg("-runs=0");
    } else {
        search.arg(format!("-max_total_time={}", minutes * 60));
    }
    search.arg("-print_final_stats=1");
    run_command(&mut search).map_err(|failure| {
        Failure::new(format!(
            "{failure}\n    What it found lies in fuzz/artifacts/{}. Repair it, keep the file in crates/transfer/tests/finds (or as a test of \
             the vault), and say it in docs/soak.md.",
            name.word()
        ))
    })
}

/// cargo-fuzz with the nightly compiler, whose sanitizers it needs.
fn told(fuzz: &Path, what: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    // Another cargo runs us and says so; the one of that toolchain is the one to use.
    command.env_remove("CARGO").current_dir(workspace::root()).args(["run", "nightly"]).arg(fuzz).args(what);
    command.args(["--fuzz-dir", "fuzz", "--target-dir"]).arg(workspace::target().join("fuzz"));
    // SQLite with the sanitizer and all optimizations takes the C compiler a quarter of an hour.
    command.env("CFLAGS", "-O1");
    command
}

/// Where cargo-fuzz is, which is installed beside what is built if it is nowhere.
fn installed() -> Outcome<PathBuf> {
    if !succeeds(Command::new("rustup").args(["run", "nightly", "rustc", "--version"])) {
        return Err(Failure::new(
            "fuzzing needs the nightly compiler beside the one that builds Tessera: `rustup toolchain install nightly --profile minimal`",
        ));
    }
    let tools = workspace::target().join("tools");
    let own = tools.join("bin").join(format!("cargo-fuzz{}", std::env::consts::EXE_SUFFIX));
    if own.is_file() {
        return Ok(own);
    }
    if let Some(found) = find_program("cargo-fuzz") {
        return Ok(found);
    }
    println!("    cargo-fuzz is not installed; it is built once, into {}", tools.display());
    let mut install = cargo();
    install.args(["install", "--quiet", "--locked", "--version", VERSION, "--root"]).arg(&tools);
    run_command(install.arg("cargo-fuzz"))?;
    Ok(own)
}

fn fixture_names(folder: &Path) -> Outcome<Vec<String>> {
    let list = folder.join("expected.json");
    let text = fs::read(&list).map_err(|error| Failure::file("read", &list, &error))?;
    let rows: Vec<Value> = serde_json::from_slice(&text)
        .map_err(|error| Failure::new(format!("{}: {error}", list.display())))?;
    Ok(rows.iter().filter_map(|row| row["file"].as_str().map(str::to_owned)).collect())
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let listed = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    listed.map_err(|error| Failure::file("list", folder, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixture_is_the_beginning_of_exactly_one_fuzzer() {
        let names = fixture_names(&workspace::root().join("crates/transfer/tests/fixtures")).unwrap();
        assert!(names.len() > 40);
        for file in names {
            let of = Name::value_variants().iter().filter(|name| name.begins_with(&file)).count();
            assert_eq!(of, 1, "{file}");
        }
    }
}
