//! Every format, held to exports that were made by ourselves and by other means (`fixtures/README.md`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::format_collect,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "names and texts of the test's own making"
)]

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use tessera_otp::{Credential, Entry, Generator};
use tessera_transfer::{Answers, Found, Password, ReadError, Reason, format_by_id, inspect};
use zeroize::Zeroizing;

const NOW: u64 = 1_800_000_000;

/// A line of `expected.json`.
#[derive(Deserialize)]
struct Fixture {
    file: String,
    format: String,
    password: Option<String>,
    problems: usize,
    /// Whether deriving its key takes no time worth mentioning.
    cheap: bool,
    entries: Vec<Expected>,
}

/// An entry of `expected.json`; its secret is hexadecimal.
#[derive(Debug, PartialEq, Deserialize)]
struct Expected {
    issuer: String,
    account: String,
    #[serde(rename = "type")]
    kind: String,
    secret: String,
    algorithm: String,
    digits: u8,
    period: u32,
    counter: Option<u64>,
    pin: Option<String>,
    group: Option<String>,
    tags: Vec<String>,
    note: String,
    favorite: bool,
    icon: bool,
    deleted: bool,
    created: Option<u64>,
}

impl Fixture {
    fn all() -> Vec<Self> {
        serde_json::from_slice(&read("expected.json")).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        read(&self.file)
    }

    fn inspect(&self, bytes: &[u8]) -> Result<Found, ReadError> {
        open(bytes, &self.file, self.password.as_deref())
    }
}

