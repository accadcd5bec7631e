//! Killed while backing up: what has a backup's name was proved, and there is always one.
//!
//! The process that dies here is this test itself, started again with its `child_` test: it makes one backup after the other and
//! says on its standard output what it begins and what is done.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::format_collect,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "names and texts of the test's own making"
)]
#![allow(clippy::disallowed_methods, reason = "real processes are killed after a real while")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use rand_core::Rng as _;
use tessera_testkit::{SeededRng, sample};
use tessera_transfer::backup::{
    self, Backup, BackupIdentity, OpenWith, Origin, SealFor, Target, create, list,
};
use tessera_vault::{EntryId, Settings, VaultId};

const KEY: [u8; 32] = [7; 32];
const VAULT: VaultId = VaultId::from_bytes([0x5A; 16]);
const NOW: u64 = 1_800_000_000;
const KEPT: usize = 3;

/// How often the child is killed; `cargo xtask soak` asks for more.
fn kills() -> usize {
    env::var("TESSERA_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(100)
}

/// The backup with this number: as many more entries as the number says, up to a hundred.
fn numbered(number: u64) -> Backup {
    let count = usize::try_from(number % 100).unwrap() + 1;
    let entries = (0_u8..).zip(sample::entries(count));
    let entries = entries.map(|(index, entry)| (EntryId::from_bytes([index; 16]), entry)).collect();
    Backup { made: NOW + number, vault: VAULT, generation: number, entries, settings: Settings::default() }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nTESSERA {line}").unwrap();
    out.flush().unwrap();
}

fn given(name: &str) -> String {
    env::var(name).expect("this is a child of another test and is started by it")
}

#[test]
#[ignore = "a child of `killed_at_any_moment_there_is_a_proved_backup`"]
fn child_backs_up_until_it_is_killed() {
    let own = BackupIdentity::parse(&given("TESSERA_IDENTITY")).unwrap();
    let recipients = [own.recipient()];
    let target = Target { folder: given("TESSERA_FOLDER").into(), keep: KEPT };
    for number in given("TESSERA_FIRST").parse::<u64>().unwrap().. {
        let backup = numbered(number);
        say(&format!("begin {number}"));
        let seal_for = SealFor::Recipients { recipients: &recipients, own: &own };
        let made = create(&backup, &KEY, seal_for, &target).unwrap();
        assert_eq!(made.not_dropped.len(), 0);
        say(&format!("done {number}"));
    }
}

/// Starts this test again to run its child.
fn child(folder: &Path, identity: &str, first: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "child_backs_up_until_it_is_killed",
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("TESSERA_FOLDER", folder)
        .env("TESSERA_IDENTITY", identity)
        .env("TESSERA_FIRST", first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child said: the last numbers begun and done.
#[derive(Default)]
struct Said {
    begun: Option<u64>,
    done: Option<u64>,
}

impl Said {
    fn take(&mut self, line: &str) {
        let said = line.strip_prefix("TESSERA ").and_then(|said| said.split_once(' '));
        match said.map(|(what, number)| (what, number.parse().ok())) {
            Some(("begin", number)) => self.begun = number,
            Some(("done", number)) => self.done = number,
            _ => {}
        }
    }
}

/// Waits until the child has done so many backups and begun another, lets it work for a while, and kills it.
fn run_and_kill(mut child: Child, backups: u64, after: Duration) -> Said {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = Said::default();
    let mut begun = 0;
    while begun <= backups {
        let line = lines.next().expect("the child works");
        begun += u64::from(line.starts_with("TESSERA begin"));
        said.take(&line);
    }
    // What it says meanwhile fits the pipe.
    thread::sleep(after);
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
    lines.for_each(|line| said.take(&line));
    said
}

/// How long a backup takes here and now, so that the kills fall into one on a slow or busy machine too.
fn time_of_one(mut child: Child) -> Duration {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut until = |words: &str| {
        lines.find(|line| line.starts_with(words)).expect("the child works");
        Instant::now()
    };
    until("TESSERA done");
    let begun = until("TESSERA begin");
    let took = until("TESSERA done") - begun;
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

fn unproved(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".part")).count()
}

#[test]
fn killed_at_any_moment_there_is_a_proved_backup() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let identity = BackupIdentity::generate();
    let text = identity.expose_secret();
    let identities = [identity];
    let mut random = SeededRng::new(11);
    let mut last_done: Option<u64> = None;
    let mut next = 0;
    let mut mid_write = 0;
    // Each kill between the new name and the removal of the oldest leaves one more, until a whole backup removes them all.
    let mut since_done = 0;
    let kills = kills();
    let elsewhere = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let one = time_of_one(child(elsewhere.path(), &text, 0));
    for round in 1..=kills {
        let before = unproved(folder.path());
        // Up to three whole ones, and then into the next or the one after that.
        let backups = u64::from(random.next_u32() % 4);
        let after = one.mul_f64(1.5 * f64::from(random.next_u32()) / f64::from(u32::MAX));
        let Said { begun, done } = run_and_kill(child(folder.path(), &text, next), backups, after);
        last_done = done.or(last_done);
        since_done = if done.is_some() { 0 } else { since_done + 1 };
        next = begun.unwrap() + 1;
        mid_write += usize::from(unproved(folder.path()) > if done.is_some() { 0 } else { before });
        let listed = list(folder.path(), Some(VAULT)).unwrap();
        for found in &listed {
            let opened = backup::open(&fs::read(&found.path).unwrap(), OpenWith::Identities(&identities));
            let document =
                opened.unwrap_or_else(|error| panic!("kill {round}: {}: {error}", found.path.display()));
            assert_eq!(Backup::origin(&document, &KEY), Origin::Own);
            let (read, problems) = Backup::parse(&document).unwrap();
            assert_eq!(problems, []);
            assert_eq!(read.entries, numbered(read.generation).entries, "kill {round}");
        }
        if let Some(done) = last_done {
            let newest =
                listed.first().unwrap_or_else(|| panic!("kill {round}: there is no backup any more"));
            assert!(newest.generation >= done, "kill {round}: what was done is gone");
            assert!(listed.len() <= KEPT + 1 + since_done, "kill {round}: {} backups", listed.len());
        }
    }
    println!("{kills} kills, {next} backups begun, {mid_write} kills in the middle of one");
    assert!(last_done.is_some_and(|done| done > 3), "hardly any backup was done");
    // A test that never kills in the middle of a backup would prove nothing.
    assert!(mid_write >= kills / 20, "only {mid_write} kills were in the middle of a backup");
}
