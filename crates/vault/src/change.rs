//! A change: what is to be different, and how it gets into the file in one transaction.
//!
//! A change is planned against the verified state, written, committed, and only then becomes part of the state in
//! memory. Only the leaves that it touches and the head are computed anew.

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use tessera_otp::Entry;
use zeroize::Zeroizing;

use crate::content::center::{self, Kept};
use crate::content::entry;
use crate::content::event::Event;
use crate::content::private::{self, Usage};
use crate::envelope::{self, Label, TooLarge};
use crate::hazmat;
use crate::head::Head;
use crate::keys::Keys;
use crate::leaf::{LEAVES, Line, Lines};
use crate::slot::{self, Slot};
use crate::state::{Held, HeldKept, Place, State};
use crate::store::{Sheet, Store};
use crate::{AuditEvent, EntryId, QuarantineKey, RecordId, Settings, Table, VaultError, sealed};

/// How many audit events are kept.
pub(crate) const EVENTS_KEPT: u64 = 10_000;

/// What is to be different.
#[derive(Default)]
pub(crate) struct Change {
    edits: Vec<Edit>,
    slots: Option<Vec<Slot>>,
    events: Vec<Note>,
    /// Sealed events that are chained with this change.
    sealed: Vec<i64>,
    /// Write every leaf, line and copy anew from the state, on top of this head: the vault is made, or its manifest was
    /// accepted as found.
    rebuild: Option<Head>,
}

enum Edit {
    Entry(EntryId, Box<Entry>),
    DropEntry(EntryId),
    Settings(Settings),
    Usage(Usage),
    Kept(RecordId, Box<Kept>),
    DropKept(RecordId),
    BackupIdentity(Zeroizing<String>),
    /// Removes a quarantined record: its row and, if it is the record that a line means, that line.
    DropQuarantined {
        key: QuarantineKey,
        line: bool,
    },
}

struct Note {
    event: AuditEvent,
    subject: Option<[u8; 16]>,
    happened: Option<u64>,
}

impl Change {
    /// Stores an entry, new or changed.
    pub(crate) fn put(&mut self, id: EntryId, entry: Entry) {
        self.edits.push(Edit::Entry(id, Box::new(entry)));
    }

    pub(crate) fn drop_entry(&mut self, id: EntryId) {
        self.edits.push(Edit::DropEntry(id));
    }

    pub(crate) fn put_settings(&mut self, settings: Settings) {
        self.edits.push(Edit::Settings(settings));
    }

    pub(crate) fn put_usage(&mut self, usage: Usage) {
        self.edits.push(Edit::Usage(usage));
    }

    /// Stores what is kept of a center, new or changed.
    pub(crate) fn put_kept(&mut self, id: RecordId, kept: Kept) {
        self.edits.push(Edit::Kept(id, Box::new(kept)));
    }

    pub(crate) fn drop_kept(&mut self, id: RecordId) {
        self.edits.push(Edit::DropKept(id));
    }

    pub(crate) fn put_backup_identity(&mut self, identity: Zeroizing<String>) {
        self.edits.push(Edit::BackupIdentity(identity));
    }

    pub(crate) fn drop_quarantined(&mut self, key: QuarantineKey, line: bool) {
        self.edits.push(Edit::DropQuarantined { key, line });
    }

    pub(crate) fn set_slots(&mut self, slots: Vec<Slot>) {
        self.slots = Some(slots);
    }

    pub(crate) fn rebuild_on(&mut self, head: Head) {
        self.rebuild = Some(head);
    }

    pub(crate) fn note(&mut self, event: AuditEvent, subject: Option<[u8; 16]>) {
        self.events.push(Note { event, subject, happened: None });
    }

    /// Chains a sealed event, whose row then goes.
    pub(crate) fn note_sealed(&mut self, row: i64, happened: Option<u64>) {
        self.sealed.push(row);
        if happened.is_some() {
            self.events.push(Note { event: AuditEvent::FailedUnlock, subject: None, happened });
        }
    }

    /// When the sealed events that are to be chained say that they happened.
    pub(crate) fn sealed_times(&self) -> impl Iterator<Item = u64> {
        self.events.iter().filter_map(|note| note.happened)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && self.slots.is_none()
            && self.events.is_empty()
            && self.sealed.is_empty()
            && self.rebuild.is_none()
    }
}

/// What a written change makes of the state, once it is committed.
pub(crate) struct Written {
    head: Head,
    leaves: BTreeMap<u8, Lines>,
    slots: Option<Vec<Slot>>,
    results: Vec<Done>,
}

