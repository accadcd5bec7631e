//! Changes of many entries at once: an import and its undoing, one edit of all, duplicates made one. Each is one
//! transaction and one line in the log.

use std::collections::{BTreeMap, BTreeSet};

use tessera_otp::{Entry, Generator};

use super::{Ground, Vault, entries::unique};
use crate::change::Change;
use crate::{AuditEvent, EntryId, VaultError};

/// What an import did, and what undoing it needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The new entries, in the order in which they were given.
    pub added: Vec<EntryId>,
    /// Entries that the new ones took the place of; they are in the trash.
    pub replaced: Vec<EntryId>,
}

/// What became of duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergedDuplicates {
    /// The entries that stay, one for each set of duplicates.
    pub kept: Vec<EntryId>,
    /// Those that they took in; they are in the trash.
    pub trashed: Vec<EntryId>,
    /// Sets that stay as they are: together they have more tags or a longer note than an entry can hold.
    pub too_full: usize,
}

impl Vault {
    /// As [`import`](Self::import), and moves the entries that the new ones replace to the trash. `watch` is told how many
    /// of how many records are written; when it answers false, nothing is changed.
    ///
    /// # Errors
    /// [`VaultError::Stopped`]; [`VaultError::NotFound`] for an entry to replace that is not there; and as `import`.
    pub fn import_over(
        &mut self,
        entries: Vec<Entry>,
        replaced: &[EntryId],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Imported, VaultError> {
        for entry in &entries {
            entry.check().map_err(VaultError::BadEntry)?;
        }
        self.commit_watched(
            |ground, change, rng| {
                let mut added: Vec<EntryId> = entries.iter().map(|_| EntryId::generate(rng)).collect();
                // As in `add`: they then lie in the order in which they are gone through.
                added.sort_unstable();
                for (id, entry) in added.iter().zip(entries) {
                    change.put(*id, entry);
                }
                let replaced = to_trash(ground, change, replaced)?;
                note(change, AuditEvent::Imported, &added);
                Ok(Imported { added, replaced })
            },
            watch,
        )
    }

    /// Takes an import back and returns how many of its entries went. What is as it was imported goes for good; what was
    /// changed or used since goes to the trash. Entries that it had replaced come back.
    ///
    /// # Errors
    /// What any change may meet. Entries that are gone already are no error.
    pub fn undo_import(&mut self, import: &Imported) -> Result<usize, VaultError> {
        self.commit(|ground, change, _| {
            let mut gone = 0;
            for id in unique(&import.added) {
                let Some(held) = ground.state.entries.get(&id) else { continue };
                gone += 1;
                // The revision counts the times that a record was written.
                if held.revision == 1 {
                    change.drop_entry(id);
                } else if held.entry.deleted.is_none() {
                    change.put(id, Entry { deleted: Some(ground.now), ..held.entry.clone() });
                }
            }
            for id in unique(&import.replaced) {
                let Some(held) = ground.state.entries.get(&id) else { continue };
                if held.entry.deleted.is_some() {
                    change.put(id, Entry { deleted: None, ..held.entry.clone() });
                }
            }
            if !change.is_empty() {
                change.note(AuditEvent::ImportUndone, None);
            }
            Ok(gone)
        })
    }

    /// Changes entries alike, all of them or none, and returns how many are different now. Each is tidied and gets the
    /// present as its time of change; one that stays the same is not written.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::BadEntry`], [`VaultError::TooLarge`] and what any change may meet.
    pub fn edit_all(
        &mut self,
        ids: &[EntryId],
        mut edit: impl FnMut(&mut Entry),
    ) -> Result<usize, VaultError> {
        self.commit(|ground, change, _| {
            let mut changed = Vec::new();
            for id in unique(ids) {
                let old = &ground.state.entries.get(&id).ok_or(VaultError::NotFound)?.entry;
                let mut entry = old.clone();
                edit(&mut entry);
                let mut entry = entry.tidied();
                if entry != *old {
                    entry.check().map_err(VaultError::BadEntry)?;
                    entry.modified = ground.now;
                    change.put(id, entry);
                    changed.push(id);
                }
            }
            note(change, AuditEvent::EntryChanged, &changed);
            Ok(changed.len())
        })
    }

    /// The sets of entries that give the same codes, among those with these ids and outside the trash: the same secret,
    /// type and parameters. The first of each set is the one to keep: the most used, of these the oldest.
    pub fn duplicates_among(&self, ids: &[EntryId]) -> Vec<Vec<EntryId>> {
        let mut sets: Vec<Vec<EntryId>> = Vec::new();
        let mut by_secret: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for id in unique(ids) {
            let Some(held) = self.state.entries.get(&id).filter(|held| held.entry.deleted.is_none()) else {
                continue;
            };
            let credential = &held.entry.credential;
            // Compared with its like, within this process.
            let places = by_secret.entry(credential.secret.expose_secret()).or_default();
            let same = places.iter().copied().find(|place| {
                let first = sets.get(*place).and_then(|set| self.state.entries.get(set.first()?));
                first
                    .is_some_and(|first| same_codes(&first.entry.credential.generator, &credential.generator))
            });
            if let Some(set) = same.and_then(|place| sets.get_mut(place)) {
                set.push(id);
            } else {
                places.push(sets.len());
                sets.push(vec![id]);
            }
        }
        sets.retain(|set| set.len() > 1);
        for set in &mut sets {
            set.sort_by_cached_key(|id| {
                let created = self.state.entries.get(id).map_or(0, |held| held.entry.created);
                (core::cmp::Reverse(self.uses_of(*id).0), created, *id)
            });
        }
        sets
    }

    /// Makes each set of duplicates among these entries one. The entry that stays keeps its id, names and uses; it takes
    /// over tags, notes, the mark of a favorite and the highest counter, and a group and a picture if it has none. The
    /// others go to the trash.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::NotFound`] when another program deleted one meanwhile, and what any change
    /// may meet.
    pub fn merge_duplicates(&mut self, ids: &[EntryId]) -> Result<MergedDuplicates, VaultError> {
        let sets = self.duplicates_among(ids);
        self.commit(|ground, change, _| {
            let mut done = MergedDuplicates::default();
            for set in sets {
                let held = |id: &EntryId| {
                    ground.state.entries.get(id).map(|held| &held.entry).ok_or(VaultError::NotFound)
                };
                let Some((kept, others)) = set.split_first() else { continue };
                let mut entry = held(kept)?.clone();
                for other in others {
                    take_in(&mut entry, held(other)?);
                }
                if entry.check().is_err() {
                    done.too_full += 1;
                    continue;
                }
                if entry != *held(kept)? {
                    entry.modified = ground.now;
                    change.put(*kept, entry);
                }
                done.trashed.extend(to_trash(ground, change, others)?);
                done.kept.push(*kept);
            }
            note(change, AuditEvent::EntryChanged, &done.kept);
            note(change, AuditEvent::EntryTrashed, &done.trashed);
            Ok(done)
        })
    }
}

/// Notes one event about one entry or about several; none about none.
fn note(change: &mut Change, event: AuditEvent, ids: &[EntryId]) {
    match ids {
        [] => {}
        [one] => change.note(event, Some(*one.as_bytes())),
        _ => change.note(event, None),
    }
}

/// Moves to the trash what is not there yet, and says what that was.
fn to_trash(ground: &Ground<'_>, change: &mut Change, ids: &[EntryId]) -> Result<Vec<EntryId>, VaultError> {
    let mut moved = Vec::new();
    for id in unique(ids) {
        let old = &ground.state.entries.get(&id).ok_or(VaultError::NotFound)?.entry;
        if old.deleted.is_none() {
            change.put(id, Entry { deleted: Some(ground.now), ..old.clone() });
            moved.push(id);
        }
    }
    Ok(moved)
}

/// Whether two types give the same codes for the same secret; of counters the higher one is right.
fn same_codes(one: &Generator, other: &Generator) -> bool {
    let (mut one, mut other) = (one.clone(), other.clone());
    for generator in [&mut one, &mut other] {
        if let Generator::Hotp { counter, .. } = generator {
            *counter = 0;
        }
    }
    one == other
}

/// Takes over what a duplicate has and the entry that stays has not.
fn take_in(entry: &mut Entry, other: &Entry) {
    for (own, others) in [
        (&mut entry.credential.issuer, &other.credential.issuer),
        (&mut entry.credential.account, &other.credential.account),
    ] {
        if own.is_empty() {
            own.clone_from(others);
        }
    }
    if let (Generator::Hotp { counter, .. }, Some(others)) =
        (&mut entry.credential.generator, other.credential.generator.counter())
    {
        *counter = (*counter).max(others);
    }
    if entry.group.is_none() {
        entry.group.clone_from(&other.group);
    }
    let known: BTreeSet<String> = entry.tags.iter().cloned().collect();
    entry.tags.extend(other.tags.iter().filter(|tag| !known.contains(*tag)).cloned());
    if !other.note.is_empty() && !entry.note.contains(&other.note) {
        if !entry.note.is_empty() {
            entry.note.push_str("\n\n");
        }
        entry.note.push_str(&other.note);
    }
    if entry.icon.is_none() {
        entry.icon.clone_from(&other.icon);
    }
    entry.favorite |= other.favorite;
    entry.created = entry.created.min(other.created);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use tessera_otp::Credential;
    use tessera_testkit::sample;

    use super::*;
    use crate::testing::{NOW, Scene, ids};

    fn entry(uri: &str) -> Entry {
        Entry::new(Credential::from_uri(uri).unwrap(), NOW)
    }

    fn events(vault: &Vault) -> Vec<AuditEvent> {
        vault.audit_log(3).unwrap().iter().map(|record| record.event).collect()
    }

    #[test]
    fn an_import_is_taken_back_in_one_step_as_if_it_had_not_been() {
        let (_scene, mut vault) = Scene::with(5);
        let before: Vec<Entry> = vault.entries().map(|found| found.entry.clone()).collect();
        let old = ids(&vault)[2];
        let done = vault.import_over(sample::entries(7), &[old], &mut |_, _| true).unwrap();
        assert_eq!((done.added.len(), done.replaced.as_slice()), (7, [old].as_slice()));
        assert_eq!((vault.entries().count(), vault.trash().count()), (11, 1));
        assert_eq!(events(&vault)[2], AuditEvent::Imported);
        assert_eq!(vault.undo_import(&done).unwrap(), 7);
        let after: Vec<Entry> = vault.entries().map(|found| found.entry.clone()).collect();
        assert_eq!((after, vault.trash().count()), (before, 0));
        assert_eq!(events(&vault)[1..], [AuditEvent::Imported, AuditEvent::ImportUndone]);
        assert_eq!(vault.undo_import(&done).unwrap(), 0, "a second time there is nothing to take back");
        assert_eq!(events(&vault)[2], AuditEvent::ImportUndone);
    }

    #[test]
    fn what_was_changed_or_used_since_it_was_imported_goes_to_the_trash_when_the_import_is_taken_back() {
        let (_scene, mut vault) = Scene::with(0);
        let hotp = crate::testing::hotp();
        let done =
            vault.import_over([sample::entries(2), vec![hotp]].concat(), &[], &mut |_, _| true).unwrap();
        let used = *done.added.iter().find(|id| vault.advance_hotp(**id).is_ok()).unwrap();
        let changed = *done.added.iter().find(|id| **id != used).unwrap();
        vault.edit(changed, |entry| entry.note = "mine".into()).unwrap();
        assert_eq!(vault.undo_import(&done).unwrap(), 3);
        let mut left: Vec<EntryId> = vault.trash().map(|found| found.id).collect();
        left.sort_unstable();
        let mut expected = vec![used, changed];
        expected.sort_unstable();
        assert_eq!((left, vault.entries().count()), (expected, 0));
    }

    #[test]
    fn an_import_that_is_stopped_changes_neither_the_file_nor_what_is_shown() {
        let (scene, mut vault) = Scene::with(3);
        let before = (ids(&vault), vault.generation());
        let mut told = Vec::new();
        let stopped = vault.import_over(sample::entries(300), &[], &mut |done, total| {
            told.push((done, total));
            done < 128
        });
        assert!(matches!(stopped, Err(VaultError::Stopped)));
        assert_eq!(told, [(0, 300), (64, 300), (128, 300)]);
        assert_eq!((ids(&vault), vault.generation()), before);
        assert_eq!(ids(&scene.open()), before.0);
        vault.import_over(sample::entries(2), &[], &mut |_, _| true).unwrap();
        assert_eq!(ids(&scene.open()).len(), 5);
        assert!(scene.check().is_clean());
    }

    #[test]
    fn many_entries_are_edited_in_one_transaction_or_not_at_all() {
        let (_scene, mut vault) = Scene::with(4);
        let all = ids(&vault);
        let generation = vault.generation();
        let changed = vault.edit_all(&all, |entry| entry.group = Some("  Moved ".into())).unwrap();
        assert_eq!((changed, vault.generation()), (4, generation + 1));
        assert!(vault.entries().all(|found| found.entry.group.as_deref() == Some("Moved")));
        assert_eq!(vault.edit_all(&all, |entry| entry.group = Some("Moved".into())).unwrap(), 0);
        assert_eq!(vault.generation(), generation + 1, "what stays the same is not written");
        let mut nth = 0;
        let refused = vault.edit_all(&all, |entry| {
            nth += 1;
            entry.group = Some(if nth == 3 { "x".repeat(5000) } else { "Other".into() });
        });
        assert!(matches!(refused, Err(VaultError::BadEntry(_))));
        assert!(vault.entries().all(|found| found.entry.group.as_deref() == Some("Moved")));
    }

    #[test]
    fn duplicates_become_one_that_has_what_each_of_them_had() {
        let (_scene, mut vault) = Scene::with(0);
        let first = "otpauth://hotp/Bank:alice?secret=GEZDGNBVGY3TQOJQ&counter=4";
        let mut one = entry(first);
        (one.tags, one.note) = (vec!["a".into()], "from the old phone".into());
        let mut two = entry("otpauth://hotp/alice?secret=GEZDGNBVGY3TQOJQ&counter=9");
        (two.tags, two.group, two.favorite) = (vec!["b".into(), "a".into()], Some("Money".into()), true);
        (two.note, two.created) = ("from the new phone".into(), NOW - 50);
        // Longer codes are other codes, and another secret is another entry.
        let longer = entry("otpauth://hotp/Bank:alice?secret=GEZDGNBVGY3TQOJQ&counter=4&digits=8");
        let other = entry("otpauth://hotp/Bank:alice?secret=GEZDGNBVGY3TQOJR&counter=4");
        let added = vault.add(vec![one, two, longer, other]).unwrap();
        let kept =
            *added.iter().find(|id| vault.entry(**id).unwrap().entry.note == "from the old phone").unwrap();
        vault.record_use(kept);
        let done = vault.merge_duplicates(&added).unwrap();
        assert_eq!((done.kept.as_slice(), done.trashed.len(), done.too_full), ([kept].as_slice(), 1, 0));
        let merged = vault.entry(kept).unwrap().entry;
        assert_eq!(merged.credential.generator.counter(), Some(9));
        assert_eq!(merged.tags, ["a", "b"]);
        assert_eq!(merged.note, "from the old phone\n\nfrom the new phone");
        assert_eq!(
            (merged.group.as_deref(), merged.favorite, merged.created),
            (Some("Money"), true, NOW - 50)
        );
        assert_eq!((vault.entries().count(), vault.trash().count()), (3, 1));
        assert_eq!(events(&vault)[1..], [AuditEvent::EntryChanged, AuditEvent::EntryTrashed]);
        vault.restore(&done.trashed).unwrap();
        assert_eq!(vault.entries().count(), 4, "the trash gives back what was taken in");
    }

    #[test]
    fn duplicates_that_do_not_fit_into_one_entry_stay_as_they_are() {
        let (_scene, mut vault) = Scene::with(0);
        let full = |from: usize| {
            let mut entry = entry("otpauth://totp/Bank:alice?secret=GEZDGNBVGY3TQOJQ");
            entry.tags = (from..from + 40).map(|n| format!("t{n}")).collect();
            entry
        };
        let added = vault.add(vec![full(0), full(40)]).unwrap();
        let done = vault.merge_duplicates(&added).unwrap();
        assert_eq!((done.too_full, done.kept.len(), vault.trash().count()), (1, 0, 0));
    }
}
