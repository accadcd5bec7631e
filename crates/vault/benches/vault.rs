//! `cargo xtask bench vault`: what the vault costs beside the cryptography that it cannot do without.
//!
//! Every number is a ratio of two things measured in turn in one run, so that a slow or a busy machine slows both:
//! - opening a vault of 10,000 entries with its password, against bare Argon2id with the same parameters;
//! - computing the codes of all 10,000 entries, against the bare HMACs over the same secrets, read where the vault holds
//!   them (against a compact copy of the secrets the ratio was 2.12 once: the difference is the way to memory);
//! - changing one entry of 10,000, against changing one of 100, with and without a disk that has to be waited for.
//!
//! Exits with 1 when a ratio is over its limit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a program for a terminal")]
#![allow(clippy::disallowed_methods, reason = "it measures, so it reads the clock")]

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tessera_otp::{Credential, Entry, Generator, Secret};
use tessera_testkit::SeededRng;
use tessera_vault::{EntryId, Host, KdfParams, LockedVault, Password, UnlockWith, Vault};

const MANY: usize = 10_000;
const FEW: usize = 100;
const NOW: u64 = 1_700_000_000;
const PASSWORD: &str = "a password of the bench";
const CALIBRATED: Duration = Duration::from_millis(700);

fn main() -> ExitCode {
    let start = Instant::now();
    let monotonic = move || start.elapsed();
    let kdf = KdfParams::calibrate(CALIBRATED, &monotonic);
    println!("Argon2id: {} KiB, {} passes, {} lanes", kdf.m_kib(), kdf.t(), kdf.p());
    println!("{:<44} {:>11} {:>11} {:>7} {:>6}", "", "vault", "bare", "ratio", "limit");
    let disk =
        tempfile::Builder::new().prefix("tessera-bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let memory = tempfile::tempdir_in("/dev/shm").ok();
    let mut all_hold = true;
    let mut tell = |what: &str, (vault, bare, ratio): Measured, limit: f64| {
        let holds = ratio <= limit;
        all_hold &= holds;
        let verdict = if holds { "ok" } else { "TOO SLOW" };
        println!(
            "{what:<44} {:>8.3} ms {:>8.3} ms {ratio:>7.3} {limit:>6.2}  {verdict}",
            ms(vault),
            ms(bare)
        );
    };
    let (mut many, ids) = make(&disk.path().join("many"), MANY, kdf);
    let (mut few, few_ids) = make(&disk.path().join("few"), FEW, kdf);
    tell("a change at 10,000 / at 100, on disk", change(&mut many, &ids, &mut few, &few_ids), 2.0);
    drop(many);
    tell("opening 10,000 entries / bare Argon2id", opening(&disk.path().join("many"), kdf), 1.10);
    tell("codes of 10,000 entries / bare HMAC-SHA-1", codes(&open(&disk.path().join("many"))), 2.0);
    if let Some(memory) = memory {
        let (mut many, ids) = make(&memory.path().join("many"), MANY, KdfParams::FLOOR);
        let (mut few, few_ids) = make(&memory.path().join("few"), FEW, KdfParams::FLOOR);
        tell("a change at 10,000 / at 100, in memory", change(&mut many, &ids, &mut few, &few_ids), 2.0);
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The medians of the vault's and of the bare work, and the median of the ratios of the pairs.
type Measured = (Duration, Duration, f64);

/// Measures both in turn, `rounds` times after one that is not counted. What they give is dropped outside of the measure.
fn in_turn<V, B>(rounds: usize, mut vault: impl FnMut() -> V, mut bare: impl FnMut() -> B) -> Measured {
    let mut pairs = Vec::with_capacity(rounds);
    for round in 0..=rounds {
        // The order changes, so that neither always runs in the other's warm or throttled wake.
        let pair = if round % 2 == 0 {
            let first = time(&mut vault);
            (first, time(&mut bare))
        } else {
            let first = time(&mut bare);
            (time(&mut vault), first)
        };
        if round > 0 {
            pairs.push(pair);
        }
    }
    let ratios = pairs.iter().map(|(vault, bare)| vault.as_secs_f64() / bare.as_secs_f64());
    (median(pairs.iter().map(|pair| pair.0)), median(pairs.iter().map(|pair| pair.1)), median(ratios))
}

fn time<T>(work: &mut dyn FnMut() -> T) -> Duration {
    let start = Instant::now();
    let made = work();
    let taken = start.elapsed();
    drop(black_box(made));
    taken
}

fn median<T: PartialOrd + Copy>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_by(|a, b| a.partial_cmp(b).expect("measured times are numbers"));
    values[values.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Another seed for each host: two sessions of one vault must not draw the same nonces.
fn host() -> Host {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Host::new(Arc::new(|| NOW), Box::new(SeededRng::new(NEXT.fetch_add(1, Ordering::Relaxed))))
}

fn secret(number: usize) -> [u8; 20] {
    let mut secret = [0x5a; 20];
    secret[..8].copy_from_slice(&number.to_le_bytes());
    secret
}

fn make(path: &Path, count: usize, kdf: KdfParams) -> (Vault, Vec<EntryId>) {
    let (mut vault, _code) = Vault::create(path, &Password::new(PASSWORD.into()), kdf, host()).unwrap();
    let entries = (0..count).map(|number| {
        let secret = Secret::from_bytes(&secret(number)).unwrap();
        let account = format!("account-{number}@example.org");
        Entry::new(
            Credential::new(&format!("Issuer {}", number % 500), &account, secret, Generator::default()),
            NOW,
        )
    });
    let ids = vault.add(entries.collect()).unwrap();
    (vault, ids)
}

/// As a person's program does it: a new session, with the password.
fn open(path: &Path) -> Vault {
    let password = Password::new(PASSWORD.into());
    LockedVault::open(path).unwrap().unlock(&UnlockWith::Password(&password), host()).unwrap()
}

fn opening(path: &Path, kdf: KdfParams) -> Measured {
    let salt = [7; 32];
    in_turn(
        11,
        || {
            // As a person's program does it: a new session, with the password.
            let password = Password::new(PASSWORD.into());
            let vault =
                LockedVault::open(path).unwrap().unlock(&UnlockWith::Password(&password), host()).unwrap();
            assert_eq!(black_box(&vault).entries().count(), MANY);
        },
        || {
            let params = Params::new(kdf.m_kib(), kdf.t(), kdf.p(), Some(32)).unwrap();
            let mut key = [0; 32];
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon.hash_password_into(PASSWORD.as_bytes(), &salt, &mut key).unwrap();
            key
        },
    )
}

fn codes(vault: &Vault) -> Measured {
    // In the order of a list of all entries. The bare HMACs take the very same secrets, where they lie in memory.
    let ids: Vec<EntryId> = vault.entries().map(|at| at.id).collect();
    let secrets: Vec<&[u8]> = vault.entries().map(|at| at.entry.credential.secret.expose_secret()).collect();
    in_turn(
        201,
        || {
            for id in &ids {
                black_box(vault.code(*id, NOW).unwrap());
            }
        },
        || {
            let step = (NOW / 30).to_be_bytes();
            for secret in &secrets {
                let mut mac = Hmac::<Sha1>::new_from_slice(secret).unwrap();
                mac.update(&step);
                black_box(mac.finalize());
            }
        },
    )
}

fn change(many: &mut Vault, many_ids: &[EntryId], few: &mut Vault, few_ids: &[EntryId]) -> Measured {
    let (mut at, mut at_few) = (0, 0);
    in_turn(
        101,
        || {
            at = (at + 7_919) % many_ids.len(); // a prime: entries from everywhere in the file
            change_one(many, many_ids[at]);
        },
        || {
            at_few = (at_few + 13) % few_ids.len();
            change_one(few, few_ids[at_few]);
        },
    )
}

fn change_one(vault: &mut Vault, id: EntryId) {
    let mut entry = vault.entry(id).unwrap().entry.clone();
    entry.note = if entry.note.is_empty() { "a note".into() } else { String::new() };
    vault.update(id, entry).unwrap();
}