fn read(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

fn open(bytes: &[u8], name: &str, password: Option<&str>) -> Result<Found, ReadError> {
    let password = password.map(Password::new);
    let pictures = |bytes: &[u8]| qr_codes(bytes);
    inspect(
        bytes,
        name,
        &Answers { password: password.as_ref(), pictures: Some(&pictures), ..Answers::at(NOW) },
    )
}

/// The scanner stands beside this crate, not below it; the programs bring it.
fn qr_codes(bytes: &[u8]) -> Vec<Zeroizing<String>> {
    let Ok(image) = image::load_from_memory(bytes) else { return Vec::new() };
    let mut prepared = rqrr::PreparedImage::prepare(image.to_luma8());
    let texts = prepared.detect_grids().into_iter().filter_map(|grid| grid.decode().ok());
    texts.map(|(_, text)| Zeroizing::new(text)).collect()
}

/// An entry in the words of `expected.json`. What a type has fixed is written as fixed.
fn shown(entry: &Entry) -> Expected {
    let Credential { issuer, account, secret, generator } = &entry.credential;
    let algorithm = generator.algorithm().map_or("SHA1", tessera_otp::Algorithm::name);
    let secret: String = secret.expose_secret().iter().map(|byte| format!("{byte:02x}")).collect();
    Expected {
        issuer: issuer.clone(),
        account: account.clone(),
        kind: generator.kind().name().to_owned(),
        secret,
        algorithm: algorithm.to_owned(),
        digits: generator.code_length(),
        period: generator.period().map_or(30, tessera_otp::Period::get),
        counter: generator.counter(),
        pin: generator.pin().map(|pin| pin.expose_secret().to_owned()),
        group: entry.group.clone(),
        tags: entry.tags.clone(),
        note: entry.note.clone(),
        favorite: entry.favorite,
        icon: entry.icon.is_some(),
        deleted: entry.deleted.is_some(),
        created: Some(entry.created).filter(|created| *created != NOW),
    }
}

fn normal(mut expected: Expected) -> Expected {
    // A counter has no period.
    if expected.kind == "HOTP" {
        expected.period = 30;
    }
    expected
}

#[test]
fn every_fixture_is_recognized_by_content_and_read_whole() {
    for fixture in Fixture::all() {
        let file = fixture.file.clone();
        // The name is needed only where contents are alike.
        let alike = ["freeotp-plus.xml", "otpclient-1.enc"].contains(&file.as_str());
        let name = if alike { file.as_str() } else { "" };
        let found = open(&fixture.bytes(), name, fixture.password.as_deref());
        let found = found.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(found.format.id, fixture.format, "{file}");
        let read: Vec<Expected> = found.entries.iter().map(|found| shown(&found.entry)).collect();
        let expected: Vec<Expected> = fixture.entries.into_iter().map(normal).collect();
        assert_eq!(read, expected, "{file}");
        assert_eq!(found.problems.len(), fixture.problems, "{file}: {:?}", found.problems);
    }
}

#[test]
fn an_encrypted_file_asks_for_its_password_and_refuses_another() {
    for fixture in Fixture::all().into_iter().filter(|fixture| fixture.password.is_some()) {
        let (bytes, file) = (fixture.bytes(), fixture.file.as_str());
        let format = format_by_id(&fixture.format).unwrap();
        assert_eq!(open(&bytes, file, None).unwrap_err(), ReadError::PasswordNeeded { format }, "{file}");
        let named = |password: &str| {
            let password = Password::new(password);
            let answers = Answers { password: Some(&password), format: Some(format), ..Answers::at(NOW) };
            inspect(&bytes, file, &answers)
        };
        for wrong in ["correct horse", ""] {
            assert_eq!(named(wrong).unwrap_err(), ReadError::WrongPassword { format }, "{file}");
        }
    }
}

#[test]
fn a_file_that_is_cut_anywhere_never_panics_and_never_reads_as_whole() {
    for fixture in Fixture::all() {
        let bytes = fixture.bytes();
        for end in steps(&fixture, bytes.len()) {
            let Ok(found) = fixture.inspect(&bytes[..end]) else { continue };
            // A text may end after any line, and white space at the end means nothing.
            let rest = &bytes[end..];
            let lines = bytes.get(..1) != Some(b"{") && core::str::from_utf8(&bytes).is_ok();
            let fewer =
                found.entries.len() < fixture.entries.len() || found.problems.len() > fixture.problems;
            let damaged = found.entries.iter().map(|found| shown(&found.entry)).collect::<Vec<_>>();
            let whole = damaged == Fixture::all_entries(&fixture);
            assert!(
                fewer || lines || !whole || rest.iter().all(u8::is_ascii_whitespace),
                "{} at {end}",
                fixture.file
            );
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_never_panics_and_never_changes_what_is_authenticated() {
    for fixture in Fixture::all() {
        let bytes = fixture.bytes();
        // What these formats encrypt with does not authenticate, or not all of it.
        let authenticated = fixture.password.is_some()
            && !["authy", "totp-authenticator"].contains(&fixture.format.as_str())
            && fixture.file != "stratum-old.authpro";
        for at in steps(&fixture, bytes.len()) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            if let Ok(found) = fixture.inspect(&changed)
                && authenticated
            {
                let read: Vec<Expected> = found.entries.iter().map(|found| shown(&found.entry)).collect();
                let secrets = |entries: &[Expected]| {
                    entries.iter().map(|entry| entry.secret.clone()).collect::<Vec<_>>()
                };
                let known = secrets(&fixture.entries);
                assert!(
                    secrets(&read).iter().all(|secret| known.contains(secret)),
                    "{} at {at}",
                    fixture.file
                );
            }
        }
    }
}

/// All positions of a small text, fewer of what is large, has pictures or costs a key derivation each time.
fn steps(fixture: &Fixture, length: usize) -> Vec<usize> {
    let many = match (&fixture.password, fixture.cheap) {
        (None, _) if fixture.format == "html" => 20,
        (None, _) => 200,
        (Some(_), true) => 16,
        (Some(_), false) => 4,
    };
    (0..length).step_by((length / many).max(1)).collect()
}

impl Fixture {
    fn all_entries(fixture: &Self) -> Vec<Expected> {
        let again = Self::all().into_iter().find(|other| other.file == fixture.file).unwrap();
        again.entries.into_iter().map(normal).collect()
    }
}

/// Plain JSON, whose members are taken away and changed one by one.
fn plain_json() -> impl Iterator<Item = (Fixture, Value)> {
    let plain = Fixture::all().into_iter().filter(|fixture| fixture.password.is_none());
    plain.filter_map(|fixture| {
        let json = serde_json::from_slice(&fixture.bytes()).ok()?;
        Some((fixture, json))
    })
}

/// The paths of all members of all objects within a value, as JSON pointers.
fn members(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                members(inner, &path, into);
                into.push(path);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                members(inner, &format!("{path}/{index}"), into);
            }
        }
        _ => {}
    }
}

