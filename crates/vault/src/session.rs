//! An unlocked vault: its state, how changes are committed, and how other programs' writes are seen.

mod access;
mod backups;
mod bulk;
mod centers;
mod entries;
mod own_devices;
mod quarantine;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tampering_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
mod usage;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

pub use bulk::{Imported, MergedDuplicates};
pub use entries::EntryRef;
pub use own_devices::OwnDevice;

use crate::change::{Change, Watch, Writer};
use crate::content::private::Use;
use crate::head::Head;
use crate::keys::{Keys, VaultKey};
use crate::load::load;
use crate::outside::{Outside, Seen};
use crate::sealed::{Opener, WAITING_MAX};
use crate::state::State;
use crate::store::{Access, Sheet, Store};
use crate::{
    AuditEvent, AuditRecord, EntryId, Host, Report, Settings, UnlockError, VaultError, VaultId, Warning,
    audit, check, memory,
};

/// How long an entry stays in the trash.
pub(crate) const TRASH_SECONDS: u64 = 30 * 24 * 60 * 60;
/// How far the clock may have gone on since the newest event of the log before the trash goes by it.
const BELIEVED_SECONDS: u64 = 7 * 24 * 60 * 60;

/// An unlocked vault. Dropping it locks it: every key and every secret is wiped from memory.
///
/// Uses and order that were not flushed (`flush_usage`) are lost with it; nothing else is ever held back.
pub struct Vault {
    pub(crate) store: Store,
    pub(crate) keys: Keys,
    pub(crate) host: Host,
    pub(crate) state: State,
    pending: Pending,
    /// What was noticed since unlocking and does not follow from the state.
    notices: Vec<Warning>,
    warnings: Vec<Warning>,
    /// The order to show: the pending one, else the stored one.
    order: Vec<EntryId>,
    /// Set when a transaction failed in a way that leaves open what the file holds.
    stale: bool,
    /// Another program gave the vault a new key: this session can only show what it has.
    key_changed: bool,
}

/// Uses and order that are not in the file yet.
#[derive(Default)]
struct Pending {
    uses: BTreeMap<EntryId, Use>,
    order: Option<Vec<EntryId>>,
    flushed: Option<Duration>,
}

/// What a change is planned against: the verified state within the transaction that will write it.
pub(crate) struct Ground<'g> {
    pub(crate) store: &'g Store,
    pub(crate) keys: &'g Keys,
    pub(crate) state: &'g State,
    pub(crate) now: u64,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.state.vault;
        f.debug_struct("Vault")
            .field("id", &id)
            .field("entries", &self.state.entries.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        memory::scrub_stack();
    }
}

impl Vault {
    /// Starts a session on a state that was just read and verified.
    pub(crate) fn start(
        store: Store,
        keys: Keys,
        state: State,
        host: Host,
        how: Option<AuditEvent>,
    ) -> Result<Self, UnlockError> {
        let mut vault = Self {
            store,
            keys,
            host,
            state,
            pending: Pending::default(),
            notices: Vec::new(),
            warnings: Vec::new(),
            order: Vec::new(),
            stale: false,
            key_changed: false,
        };
        vault.compare_with_seen();
        if vault.store.access() == Access::Read {
            vault.notices.push(Warning::ReadOnly);
        } else if vault.is_writable() {
            match vault.arrive(how) {
                Ok(()) => {}
                // The vault can be read all the same.
                Err(VaultError::NoRoom) => vault.notices.push(Warning::NotLogged),
                Err(VaultError::ReadOnly) => {
                    vault.store.give_up_writing();
                    vault.notices.push(Warning::ReadOnly);
                }
                Err(VaultError::Busy) => return Err(UnlockError::Busy),
                Err(VaultError::Damaged(cause)) => return Err(UnlockError::Damaged(cause)),
                Err(VaultError::Replaced(error)) => return Err(UnlockError::Changed(error)),
                Err(other) => return Err(UnlockError::Io(other.into())),
            }
        }
        vault.remember();
        vault.settle_view();
        Ok(vault)
    }

