//! What is written in Aegis's, 2FAS's and Bitwarden's formats, read by another program that was written from what is public of these
//! formats and shares no line with Tessera: `tests/reader/exports.py`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use tessera_otp::{Entry, Generator, Pin};
use tessera_testkit::{SeededRng, sample};
use tessera_transfer::{Export, Lost, Making, Password, export_by_id};

const NOW: u64 = 1_800_000_000;
const PASSWORD: &str = "correct horse \u{1F40E} battery";
/// Enough to have every type, every nasty name, groups, tags, notes, icons and favorites.
const COUNT: usize = 150;

/// What the second reader prints of a file, or what it complains of.
fn read(export: &Export, bytes: &[u8], password: &str) -> Result<Vec<Value>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/reader-venv/bin/python");
    assert!(
        python.is_file(),
        "{} is missing: `cargo xtask test` sets it up from tests/reader/requirements.txt and runs this test",
        python.display()
    );
    let file = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    fs::write(file.path(), bytes).unwrap();
    let mut child = Command::new(python)
        .arg("-B") // no __pycache__ beside the sources
        .arg(root.join("tests/reader/exports.py"))
        .arg(export.id)
        .arg(file.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It reads no password for a file in clear, and may be gone by then.
    let _ = child.stdin.take().unwrap().write_all(password.as_bytes());
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn write(export: &Export, entries: &[Entry], seed: u64) -> Vec<u8> {
    let password = Password::new(PASSWORD);
    let mut rng = SeededRng::new(seed);
    let making = Making { now: NOW, password: export.encrypted.then_some(&password), rng: &mut rng };
    export.write(entries, making).unwrap().to_vec()
}

/// An entry in the second reader's words, without what the export said that it loses.
fn expected(export: &Export, entry: &Entry) -> Value {
    let lost =
        |part| export.losses(core::slice::from_ref(entry)).iter().any(|loss| loss.lost == Lost::Part(part));
    let generator = &entry.credential.generator;
    let aegis = export.id.starts_with("aegis");
    // What a type has fixed is written by those formats that have a field for it.
    let (algorithm, digits, period) = match generator {
        Generator::Totp { algorithm, digits, period } => {
            (json!(algorithm.name()), json!(digits.get()), json!(period.get()))
        }
        Generator::Hotp { algorithm, digits, .. } => {
            (json!(algorithm.name()), json!(digits.get()), Value::Null)
        }
        Generator::Steam if export.id == "bitwarden" => (Value::Null, Value::Null, Value::Null),
        Generator::Steam => (json!("SHA1"), json!(5), json!(30)),
        Generator::Motp { .. } => (json!("MD5"), json!(6), json!(10)),
        Generator::Yandex { .. } => (json!("SHA256"), json!(8), json!(30)),
    };
    let group = entry.group.iter().filter(|_| !lost("group"));
    let groups: Vec<&String> = group.chain(entry.tags.iter().filter(|_| aegis && !lost("tags"))).collect();
    let icon = entry.icon.as_ref().filter(|_| !lost("icon"));
    json!({
        "issuer": entry.credential.issuer,
        "account": entry.credential.account,
        "type": generator.kind().name(),
        "secret": HEXLOWER.encode(entry.credential.secret.expose_secret()),
        "algorithm": algorithm,
        "digits": digits,
        "period": period,
        "counter": generator.counter(),
        "pin": generator.pin().map(Pin::expose_secret),
        "groups": groups,
        "note": if lost("note") { "" } else { &entry.note },
        "favorite": entry.favorite && !lost("favorite mark"),
        "icon": icon.map(|icon| HEXLOWER.encode(icon)),
    })
}

#[test]
fn another_program_reads_what_is_written_in_three_apps_formats() {
    let entries = sample::entries(COUNT);
    for id in ["aegis", "aegis-encrypted", "2fas", "2fas-encrypted", "bitwarden"] {
        let export = export_by_id(id).unwrap();
        let bytes = write(export, &entries, 1);
        let read = read(export, &bytes, PASSWORD).unwrap_or_else(|error| panic!("{error}"));
        let carried: Vec<&Entry> = entries.iter().filter(|entry| export.carries(entry)).collect();
        assert!(carried.len() > COUNT / 2, "{id}");
        assert_eq!(read.len(), carried.len(), "{id}");
        for (read, entry) in read.iter().zip(carried) {
            assert_eq!(*read, expected(export, entry), "{id}");
        }
    }
}

#[test]
fn the_other_program_opens_no_encrypted_file_with_another_password_and_none_that_was_changed() {
    let entries = sample::entries(3);
    for id in ["aegis-encrypted", "2fas-encrypted"] {
        let export = export_by_id(id).unwrap();
        let bytes = write(export, &entries, 2);
        assert!(read(export, &bytes, "correct horse").is_err(), "{id}");
        // A digit within what is encrypted becomes another.
        let text = String::from_utf8(bytes).unwrap();
        let at = text.find(if id == "2fas-encrypted" { "servicesEncrypted" } else { "\"db\"" }).unwrap() + 60;
        let mut changed = text.into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(read(export, &changed, PASSWORD).is_err(), "{id}");
    }
}
