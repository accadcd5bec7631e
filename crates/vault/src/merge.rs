//! Merging with another copy of the same vault, entry by entry.

use std::collections::{BTreeMap, BTreeSet};

use tessera_otp::{Entry, Generator};

use crate::{AuditEvent, EntryId, Vault, VaultError};

/// How an entry differs between two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeKind {
    /// Only this vault has it: added here, or deleted there.
    OnlyOurs,
    /// Only the other has it: added there, or deleted here.
    OnlyTheirs,
    /// Both have it, with different content.
    Differs,
}

/// An entry that the two copies do not have alike.
#[derive(Debug, Clone)]
pub struct MergeItem {
    /// Its id, the same in both.
    pub id: EntryId,
    /// How it differs.
    pub kind: MergeKind,
    /// As this vault has it.
    pub ours: Option<Entry>,
    /// As the other has it.
    pub theirs: Option<Entry>,
    /// What is proposed: nothing is lost, and of two versions the one that was changed later is taken.
    pub proposed: Take,
}

/// Which side of an item to take. Of two HOTP counters the higher one counts in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// This vault's.
    Ours,
    /// The other's. For [`MergeKind::OnlyOurs`] that is none: the entry goes to the trash.
    Theirs,
    /// Both: the other's becomes an entry of its own.
    Both,
}

/// What to do with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeChoice {
    /// The item.
    pub id: EntryId,
    /// The side to take.
    pub take: Take,
}

/// What a merge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Entries added.
    pub added: usize,
    /// Entries changed.
    pub changed: usize,
    /// Entries moved to the trash.
    pub trashed: usize,
}

/// The entries that two collections do not have alike: a vault's, and those of a copy or a backup of it.
pub fn compare_entries(
    ours: &BTreeMap<EntryId, &Entry>,
    theirs: &BTreeMap<EntryId, &Entry>,
) -> Vec<MergeItem> {
    let ids: BTreeSet<EntryId> = ours.keys().chain(theirs.keys()).copied().collect();
    let mut items = Vec::new();
    for id in ids {
        let (ours, theirs) = (ours.get(&id).copied(), theirs.get(&id).copied());
        let (kind, proposed) = match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours == theirs => continue,
            (Some(ours), Some(theirs)) if rank(theirs) > rank(ours) => (MergeKind::Differs, Take::Theirs),
            (Some(_), Some(_)) => (MergeKind::Differs, Take::Ours),
            (Some(_), None) => (MergeKind::OnlyOurs, Take::Ours),
            (None, _) => (MergeKind::OnlyTheirs, Take::Theirs),
        };
        items.push(MergeItem { id, kind, ours: ours.cloned(), theirs: theirs.cloned(), proposed });
    }
    items
}

impl Vault {
    /// All entries by their ids, trash included.
    pub fn entries_by_id(&self) -> BTreeMap<EntryId, &Entry> {
        self.state.entries.iter().map(|(id, held)| (*id, &held.entry)).collect()
    }

    /// The entries, trash included, that this vault and another copy of it do not have alike.
    pub fn compare_with(&self, other: &Self) -> Vec<MergeItem> {
        compare_entries(&self.entries_by_id(), &other.entries_by_id())
    }

    /// Merges what was chosen, in one transaction. Items that are not named stay as they are here.
    ///
    /// # Errors
    /// [`VaultError::OtherVault`] when the other is no copy of this vault, [`VaultError::NotFound`] for an id that neither
    /// has; and what any change may meet.
    pub fn merge(&mut self, other: &Self, choices: &[MergeChoice]) -> Result<MergeReport, VaultError> {
        if self.id() != other.id() {
            return Err(VaultError::OtherVault);
        }
        self.take_in(&other.entries_by_id(), choices, AuditEvent::Merged)
    }

    /// The same with the entries of a backup, of this vault or of another one.
    ///
    /// # Errors
    /// [`VaultError::BadEntry`], [`VaultError::NotFound`] for an id that neither has; and what any change may meet.
    pub fn restore_from(
        &mut self,
        backup: &BTreeMap<EntryId, &Entry>,
        choices: &[MergeChoice],
    ) -> Result<MergeReport, VaultError> {
        for entry in backup.values() {
            entry.check().map_err(VaultError::BadEntry)?;
        }
        self.take_in(backup, choices, AuditEvent::BackupRestored)
    }

    fn take_in(
        &mut self,
        others: &BTreeMap<EntryId, &Entry>,
        choices: &[MergeChoice],
        event: AuditEvent,
    ) -> Result<MergeReport, VaultError> {
        self.commit(|ground, change, rng| {
            let mut report = MergeReport::default();
            let mut done = BTreeSet::new();
            for MergeChoice { id, take } in choices {
                if !done.insert(*id) {
                    continue;
                }
                let ours = ground.state.entries.get(id).map(|held| &held.entry);
                let theirs = others.get(id).copied();
                match (ours, theirs, take) {
                    (None, None, _) => return Err(VaultError::NotFound),
                    (None, Some(theirs), Take::Theirs | Take::Both) => {
                        change.put(*id, theirs.clone());
                        report.added += 1;
                    }
                    (Some(ours), Some(theirs), Take::Both) => {
                        change.put(EntryId::generate(rng), theirs.clone());
                        report.added += 1;
                        if let Some(entry) = raise_counter(ours, theirs) {
                            change.put(*id, entry);
                            report.changed += 1;
                        }
                    }
                    (Some(ours), Some(theirs), Take::Theirs) => {
                        let taken = raise_counter(theirs, ours).unwrap_or_else(|| theirs.clone());
                        if taken != *ours {
                            change.put(*id, taken);
                            report.changed += 1;
                        }
                    }
                    (Some(ours), Some(theirs), Take::Ours) => {
                        if let Some(entry) = raise_counter(ours, theirs) {
                            change.put(*id, entry);
                            report.changed += 1;
                        }
                    }
                    (Some(ours), None, Take::Theirs) if ours.deleted.is_none() => {
                        change.put(*id, Entry { deleted: Some(ground.now), ..ours.clone() });
                        report.trashed += 1;
                    }
                    (Some(_), None, _) | (None, Some(_), Take::Ours) => {}
                }
            }
            if report != MergeReport::default() {
                change.note(event, None);
            }
            Ok(report)
        })
    }
}

/// What makes one version of an entry the later one: its time of change, then its counter.
fn rank(entry: &Entry) -> (u64, Option<u64>) {
    (entry.modified.max(entry.deleted.unwrap_or_default()), entry.credential.generator.counter())
}

/// The entry with the other's counter, if both count for the same secret and the other's is higher: a counter that was
/// used anywhere must not be used again.
fn raise_counter(entry: &Entry, other: &Entry) -> Option<Entry> {
    let (own, others) = (entry.credential.generator.counter()?, other.credential.generator.counter()?);
    if others <= own || entry.credential.secret != other.credential.secret {
        return None;
    }
    let mut raised = entry.clone();
    if let Generator::Hotp { counter, .. } = &mut raised.credential.generator {
        *counter = others;
    }
    Some(raised)
}
