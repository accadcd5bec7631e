//! `cargo xtask bench transfer`: what moving in costs beside the disk that it cannot do without.
//!
//! 10,000 entries of an Aegis export are read and written to a new vault in one transaction, against writing rows of the same number
//! and sizes to a bare SQLite database with the same settings. Both are measured in turn in one run, so that a slow or a busy machine
//! slows both. Exits with 1 when the ratio is over its limit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a program for a terminal")]
#![allow(clippy::disallowed_methods, reason = "it measures, so it reads the clock")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
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
    let probe = folder.path().join("probe");
    import(&mut vault(&probe), &export);
    let sizes = record_sizes(&probe);
    println!(
        "{} entries, {} KiB of Aegis's JSON, {} KiB of records",
        MANY,
        export.len() / 1024,
        sizes.iter().sum::<usize>() / 1024
    );
    let (mut read, mut whole, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let file = |name: &str| folder.path().join(format!("{name}-{round}"));
        let ours = || {
            let mut vault = vault(&file("vault"));
            import(&mut vault, &export)
        };
        // The order changes, so that neither always runs in the other's wake.
        let ((reading, all), rows) = if round % 2 == 0 {
            let first = ours();
            (first, write_bare(&file("bare"), &sizes))
        } else {
            let first = write_bare(&file("bare"), &sizes);
            (ours(), first)
        };
        if round > 0 {
            read.push(reading);
            whole.push(all);
            bare.push(rows);
        }
    }
    let ratio =
        median(whole.iter().zip(&bare).map(|(ours, bare)| ours.as_secs_f64() / bare.as_secs_f64()).collect());
    let milliseconds =
        |times: &[Duration]| median(times.iter().map(|time| time.as_secs_f64() * 1000.0).collect());
    println!("reading the export                 {:>8.1} ms", milliseconds(&read));
    println!("reading and writing it, together   {:>8.1} ms", milliseconds(&whole));
    println!("the same rows in bare SQLite       {:>8.1} ms", milliseconds(&bare));
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

/// How long reading took, and reading and writing.
fn import(vault: &mut Vault, export: &[u8]) -> (Duration, Duration) {
    let start = Instant::now();
    let found = inspect(export, "", &Answers::at(NOW)).unwrap();
    let reading = start.elapsed();
    let entries: Vec<Entry> = found.entries.into_iter().map(|found| found.entry).collect();
    let ids = vault.import(entries).unwrap();
    let all = start.elapsed();
    assert_eq!(ids.len(), MANY);
    (reading, all)
}

/// How large the vault's records are, from its file.
fn record_sizes(path: &Path) -> Vec<usize> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT length(body) FROM entry").unwrap();
    let length = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    let sizes: Vec<usize> =
        statement.query_map([], length).unwrap().map(|size| size.unwrap().try_into().unwrap()).collect();
    assert!(sizes.len() >= MANY);
    sizes
}

fn write_bare(path: &Path, sizes: &[usize]) -> Duration {
    let mut connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=4096; PRAGMA journal_mode=DELETE; PRAGMA secure_delete=ON; PRAGMA synchronous=EXTRA;
             CREATE TABLE record (row INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;",
        )
        .unwrap();
    let largest = vec![0x5a; sizes.iter().copied().max().unwrap()];
    let start = Instant::now();
    let transaction = connection.transaction().unwrap();
    {
        let mut insert = transaction.prepare("INSERT INTO record (body) VALUES (?1)").unwrap();
        for size in sizes {
            insert.execute([&largest[..*size]]).unwrap();
        }
    }
    transaction.commit().unwrap();
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