#[test]
fn a_member_that_is_missing_or_of_another_kind_costs_at_most_its_own_entry() {
    let others = [
        None,
        Some(Value::Null),
        Some(Value::from(-1)),
        Some(Value::from(1e300)),
        Some(Value::from("\u{1F511}")),
        Some(Value::from(true)),
        Some(Value::from(Vec::<Value>::new())),
        Some(serde_json::json!({"a": 1})),
    ];
    for (fixture, json) in plain_json() {
        let mut paths = Vec::new();
        members(&json, "", &mut paths);
        for path in &paths {
            let (parent, name) = path.rsplit_once('/').unwrap();
            let deep =
                path.split('/').any(|part| part.parse::<usize>().is_ok()) || path.starts_with("/accounts/x/");
            for other in &others {
                let mut changed = json.clone();
                let object = changed.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
                let name = name.replace("~1", "/").replace("~0", "~");
                match other {
                    Some(value) => drop(object.insert(name, value.clone())),
                    None => drop(object.remove(&name)),
                }
                let format = format_by_id(&fixture.format).unwrap();
                let answers = Answers { format: Some(format), ..Answers::at(NOW) };
                let read = inspect(changed.to_string().as_bytes(), &fixture.file, &answers);
                let Ok(found) = read else {
                    // Only what stands outside of entries may cost the file; Steam's file may be one account.
                    assert!(!deep, "{} at {path}: {}", fixture.file, read.unwrap_err());
                    continue;
                };
                if deep {
                    let count = |read: &Found| {
                        read.entries.len() + read.problems.iter().filter(|p| !p.entry_kept).count()
                    };
                    let whole = fixture.entries.len() + fixture.problems;
                    let silent = ["totp", "login", "trashed", "value", "details", "fields", "sections"];
                    assert!(
                        count(&found) >= whole || silent.iter().any(|part| path.contains(part)),
                        "{} at {path}",
                        fixture.file
                    );
                    assert!(found.entries.len() + 1 >= fixture.entries.len(), "{} at {path}", fixture.file);
                }
            }
        }
    }
}

/// A fixture with one thing replaced in its text.
fn replaced(file: &str, from: &str, to: &str) -> Result<Found, ReadError> {
    let text = String::from_utf8(read(file)).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    open(text.replace(from, to).as_bytes(), file, None)
}

#[test]
fn an_algorithm_that_is_not_known_is_named_and_costs_its_entry_alone() {
    for (file, from, to) in [
        ("andotp.json", "SHA256", "MD4"),
        ("bitwarden.json", "SHA256", "MD4"),
        ("bitwarden.csv", "SHA256", "MD4"),
        ("bitwarden-authenticator.json", "SHA256", "MD4"),
        ("ente.txt", "SHA256", "MD4"),
        ("freeotp.xml", "SHA256", "MD4"),
        ("freeotp-plus.json", "SHA256", "MD4"),
        ("proton.json", "SHA256", "MD4"),
        ("lastpass.json", "SHA256", "MD4"),
        ("raivo-otp-export.json", "SHA256", "MD4"),
        ("cotp.json", "SHA256", "MD4"),
        ("stratum.json", "\"Algorithm\": 1", "\"Algorithm\": 9"),
        ("keepassxc.csv", "SHA256", "MD4"),
        ("bitwarden-authenticator.csv", "SHA256", "MD4"),
        ("freeotp-plus.xml", "SHA256", "MD4"),
        ("aegis-3.json", "SHA256", "MD4"),
        ("2fas-4.2fas", "SHA256", "MD4"),
        ("otpauth.txt", "SHA256", "MD4"),
        ("tessera.json", "SHA256", "MD4"),
    ] {
        let found = replaced(file, from, to).unwrap();
        let whole = Fixture::all().into_iter().find(|fixture| fixture.file == file).unwrap();
        assert_eq!(found.entries.len() + 1, whole.entries.len(), "{file}");
        let reasons: Vec<&Reason> = found.problems.iter().map(|problem| &problem.reason).collect();
        let named = reasons.iter().any(|reason| match reason {
            Reason::UnknownAlgorithm { found } => ["MD4", "9"].contains(&found.as_str()),
            Reason::Uri(error) => error.to_string().contains("MD4"),
            _ => false,
        });
        assert!(named, "{file}: {reasons:?}");
        assert!(!found.problems[0].place.to_string().is_empty());
    }
}

#[test]
fn a_newer_version_is_refused_in_words() {
    for (file, from, to) in [
        ("proton.json", "\"version\": 1", "\"version\": 2"),
        ("proton-encrypted.json", "\"version\": 1", "\"version\": 2"),
        ("ente-encrypted.txt", "\"version\": 1", "\"version\": 2"),
        ("cotp.json", "\"version\": 2", "\"version\": 3"),
        ("db.cotp", "\"version\": 1", "\"version\": 2"),
        ("export.authme", "\"version\": 3", "\"version\": 4"),
        ("lastpass.json", "\"version\": 3", "\"version\": 4"),
        ("aegis-3.json", "\"version\": 3", "\"version\": 4"),
        ("aegis-encrypted.json", "\"version\": 1", "\"version\": 2"),
        ("2fas-4.2fas", "\"schemaVersion\": 4", "\"schemaVersion\": 5"),
        ("2fas-4-encrypted.2fas", "\"schemaVersion\": 4", "\"schemaVersion\": 5"),
        ("tessera.json", "\"tessera_backup\": 1", "\"tessera_backup\": 2"),
        ("bitwarden-pbkdf2.json", "\"data\": \"2.", "\"data\": \"7."),
        ("bitwarden-pbkdf2.json", "\"kdfType\": 0", "\"kdfType\": 2"),
    ] {
        let text = String::from_utf8(read(file)).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        let error = open(text.replace(from, to).as_bytes(), file, Some("x")).unwrap_err();
        assert!(matches!(error, ReadError::NewerVersion { .. }), "{file}: {error}");
        assert!(error.to_string().contains("newer Tessera"), "{error}");
    }
    for (file, at, to) in [("otpclient-2.enc", 12, 9), ("keepass.kdbx", 10, 5)] {
        let mut bytes = read(file);
        bytes[at] = to;
        let error = open(&bytes, file, Some("x")).unwrap_err();
        assert!(matches!(error, ReadError::NewerVersion { .. }), "{file}: {error}");
    }
}

