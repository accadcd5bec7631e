//! What this crate's own tests start from: cheap vaults in a folder that goes away.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tessera_otp::Entry;
use tessera_testkit::{FixedClock, SeededRng, sample};

use crate::store::Sheet;
use crate::{
    EntryId, Host, KdfParams, LockedVault, OpenError, Password, RecoveryCode, Report, UnlockError,
    UnlockWith, Vault, VaultKey,
};

/// 2026-01-01.
pub(crate) const NOW: u64 = 1_767_225_600;

/// A vault's folder, its path, clock and ways in.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) clock: FixedClock,
    pub(crate) key: VaultKey,
    pub(crate) code: RecoveryCode,
    pub(crate) with_state: bool,
}

pub(crate) fn weak() -> KdfParams {
    KdfParams::from_stored(64, 1, 1)
}

pub(crate) fn password() -> Password {
    Password::new("correct horse".into())
}

impl Scene {
    /// A vault with some entries, opened.
    pub(crate) fn with(entries: usize) -> (Self, Vault) {
        Self::make(entries, false)
    }

    /// The same on a device that remembers what it saw.
    pub(crate) fn remembering(entries: usize) -> (Self, Vault) {
        Self::make(entries, true)
    }

    fn make(entries: usize, with_state: bool) -> (Self, Vault) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.tessera");
        let clock = FixedClock::new(NOW);
        let mut scene = Self {
            folder,
            path,
            clock,
            key: VaultKey::from_bytes(&[0; 32]),
            code: RecoveryCode::parse("00000-00005-0000A-0000F-0000M-0000H-0000Y-0000V").unwrap(),
            with_state,
        };
        let (mut vault, code) = Vault::create(&scene.path, &password(), weak(), scene.host(1)).unwrap();
        scene.key = vault.vault_key();
        scene.code = code;
        if entries > 0 {
            vault.add(sample::entries(entries)).unwrap();
        }
        (scene, vault)
    }

    pub(crate) fn host(&self, seed: u64) -> Host {
        let host = Host::new(self.clock.as_fn(), Box::new(SeededRng::new(seed)))
            .with_monotonic(self.clock.as_monotonic());
        if self.with_state { host.with_state_dir(self.folder.path().join("state")) } else { host }
    }

    pub(crate) fn open(&self) -> Vault {
        self.unlock(&UnlockWith::VaultKey(&self.key)).unwrap()
    }

    pub(crate) fn unlock(&self, with: &UnlockWith<'_>) -> Result<Vault, UnlockError> {
        LockedVault::open(&self.path).unwrap().unlock(with, self.host(2))
    }

    pub(crate) fn try_open(&self) -> Result<LockedVault, OpenError> {
        LockedVault::open(&self.path)
    }

    /// Checks the file without writing to it.
    pub(crate) fn check(&self) -> Report {
        let vault = LockedVault::open_read_only(&self.path).unwrap();
        vault.unlock(&UnlockWith::VaultKey(&self.key), self.host(3)).unwrap().check().unwrap()
    }

    /// Meddles with the file as somebody without the key can.
    pub(crate) fn meddle(&self, how: impl FnOnce(&rusqlite::Connection)) {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        how(&connection);
        connection.close().unwrap();
    }

    /// The rows of a table.
    pub(crate) fn rows(&self, sheet: Sheet) -> Vec<(i64, Vec<u8>)> {
        let mut found = Vec::new();
        self.meddle(|connection| {
            let mut statement =
                connection.prepare(&format!("SELECT row, body FROM {}", sheet.name())).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            found = rows.map(Result::unwrap).collect();
        });
        found
    }

    pub(crate) fn set_row(&self, sheet: Sheet, row: i64, body: &[u8]) {
        self.meddle(|connection| {
            let sql = format!("INSERT OR REPLACE INTO {} (row, body) VALUES (?1, ?2)", sheet.name());
            connection.execute(&sql, (row, body)).unwrap();
        });
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
}

pub(crate) fn hotp() -> Entry {
    let uri = "otpauth://hotp/Bank:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=0";
    Entry::new(tessera_otp::Credential::from_uri(uri).unwrap(), NOW)
}

pub(crate) fn ids(vault: &Vault) -> Vec<EntryId> {
    vault.entries().map(|found| found.id).collect()
}
