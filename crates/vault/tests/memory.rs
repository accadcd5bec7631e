//! After the lock, nothing secret is left in the memory of the process (Linux: `/proc/<pid>/mem`).
//!
//! A child - this test, started again - creates a vault, unlocks it with its password, shows a code and locks it. It has
//! the allocator that the real programs have, which wipes what is freed. Its parent then searches everything that the
//! child can write to. Whatever the child is to keep secret comes to it through a pipe, never through its arguments or
//! environment, so that a copy found is one that the program made.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::{alloc, env};

use aes_gcm::KeyInit as _;
use common::{NOW, hex, host};
use hkdf::Hkdf;
use sha2::Sha256;
use tessera_otp::{Credential, Entry, Generator, Secret};
use tessera_vault::{KdfParams, LockedVault, Password, UnlockWith, Vault};
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<alloc::System> = ZeroAlloc(alloc::System);

const PASSWORD: &str = "a password that nothing else in memory looks like 0815";
const SECRET: &[u8; 20] = b"\x91tessera\xfesecret\x07\x88\x99\xaa\xbb";
const NOTE: &str = "a note as private as a secret, long enough to be searched for";
const ISSUER: &str = "an issuer that no program names";

/// One line from standard input, without a buffer that would keep it.
fn line(input: &mut File) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(512));
    let mut byte = [0];
    while input.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
        bytes.push(byte[0]);
    }
    Zeroizing::new(std::str::from_utf8(&bytes).unwrap().to_owned())
}

fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nTESSERA {word}").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "a child of `after_the_lock_no_secret_is_in_the_memory_of_the_process`"]
fn child_unlocks_and_locks() {
    let path = PathBuf::from(
        env::var("TESSERA_VAULT_PATH").expect("this is a child of another test and is started by it"),
    );
    let mut input = File::open("/dev/stdin").unwrap();
    // On a thread that ends: the system keeps its stack for the next one.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let password = Password::new(line(&mut input).to_string());
            let (mut vault, code) = Vault::create(&path, &password, KdfParams::FLOOR, host()).unwrap();
            drop(code.to_text());
            let secret = Secret::from_base32(&line(&mut input)).unwrap();
            let (issuer, note) = (line(&mut input), line(&mut input));
            let mut entry = Entry::new(Credential::new(&issuer, "alice", secret, Generator::default()), NOW);
            entry.note = note.to_string();
            vault.add(vec![entry]).unwrap();
        });
    });
    say("created");
    // Unlocked and used on another thread than the one that locks, as in a program with a window. The thread lives on.
    let (give, take) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let worker = std::thread::spawn(move || {
        let password = Password::new(line(&mut input).to_string());
        let mut vault =
            LockedVault::open(&path).unwrap().unlock(&UnlockWith::Password(&password), host()).unwrap();
        drop(password);
        let id = vault.entries().next().unwrap().id;
        drop(vault.code(id, NOW).unwrap());
        drop(vault.entry(id).unwrap().entry.credential.to_uri());
        vault.record_use(id);
        vault.flush_usage(true).unwrap();
        vault.check().unwrap();
        vault.audit_log(100).unwrap();
        assert!(!vault.verify_password(&Password::new("a wrong one".into())).unwrap());
        let mut entry = vault.entry(id).unwrap().entry.clone();
        entry.favorite = true;
        vault.update(id, entry).unwrap();
        vault.refresh().unwrap();
        drop(vault.code(id, NOW).unwrap());
        give.send((vault, input)).unwrap();
        let _ = ended.recv();
    });
    let (vault, mut input) = take.recv().unwrap();
    say("unlocked");
    line(&mut input);
    drop(vault);
    say("locked");
    line(&mut input);
    drop(end);
    worker.join().unwrap();
}

/// What must be nowhere: a name and bytes.
struct Needle {
    name: String,
    bytes: Vec<u8>,
}

/// Both halves of a key, and what else would do instead of it. A half is enough to be worth finding.
fn needles(path: &Path) -> Vec<Needle> {
    let password = Password::new(PASSWORD.into());
    let vault =
        LockedVault::open_read_only(path).unwrap().unlock(&UnlockWith::Password(&password), host()).unwrap();
    let key = vault.vault_key();
    let mut needles = Vec::new();
    let manifest = {
        let mut key = [0; 32];
        let hkdf = Hkdf::<Sha256>::new(Some(vault.id().as_bytes()), vault.vault_key().expose_secret());
        hkdf.expand(b"tessera/v1/manifest", &mut key).unwrap();
        key
    };
    let mut add = |name: &str, bytes: &[u8]| {
        for (half, bytes) in [("start", &bytes[..16]), ("end", &bytes[bytes.len() - 16..])] {
            needles.push(Needle { name: format!("{name} ({half})"), bytes: bytes.to_vec() });
        }
    };
    add("the vault key", key.expose_secret());
    add("the vault key in hex", hex(key.expose_secret()).as_bytes());
    for purpose in ["records", "audit", "manifest", "audit-seal", "rollback", "backup-mac"] {
        let mut subkey = [0; 32];
        let hkdf = Hkdf::<Sha256>::new(Some(vault.id().as_bytes()), key.expose_secret());
        hkdf.expand(format!("tessera/v1/{purpose}").as_bytes(), &mut subkey).unwrap();
        add(&format!("the subkey {purpose}"), &subkey);
    }
    // HMAC keeps its key xored with two constants (RFC 2104); what undoes as easily is as good as the key.
    for (name, constant) in [("inner", 0x36), ("outer", 0x5c)] {
        let xored = |bytes: &[u8]| bytes.iter().map(|byte| byte ^ constant).collect::<Vec<u8>>();
        add(&format!("the secret as {name} HMAC key"), &xored(SECRET));
        add(&format!("the vault key as {name} HMAC key"), &xored(key.expose_secret()));
        add(&format!("the manifest's key as {name} HMAC key"), &xored(&manifest));
    }
    add("the key-encryption key", &key_encryption_key(path));
    add("the password", PASSWORD.as_bytes());
    add("the secret", SECRET);
    add("the secret in base32", data_encoding::BASE32_NOPAD.encode(SECRET).as_bytes());
    add("the secret in hex", hex(SECRET).as_bytes());
    add("the note", NOTE.as_bytes());
    add("the issuer", ISSUER.as_bytes());
    needles
}

