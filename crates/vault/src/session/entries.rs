//! Entries: reading, adding, changing, trash, codes.

use tessera_otp::{Code, Entry, Generator, Secret};

use super::{Ground, Vault};
use crate::change::Change;
use crate::state::Held;
use crate::{AuditEvent, EntryId, VaultError};

/// An entry in its vault.
#[derive(Debug, Clone, Copy)]
pub struct EntryRef<'a> {
    /// Its id.
    pub id: EntryId,
    /// What it says.
    pub entry: &'a Entry,
    /// How often its code was used.
    pub uses: u64,
    /// When its code was last used, Unix seconds.
    pub last_used: Option<u64>,
}

impl Vault {
    fn entry_ref<'a>(&'a self, id: EntryId, held: &'a Held) -> EntryRef<'a> {
        let (uses, last_used) = self.uses_of(id);
        EntryRef { id, entry: &held.entry, uses, last_used }
    }

    /// The entries outside the trash, in the order of their ids.
    pub fn entries(&self) -> impl Iterator<Item = EntryRef<'_>> {
        self.all_entries().filter(|found| found.entry.deleted.is_none())
    }

    /// The entries in the trash.
    pub fn trash(&self) -> impl Iterator<Item = EntryRef<'_>> {
        self.all_entries().filter(|found| found.entry.deleted.is_some())
    }

    fn all_entries(&self) -> impl Iterator<Item = EntryRef<'_>> {
        self.state.entries.iter().map(|(id, held)| self.entry_ref(*id, held))
    }

    /// An entry, in the trash or not.
    pub fn entry(&self, id: EntryId) -> Option<EntryRef<'_>> {
        self.state.entries.get(&id).map(|held| self.entry_ref(id, held))
    }

    /// The entries with this secret, those in the trash included.
    pub fn same_secret(&self, secret: &Secret) -> Vec<EntryId> {
        let same = self.state.entries.iter().filter(|(_, held)| held.entry.credential.secret == *secret);
        same.map(|(id, _)| *id).collect()
    }

    /// Adds entries, all of them or none, and returns their ids in the same order.
    ///
    /// # Errors
    /// [`VaultError::BadEntry`], [`VaultError::TooLarge`] and what any change may meet.
    pub fn add(&mut self, entries: Vec<Entry>) -> Result<Vec<EntryId>, VaultError> {
        self.put_new(entries, AuditEvent::EntryAdded)
    }

    /// As [`add`](Self::add), for what comes out of another app's export: the log says so, in one line.
    ///
    /// # Errors
    /// As `add`.
    pub fn import(&mut self, entries: Vec<Entry>) -> Result<Vec<EntryId>, VaultError> {
        self.put_new(entries, AuditEvent::Imported)
    }

    fn put_new(&mut self, entries: Vec<Entry>, event: AuditEvent) -> Result<Vec<EntryId>, VaultError> {
        for entry in &entries {
            entry.check().map_err(VaultError::BadEntry)?;
        }
        self.commit(|_, change, rng| {
            let mut ids: Vec<EntryId> = entries.iter().map(|_| EntryId::generate(rng)).collect();
            // In the file and in memory the entries of a large import then lie in the order in which they are gone through.
            ids.sort_unstable();
            for (id, entry) in ids.iter().zip(entries) {
                change.put(*id, entry);
            }
            match ids.as_slice() {
                [] => {}
                [one] => change.note(event, Some(*one.as_bytes())),
                _ => change.note(event, None),
            }
            Ok(ids)
        })
    }

    /// Replaces an entry by a whole new value. When the new value was made from one that was read a while ago, `edit` is
    /// safer: a counter that another program advanced meanwhile is then not set back.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::BadEntry`], [`VaultError::TooLarge`] and what any change may meet.
    pub fn update(&mut self, id: EntryId, entry: Entry) -> Result<(), VaultError> {
        self.edit(id, |old| *old = entry)
    }

    /// Changes an entry as it is at the moment of writing. Its time of change is the caller's to set.
    ///
    /// # Errors
    /// As `update`.
    pub fn edit(&mut self, id: EntryId, edit: impl FnOnce(&mut Entry)) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let old = &held(ground, id)?.entry;
            let mut entry = old.clone();
            edit(&mut entry);
            if entry != *old {
                entry.check().map_err(VaultError::BadEntry)?;
                change.put(id, entry);
                change.note(AuditEvent::EntryChanged, Some(*id.as_bytes()));
            }
            Ok(())
        })
    }

    /// Moves entries to the trash, where they are kept for 30 days. Those that are there already stay as they are.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and then nothing was moved; and what any change may meet.
    pub fn move_to_trash(&mut self, ids: &[EntryId]) -> Result<(), VaultError> {
        self.set_deleted(ids, true)
    }

    /// Takes entries out of the trash.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and then nothing was moved; and what any change may meet.
    pub fn restore(&mut self, ids: &[EntryId]) -> Result<(), VaultError> {
        self.set_deleted(ids, false)
    }

    fn set_deleted(&mut self, ids: &[EntryId], deleted: bool) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let mut moved = Vec::new();
            for id in unique(ids) {
                let old = &held(ground, id)?.entry;
                if old.deleted.is_some() != deleted {
                    change.put(id, Entry { deleted: deleted.then_some(ground.now), ..old.clone() });
                    moved.push(id);
                }
            }
            note_each(
                change,
                if deleted { AuditEvent::EntryTrashed } else { AuditEvent::EntryRestored },
                &moved,
            );
            Ok(())
        })
    }

    /// Deletes entries for good, in the trash or not.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and then nothing was deleted; and what any change may meet.
    pub fn delete_forever(&mut self, ids: &[EntryId]) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let ids = unique(ids);
            for id in &ids {
                held(ground, *id)?;
                change.drop_entry(*id);
            }
            note_each(change, AuditEvent::EntryDeleted, &ids);
            Ok(())
        })
    }

    /// The code of an entry at a Unix time. For HOTP the code of its next counter, which is not used up by this: show
    /// it only after `advance_hotp`.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Code`].
    pub fn code(&self, id: EntryId, at: u64) -> Result<Code, VaultError> {
        let held = self.state.entries.get(&id).ok_or(VaultError::NotFound)?;
        Ok(held.entry.credential.code_at(at)?)
    }

    /// Uses up the next counter of an HOTP entry. The code is returned once the counter after it is on the disk, so that
    /// no crash and no second program gives the same code twice.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::NotHotp`], [`VaultError::HotpExhausted`] and what any change may meet.
    pub fn advance_hotp(&mut self, id: EntryId) -> Result<Code, VaultError> {
        self.commit(|ground, change, _| {
            let mut entry = held(ground, id)?.entry.clone();
            let code = entry.credential.code_at(ground.now)?;
            let Generator::Hotp { counter, .. } = &mut entry.credential.generator else {
                return Err(VaultError::NotHotp);
            };
            *counter = counter.checked_add(1).ok_or(VaultError::HotpExhausted)?;
            change.put(id, entry);
            Ok(code)
        })
    }
}

fn held<'g>(ground: &'g Ground<'_>, id: EntryId) -> Result<&'g Held, VaultError> {
    ground.state.entries.get(&id).ok_or(VaultError::NotFound)
}

/// Notes an event for each entry, and for very many only that it was many: the log keeps its newest 10,000 lines, and one
/// change must not push everything else out.
fn note_each(change: &mut Change, event: AuditEvent, ids: &[EntryId]) {
    const NAMED_MOST: usize = 100;
    if ids.len() > NAMED_MOST {
        return change.note(event, None);
    }
    for id in ids {
        change.note(event, Some(*id.as_bytes()));
    }
}

/// Each id once: a second change of the same record in one transaction would build on a state that is gone.
pub(super) fn unique(ids: &[EntryId]) -> Vec<EntryId> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}
