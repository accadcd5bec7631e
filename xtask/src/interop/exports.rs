//! Exports of other authenticators, read by the real `tessera inspect` and compared entry by entry with what they are known to hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{Failure, Outcome, capture};
use crate::workspace;

/// How many entries the files hold that the manifest does not count. Read out of them by other means than Tessera: Python's
/// `cryptography` and `zipfile` for what is encrypted as a whole, the identifiers in clear for what is encrypted entry by entry.
const COUNTED: [(&str, usize); 14] = [
    ("2fas_authenticator_encrypted_v3.2fas", 6),
    ("2fas_authenticator_encrypted_v4.2fas", 5),
    ("andotp_encrypted.bin", 7),
    ("andotp_encrypted_old.bin", 6),
    ("authenticator_plus.zip", 7),
    ("authy_encrypted.xml", 3),
    ("freeotp_v2_api23.xml", 6),
    ("freeotp_v2_api25.xml", 6),
    ("freeotp_v2_api27.xml", 6),
    ("freeotp_v2_api34.xml", 6),
    ("freeotp_v2_null_algo.xml", 1),
    ("stratum_encrypted_legacy.bin", 7),
    ("totp_authenticator.bin", 3),
    ("totp_authenticator_internal.xml", 3),
];

pub(super) fn run() -> Outcome {
    let folder = workspace::shared().map(|shared| shared.join("interop"));
    let Some(folder) = folder.filter(|folder| folder.join("manifest.json").is_file()) else {
        println!(
            "    skipped: the exports are not beside this checkout (../shared/interop); they are not ours to ship"
        );
        return Ok(());
    };
    let manifest = read(&folder.join("manifest.json"))?;
    let vectors = manifest["vectors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let files = manifest["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (mut failed, mut compared) = (0, 0);
    for file in files {
        let name = text(&file["file"]);
        match check(&folder, file, vectors) {
            Ok((format, count)) => {
                compared += count;
                println!("    {name:<58} {format:<28} {count} entries");
            }
            Err(failure) => {
                failed += 1;
                println!("    {name:<58} FAILED: {failure}");
            }
        }
    }
    println!("    {} of {} files, {compared} entries", files.len() - failed, files.len());
    if failed > 0 || files.is_empty() {
        return Err(Failure::new(format!(
            "{failed} of {} exports are not read as they should be",
            files.len()
        )));
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<Value> {
    let bytes = fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Reads one file and compares; its format and how many entries were compared.
fn check(folder: &Path, file: &Value, vectors: &[Value]) -> Outcome<(String, usize)> {
    let path = folder.join(text(&file["file"]));
    let rule = Rule::of(text(&file["rule"])).ok_or_else(|| {
        Failure::new(format!("the rule \u{201C}{}\u{201D} is not known here", text(&file["rule"])))
    })?;
    let row = inspect(&path, file["password"].as_str())?;
    if !row["error"].is_null() {
        return Err(Failure::new(text(&row["error"]["message"])));
    }
    let entries = row["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let problems = row["problems"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lost: Vec<String> = problems
        .iter()
        .filter(|problem| problem["entry_kept"] != true)
        .map(|problem| format!("{}: {}", text(&problem["place"]), text(&problem["message"])))
        .collect();
    if !lost.is_empty() {
        return Err(Failure::new(format!("not read: {}", lost.join("; "))));
    }
    let mut seen = Vec::new();
    for entry in entries {
        let index = vectors
            .iter()
            .position(|vector| vector["secret"] == entry["secret"])
            .ok_or_else(|| Failure::new("an entry has a secret that no vector has"))?;
        rule.compare(&vectors[index], entry)?;
        if seen.contains(&index) {
            return Err(Failure::new(format!("vector {index} was read twice")));
        }
        seen.push(index);
    }
    seen.sort_unstable();
    if let Some(wanted) = file["entries"].as_array() {
        let wanted: Vec<usize> =
            wanted.iter().filter_map(|index| usize::try_from(index.as_u64()?).ok()).collect();
        if seen != wanted {
            return Err(Failure::new(format!("the vectors {seen:?} were read, not {wanted:?}")));
        }
    } else {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let wanted = COUNTED.iter().find(|(counted, _)| *counted == name).map(|(_, count)| *count);
        if wanted != Some(seen.len()) {
            return Err(Failure::new(format!("{} entries were read, not {wanted:?}", seen.len())));
        }
    }
    Ok((text(&row["format"]).to_owned(), seen.len()))
}

/// What `tessera inspect` says of one file.
fn inspect(path: &Path, password: Option<&str>) -> Outcome<Value> {
    let place = Place::make(password)?;
    let mut command = Command::new(workspace::built("debug", "tessera"));
    command.args(["inspect", "--reveal", "--json"]).arg(path);
    if password.is_some() {
        command.arg("--source-password-file").arg(&place.0);
    }
    let said = capture(&mut command)?;
    let mut rows: Value = serde_json::from_str(&said)
        .map_err(|error| Failure::new(format!("tessera inspect --json: {error}")))?;
    Ok(rows[0].take())
}

/// A file with a password in it, gone at the end.
struct Place(PathBuf);

impl Place {
    fn make(password: Option<&str>) -> Outcome<Self> {
        let path = workspace::target().join("interop-export-password");
        if let Some(password) = password {
            fs::write(&path, format!("{password}\n"))
                .map_err(|error| Failure::file("write", &path, &error))?;
        }
        Ok(Self(path))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind it would only be written anew the next time.
        let _ = fs::remove_file(&self.0);
    }
}

/// What a source app keeps of the entries, by the words of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Everything.
    Equal,
    /// Neither type, algorithm, digits nor period.
    PlainTotp,
    /// No HOTP, and no period of what was one.
    NoHotp,
    /// Digits; algorithm is SHA-1; the period is the app's own affair.
    Authy,
    /// The Steam entry by its secret alone.
    SteamBySecret,
    /// No issuer; the counter is whatever the file holds.
    Duo,
    /// HOTP counters one less.
    CounterBefore,
    /// Type and counter, but neither algorithm, digits nor period.
    PlainParameters,
    /// The issuer is Steam's own.
    SteamIssuer,
    /// Plain TOTP, with names in lower case.
    LowerCase,
    /// Issuer and account stand together, twice.
    NamesTogether,
}

impl Rule {
    fn of(words: &str) -> Option<Self> {
        Some(match words {
            "every entry equals the vector with the same secret"
            | "every entry equals the vector with the same secret (a zip of otpauth URIs, AES zip encryption)" => {
                Self::Equal
            }
            "schema 1: the app stores neither type, algorithm, digits nor period: every entry is TOTP SHA1 6 digits 30 s"
            | "the app stores neither type, algorithm, digits nor period: every entry is TOTP SHA1 6 digits 30 s" => {
                Self::PlainTotp
            }
            "schema 2 stores no HOTP: every entry is TOTP, keeping algorithm and digits; period of a former HOTP entry is 30"
            | "as 2fas_authenticator_plain.2fas" => Self::NoHotp,
            "keeps digits; algorithm is SHA1; period as the vector's is not stored (10 or 30 s by digits: a reader keeps the app's own rule)"
            | "as authy_plain.xml" => Self::Authy,
            "the Steam entry is checked by its secret alone" => Self::SteamBySecret,
            "issuer is empty; HOTP counter is whatever the file holds" => Self::Duo,
            "HOTP counters are one less than the vector's" => Self::CounterBefore,
            "stores neither algorithm, digits nor period: SHA1, 6 digits, 30 s" => Self::PlainParameters,
            "issuer is Steam" => Self::SteamIssuer,
            "the app stores neither algorithm, digits nor period: every entry is TOTP SHA1 6 digits 30 s; names are lower case" => {
                Self::LowerCase
            }
            "old key format; its names read ISSUER:NAME" => Self::NamesTogether,
            _ => return None,
        })
    }

    fn compare(self, vector: &Value, entry: &Value) -> Outcome {
        let mut expected = Expected::of(vector);
        let plain = || (Some("SHA1"), Some(6), Some(30));
        match self {
            // What the file writes as ISSUER:NAME is read as the two that it is.
            Self::Equal | Self::NamesTogether => {}
            Self::PlainTotp | Self::LowerCase => {
                expected.kind = Some("totp");
                (expected.algorithm, expected.digits, expected.period) = plain();
                expected.counter = None;
            }
            Self::NoHotp => {
                if expected.kind == Some("hotp") {
                    (expected.kind, expected.period, expected.counter) = (Some("totp"), Some(30), None);
                }
            }
            Self::Authy => (expected.algorithm, expected.period) = (Some("SHA1"), None),
            Self::SteamBySecret => {
                if expected.kind == Some("steam") {
                    return Ok(());
                }
            }
            Self::Duo => (expected.issuer, expected.counter) = (Some(String::new()), None),
            Self::CounterBefore => expected.counter = expected.counter.map(|counter| counter - 1),
            Self::PlainParameters => {
                (expected.algorithm, expected.digits, _) = plain();
                expected.period = expected.period.map(|_| 30);
            }
            Self::SteamIssuer => expected.issuer = Some("Steam".to_owned()),
        }
        if self == Self::LowerCase {
            expected.account = expected.account.map(|account| account.to_lowercase());
        }
        expected.compare(entry)
    }
}

/// What an entry must be; `None` where anything goes.
struct Expected<'v> {
    issuer: Option<String>,
    account: Option<String>,
    kind: Option<&'v str>,
    algorithm: Option<&'v str>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
}

impl<'v> Expected<'v> {
    fn of(vector: &'v Value) -> Self {
        let kind = text(&vector["type"]);
        Self {
            issuer: Some(text(&vector["issuer"]).to_owned()),
            account: Some(text(&vector["name"]).to_owned()),
            kind: Some(kind),
            // Steam's is fixed, and no field of an entry here.
            algorithm: (kind != "steam").then(|| text(&vector["algorithm"])),
            digits: vector["digits"].as_u64(),
            period: vector["period"].as_u64(),
            counter: vector["counter"].as_u64(),
        }
    }

    fn compare(&self, entry: &Value) -> Outcome {
        let texts = [
            ("issuer", self.issuer.as_deref()),
            ("account", self.account.as_deref()),
            ("type", self.kind),
            ("algorithm", self.algorithm),
        ];
        for (field, wanted) in texts {
            if wanted.is_some_and(|wanted| entry[field] != *wanted) {
                return Err(Failure::new(format!("{field} is {}, not {wanted:?}", entry[field])));
            }
        }
        for (field, wanted) in [("digits", self.digits), ("period", self.period), ("counter", self.counter)] {
            if wanted.is_some_and(|wanted| entry[field] != wanted) {
                return Err(Failure::new(format!("{field} is {}, not {wanted:?}", entry[field])));
            }
        }
        Ok(())
    }
}
