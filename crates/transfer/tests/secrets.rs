//! A secret as people and programs write it, in every fixture that has its secrets as base32 text: with gaps, in lower case and
//! padded it is the same secret; in hexadecimal digits, or gone, it is named and costs no other entry.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tessera_otp::Secret;
use tessera_transfer::{Answers, Found, format_by_id, inspect};

const NOW: u64 = 1_800_000_000;
/// So many fixtures are texts with base32 in them.
const FIXTURES: usize = 24;

/// A text fixture, and the first of its secrets that stands in it as base32.
struct Fixture {
    file: String,
    format: String,
    text: String,
    secret: Secret,
}

impl Fixture {
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let expected: Vec<Value> =
            serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let fixture = |row: &Value| {
            let file = row["file"].as_str()?.to_owned();
            let text = row["password"].is_null().then(|| fs::read_to_string(folder.join(&file)).ok())??;
            let secrets = row["entries"].as_array()?.iter();
            let mut secrets =
                secrets.map(|entry| Secret::from_hex(entry["secret"].as_str().unwrap()).unwrap());
            let secret = secrets.find(|secret| text.matches(secret.to_base32().as_str()).count() == 1)?;
            Some(Self { file, format: row["format"].as_str()?.to_owned(), text, secret })
        };
        expected.iter().filter_map(fixture).collect()
    }

    /// What is read when the secret is written like this.
    fn with(&self, written: &str) -> Found {
        let text = self.text.replace(self.secret.to_base32().as_str(), written);
        let answers = Answers { format: format_by_id(&self.format), ..Answers::at(NOW) };
        inspect(text.as_bytes(), &self.file, &answers)
            .unwrap_or_else(|error| panic!("{}: {error}", self.file))
    }

    /// Where an entry without a secret is one that needs no code, and nobody misses it.
    fn codes_are_optional(&self) -> bool {
        ["bitwarden", "keepass-xml", "keepassxc-csv"].contains(&self.format.as_str())
    }
}

fn secrets(found: &Found) -> Vec<&Secret> {
    found.entries.iter().map(|found| &found.entry.credential.secret).collect()
}

/// Groups of four, as services show a secret to be typed.
fn spaced(text: &str) -> String {
    let groups: Vec<_> =
        text.as_bytes().chunks(4).map(|group| core::str::from_utf8(group).unwrap()).collect();
    groups.join(" ")
}

#[test]
fn with_gaps_in_lower_case_and_padded_it_is_the_same_secret() {
    let fixtures = Fixture::all();
    assert!(fixtures.len() >= FIXTURES, "{}", fixtures.len());
    for fixture in fixtures {
        let base32 = fixture.secret.to_base32();
        let usual = fixture.with(&base32);
        for written in [
            spaced(&base32),
            base32.to_lowercase(),
            spaced(&base32).to_lowercase(),
            format!("{}====", &*base32),
        ] {
            let found = fixture.with(&written);
            assert_eq!(secrets(&found), secrets(&usual), "{} as {written}", fixture.file);
            assert_eq!(found.problems, usual.problems, "{} as {written}", fixture.file);
        }
    }
}

#[test]
fn in_hexadecimal_digits_it_is_named_as_that_and_costs_no_other_entry() {
    for fixture in Fixture::all() {
        let usual = fixture.with(&fixture.secret.to_base32());
        let hex = data_encoding::HEXLOWER.encode(fixture.secret.expose_secret());
        let found = fixture.with(&hex);
        let left: Vec<_> = secrets(&usual).into_iter().filter(|secret| **secret != fixture.secret).collect();
        assert_eq!(secrets(&found), left, "{}", fixture.file);
        let named =
            found.problems.iter().any(|problem| problem.reason.to_string().contains("in hexadecimal digits"));
        assert!(named, "{}: {:?}", fixture.file, found.problems);
    }
}

#[test]
fn where_there_is_none_that_is_said_and_no_other_entry_is_lost() {
    for fixture in Fixture::all() {
        let usual = fixture.with(&fixture.secret.to_base32());
        let found = fixture.with("");
        let left: Vec<_> = secrets(&usual).into_iter().filter(|secret| **secret != fixture.secret).collect();
        assert_eq!(secrets(&found), left, "{}", fixture.file);
        let said = found.problems.len() > usual.problems.len();
        assert!(said || fixture.codes_are_optional(), "{}: gone without a word", fixture.file);
    }
}
