//! `cargo xtask bench transfer`: what moving in costs beside the disk that it cannot do without.
//!
//! 10,000 entries of an Aegis export are read, and written to a new vault in one transaction; against writing the same entries to bare
//! SQLite, in the clear, as an app that encrypts nothing keeps them: a column for each value, found by a number that tells nothing. Both
//! have the same settings of SQLite and are measured in turn in one run, so that a slow or a busy machine slows both. Reading the export
//! is told beside them. Exits with 1 when writing is over its limit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a program for a terminal")]
#![allow(clippy::disallowed_methods, reason = "it measures, so it reads the clock")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rand_core::Rng as _;
use rusqlite::{Connection, params};
use tessera_otp::{Credential, Entry, Generator, Secret};
use tessera_testkit::SeededRng;
use tessera_transfer::{Answers, Making, export_by_id, inspect};
use tessera_vault::{Host, KdfParams, Password, Vault};

const MANY: usize = 10_000;
const NOW: u64 = 1_700_000_000;
const ROUNDS: usize = 9;
const LIMIT: f64 = 3.0;

fn main() -> ExitCode {
    let folder =
        tempfile::Builder::new().prefix("tessera-bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let export = aegis_export();
    println!("{MANY} entries, {} KiB of Aegis's JSON", export.len() / 1024);
    let (mut reading, mut ours, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let start = Instant::now();
        let entries = read(&export);
        let read = start.elapsed();
        let file = |name: &str| folder.path().join(format!("{name}-{round}"));
        let write_ours = |entries| write_vault(vault(&file("vault")), entries);
        let copy = entries.clone();
        // The order changes, so that neither always runs in the other's wake.
        let (vault, rows) = if round % 2 == 0 {
            let first = write_ours(entries);
            (first, write_bare(&file("bare"), &copy))
        } else {
            let first = write_bare(&file("bare"), &copy);
            (write_ours(entries), first)
        };
        if round > 0 {
            reading.push(read);
            ours.push(vault);
            bare.push(rows);
        }
    }
    let times = ours.iter().zip(&bare);
    let ratio = median(times.map(|(ours, bare)| ours.as_secs_f64() / bare.as_secs_f64()).collect());
    let milliseconds =
        |times: &[Duration]| median(times.iter().map(|time| time.as_secs_f64() * 1000.0).collect());
    println!("reading the export                 {:>8.1} ms", milliseconds(&reading));
    println!("writing the entries to the vault   {:>8.1} ms", milliseconds(&ours));
    println!("writing them to bare SQLite        {:>8.1} ms", milliseconds(&bare));
    let holds = ratio <= LIMIT;
    println!("ratio {ratio:.2}, limit {LIMIT:.1}  {}", if holds { "ok" } else { "TOO SLOW" });
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn aegis_export() -> Vec<u8> {
    let entries: Vec<Entry> = (0..MANY)
        .map(|number| {
            let mut secret = [0x5a; 20];
            secret[..8].copy_from_slice(&number.to_le_bytes());
            let account = format!("account-{number}@example.org");
            let secret = Secret::from_bytes(&secret).unwrap();
            let issuer = format!("Issuer {}", number % 500);
            Entry::new(Credential::new(&issuer, &account, secret, Generator::default()), NOW)
        })
        .collect();
    let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(1) };
    export_by_id("aegis").unwrap().write(&entries, making).unwrap().to_vec()
}

/// A new vault, which is not measured: the cheapest key derivation there is.
fn vault(path: &Path) -> Vault {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let rng = SeededRng::new(NEXT.fetch_add(1, Ordering::Relaxed));
    let host = Host::new(Arc::new(|| NOW), Box::new(rng));
    Vault::create(path, &Password::new("a password of the bench".into()), KdfParams::FLOOR, host).unwrap().0
}

fn read(export: &[u8]) -> Vec<Entry> {
    let found = inspect(export, "", &Answers::at(NOW)).unwrap();
    let entries: Vec<Entry> = found.entries.into_iter().map(|found| found.entry).collect();
    assert_eq!(entries.len(), MANY);
    entries
}

fn write_vault(mut vault: Vault, entries: Vec<Entry>) -> Duration {
    let start = Instant::now();
    let ids = vault.import(entries).unwrap();
    let taken = start.elapsed();
    assert_eq!(ids.len(), MANY);
    taken
}

fn write_bare(path: &Path, entries: &[Entry]) -> Duration {
    let mut connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=4096; PRAGMA journal_mode=DELETE; PRAGMA secure_delete=ON; PRAGMA synchronous=EXTRA;
             CREATE TABLE entry (id BLOB PRIMARY KEY, kind TEXT NOT NULL, issuer TEXT NOT NULL, account TEXT NOT NULL, secret BLOB NOT NULL,
                algorithm TEXT NOT NULL, digits INTEGER NOT NULL, period INTEGER, counter INTEGER, \"group\" TEXT, tags TEXT NOT NULL,
                note TEXT NOT NULL, icon BLOB, favorite INTEGER NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL, deleted INTEGER) STRICT;",
        )
        .unwrap();
    let mut rng = SeededRng::new(7);
    let start = Instant::now();
    let transaction = connection.transaction().unwrap();
    {
        let mut insert = transaction
            .prepare("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)")
            .unwrap();
        for entry in entries {
            let mut id = [0; 16];
            rng.fill_bytes(&mut id);
            let credential = &entry.credential;
            // Written in the clear: that is what is compared with.
            let secret = credential.secret.expose_secret();
            insert
                .execute(params![
                    id,
                    "totp",
                    credential.issuer,
                    credential.account,
                    secret,
                    "SHA1",
                    6,
                    30,
                    None::<i64>,
                    entry.group,
                    entry.tags.join(","),
                    entry.note,
                    entry.icon,
                    entry.favorite,
                    i64::try_from(entry.created).unwrap(),
                    i64::try_from(entry.modified).unwrap(),
                    entry.deleted.map(|at| i64::try_from(at).unwrap()),
                ])
                .unwrap();
        }
    }
    transaction.commit().unwrap();
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