/// Derives it from the slot in the file, by the document.
fn key_encryption_key(path: &Path) -> [u8; 32] {
    use aes_gcm::aead::Aead as _;

    let db = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let slot: Vec<u8> = db
        .query_row("SELECT body FROM slot_a WHERE substr(body, 15, 1) = x'01'", [], |row| row.get(0))
        .unwrap();
    let params =
        argon2::Params::new(KdfParams::FLOOR.m_kib(), KdfParams::FLOOR.t(), KdfParams::FLOOR.p(), Some(32))
            .unwrap();
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = [0; 32];
    argon.hash_password_into(PASSWORD.as_bytes(), &slot[64..96], &mut key).unwrap();
    // That this is the key is proved by what it opens.
    let payload = aes_gcm::aead::Payload { msg: &slot[108..156], aad: &slot[..96] };
    let nonce = aes_gcm::Nonce::<aes_gcm::aead::consts::U12>::try_from(&slot[96..108]).unwrap();
    aes_gcm::Aes256Gcm::new_from_slice(&key).unwrap().decrypt(&nonce, payload).unwrap();
    key
}

/// Where in the writable memory of a process each needle is found.
fn search(process: u32, needles: &[Needle]) -> Vec<String> {
    let mut starts = vec![false; 1 << 16];
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    for needle in needles {
        starts[pair(&needle.bytes)] = true;
    }
    let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let (mut found, mut searched) = (Vec::new(), 0);
    for map in fs::read_to_string(format!("/proc/{process}/maps")).unwrap().lines() {
        let mut fields = map.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        memory.seek(SeekFrom::Start(start)).unwrap();
        if memory.read_exact(&mut bytes).is_err() {
            continue; // [vvar] and the like cannot be read; no program writes there
        }
        searched += bytes.len();
        for at in 0..bytes.len().saturating_sub(16) {
            if starts[pair(&bytes[at..])] {
                for needle in needles.iter().filter(|needle| bytes[at..].starts_with(&needle.bytes)) {
                    found.push(format!(
                        "{} at {:#x} in {}",
                        needle.name,
                        start + at as u64,
                        fields.clone().last().unwrap_or(rights)
                    ));
                }
            }
        }
    }
    assert!(searched > 100_000, "hardly any memory was searched");
    found
}

fn wait_for(output: &mut ChildStdout, word: &str) {
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with(&format!("TESSERA {word}\n")) {
        assert_eq!(output.read(&mut byte).unwrap(), 1, "the child ended: {text}");
        text.push(char::from(byte[0]));
    }
}

fn start(path: &Path) -> (Child, ChildStdin, ChildStdout) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["child_unlocks_and_locks", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("TESSERA_VAULT_PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (child, input, output)
}

#[test]
fn after_the_lock_no_secret_is_in_the_memory_of_the_process() {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (mut child, mut input, mut output) = start(&path);
    let base32 = data_encoding::BASE32_NOPAD.encode(SECRET);
    write!(input, "{PASSWORD}\n{base32}\n{ISSUER}\n{NOTE}\n").unwrap();
    wait_for(&mut output, "created");
    writeln!(input, "{PASSWORD}").unwrap();
    wait_for(&mut output, "unlocked");
    let needles = needles(&path);

    // The search itself is proved: an unlocked vault has its entry and its keys in memory. The password it has not.
    let found = search(child.id(), &needles);
    for name in [
        "the secret (start)",
        "the note (start)",
        "the issuer (start)",
        "the vault key (start)",
        "the subkey records (start)",
    ] {
        assert!(found.iter().any(|one| one.starts_with(name)), "{name} is not even found while unlocked");
    }
    let password: Vec<_> =
        found.iter().filter(|one| one.contains("password") || one.contains("key-encryption")).collect();
    assert!(password.is_empty(), "while unlocked: {password:#?}");

    writeln!(input).unwrap();
    wait_for(&mut output, "locked");
    let found = search(child.id(), &needles);
    writeln!(input).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(found.is_empty(), "after the lock: {found:#?}");
}
