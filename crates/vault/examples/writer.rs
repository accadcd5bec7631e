//! Writes to a vault until it is killed, for tests that kill it.
//!
//! `writer PATH KEY SEED` opens the vault with its key in hexadecimal and makes random changes. Before each change it
//! prints `try N`, after it `done N STATE`, where STATE tells all entries by a hash; so whoever killed it knows the
//! two states that the file may hold. `writer PATH KEY wait` unlocks, locks, prints `locked` and waits for the end of
//! its standard input, for a test that searches its memory.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::hash::{Hash as _, Hasher as _};
use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rand_core::Rng as _;
use tessera_testkit::{FixedClock, SeededRng, sample};
use tessera_vault::{EntryId, Host, LockedVault, UnlockWith, Vault, VaultKey};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, path, key, seed] = arguments.as_slice() else { return Err("writer PATH KEY SEED|wait".into()) };
    let bytes: [u8; 32] = data_encoding::HEXLOWER_PERMISSIVE
        .decode(key.as_bytes())?
        .try_into()
        .map_err(|_| "a key has 32 bytes")?;
    let key = VaultKey::from_bytes(&bytes);
    let clock = FixedClock::new(1_767_225_600);
    let seed_number = seed.parse().unwrap_or_default();
    let host = Host::new(clock.as_fn(), Box::new(SeededRng::with_label(seed_number, "writer")));
    let host = host.with_monotonic(Arc::new(|| std::time::Duration::ZERO));
    let vault = LockedVault::open(path.as_ref())?.unlock(&UnlockWith::VaultKey(&key), host)?;
    if seed == "wait" {
        drop((vault, key));
        say("locked")?;
        std::io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    write_for_ever(vault, seed_number)
}

fn write_for_ever(mut vault: Vault, seed: u64) -> Result<(), Box<dyn Error>> {
    let mut rng = SeededRng::with_label(seed, "choices");
    let fresh = sample::entries(20);
    say(&format!("done 0 {:016x}", state(&vault)))?;
    for number in 1_u64.. {
        let ids: Vec<EntryId> = vault.entries().map(|found| found.id).collect();
        let some = |rng: &mut SeededRng| {
            ids.get(usize::try_from(rng.next_u32()).unwrap_or_default() % ids.len().max(1)).copied()
        };
        say(&format!("try {number}"))?;
        match (rng.next_u32() % 5, some(&mut rng)) {
            (0, Some(id)) if ids.len() > 20 => vault.delete_forever(&[id])?,
            (1, Some(id)) => vault.move_to_trash(&[id])?,
            (2 | 3, Some(id)) => {
                let note = "x".repeat(usize::try_from(rng.next_u32() % 3000)?);
                vault.edit(id, |entry| entry.note = note)?;
            }
            _ => {
                let count = 1 + usize::try_from(rng.next_u32() % 20)?;
                vault.add(fresh.iter().take(count).cloned().collect())?;
            }
        }
        say(&format!("done {number} {:016x}", state(&vault)))?;
    }
    Ok(())
}

/// All entries in one number.
fn state(vault: &Vault) -> u64 {
    let mut hasher = DefaultHasher::new();
    for found in vault.entries().chain(vault.trash()) {
        (found.id, &found.entry.note, &found.entry.credential.account, found.entry.deleted).hash(&mut hasher);
    }
    hasher.finish()
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