    /// What is due at unlocking: sealed events are chained, the unlocking is noted, old trash goes.
    fn arrive(&mut self, how: Option<AuditEvent>) -> Result<(), VaultError> {
        // A clock that is far ahead must not empty the trash: time counts only up to a week after the newest event, so
        // that it takes a second unlock to believe it.
        let believed =
            self.audit_log(1)?.last().map_or(0, |event| event.time).saturating_add(BELIEVED_SECONDS);
        let nothing_due = how.is_none()
            && self.store.count(Sheet::Sealed)? == 0
            && self.expired(self.host.now().min(believed)).is_empty();
        if nothing_due {
            return Ok(());
        }
        let mut failed = 0;
        let mut dropped = false;
        self.commit(|ground, change, _| {
            (failed, dropped) = chain_sealed(ground, change)?;
            for id in expired(ground.state, ground.now.min(believed)) {
                change.drop_entry(id);
                change.note(AuditEvent::EntryDeleted, Some(*id.as_bytes()));
            }
            if let Some(how) = how {
                change.note(how, None);
            }
            Ok(())
        })?;
        self.notices.extend((failed > 0).then_some(Warning::FailedUnlocks(failed)));
        self.notices.extend(dropped.then_some(Warning::SealedDropped));
        Ok(())
    }

    fn expired(&self, now: u64) -> Vec<EntryId> {
        expired(&self.state, now)
    }

    fn outside(&self) -> Option<Outside> {
        self.host.state_dir.as_deref().map(|folder| Outside::new(folder, self.state.vault))
    }

    fn compare_with_seen(&mut self) {
        let seen = self.outside().and_then(|outside| outside.read(self.keys.rollback()));
        if let (Some(seen), Some(head)) = (seen, &self.state.head) {
            self.notices.extend(seen.compare(head));
        }
    }

    /// Brings this device's note up to date, unless what it says is in dispute.
    fn remember(&mut self) {
        let disputed =
            |warning: &Warning| matches!(warning, Warning::RolledBack { .. } | Warning::Fork { .. });
        if self.notices.iter().any(disputed) {
            return;
        }
        let (Some(outside), Some(head)) = (self.outside(), &self.state.head) else { return };
        let kept = outside.write(self.keys.rollback(), &Seen::of(head)).is_ok();
        self.notices.retain(|warning| *warning != Warning::SeenNotKept);
        self.notices.extend((!kept).then_some(Warning::SeenNotKept));
    }

    /// Brings what is derived from state and notices up to date.
    fn settle_view(&mut self) {
        self.warnings = self.notices.clone();
        self.warnings.extend(self.state.warnings());
        let order = self.pending.order.as_ref().unwrap_or(&self.state.usage.order);
        if *order != self.order {
            self.order.clone_from(order);
        }
    }

    fn is_writable(&self) -> bool {
        self.store.access() == Access::Write
            && self.state.head.is_some()
            && !self.state.damaged_file
            && !self.key_changed
    }

