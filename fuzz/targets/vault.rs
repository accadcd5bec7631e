//! A vault's file: opened and checked with its recovery code, which costs nothing to try, and salvaged.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tessera_fuzz::NOW;
use tessera_testkit::SeededRng;
use tessera_vault::{Host, LockedVault, RecoveryCode, UnlockWith, salvage};

/// The frozen vault's own.
const CODE: &str = include_str!("../../tests/vectors/vault-v1.recovery-code");

/// In memory where the system has such a place: the file is written thousands of times a minute.
static PLACE: LazyLock<TempDir> = LazyLock::new(|| {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder for the file")
});

fuzz_target!(|bytes: &[u8]| {
    let file = PLACE.path().join("vault.tessera");
    std::fs::write(&file, bytes).expect("the file is written");
    let code = RecoveryCode::parse(CODE.trim()).expect("the vector's recovery code");
    let with = UnlockWith::RecoveryCode(&code);
    if let Ok(salvaged) = salvage(&file, &with) {
        assert!(
            salvaged.entries.iter().all(|found| found.entry.check().is_ok()),
            "a vault keeps no such entry"
        );
    }
    let Ok(locked) = LockedVault::open_read_only(&file) else { return };
    let host = Host::new(Arc::new(|| NOW), Box::new(SeededRng::new(1)));
    if let Ok(vault) = locked.unlock(&with, host) {
        for known in vault.entries() {
            assert_eq!(known.entry.check(), Ok(()), "an entry that no vault keeps");
        }
        let _ = vault.check();
        let _ = vault.audit_log(100);
    }
});