enum Done {
    Entry(EntryId, Held),
    DropEntry(EntryId),
    Settings(Settings, Place),
    Usage(Usage, Place),
    Kept(RecordId, HeldKept),
    DropKept(RecordId),
    BackupIdentity(Zeroizing<String>, Place),
    DropQuarantined(QuarantineKey),
}

/// Told how many records of how many are written; by answering false it stops the whole change.
pub(crate) type Watch<'w> = dyn FnMut(usize, usize) -> bool + 'w;

/// After how many records the watch is asked: often enough for a person who presses Stop.
const WATCHED_EVERY: usize = 64;

/// Writes changes within a transaction.
pub(crate) struct Writer<'w> {
    pub(crate) store: &'w Store,
    pub(crate) keys: &'w Keys,
    pub(crate) state: &'w State,
    pub(crate) rng: &'w mut (dyn CryptoRng + Send),
    pub(crate) now: u64,
}

impl From<TooLarge> for VaultError {
    fn from(TooLarge { found, limit }: TooLarge) -> Self {
        Self::TooLarge { found, limit }
    }
}

impl Writer<'_> {
    /// Writes everything but the commit.
    pub(crate) fn write(self, change: Change) -> Result<Written, VaultError> {
        self.write_watched(change, &mut |_, _| true)
    }

    /// As `write`, watched.
    pub(crate) fn write_watched(
        mut self,
        change: Change,
        watch: &mut Watch<'_>,
    ) -> Result<Written, VaultError> {
        let rebuilt = change.rebuild.is_some();
        let before = change.rebuild.as_ref().or(self.state.head.as_ref()).ok_or(VaultError::ReadOnly)?;
        let mut head = before.next();
        let mut log = Log::of(before);
        let mut leaves = self.leaves_to_repair(rebuilt)?;
        let total = change.edits.len();
        let mut results = Vec::with_capacity(total);
        for (done, edit) in change.edits.into_iter().enumerate() {
            if done.is_multiple_of(WATCHED_EVERY) && !watch(done, total) {
                return Err(VaultError::Stopped);
            }
            results.push(self.write_edit(edit, &mut leaves)?);
        }
        for (number, lines) in &leaves {
            let body = lines.body(*number, self.state.vault);
            self.store.put(Sheet::Leaf, i64::from(*number), &body)?;
            head.set_leaf_mac(*number, &hazmat::mac(self.keys.manifest(), &body));
        }
        if rebuilt {
            head.set_log_key(&sealed::log_key(self.keys));
        }
        let slots = change.slots.or_else(|| rebuilt.then(|| self.state.slots.clone()));
        if let Some(slots) = &slots {
            head.set_slots(&slot::hash_of(slots));
        }
        if slots.is_some() || self.state.repair.slots {
            write_slots(self.store, slots.as_ref().unwrap_or(&self.state.slots))?;
        }
        for row in &change.sealed {
            self.store.delete(Sheet::Sealed, *row)?;
        }
        for note in &change.events {
            self.write_event(note, &mut log)?;
        }
        log.prune(self.store)?;
        head.set_events(log.oldest, log.newest, &log.hash);
        let head = head.sign(self.keys.manifest());
        write_heads(self.store, &head, self.state.repair.heads || rebuilt)?;
        Ok(Written { head, leaves, slots, results })
    }

    /// The leaves that this change writes in any case.
    fn leaves_to_repair(&self, rebuild: bool) -> Result<BTreeMap<u8, Lines>, VaultError> {
        let repair = &self.state.repair;
        if rebuild {
            self.store.clear(Sheet::Leaf)?;
            return Ok((0..=u8::MAX).zip(self.lines_as_found()?).collect());
        }
        for row in &repair.stray_leaves {
            self.store.delete(Sheet::Leaf, *row)?;
        }
        Ok(repair.leaves.iter().map(|number| (*number, self.lines(*number))).collect())
    }

    /// The manifest of what the state shows, put together from the envelopes themselves.
    fn lines_as_found(&self) -> Result<Vec<Lines>, VaultError> {
        let mut leaves: Vec<Vec<Line>> = vec![Vec::new(); LEAVES];
        let entries = self.state.entries.iter();
        let entries = entries.map(|(id, held)| (Table::Entry, held.row, *id.as_bytes(), held.revision));
        let private =
            self.state.private_places().map(|place| (Table::Private, place.row, place.id, place.revision));
        for (table, row, id, revision) in entries.chain(private) {
            let body = self.store.get(Sheet::of(table), row)?.unwrap_or_default();
            let line = match self.state.line(table, &id) {
                Some(line) => *line,
                None => Line::new(table, &id, revision, &hazmat::hash(&body)),
            };
            leaves[usize::from(id[0])].push(line);
        }
        // Quarantined records keep the lines they had.
        for quarantined in &self.state.quarantine {
            let id = quarantined.key.id;
            if let Some(line) = self.state.line(quarantined.table, &id) {
                let lines = &mut leaves[usize::from(id[0])];
                if !lines.contains(line) {
                    lines.push(*line);
                }
            }
        }
        Ok(leaves.into_iter().map(Lines::sorted).collect())
    }

    fn lines(&self, leaf: u8) -> Lines {
        self.state.leaves.get(usize::from(leaf)).map(|leaf| leaf.lines.clone()).unwrap_or_default()
    }

    fn touch<'l>(&self, leaves: &'l mut BTreeMap<u8, Lines>, id: &[u8; 16]) -> &'l mut Lines {
        leaves.entry(id[0]).or_insert_with(|| self.lines(id[0]))
    }

    fn write_edit(&mut self, edit: Edit, leaves: &mut BTreeMap<u8, Lines>) -> Result<Done, VaultError> {
        Ok(match edit {
            Edit::Entry(id, entry) => {
                let content = entry::write(&entry);
                let held = self.state.entries.get(&id);
                let old =
                    held.map(|held| Place { row: held.row, id: *id.as_bytes(), revision: held.revision });
                let place = self.write_record(Table::Entry, *id.as_bytes(), old, &content, leaves)?;
                Done::Entry(id, Held { row: place.row, revision: place.revision, entry: *entry })
            }
            Edit::DropEntry(id) => {
                if let Some(held) = self.state.entries.get(&id) {
                    self.store.delete(Sheet::Entry, held.row)?;
                }
                self.touch(leaves, id.as_bytes()).remove(Table::Entry, id.as_bytes());
                Done::DropEntry(id)
            }
            Edit::Settings(settings) => {
                let content = private::write_settings(&settings);
                Done::Settings(settings, self.write_private(self.state.settings_place, &content, leaves)?)
            }
            Edit::Usage(usage) => {
                let content = private::write_usage(&usage);
                Done::Usage(usage, self.write_private(self.state.usage_place, &content, leaves)?)
            }
            Edit::Kept(id, kept) => {
                let old = self.state.kept_records.get(&id).map(|held| held.place);
                let content = center::write(&kept);
                let place = self.write_record(Table::Private, *id.as_bytes(), old, &content, leaves)?;
                Done::Kept(id, HeldKept { place, value: *kept })
            }
            Edit::DropKept(id) => {
                if let Some(held) = self.state.kept_records.get(&id) {
                    self.store.delete(Sheet::Private, held.place.row)?;
                }
                self.touch(leaves, id.as_bytes()).remove(Table::Private, id.as_bytes());
                Done::DropKept(id)
            }
            Edit::BackupIdentity(identity) => {
                let content = private::write_backup_identity(&identity);
                let place = self.write_private(self.state.backup_identity_place, &content, leaves)?;
                Done::BackupIdentity(identity, place)
            }
            Edit::DropQuarantined { key, line } => {
                if let Some(row) = key.row {
                    self.store.delete(Sheet::of(key.table), row)?;
                }
                if line {
                    self.touch(leaves, &key.id).remove(key.table, &key.id);
                }
                Done::DropQuarantined(key)
            }
        })
    }

    fn write_private(
        &mut self,
        old: Option<Place>,
        content: &Zeroizing<Vec<u8>>,
        leaves: &mut BTreeMap<u8, Lines>,
    ) -> Result<Place, VaultError> {
        let id = old.map_or_else(|| *EntryId::generate(self.rng).as_bytes(), |place| place.id);
        self.write_record(Table::Private, id, old, content, leaves)
    }

    fn write_record(
        &mut self,
        table: Table,
        id: [u8; 16],
        old: Option<Place>,
        content: &Zeroizing<Vec<u8>>,
        leaves: &mut BTreeMap<u8, Lines>,
    ) -> Result<Place, VaultError> {
        // A line without a place is of a quarantined record that this one replaces: the revision goes on from there.
        let listed = self.state.line(table, &id).map(Line::revision);
        let before = old.map(|place| place.revision).max(listed).unwrap_or_default();
        let revision = before.saturating_add(1);
        let label = Label { table, id, revision };
        let body = envelope::seal(self.keys.records(), label, self.state.vault, content, self.rng)?;
        let row = match old {
            Some(place) => {
                self.store.put(Sheet::of(table), place.row, &body)?;
                place.row
            }
            None => self.store.insert(Sheet::of(table), &body)?,
        };
        self.touch(leaves, &id).set(Line::new(table, &id, revision, &hazmat::hash(&body)));
        Ok(Place { row, id, revision })
    }

    fn write_event(&mut self, note: &Note, log: &mut Log) -> Result<(), VaultError> {
        let event = Event {
            number: log.newest.saturating_add(1),
            time: self.now,
            what: note.event,
            subject: note.subject,
            before: log.hash,
            happened: note.happened,
        };
        log.append(self.store, self.keys, self.state.vault, &event, self.rng)
    }
}

