//! Nothing is lost when the process dies, the disk is full, or two programs write at once.
//!
//! The processes that die here are this test itself, started again with one of its `child_` tests: a child writes and
//! says on its standard output what it is about to do and what is done.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "real processes are killed after a real while")]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use common::{NOW, all, create, hex, host, unlock};
use rand_core::Rng as _;
use tessera_otp::{Algorithm, Credential, Digits, Entry, Generator, Secret};
use tessera_testkit::SeededRng;
use tessera_vault::{
    EntryId, KdfParams, LockedVault, OpenError, Password, SettingValue, UnlockError, UnlockWith, Vault,
    VaultError, VaultKey,
};

/// How often the child is killed; `cargo xtask soak` asks for more.
fn kills() -> usize {
    env::var("TESSERA_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(200)
}

/// Every so many kills, the child is killed while it re-keys.
const REKEY_EVERY: usize = 10;
const STEP: &str = "step";

/// What the children write, as a function of the number of steps: each step is one transaction.
type Model = BTreeMap<String, (String, Option<u64>, bool)>;

/// What step `n` does to the state that the model says.
fn apply(model: &mut Model, n: u64) {
    let start = n - n % 6;
    match n % 6 {
        0 => {
            for place in 0..8 {
                model.insert(name(n, place), ("new".into(), (place == 7).then_some(0), false));
            }
        }
        1 => model.get_mut(&name(start, 0)).unwrap().0 = long_note(n),
        2 => (1..4).for_each(|place| model.get_mut(&name(start, place)).unwrap().2 = true),
        3 => *model.get_mut(&name(start, 7)).unwrap().1.as_mut().unwrap() += 1,
        4 => {
            for place in 1..4 {
                model.remove(&name(start, place));
            }
            // What the rounds before left, so that the vault stays small and pages are given back and taken again.
            if start >= 12 {
                model.retain(|account, _| *account >= name(start - 6, 0));
            }
        }
        _ => {}
    }
}

/// Sorts as the numbers do.
fn name(start: u64, place: u64) -> String {
    format!("{start:08}/{place}")
}

fn long_note(n: u64) -> String {
    format!("{n} ").repeat(600)
}

/// Does step `n` to the vault.
fn step(vault: &mut Vault, n: u64) -> Result<(), VaultError> {
    let start = n - n % 6;
    let id = |vault: &Vault, place| {
        all(vault).into_iter().find(|(_, entry)| entry.credential.account == name(start, place)).unwrap().0
    };
    match n % 6 {
        0 => vault.add((0..8).map(|place| entry(&name(n, place), place == 7)).collect()).map(|_| ()),
        1 => {
            let id = id(vault, 0);
            let mut entry = vault.entry(id).unwrap().entry.clone();
            entry.note = long_note(n);
            vault.update(id, entry)
        }
        2 => vault.move_to_trash(&[id(vault, 1), id(vault, 2), id(vault, 3)]),
        3 => vault.advance_hotp(id(vault, 7)).map(|_| ()),
        4 => {
            let mut gone = vec![id(vault, 1), id(vault, 2), id(vault, 3)];
            if start >= 12 {
                let kept = name(start - 6, 0);
                gone.extend(
                    all(vault)
                        .into_iter()
                        .filter(|(_, entry)| entry.credential.account < kept)
                        .map(|(id, _)| id),
                );
            }
            vault.delete_forever(&gone)
        }
        _ => {
            let mut settings = vault.settings().clone();
            settings.other.insert(STEP.into(), SettingValue::Number(n));
            vault.set_settings(settings)
        }
    }
}

fn entry(account: &str, hotp: bool) -> Entry {
    let generator = if hotp {
        Generator::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 0 }
    } else {
        Generator::default()
    };
    let mut entry =
        Entry::new(Credential::new("killed", account, Secret::from_bytes(&[7; 20]).unwrap(), generator), NOW);
    entry.note = "new".into();
    entry
}

