//! Backups in the app: made by hand and on a schedule while the vault is open, tried in drills, and restored.
//!
//! What belongs to an open vault goes when it is locked, a backup that is being made too: it is called off, and what may
//! still wait for a folder holds ciphertext only.

mod drill;
mod failures;
mod making;
mod restore;
mod rows;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tessera_transfer::backup::{Patience, WORK_FACTOR};
use tessera_vault::{BackupTarget, LastBackup, RecordId};

use crate::{dto::Failure, shell::held};

pub(crate) use making::{make, start};
pub(crate) use restore::Key;

/// What it costs to try a passphrase; in tests next to nothing.
const COST: u8 = if cfg!(test) { 4 } else { WORK_FACTOR };

/// What the shell knows of backups beside the vault.
pub(crate) struct Backups {
    /// For each step that touches a folder.
    limit: Duration,
    /// Counts the times that a vault was locked: work that began before is called off.
    epoch: AtomicU64,
    /// One backup at a time.
    turn: Mutex<()>,
    running: Mutex<Option<RecordId>>,
    watched: Mutex<Watched>,
    /// Folders that a person chose in a dialog: the page can name no other.
    picked: Mutex<HashSet<PathBuf>>,
    restoring: Mutex<Option<restore::Restoring>>,
}

/// What was seen since the vault was opened.
#[derive(Default)]
struct Watched {
    seen: Option<Seen>,
    targets: HashMap<RecordId, Health>,
}

/// What the vault held when it was looked at last. Times are a steady clock's.
struct Seen {
    generation: u64,
    digest: [u8; 32],
    changed: Duration,
}

/// How it goes with a target.
#[derive(Default)]
struct Health {
    failed: Option<Failed>,
    /// When its folder was looked into last, and whether the newest backup was not there.
    looked: Option<Duration>,
    gone: bool,
    /// Since when something is in no backup.
    behind: Option<Duration>,
    /// The newest backup, where the vault can only be read and does not note it.
    unnoted: Option<LastBackup>,
}

impl Health {
    /// A target with what could not be noted in it.
    fn with_unnoted(&self, target: &BackupTarget) -> BackupTarget {
        let mut target = target.clone();
        if self.unnoted.is_some() {
            target.last.clone_from(&self.unnoted);
        }
        target
    }
}

/// A try that failed, and how many did in a row.
struct Failed {
    failure: Failure,
    at: u64,
    steady: Duration,
    times: u32,
}

impl Default for Backups {
    fn default() -> Self {
        Self {
            limit: Patience::default().limit,
            epoch: AtomicU64::new(0),
            turn: Mutex::default(),
            running: Mutex::default(),
            watched: Mutex::default(),
            picked: Mutex::default(),
            restoring: Mutex::default(),
        }
    }
}

impl Backups {
    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// The vault was locked: everything of it goes, and what runs is called off.
    pub(crate) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        *held(&self.watched) = Watched::default();
        self.forget_page();
    }

    /// The page went: what only it was about goes.
    pub(crate) fn forget_page(&self) {
        held(&self.picked).clear();
        *held(&self.restoring) = None;
    }

    /// A person chose this folder.
    pub(crate) fn pick(&self, folder: &Path) {
        held(&self.picked).insert(folder.to_owned());
    }

    fn was_picked(&self, folder: &Path) -> bool {
        held(&self.picked).contains(folder)
    }
}