/// Writes the slots into both copies. What stood there before is overwritten (`secure_delete`).
pub(crate) fn write_slots(store: &Store, slots: &[Slot]) -> rusqlite::Result<()> {
    for sheet in [Sheet::SlotA, Sheet::SlotB] {
        store.clear(sheet)?;
        for (row, slot) in (1..).zip(slots) {
            store.put(sheet, row, slot.body())?;
        }
    }
    Ok(())
}

/// Writes the head into both copies.
pub(crate) fn write_heads(store: &Store, head: &Head, anew: bool) -> rusqlite::Result<()> {
    for sheet in [Sheet::HeadA, Sheet::HeadB] {
        if anew {
            store.clear(sheet)?;
        }
        store.put(sheet, 1, head.body())?;
    }
    Ok(())
}

/// The end of the audit log, as the head has it.
pub(crate) struct Log {
    pub(crate) oldest: u64,
    pub(crate) newest: u64,
    pub(crate) hash: [u8; hazmat::HASH],
}

impl Log {
    pub(crate) fn of(head: &Head) -> Self {
        Self { oldest: head.oldest_event(), newest: head.newest_event(), hash: head.event_hash() }
    }

    pub(crate) fn append(
        &mut self,
        store: &Store,
        keys: &Keys,
        vault: crate::VaultId,
        event: &Event,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), VaultError> {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&event.number.to_be_bytes());
        let label = Label { table: Table::Audit, id, revision: 1 };
        let body = envelope::seal(keys.audit(), label, vault, &event.write(), rng)?;
        store.put(Sheet::Audit, i64::try_from(event.number).unwrap_or(i64::MAX), &body)?;
        self.newest = event.number;
        self.hash = hazmat::hash(&body);
        Ok(())
    }

    /// Lets go of the oldest events.
    pub(crate) fn prune(&mut self, store: &Store) -> rusqlite::Result<()> {
        let oldest = (self.newest + 1).saturating_sub(EVENTS_KEPT).max(1);
        if oldest > self.oldest {
            store.delete_below(Sheet::Audit, i64::try_from(oldest).unwrap_or(i64::MAX))?;
            self.oldest = oldest;
        }
        Ok(())
    }
}