/// What the vault holds, in the terms of the model, and the step that its settings name.
fn state(vault: &Vault) -> (Model, Option<u64>) {
    let entries = all(vault).into_iter().map(|(_, entry)| {
        let counter = entry.credential.generator.counter();
        (entry.credential.account.clone(), (entry.note.clone(), counter, entry.deleted.is_some()))
    });
    let step = match vault.settings().other.get(STEP) {
        Some(SettingValue::Number(step)) => Some(*step),
        _ => None,
    };
    (entries.collect(), step)
}

/// The state after steps 0 to `n`, or before any.
fn expected(n: Option<u64>) -> (Model, Option<u64>) {
    let (mut model, mut set) = (Model::new(), None);
    for step in n.map_or(0..0, |n| 0..n + 1) {
        apply(&mut model, step);
        if step % 6 == 5 {
            set = Some(step);
        }
    }
    (model, set)
}

/// Starts this test again to run one of its children.
fn child(name: &str, variables: &[(&str, String)]) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .envs(variables.iter().map(|(key, value)| (*key, value)))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn given(name: &str) -> String {
    env::var(name).expect("this is a child of another test and is started by it")
}

fn key_from(text: &str) -> VaultKey {
    let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
    VaultKey::from_bytes(bytes.as_slice().try_into().unwrap())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nTESSERA {line}").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "a child of `killed_at_any_moment_a_vault_holds_the_old_or_the_new_state`"]
fn child_writes_until_it_is_killed() {
    let path = PathBuf::from(given("TESSERA_VAULT_PATH"));
    let mut vault = unlock(&path, &key_from(&given("TESSERA_VAULT_KEY")));
    let first = given("TESSERA_FIRST").parse().unwrap();
    for n in first..u64::MAX {
        say(&format!("start {n}"));
        step(&mut vault, n).unwrap();
        say(&format!("done {n}"));
    }
}

#[test]
#[ignore = "a child of `killed_at_any_moment_a_vault_holds_the_old_or_the_new_state`"]
fn child_re_keys_until_it_is_killed() {
    let path = PathBuf::from(given("TESSERA_VAULT_PATH"));
    let mut vault = unlock(&path, &key_from(&given("TESSERA_VAULT_KEY")));
    let first: u64 = given("TESSERA_FIRST").parse().unwrap();
    for n in first.. {
        say(&format!("start {n}"));
        vault.change_password(&Password::new(format!("password {n}")), KdfParams::FLOOR, true).unwrap();
        say(&format!("done {n}"));
    }
}

/// Lets a child run for a random while after it began, kills it, and gives the last step it began and finished.
fn run_and_kill(mut child: Child, after: Duration) -> (Option<u64>, Option<u64>) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = thread::spawn(move || {
        let (mut begun, mut done) = (None, None);
        for line in lines.map_while(Result::ok) {
            if let Some(n) = line.strip_prefix("TESSERA start ") {
                begun = n.parse().ok();
                let _ = sender.send(());
            } else if let Some(n) = line.strip_prefix("TESSERA done ") {
                done = n.parse().ok();
            }
        }
        (begun, done)
    });
    receiver.recv_timeout(Duration::from_mins(1)).expect("the child begins");
    thread::sleep(after);
    child.kill().unwrap(); // SIGKILL
    let status = child.wait().unwrap();
    assert!(!status.success(), "the child ended by itself: {status}");
    reader.join().unwrap()
}

/// Whether a journal waits to be rolled back: SQLite counts it only from its first synced byte on.
fn is_hot(journal: &Path) -> bool {
    fs::read(journal).is_ok_and(|bytes| bytes.first().is_some_and(|byte| *byte != 0))
}

