//! What a session knows of its vault: all of it verified, and what did not verify set apart.

use std::collections::{BTreeMap, BTreeSet};

use tessera_otp::Entry;
use zeroize::Zeroizing;

use crate::content::center::Kept;
use crate::content::private::Usage;
use crate::head::Head;
use crate::leaf::{LEAVES, Line, Lines};
use crate::slot::Slot;
use crate::{EntryId, Quarantined, RecordId, Settings, Table, VaultId, Warning};

/// An entry and where it stands.
pub(crate) struct Held {
    pub(crate) row: i64,
    pub(crate) revision: u64,
    pub(crate) entry: Entry,
}

/// Where a private record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) row: i64,
    pub(crate) id: [u8; 16],
    pub(crate) revision: u64,
}

/// A private record of which there may be many.
pub(crate) struct HeldKept {
    pub(crate) place: Place,
    pub(crate) value: Kept,
}

/// One leaf as verified. A leaf that failed has no lines here, so that none it only claims is ever taken over.
#[derive(Clone, Default)]
pub(crate) struct Leaf {
    pub(crate) lines: Lines,
    pub(crate) failed: bool,
}

/// Copies that the next change writes anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Repair {
    pub(crate) heads: bool,
    pub(crate) slots: bool,
    pub(crate) leaves: BTreeSet<u8>,
    /// Rows of the table `leaf` that are no leaf.
    pub(crate) stray_leaves: Vec<i64>,
}

/// The last state that this session verified itself.
pub(crate) struct State {
    pub(crate) vault: VaultId,
    /// `None` when no copy verifies: then the manifest failed.
    pub(crate) head: Option<Head>,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) slots: Vec<Slot>,
    /// Whether the slots are those that the head names.
    pub(crate) slots_ok: bool,
    pub(crate) entries: BTreeMap<EntryId, Held>,
    pub(crate) settings: Settings,
    pub(crate) settings_place: Option<Place>,
    pub(crate) usage: Usage,
    pub(crate) usage_place: Option<Place>,
    pub(crate) kept_records: BTreeMap<RecordId, HeldKept>,
    pub(crate) backup_identity: Option<Zeroizing<String>>,
    pub(crate) backup_identity_place: Option<Place>,
    /// Private records that verified and are not in force: of a kind this version does not know, or superseded.
    pub(crate) kept: Vec<Place>,
    pub(crate) quarantine: Vec<Quarantined>,
    /// The tables one of whose copies was not the right one.
    pub(crate) damaged_copies: Vec<&'static str>,
    pub(crate) repair: Repair,
    /// SQLite could not read all of the file.
    pub(crate) damaged_file: bool,
    /// SQLite's number for what the file held when this state was read.
    pub(crate) data_version: i64,
}

impl State {
    pub(crate) fn empty(vault: VaultId) -> Self {
        Self {
            vault,
            head: None,
            leaves: vec![Leaf::default(); LEAVES],
            slots: Vec::new(),
            slots_ok: false,
            entries: BTreeMap::new(),
            settings: Settings::default(),
            settings_place: None,
            usage: Usage::default(),
            usage_place: None,
            kept_records: BTreeMap::new(),
            backup_identity: None,
            backup_identity_place: None,
            kept: Vec::new(),
            quarantine: Vec::new(),
            damaged_copies: Vec::new(),
            repair: Repair::default(),
            damaged_file: false,
            data_version: 0,
        }
    }

    pub(crate) fn line(&self, table: Table, id: &[u8; 16]) -> Option<&Line> {
        let lines = &self.leaves.get(usize::from(id[0]))?.lines;
        lines.get(lines.find(table, id)?)
    }

    pub(crate) fn generation(&self) -> u64 {
        self.head.as_ref().map_or(0, Head::generation)
    }

    /// Whether the manifest holds whole: head, slots and every leaf.
    pub(crate) fn manifest_whole(&self) -> bool {
        self.head.is_some() && self.slots_ok && self.leaves.iter().all(|leaf| !leaf.failed)
    }

    /// What a person should know of this state.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> =
            self.damaged_copies.iter().map(|table| Warning::DamagedCopy { table }).collect();
        let failed = self.leaves.iter().filter(|leaf| leaf.failed).count();
        if self.head.is_none() {
            warnings.push(Warning::ManifestFailed);
        } else {
            warnings.extend((!self.slots_ok).then_some(Warning::SlotsFailed));
            warnings.extend((failed > 0).then_some(Warning::LeavesFailed(failed)));
        }
        warnings.extend(self.damaged_file.then_some(Warning::DamagedFile));
        if !self.quarantine.is_empty() {
            warnings.push(Warning::QuarantinedRecords(self.quarantine.len()));
        }
        let weak = self.slots.iter().filter_map(|slot| slot.info().kdf).find(|kdf| kdf.is_below_floor());
        warnings.extend(weak.map(Warning::WeakKdf));
        warnings.extend((self.generation() >= REKEY_DUE).then_some(Warning::RekeyDue));
        warnings
    }

    /// The rows of all private records that verified.
    pub(crate) fn private_places(&self) -> impl Iterator<Item = Place> {
        let in_force =
            [self.settings_place, self.usage_place, self.backup_identity_place].into_iter().flatten();
        let many = self.kept_records.values().map(|held| held.place);
        in_force.chain(many).chain(self.kept.iter().copied())
    }
}

/// From this generation on a new key is offered: `docs/vault-format.md` §2.
const REKEY_DUE: u64 = 1 << 30;