impl State {
    /// Takes a change over that was committed.
    pub(crate) fn apply(&mut self, written: Written) {
        self.head = Some(written.head);
        for (number, lines) in written.leaves {
            if let Some(leaf) = self.leaves.get_mut(usize::from(number)) {
                // Records that a failed leaf may have listed stay quarantined as unlisted.
                leaf.failed = false;
                leaf.lines = lines;
            }
        }
        if let Some(slots) = written.slots {
            self.slots = slots;
            self.slots_ok = true;
        }
        for done in written.results {
            match done {
                Done::Entry(id, held) => drop(self.entries.insert(id, held)),
                Done::DropEntry(id) => drop(self.entries.remove(&id)),
                Done::Settings(settings, place) => {
                    self.settings = settings;
                    self.settings_place = Some(place);
                }
                Done::Usage(usage, place) => {
                    self.usage = usage;
                    self.usage_place = Some(place);
                }
                Done::Kept(id, held) => drop(self.kept_records.insert(id, held)),
                Done::DropKept(id) => drop(self.kept_records.remove(&id)),
                Done::BackupIdentity(identity, place) => {
                    self.backup_identity = Some(identity);
                    self.backup_identity_place = Some(place);
                }
                Done::DropQuarantined(key) => self.quarantine.retain(|quarantined| quarantined.key != key),
            }
        }
        self.repair = crate::state::Repair::default();
    }
}
