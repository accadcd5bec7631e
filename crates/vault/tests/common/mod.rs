//! What the tests of the file share: hosts, vaults of every kind of entry, and the second reader.
#![allow(dead_code, reason = "every test is a program of its own and uses its own part of this")]
#![allow(unreachable_pub, reason = "public to the test that includes it")]

pub mod pages;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io::Write as _};

use serde_json::Value;
use tessera_otp::{Algorithm, Credential, Digits, Entry, Generator, Period, Pin, Secret};
use tessera_testkit::SeededRng;
use tessera_vault::{
    EntryId, Host, KdfParams, LockedVault, Password, RecoveryCode, UnlockWith, Vault, VaultKey,
};

/// The time in every test.
pub const NOW: u64 = 1_700_000_000;
/// The password of every test vault, in two Unicode forms on purpose.
pub const PASSWORD: &str = "Gru\u{308}\u{df}e aus dem Tresor";

/// A host whose randomness differs from that of every host before it in this process.
pub fn host() -> Host {
    // The process id keeps two processes on one vault from drawing the same ids and nonces.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let seed = u64::from(std::process::id()) << 32 | NEXT.fetch_add(1, Ordering::Relaxed);
    Host::new(Arc::new(|| NOW), Box::new(SeededRng::new(seed)))
}

/// A folder that goes away with the test, in memory where the system has such a place: these tests open tens of
/// thousands of files.
pub fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = tempfile::Builder::new().prefix("tessera-").tempdir_in(memory)
    {
        return folder;
    }
    tempfile::tempdir().unwrap()
}

/// A folder on the disk that this is built on.
pub fn on_disk() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("tessera-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

pub fn password() -> Password {
    Password::new(PASSWORD.into())
}

/// A new vault with the cheapest key derivation.
pub fn create(path: &Path) -> (Vault, RecoveryCode) {
    Vault::create(path, &password(), KdfParams::FLOOR, host()).unwrap()
}

pub fn unlock(path: &Path, key: &VaultKey) -> Vault {
    LockedVault::open(path).unwrap().unlock(&UnlockWith::VaultKey(key), host()).unwrap()
}

/// Entries of every type with every field in use, and with none. Their issuers are unique.
pub fn entries() -> Vec<Entry> {
    let secret = |byte: u8, length: usize| Secret::from_bytes(&vec![byte; length]).unwrap();
    let credential =
        |issuer: &str, account: &str, secret, generator| Credential::new(issuer, account, secret, generator);
    let totp = |algorithm, digits, period| Generator::Totp {
        algorithm,
        digits: Digits::new(digits).unwrap(),
        period: Period::new(period).unwrap(),
    };
    let hotp = |algorithm, digits, counter| Generator::Hotp {
        algorithm,
        digits: Digits::new(digits).unwrap(),
        counter,
    };
    let mut full = Entry::new(
        credential("Exämple \u{1f512}", "alice@example.org", secret(1, 20), totp(Algorithm::Sha1, 6, 30)),
        NOW - 5,
    );
    full.group = Some("Wörk".into());
    full.tags = vec!["one".into(), "ツー".into()];
    full.note = "first line\nsecond \"line\" \\ \u{5e9}\u{5dc}\u{5d5}\u{5dd}".into();
    full.icon = Some(icon(5_000)); // larger than a page: it goes on overflow pages
    full.favorite = true;
    full.modified = NOW;
    let mut gone =
        Entry::new(credential("Trash", "bob", secret(2, 64), totp(Algorithm::Sha512, 10, 86_400)), NOW);
    gone.deleted = Some(NOW - 1);
    let plain = [
        credential("A256", "", secret(3, 32), totp(Algorithm::Sha256, 8, 1)),
        credential("", "nobody", secret(4, 1), totp(Algorithm::Sha1, 4, 60)),
        credential("Counter", "hotp", secret(5, 20), hotp(Algorithm::Sha1, 6, 0)),
        credential("Counter", "large", secret(6, 1024), hotp(Algorithm::Sha256, 7, u64::MAX - 10)),
        credential("Steam", "player", secret(7, 20), Generator::Steam),
        credential("mOTP", "asked", secret(8, 16), Generator::Motp { pin: None }),
        credential("mOTP", "kept", secret(9, 16), Generator::Motp { pin: Some(Pin::new("1234").unwrap()) }),
        credential("Yandex", "asked", secret(10, 16), Generator::Yandex { pin: None }),
        credential(
            "Yandex",
            "kept",
            secret(11, 16),
            Generator::Yandex { pin: Some(Pin::new("7586").unwrap()) },
        ),
    ];
    [full, gone].into_iter().chain(plain.into_iter().map(|credential| Entry::new(credential, NOW))).collect()
}

/// The start of a PNG of one pixel, made up to a length.
pub fn icon(length: usize) -> Vec<u8> {
    let mut icon = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01".to_vec();
    icon.resize(length, 0x5a);
    icon
}

/// All entries, in the trash or not, by id.
pub fn all(vault: &Vault) -> Vec<(EntryId, Entry)> {
    let mut all: Vec<_> = vault.entries().chain(vault.trash()).map(|at| (at.id, at.entry.clone())).collect();
    all.sort_by_key(|(id, _)| *id);
    all
}

/// How the second reader is given its key.
pub enum With<'a> {
    Password(&'a str),
    RecoveryCode(&'a str),
    Key(&'a VaultKey),
}

/// Runs the second reader: its exit code and what it printed.
pub fn read_with_python(path: &Path, with: &With<'_>, state: Option<&Path>) -> (i32, Value) {
    let (flag, text) = match with {
        With::Password(text) => ("--password", (*text).to_owned()),
        With::RecoveryCode(text) => ("--recovery-code", (*text).to_owned()),
        // A test's key: that the reader gets it in clear is what this is for.
        With::Key(key) => ("--vault-key", hex(key.expose_secret())),
    };
    let mut arguments = vec![path.to_str().unwrap().to_owned(), flag.into(), "-".into()];
    if let Some(state) = state {
        arguments.extend(["--state".into(), state.to_str().unwrap().into()]);
    }
    let (code, output) = python("tessera_reader.py", &arguments, &text);
    (code, output.expect("the reader prints JSON whatever it finds"))
}

/// Runs one of the programs of tests/reader: its exit code and the JSON it printed, if it did.
pub fn python(program: &str, arguments: &[String], input: &str) -> (i32, Option<Value>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = root.join("target/reader-venv/bin/python");
    assert!(
        python.is_file(),
        "{} is missing: `cargo xtask test` sets it up from tests/reader/requirements.txt and runs this test",
        python.display()
    );
    let mut child = Command::new(python)
        .arg("-B") // no __pycache__ beside the sources
        .arg(root.join("tests/reader").join(program))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).ok())
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes bytes as a vault file of their own.
pub fn place(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}