#[test]
fn what_only_the_app_itself_can_open_says_so() {
    let account = br#"{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.x|y|z","folders":[],"items":[]}"#;
    let authme = br#"{"role":"backup","encrypted":true,"codes":"x","version":3}"#;
    for bytes in [&account[..], authme] {
        let error = open(bytes, "", Some("x")).unwrap_err();
        assert!(matches!(error, ReadError::Unsupported { .. }), "{error}");
    }
    let hidden = replaced("battle-net.xml", ">MASK<", ">KEYSTORE<").unwrap_err();
    assert!(matches!(hidden, ReadError::Unsupported { .. }), "{hidden}");
}

#[test]
fn an_absurd_cost_is_refused_before_it_is_paid() {
    for (file, from, to) in [
        ("ente-encrypted.txt", "\"memLimit\": 8388608", "\"memLimit\": 99999999999999"),
        ("ente-encrypted.txt", "\"opsLimit\": 2", "\"opsLimit\": 4294967295"),
        ("bitwarden-pbkdf2.json", "\"kdfIterations\": 5000", "\"kdfIterations\": 4000000000"),
        ("aegis-encrypted.json", "\"n\": 1024", "\"n\": 1073741824"),
        ("bitwarden-argon2.json", "\"kdfMemory\": 1,", "\"kdfMemory\": 1000000,"),
        (
            "authy-encrypted.xml",
            "&quot;key_derivation_iterations&quot;: 2000",
            "&quot;key_derivation_iterations&quot;: 4000000000",
        ),
        ("freeotp2.xml", "&quot;mIterations&quot;: 1000", "&quot;mIterations&quot;: 4000000000"),
    ] {
        let text = String::from_utf8(read(file)).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        let error = open(text.replace(from, to).as_bytes(), file, Some("x")).unwrap_err();
        assert!(matches!(error, ReadError::TooCostly { .. }), "{file}: {error}");
    }
    for (file, at) in [("otpclient-2.enc", 68), ("otpclient-3.enc", 65)] {
        let mut bytes = read(file);
        bytes[at..at + 4].fill(0x7f);
        let error = open(&bytes, file, Some("x")).unwrap_err();
        assert!(matches!(error, ReadError::TooCostly { .. }), "{file}: {error}");
    }
}

#[test]
fn without_a_scanner_a_page_says_that_its_pictures_were_not_looked_at() {
    let found = inspect(&read("codes.html"), "", &Answers::at(NOW)).unwrap();
    assert_eq!((found.entries.len(), found.problems.len()), (0, 6));
    assert!(found.problems[0].reason.to_string().contains("not looked at"));
}

#[test]
fn what_is_no_export_at_all_is_no_format() {
    for bytes in [
        &b"hello"[..],
        b"{}",
        b"[]",
        b"[{\"a\":1}]",
        b"<html></html>",
        b"<?xml version='1.0'?><a/>",
        b"a,b\n1,2\n",
        b"%PDF-1.7\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7 binary, but marked",
        b"PK\x03\x04 no zip",
    ] {
        let error = open(bytes, "", None).unwrap_err();
        assert_eq!(error, ReadError::UnknownFormat, "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(open(b"", "", None).unwrap_err(), ReadError::Empty);
}

#[test]
fn a_password_of_emoji_and_a_name_of_another_script_are_nothing_special() {
    let fixtures = Fixture::all();
    let encrypted = fixtures.iter().find(|fixture| fixture.file == "bitwarden-pbkdf2.json").unwrap();
    assert!(encrypted.password.as_ref().is_some_and(|password| password.contains('\u{1F511}')));
    let found = encrypted.inspect(&encrypted.bytes()).unwrap();
    assert!(found.entries.iter().any(|found| found.entry.credential.issuer == "\u{4F8B}\u{3048}"));
    assert!(matches!(found.entries[0].entry.credential.generator, Generator::Totp { .. }));
}