    /// Plans a change against the newest state, writes it in one transaction, and takes it over. On an error nothing
    /// was changed, neither in the file nor in memory.
    pub(crate) fn commit<T>(
        &mut self,
        plan: impl FnOnce(&Ground<'_>, &mut Change, &mut (dyn CryptoRng + Send)) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.commit_watched(plan, &mut |_, _| true)
    }

    /// As `commit`, for a large change: `watch` is told how many records of how many were written, and stops the change,
    /// as a whole, by answering false.
    pub(crate) fn commit_watched<T>(
        &mut self,
        plan: impl FnOnce(&Ground<'_>, &mut Change, &mut (dyn CryptoRng + Send)) -> Result<T, VaultError>,
        watch: &mut Watch<'_>,
    ) -> Result<T, VaultError> {
        let planned = self.within_transaction(|ground, rng| {
            let mut change = Change::default();
            let result = plan(ground, &mut change, rng)?;
            if change.is_empty() {
                return Ok(((result, None), false));
            }
            let writer =
                Writer { store: ground.store, keys: ground.keys, state: ground.state, rng, now: ground.now };
            Ok(((result, Some(writer.write_watched(change, watch)?)), true))
        });
        let result = planned.map(|(result, written)| {
            if let Some(written) = written {
                self.state.apply(written);
                self.remember();
            }
            result
        });
        // Also after an error: another program's state may have been taken over on the way.
        self.settle_view();
        result
    }

    /// As `commit`, for a change that writes the file itself. The caller reads it anew afterwards.
    pub(crate) fn commit_with(
        &mut self,
        write: impl FnOnce(&Ground<'_>, &mut (dyn CryptoRng + Send)) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        self.within_transaction(|ground, rng| write(ground, rng).map(|()| ((), true)))
    }

    /// Runs `write` in a transaction that starts from the newest state of the file, verified. It says whether there is
    /// something to commit.
    fn within_transaction<T>(
        &mut self,
        write: impl FnOnce(&Ground<'_>, &mut (dyn CryptoRng + Send)) -> Result<(T, bool), VaultError>,
    ) -> Result<T, VaultError> {
        if !self.is_writable() {
            return Err(if self.key_changed { VaultError::KeyChanged } else { VaultError::ReadOnly });
        }
        self.reopen_if_replaced()?;
        let now = self.host.now();
        let transaction = self.store.begin_writing()?;
        match newer_state(&self.store, &self.keys, &self.state, self.stale) {
            Ok(None) => {}
            Ok(Some(fresh)) => {
                self.notices.extend(went_elsewhere(&self.state, &fresh));
                self.state = fresh;
                self.stale = false;
                if !self.is_writable() {
                    return Err(VaultError::ReadOnly);
                }
            }
            Err(error) => {
                self.key_changed |= matches!(error, VaultError::KeyChanged);
                return Err(error);
            }
        }
        let ground = Ground { store: &self.store, keys: &self.keys, state: &self.state, now };
        // From here on an error may leave open what the file holds; the next use looks.
        self.stale = true;
        let (result, written) = write(&ground, self.host.rng.as_mut())?;
        if written {
            transaction.commit()?;
        }
        self.stale = false;
        Ok(result)
    }

    /// Takes over what other programs wrote. True when something changed.
    ///
    /// # Errors
    /// [`VaultError::KeyChanged`] when the vault was re-keyed elsewhere: lock it and unlock it again.
    /// [`VaultError::Replaced`] when the file is gone; what was read stays readable.
    pub fn refresh(&mut self) -> Result<bool, VaultError> {
        if self.key_changed {
            return Err(VaultError::KeyChanged);
        }
        self.reopen_if_replaced()?;
        let fresh = {
            let _reading = self.store.begin_reading()?;
            newer_state(&self.store, &self.keys, &self.state, self.stale)
        };
        match fresh {
            Ok(None) => Ok(false),
            Ok(Some(fresh)) => {
                self.notices.extend(went_elsewhere(&self.state, &fresh));
                self.take_over(fresh);
                Ok(true)
            }
            Err(error) => {
                self.key_changed |= matches!(error, VaultError::KeyChanged);
                Err(error)
            }
        }
    }

    /// Makes a state that was read and verified the session's.
    pub(crate) fn take_over(&mut self, fresh: State) {
        self.state = fresh;
        self.stale = false;
        self.remember();
        self.settle_view();
    }

    /// Reads the file anew after a change that did not go through `State::apply`; if that fails now, the next use does.
    pub(crate) fn reload(&mut self) {
        self.stale = true;
        // What keeps it from being read is told by that next use.
        let _ = self.refresh();
    }

    /// A file put in the vault's place, as sync programs do, is opened anew and verified like any other change.
    fn reopen_if_replaced(&mut self) -> Result<(), VaultError> {
        if self.store.was_replaced() {
            self.store = Store::open(self.store.path(), self.store.access()).map_err(VaultError::Replaced)?;
            self.stale = true;
        }
        Ok(())
    }

    /// The vault's id.
    pub fn id(&self) -> VaultId {
        self.state.vault
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// Counts the transactions of this vault since it was made.
    pub fn generation(&self) -> u64 {
        self.state.generation()
    }

    /// Whether changes are refused: the file or folder may only be read, the manifest failed and was not accepted, the
    /// file is damaged, or the vault was re-keyed elsewhere.
    pub fn read_only(&self) -> bool {
        !self.is_writable()
    }

    /// What a person should know of this vault.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    pub(crate) fn notice(&mut self, warning: Warning) {
        self.notices.push(warning);
        self.settle_view();
    }

    /// After [`Warning::RolledBack`] or [`Warning::Fork`]: this copy is the one to go on with.
    ///
    /// # Errors
    /// [`VaultError::Io`] when this device's state cannot be written.
    pub fn accept_as_newest(&mut self) -> Result<(), VaultError> {
        if let (Some(outside), Some(head)) = (self.outside(), &self.state.head) {
            outside
                .write(self.keys.rollback(), &Seen::of(head))
                .map_err(|error| VaultError::Io(error.into()))?;
        }
        self.notices.retain(|warning| !matches!(warning, Warning::RolledBack { .. } | Warning::Fork { .. }));
        self.settle_view();
        Ok(())
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.state.settings
    }

    /// Stores the settings.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            if ground.state.settings != settings || ground.state.settings_place.is_none() {
                change.put_settings(settings);
                change.note(AuditEvent::SettingsChanged, None);
            }
            Ok(())
        })
    }