#[test]
fn killed_at_any_moment_a_vault_holds_the_old_or_the_new_state() {
    let folder = common::on_disk();
    let path = folder.path().join("vault");
    let (vault, _) = create(&path);
    let mut key = vault.vault_key();
    drop(vault);
    let mut random = SeededRng::new(200);
    let (mut steps, mut passwords) = (None::<u64>, None::<u64>);
    let (mut mid_write, mut rolled_back, mut rekeyed) = (0, 0, 0);
    let kills = kills();
    for round in 1..=kills {
        let rekeys = round % REKEY_EVERY == 0;
        let last = if rekeys { passwords } else { steps };
        let first = last.map_or(0, |n| n + 1);
        let variables = [
            ("TESSERA_VAULT_PATH", path.to_str().unwrap().to_owned()),
            ("TESSERA_VAULT_KEY", hex(key.expose_secret())),
            ("TESSERA_FIRST", first.to_string()),
        ];
        let (name, longest) = if rekeys {
            ("child_re_keys_until_it_is_killed", 900_000)
        } else {
            ("child_writes_until_it_is_killed", 120_000)
        };
        let after = Duration::from_micros(u64::from(random.next_u32()) % longest);
        let (begun, done) = run_and_kill(child(name, &variables), after);
        let begun = begun.unwrap();
        let journal = folder.path().join("vault-journal");
        mid_write += usize::from(is_hot(&journal));
        // What was said to be done is done; what was only begun may be.
        let before = if begun == first { last } else { Some(begun - 1) };
        let possible = if done == Some(begun) { vec![Some(begun)] } else { vec![before, Some(begun)] };
        if rekeys {
            let locked = LockedVault::open(&path).unwrap();
            let open = |n: Option<u64>| {
                let password = n.map_or_else(common::password, |n| Password::new(format!("password {n}")));
                locked.unlock(&UnlockWith::Password(&password), host()).ok()
            };
            let (n, vault) = possible
                .iter()
                .find_map(|n| open(*n).map(|vault| (*n, vault)))
                .unwrap_or_else(|| panic!("kill {round}: neither password opens the vault"));
            rekeyed += usize::from(n != passwords);
            passwords = n;
            key = vault.vault_key();
        }
        let vault = unlock(&path, &key);
        let found = state(&vault);
        let possible = if rekeys { vec![steps] } else { possible };
        let now = *possible.iter().find(|n| expected(**n) == found).unwrap_or_else(|| {
            panic!("kill {round} after {after:?}: begun {begun}, done {done:?}; the vault holds neither state: {found:?}")
        });
        if !rekeys {
            rolled_back += usize::from(now != Some(begun));
            steps = now;
        }
        let report = vault.check().unwrap();
        assert!(report.is_clean() && vault.quarantine().is_empty(), "kill {round}: {:?}", report.findings);
        assert!(!is_hot(&journal), "kill {round}: the journal is left");
    }
    println!(
        "{kills} kills, {steps:?} steps, {mid_write} in the middle of a write, {rolled_back} in the old state, {rekeyed} re-keyings done"
    );
    // A test that never kills in the middle of a write would prove nothing.
    assert!(mid_write >= kills / 20, "only {mid_write} kills were in the middle of a write");
}

#[test]
#[ignore = "a child of the tests of a full disk"]
fn child_fills_the_disk() {
    let path = PathBuf::from(given("TESSERA_VAULT_PATH"));
    if let Ok(vault) = env::var("TESSERA_COPY_FROM") {
        fs::copy(vault, &path).unwrap();
    }
    let key = key_from(&given("TESSERA_VAULT_KEY"));
    let mut vault = unlock(&path, &key);
    let mut before = all(&vault);
    let error = loop {
        let mut entry = entry("more", false);
        entry.note = "x".repeat(9_000);
        match vault.add(vec![entry.clone(), entry]) {
            Ok(_) => before = all(&vault),
            Err(error) => break error,
        }
        assert!(before.len() < 1_000, "the disk does not fill");
    };
    say(&format!("error {error:?}"));
    assert!(matches!(error, VaultError::NoRoom | VaultError::Io(_)), "{error:?}");
    assert_eq!(all(&vault), before, "the session holds what the file does not");
    // Smaller changes, and reading, go on as far as there is room; nothing breaks.
    let _ = vault.set_settings(vault.settings().clone());
    assert_eq!(vault.check().unwrap().findings, []);
    let rekeyed = vault.change_password(&Password::new("no room for this".into()), KdfParams::FLOOR, true);
    say(&format!("re-keying {:?}", rekeyed.as_ref().err()));
    // It writes every record anew, in the pages of the old ones; whether that fits depends on what is full.
    let key = if rekeyed.is_ok() { vault.vault_key() } else { key };
    assert_eq!(all(&vault), before);
    drop(vault);
    assert_eq!(all(&unlock(&path, &key)), before);
    assert_eq!(unlock(&path, &key).check().unwrap().findings, []);
    // Giving room back works, and so does writing after it.
    let mut vault = unlock(&path, &key);
    let ids: Vec<EntryId> = before.iter().map(|(id, _)| *id).collect();
    let freed = vault.delete_forever(&ids);
    say(&format!("freed {freed:?}"));
    // Deleting needs a journal of the pages that it touches: on a disk that is full to the last byte it may be refused.
    let left = if freed.is_ok() { Vec::new() } else { before };
    drop(vault);
    assert_eq!(all(&unlock(&path, &key)), left);
    if let Ok(copy) = env::var("TESSERA_COPY_TO") {
        fs::copy(&path, copy).unwrap();
    }
    say(if matches!(error, VaultError::NoRoom) { "full NoRoom" } else { "full Io" });
}

