//! Records that do not fit the manifest, and a manifest that does not verify: shown, kept, and settled by a person.

use super::Vault;
use crate::change::{Change, Writer};
use crate::head::Head;
use crate::load::load;
use crate::store::Access;
use crate::{AuditEvent, EntryId, QuarantineKey, QuarantineReason, Quarantined, Settle, VaultError, audit};

/// A generation beyond this is no honest writer's; it is not gone on from when a head that failed claims it.
const GENERATION_MAX: u64 = 1 << 40;

impl Vault {
    /// The records that do not fit the manifest.
    pub fn quarantine(&self) -> &[Quarantined] {
        &self.state.quarantine
    }

    /// Settles quarantined records, all of them or none. Accepted records are encrypted anew; one whose id is taken gets
    /// an id of its own.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::CannotSettle`] for accepting what is missing, cannot be decrypted or is no
    /// entry; and what any change may meet.
    pub fn settle(&mut self, keys: &[QuarantineKey], how: Settle) -> Result<(), VaultError> {
        if how == Settle::Keep {
            return Ok(());
        }
        self.commit(|ground, change, rng| {
            let mut taken: Vec<EntryId> = Vec::new();
            for key in keys {
                let known = ground.state.quarantine.iter().find(|quarantined| quarantined.key == *key);
                let Quarantined { id, reason, entry, .. } = known.ok_or(VaultError::NotFound)?;
                if how == Settle::Accept {
                    let entry =
                        entry.as_ref().filter(|_| is_acceptable(*reason)).ok_or(VaultError::CannotSettle)?;
                    let is_taken = ground.state.entries.contains_key(id) || taken.contains(id);
                    let id = if is_taken { EntryId::generate(rng) } else { *id };
                    taken.push(id);
                    change.put(id, entry.clone());
                }
                // The line of an unlisted record is another's or nobody's; an accepted one's was just written.
                let drops_line = how == Settle::Drop && *reason != QuarantineReason::Unlisted;
                change.drop_quarantined(*key, drops_line);
                change.note(AuditEvent::RecordSettled, Some(key.id));
            }
            Ok(())
        })
    }

    /// Takes the vault as it was found, after a person went over the list: what `entries` and `slots` show becomes the
    /// content of a new manifest. For [`Warning::ManifestFailed`](crate::Warning::ManifestFailed),
    /// [`SlotsFailed`](crate::Warning::SlotsFailed) and [`LeavesFailed`](crate::Warning::LeavesFailed). Quarantined
    /// records stay quarantined.
    ///
    /// # Errors
    /// [`VaultError::ReadOnly`] when the file may only be read or SQLite finds its structure damaged; and what any change
    /// may meet.
    pub fn accept_manifest(&mut self) -> Result<(), VaultError> {
        if self.store.access() == Access::Read || self.state.damaged_file || self.key_changed {
            return Err(VaultError::ReadOnly);
        }
        if self.state.manifest_whole() {
            return Ok(());
        }
        let transaction = self.store.begin_writing()?;
        // What the person saw must be what is accepted.
        let fresh = load(&self.store, &self.keys, self.state.vault)?;
        if fresh.data_version != self.state.data_version || self.stale {
            drop(transaction);
            self.take_over(fresh);
            return Err(VaultError::Changed);
        }
        let base = match &self.state.head {
            Some(head) => head.clone(),
            None => self.base_head()?,
        };
        let mut change = Change::default();
        change.rebuild_on(base);
        change.note(AuditEvent::ManifestAccepted, None);
        let now = self.host.now();
        let rng = self.host.rng.as_mut();
        self.stale = true;
        let written =
            Writer { store: &self.store, keys: &self.keys, state: &self.state, rng, now }.write(change)?;
        transaction.commit()?;
        self.stale = false;
        self.state.apply(written);
        self.remember();
        self.settle_view();
        Ok(())
    }

    /// A head to go on from when none verifies: its generation is beyond what this device saw and what the file claims
    /// within reason, its audit log the one that the events themselves prove.
    fn base_head(&self) -> Result<Head, VaultError> {
        let seen = self
            .outside()
            .and_then(|outside| outside.read(self.keys.rollback()))
            .map_or(0, |seen| seen.generation);
        let claimed = crate::locked::claimed_heads(&self.store, self.state.vault)?;
        let claimed =
            claimed.iter().map(Head::generation).filter(|generation| *generation < GENERATION_MAX).max();
        let mut head = Head::before_first(self.state.vault).at(seen.max(claimed.unwrap_or_default()));
        let log = audit::end_of_log(&self.store, &self.keys, self.state.vault)?;
        head.set_events(log.oldest, log.newest, &log.hash);
        Ok(head.unsigned())
    }
}

const fn is_acceptable(reason: QuarantineReason) -> bool {
    matches!(reason, QuarantineReason::Unlisted | QuarantineReason::Replayed { .. })
}