    /// The age identity that backups to recipients are also made for, so that each can be read back (DESIGN §5), as text.
    pub fn backup_identity(&self) -> Option<&str> {
        self.state.backup_identity.as_ref().map(|identity| identity.as_str())
    }

    /// Stores a backup identity, unless there is one: another program may have made it meanwhile. Returns the one in force.
    ///
    /// # Errors
    /// What any change may meet.
    pub fn keep_backup_identity(
        &mut self,
        identity: Zeroizing<String>,
    ) -> Result<Zeroizing<String>, VaultError> {
        self.commit(|ground, change, _| {
            if let Some(kept) = &ground.state.backup_identity {
                return Ok(kept.clone());
            }
            change.put_backup_identity(identity.clone());
            Ok(identity)
        })
    }

    /// Notes something in the audit log, such as that a secret is about to be shown.
    pub fn audit(&mut self, event: AuditEvent, subject: Option<EntryId>) -> Result<(), VaultError> {
        self.commit(|_, change, _| {
            change.note(event, subject.map(|id| *id.as_bytes()));
            Ok(())
        })
    }

    /// The newest events of the audit log, oldest first.
    pub fn audit_log(&self, newest: usize) -> Result<Vec<AuditRecord>, VaultError> {
        audit::newest(self, newest)
    }

    /// Checks the whole file as it is now: structure, copies, leaves, records, audit log.
    pub fn check(&self) -> Result<Report, VaultError> {
        check::check(self)
    }

    /// The vault key, for tests and tools that open the file with it. Whoever has it can read this file, and every copy
    /// of it, until it is re-keyed.
    pub fn vault_key(&self) -> VaultKey {
        VaultKey::from_bytes(self.keys.vault_key())
    }

    /// The key under which `transfer` marks backups as this vault's own.
    pub fn backup_mac_key(&self) -> &[u8; 32] {
        self.keys.backup_mac()
    }
}

/// Entries that were in the trash for 30 days.
fn expired(state: &State, now: u64) -> Vec<EntryId> {
    let gone = |deleted: u64| deleted.saturating_add(TRASH_SECONDS) <= now;
    state.entries.iter().filter(|(_, held)| held.entry.deleted.is_some_and(gone)).map(|(id, _)| *id).collect()
}

/// Plans the chaining of what was sealed. Returns how many failed unlocks there were, and whether notes were lost.
pub(crate) fn chain_sealed(ground: &Ground<'_>, change: &mut Change) -> Result<(usize, bool), VaultError> {
    let mut rows = Vec::new();
    ground.store.each(Sheet::Sealed, |row, body| rows.push((row, body.to_vec())))?;
    if rows.is_empty() {
        return Ok((0, false));
    }
    let opener = Opener::new(ground.keys, ground.state.vault);
    let (mut failed, mut dropped) = (0, rows.len() >= WAITING_MAX);
    for (row, body) in rows {
        // Whoever can write the file can add rows here: no more than honest programs would have left are chained.
        let happened = opener.open(&body).map(|(time, _)| time).filter(|_| failed < WAITING_MAX);
        failed += usize::from(happened.is_some());
        dropped |= happened.is_none();
        change.note_sealed(row, happened);
    }
    if dropped {
        change.note(AuditEvent::SealedDropped, None);
    }
    memory::scrub_stack();
    Ok((failed, dropped))
}

/// Within a transaction: the state of the file, if it is another than the one that was verified before.
fn newer_state(store: &Store, keys: &Keys, known: &State, stale: bool) -> Result<Option<State>, VaultError> {
    let is_known = |sheet| -> rusqlite::Result<bool> {
        Ok(known
            .head
            .as_ref()
            .is_some_and(|head| store.get(sheet, 1).is_ok_and(|body| body.as_deref() == Some(head.body()))))
    };
    if !stale
        && store.data_version()? == known.data_version
        && (is_known(Sheet::HeadA)? || is_known(Sheet::HeadB)?)
    {
        return Ok(None);
    }
    let fresh = load(store, keys, known.vault)?;
    let ours = |slot| known.slots.contains(slot);
    if known.head.is_some()
        && fresh.head.is_none()
        && !fresh.slots.is_empty()
        && !fresh.slots.iter().any(ours)
    {
        return Err(VaultError::KeyChanged);
    }
    Ok(Some(fresh))
}

/// Whether the file went back, or another way, while the session was open.
fn went_elsewhere(known: &State, fresh: &State) -> Option<Warning> {
    let (known, fresh): (&Head, &Head) = (known.head.as_ref()?, fresh.head.as_ref()?);
    Seen::of(known).compare(fresh)
}