/// Runs `child_fills_the_disk` behind another command; what it said, or `None` if that command does not work here.
fn fill_behind(wrapper: &[&str], variables: &[(&str, String)]) -> Option<String> {
    let output = Command::new(wrapper[0])
        .args(&wrapper[1..])
        .arg(env::current_exe().unwrap())
        .args(["child_fills_the_disk", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .envs(variables.iter().map(|(key, value)| (*key, value)))
        .output()
        .ok()?;
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !text.contains("running 1 test") {
        return None;
    }
    assert!(output.status.success(), "{text}");
    Some(text)
}

/// A file system of 300 KiB in a mount namespace of the child's own: a real ENOSPC, without needing root.
#[test]
fn on_a_full_disk_nothing_is_lost_and_the_error_says_so() {
    let folder = common::on_disk();
    let (path, mount, out) =
        (folder.path().join("vault"), folder.path().join("mount"), folder.path().join("out"));
    fs::create_dir(&mount).unwrap();
    let (vault, _) = create(&path);
    let key = vault.vault_key();
    drop(vault);
    let variables = [
        ("TESSERA_VAULT_PATH", mount.join("vault").to_str().unwrap().to_owned()),
        ("TESSERA_COPY_FROM", path.to_str().unwrap().to_owned()),
        ("TESSERA_COPY_TO", out.to_str().unwrap().to_owned()),
        ("TESSERA_VAULT_KEY", hex(key.expose_secret())),
        ("TESSERA_MOUNT", mount.to_str().unwrap().to_owned()),
    ];
    let mounting = "mount -t tmpfs -o size=300k tmpfs \"$TESSERA_MOUNT\" && exec \"$0\" \"$@\"";
    let Some(text) =
        fill_behind(&["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounting], &variables)
    else {
        println!("no mount namespace here; a_file_that_may_not_grow_loses_nothing stands in for it");
        return;
    };
    assert!(text.contains("TESSERA full NoRoom"), "{text}");
    assert_eq!(unlock(&out, &key).check().unwrap().findings, []);
}

/// Where mount namespaces are not to be had, a limit on the size of files (`RLIMIT_FSIZE`) makes writes fail as well.
#[test]
fn a_file_that_may_not_grow_loses_nothing() {
    let folder = common::on_disk();
    let path = folder.path().join("vault");
    let (vault, _) = create(&path);
    let key = vault.vault_key();
    drop(vault);
    let variables = [
        ("TESSERA_VAULT_PATH", path.to_str().unwrap().to_owned()),
        ("TESSERA_VAULT_KEY", hex(key.expose_secret())),
    ];
    // In blocks of 512 bytes; the signal is ignored, so that the write fails instead of the process.
    let text =
        fill_behind(&["sh", "-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\""], &variables).unwrap();
    assert!(text.contains("TESSERA full"), "{text}");
}

#[test]
#[ignore = "a child of `two_programs_lose_nothing_and_see_each_other`"]
fn child_adds_beside_another() {
    let mut vault = unlock(Path::new(&given("TESSERA_VAULT_PATH")), &key_from(&given("TESSERA_VAULT_KEY")));
    say("start 0");
    for number in 0..40 {
        vault.add(vec![entry(&format!("child {number}"), false)]).unwrap();
    }
    let counter =
        all(&vault).into_iter().find(|(_, entry)| entry.credential.account == "shared counter").unwrap().0;
    for _ in 0..20 {
        say(&format!("code {}", vault.advance_hotp(counter).unwrap().text()));
    }
}

#[test]
fn two_programs_lose_nothing_and_see_each_other() {
    let folder = common::on_disk();
    let path = folder.path().join("vault");
    let (mut vault, _) = create(&path);
    let counter = vault.add(vec![entry("shared counter", true)]).unwrap()[0];
    let variables = [
        ("TESSERA_VAULT_PATH", path.to_str().unwrap().to_owned()),
        ("TESSERA_VAULT_KEY", hex(vault.vault_key().expose_secret())),
    ];
    let mut other = child("child_adds_beside_another", &variables);
    let mut lines = BufReader::new(other.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "TESSERA start 0"));
    let mut codes = Vec::new();
    for number in 0..40 {
        vault.add(vec![entry(&format!("parent {number}"), false)]).unwrap();
    }
    for _ in 0..20 {
        codes.push(vault.advance_hotp(counter).unwrap().text().to_owned());
    }
    codes.extend(lines.filter_map(|line| line.strip_prefix("TESSERA code ").map(str::to_owned)));
    assert!(other.wait().unwrap().success());
    vault.refresh().unwrap();
    let accounts: Vec<String> =
        all(&vault).into_iter().map(|(_, entry)| entry.credential.account.clone()).collect();
    for number in 0..40 {
        assert!(
            accounts.contains(&format!("child {number}")) && accounts.contains(&format!("parent {number}")),
            "{number}"
        );
    }
    // Forty codes of forty counters: no counter was used twice, although both programs drew from it at once.
    let credential = |counter| {
        let generator = Generator::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX, counter };
        Credential::new("", "", Secret::from_bytes(&[7; 20]).unwrap(), generator)
    };
    let mut right: Vec<String> =
        (0..40).map(|counter| credential(counter).code_at(NOW).unwrap().text().to_owned()).collect();
    codes.sort();
    right.sort();
    assert_eq!(codes, right);
    assert_eq!(vault.entry(counter).unwrap().entry.credential.generator.counter(), Some(40));
    assert_eq!(vault.check().unwrap().findings, []);
    assert!(vault.quarantine().is_empty());
}

#[test]
fn a_writer_waits_and_then_says_that_another_one_is_at_work() {
    let folder = common::on_disk();
    let path = folder.path().join("vault");
    let (mut vault, _) = create(&path);
    let key = vault.vault_key();
    let before = all(&vault);
    let db = rusqlite::Connection::open(&path).unwrap();
    // Another writer: changes wait for five seconds, then are refused; reading goes on.
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(vault.add(vec![entry("late", false)]), Err(VaultError::Busy)));
    assert_eq!(all(&vault), before);
    assert_eq!(
        all(&LockedVault::open_read_only(&path)
            .unwrap()
            .unlock(&UnlockWith::VaultKey(&key), host())
            .unwrap()),
        before
    );
    // A writer that is in the middle of writing: not even reading.
    db.execute_batch("ROLLBACK; BEGIN EXCLUSIVE").unwrap();
    let opened = LockedVault::open(&path).map_err(|error| matches!(error, OpenError::Busy));
    match opened {
        Err(busy) => assert!(busy),
        Ok(locked) => {
            let unlocked = locked.unlock(&UnlockWith::VaultKey(&key), host()).map(|_| ());
            assert!(matches!(unlocked, Err(UnlockError::Busy)), "{unlocked:?}");
        }
    }
    db.execute_batch("ROLLBACK").unwrap();
    vault.add(vec![entry("late", false)]).unwrap();
    assert_eq!(vault.check().unwrap().findings, []);
}
