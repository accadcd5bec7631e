//! Reading a vault: every slot, leaf and record is checked against the head before anyone sees it.
//!
//! `docs/vault-format.md` §6 says how what is wrong is told apart. Nothing wrong here keeps a vault from opening.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use crate::content::private::Private;
use crate::content::{entry, private};
use crate::envelope::{self, Label};
use crate::hazmat;
use crate::head::Head;
use crate::keys::Keys;
use crate::leaf::{Line, Lines};
use crate::slot::{self, Slot};
use crate::state::{Held, HeldKept, Leaf, Place, State};
use crate::store::{Fault, Sheet, Store};
use crate::{EntryId, QuarantineKey, QuarantineReason, Quarantined, RecordId, SlotId, Table, VaultId, raw};

/// More copies of one vault's slots than this are not tried against each other.
const SLOTS_MIXED: usize = 8;

/// Reads and verifies the whole vault. The caller holds a transaction, so that all of it is one state.
///
/// # Errors
/// Only what keeps SQLite from reading for now (busy, I/O). Damage is no error: it is told in the state.
pub(crate) fn load(store: &Store, keys: &Keys, vault: VaultId) -> rusqlite::Result<State> {
    let mut state = State::empty(vault);
    state.damaged_file = !store.schema_ok();
    state.data_version = store.data_version()?;
    load_head(store, keys, &mut state)?;
    load_slots(store, &mut state)?;
    load_leaves(store, keys, &mut state)?;
    let mut reader = Reader::new(keys, state);
    for table in LISTED {
        let read = store.each(Sheet::of(table), |row, body| reader.take(table, row, body));
        tolerate(read, &mut reader.state.damaged_file)?;
    }
    if reader.state.damaged_file {
        // What SQLite cannot reach any more may still stand in the file, and the manifest proves it.
        raw::bodies_of_file(store.path(), |body| reader.take_stray(body));
    }
    Ok(reader.finish())
}

/// The tables that leaves list.
pub(crate) const LISTED: [Table; 2] = [Table::Entry, Table::Private];

/// Turns damage into a note and lets everything else through.
pub(crate) fn tolerate(read: rusqlite::Result<()>, damaged: &mut bool) -> rusqlite::Result<()> {
    match read {
        Err(error) if Fault::of(&error) == Fault::Damaged => {
            *damaged = true;
            Ok(())
        }
        other => other,
    }
}

/// All rows of a table, or those before the damage.
pub(crate) fn rows_of(
    store: &Store,
    sheet: Sheet,
    damaged: &mut bool,
) -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
    let mut rows = Vec::new();
    tolerate(store.each(sheet, |row, body| rows.push((row, body.to_vec()))), damaged)?;
    Ok(rows)
}

fn load_head(store: &Store, keys: &Keys, state: &mut State) -> rusqlite::Result<()> {
    let copies = [Sheet::HeadA, Sheet::HeadB]
        .map(|sheet| rows_of(store, sheet, &mut state.damaged_file).map(|rows| (sheet, rows)));
    let [a, b] = copies;
    let copies = [a?, b?];
    let genuine = copies.iter().flat_map(|(_, rows)| rows);
    let genuine = genuine
        .filter_map(|(_, body)| Head::read(body, state.vault))
        .filter(|head| head.verify(keys.manifest()));
    // Two that verify and differ: one is of an earlier generation, put back by somebody.
    state.head = genuine.max_by_key(Head::generation);
    let Some(head) = &state.head else { return Ok(()) };
    for (sheet, rows) in &copies {
        if !matches!(rows.as_slice(), [(1, body)] if body == head.body()) {
            state.repair.heads = true;
            state.damaged_copies.push(sheet.name());
        }
    }
    Ok(())
}

/// Chooses the slots that the head names: one of the copies, or what the two hold between them.
fn load_slots(store: &Store, state: &mut State) -> rusqlite::Result<()> {
    let a = rows_of(store, Sheet::SlotA, &mut state.damaged_file)?;
    let b = rows_of(store, Sheet::SlotB, &mut state.damaged_file)?;
    let read = |rows: &[(i64, Vec<u8>)]| -> Option<Vec<Slot>> {
        rows.iter().map(|(_, body)| Slot::read(body, state.vault)).collect()
    };
    let named = state.head.as_ref().map(|head| head.slots().to_vec());
    let is_named =
        |slots: &[Slot]| named.as_ref().is_some_and(|named| slot::hash_of(slots) == named.as_slice());
    let whole = [read(&a), read(&b)].map(|slots| slots.filter(|slots| is_named(slots)));
    for (copy, table) in whole.iter().zip([Sheet::SlotA.name(), Sheet::SlotB.name()]) {
        if copy.is_none() && state.head.is_some() {
            state.repair.slots = true;
            state.damaged_copies.push(table);
        }
    }
    let all: Vec<Slot> = {
        let mut all: Vec<Slot> =
            a.iter().chain(&b).filter_map(|(_, body)| Slot::read(body, state.vault)).collect();
        all.sort_by(|left, right| left.id().cmp(&right.id()).then_with(|| left.body().cmp(right.body())));
        all.dedup();
        all
    };
    let [in_a, in_b] = whole;
    let found = in_a.or(in_b).or_else(|| mix(&all, &is_named));
    state.slots_ok = found.is_some();
    // Without a verified set, all that were found are shown; `accept_manifest` takes them as they are.
    state.slots = found.unwrap_or(all);
    state.repair.slots &= state.slots_ok;
    Ok(())
}

/// When both copies are damaged in different slots, some choice of one version a slot is the one that the head names.
fn mix(all: &[Slot], is_named: &dyn Fn(&[Slot]) -> bool) -> Option<Vec<Slot>> {
    let mut by_id: Vec<(SlotId, Vec<&Slot>)> = Vec::new();
    for slot in all {
        match by_id.last_mut() {
            Some((id, versions)) if *id == slot.id() => versions.push(slot),
            _ => by_id.push((slot.id(), vec![slot])),
        }
    }
    // A damaged id makes a slot of its own, so that each may also be left out.
    let choices: Vec<usize> = by_id.iter().map(|(_, versions)| versions.len() + 1).collect();
    let total = choices.iter().try_fold(1_usize, |total, count| total.checked_mul(*count))?;
    if by_id.len() > SLOTS_MIXED || total > 1 << 12 {
        return None;
    }
    (0..total).find_map(|mut number| {
        let mut chosen = Vec::new();
        for ((_, versions), count) in by_id.iter().zip(&choices) {
            chosen.extend(versions.get(number % count).map(|slot| (*slot).clone()));
            number /= count;
        }
        is_named(&chosen).then_some(chosen)
    })
}

fn load_leaves(store: &Store, keys: &Keys, state: &mut State) -> rusqlite::Result<()> {
    let Some(head) = state.head.clone() else { return Ok(()) };
    for leaf in &mut state.leaves {
        leaf.failed = true;
    }
    let vault = state.vault;
    let (mut stray, mut misplaced) = (Vec::new(), false);
    let leaves = &mut state.leaves;
    let read = store.each(Sheet::Leaf, |row, body| {
        let number = body.get(14).copied().unwrap_or_default();
        let genuine = hazmat::same(&hazmat::mac(keys.manifest(), body), head.leaf_mac(number));
        match Lines::read(body, vault).filter(|_| genuine) {
            Some((number, lines)) if leaves.get(usize::from(number)).is_some_and(|leaf| leaf.failed) => {
                if let Some(leaf) = leaves.get_mut(usize::from(number)) {
                    *leaf = Leaf { lines, failed: false };
                }
                if row != i64::from(number) {
                    misplaced = true;
                    stray.push(row);
                }
            }
            _ => stray.push(row),
        }
    });
    tolerate(read, &mut state.damaged_file)?;
    if misplaced || !stray.is_empty() {
        state.damaged_copies.push(Sheet::Leaf.name());
        state.repair.leaves.extend(stray.iter().filter_map(|row| u8::try_from(*row).ok()));
        if misplaced {
            state.repair.leaves.extend(0..=u8::MAX);
        }
        state.repair.stray_leaves = stray;
    }
    if state.leaves.iter().any(|leaf| leaf.failed) {
        heal_leaves(store, keys, &head, state)?;
    }
    state.repair.leaves.retain(|number| !state.leaves[usize::from(*number)].failed);
    Ok(())
}

/// A leaf whose lines, put together anew from the records in the file, have the MAC that the head holds is proved by
/// it, whatever became of its row.
fn heal_leaves(store: &Store, keys: &Keys, head: &Head, state: &mut State) -> rusqlite::Result<()> {
    let mut found: HashMap<u8, Vec<Line>> = HashMap::new();
    for table in LISTED {
        let read = store.each(Sheet::of(table), |_, body| {
            let label = Label::read(body, state.vault).filter(|label| label.table == table);
            if let Some(label) = label.filter(|label| state.leaves[usize::from(label.id[0])].failed) {
                let line = Line::new(table, &label.id, label.revision, &hazmat::hash(body));
                found.entry(label.id[0]).or_default().push(line);
            }
        });
        tolerate(read, &mut state.damaged_file)?;
    }
    let mut healed = false;
    for (number, leaf) in (0..=u8::MAX).zip(&mut state.leaves).filter(|(_, leaf)| leaf.failed) {
        let lines = Lines::sorted(found.remove(&number).unwrap_or_default());
        if hazmat::same(
            &hazmat::mac(keys.manifest(), &lines.body(number, state.vault)),
            head.leaf_mac(number),
        ) {
            *leaf = Leaf { lines, failed: false };
            state.repair.leaves.insert(number);
            healed = true;
        }
    }
    if healed && !state.damaged_copies.contains(&Sheet::Leaf.name()) {
        state.damaged_copies.push(Sheet::Leaf.name());
    }
    Ok(())
}

/// Sorts records into those that the manifest lists and those that do not fit.
struct Reader<'k> {
    keys: &'k Keys,
    state: State,
    /// For each line of each leaf, whether its record was found.
    found: Vec<Vec<bool>>,
    plain: Zeroizing<Vec<u8>>,
    misfits: Vec<Misfit>,
}

struct Misfit {
    table: Table,
    row: i64,
    label: Option<Label>,
    body: Vec<u8>,
}

/// What a record says, once opened.
enum Content {
    Entry(tessera_otp::Entry),
    Private(Private),
    Unreadable,
}

impl<'k> Reader<'k> {
    fn new(keys: &'k Keys, state: State) -> Self {
        let found = state.leaves.iter().map(|leaf| vec![false; leaf.lines.len()]).collect();
        Self { keys, state, found, plain: Zeroizing::new(Vec::with_capacity(4096)), misfits: Vec::new() }
    }

    fn take(&mut self, table: Table, row: i64, body: &[u8]) {
        let label = Label::read(body, self.state.vault);
        match label.filter(|label| label.table == table) {
            Some(label) if self.is_listed(&label, body) => self.admit(row, label, body),
            _ => self.misfits.push(Misfit { table, row, label, body: body.to_vec() }),
        }
    }

    /// A body found outside of any table: counts only if the manifest lists it and its record is not found yet.
    fn take_stray(&mut self, body: &[u8]) {
        if let Some(label) = Label::read(body, self.state.vault)
            && self.is_listed(&label, body)
        {
            self.admit(ROWLESS, label, body);
        }
    }

    /// Whether this is the very envelope that the manifest lists; the first of its kind.
    fn is_listed(&mut self, label: &Label, body: &[u8]) -> bool {
        let leaf = usize::from(label.id[0]);
        let lines = &self.state.leaves[leaf].lines;
        let Some(at) = lines.find(label.table, &label.id) else { return false };
        let same = lines.get(at).is_some_and(|line| line.hash() == hazmat::hash(body));
        same && !std::mem::replace(&mut self.found[leaf][at], true)
    }

    fn open(&mut self, label: &Label, body: &[u8]) -> Option<Content> {
        let content = envelope::open(self.keys.records(), body, &mut self.plain)?;
        Some(match label.table {
            Table::Entry => entry::read(content).map_or(Content::Unreadable, Content::Entry),
            Table::Private => private::read(content).map_or(Content::Unreadable, Content::Private),
            Table::Audit => Content::Unreadable,
        })
    }

    fn admit(&mut self, row: i64, label: Label, body: &[u8]) {
        match self.open(&label, body) {
            Some(Content::Entry(entry)) => {
                let held = Held { row, revision: label.revision, entry };
                self.state.entries.insert(EntryId::from_bytes(label.id), held);
            }
            Some(Content::Private(private)) => self.state.admit_private(row, label, private),
            Some(Content::Unreadable) => {
                self.quarantine(label.table, Some(row), Some(label), QuarantineReason::Unreadable, None);
            }
            None => self.quarantine(label.table, Some(row), Some(label), QuarantineReason::Damaged, None),
        }
    }

    fn quarantine(
        &mut self,
        table: Table,
        row: Option<i64>,
        label: Option<Label>,
        reason: QuarantineReason,
        entry: Option<tessera_otp::Entry>,
    ) {
        let id = label.map_or([0; 16], |label| label.id);
        let key = QuarantineKey { table, id, row };
        self.state.quarantine.push(Quarantined { key, table, id: EntryId::from_bytes(id), reason, entry });
    }

    fn finish(mut self) -> State {
        let misfits = std::mem::take(&mut self.misfits);
        if self.state.head.is_none() {
            self.finish_unproved(misfits);
        } else {
            self.finish_proved(misfits);
        }
        self.state
    }

    /// With a verified head: names what is wrong with each record that does not fit, and what is missing.
    fn finish_proved(&mut self, misfits: Vec<Misfit>) {
        let mut claimed = HashSet::new();
        for Misfit { table, row, label, body } in misfits {
            let content = label.and_then(|label| self.open(&label, &body));
            let line = label.filter(|label| label.table == table).and_then(|label| {
                let leaf = usize::from(label.id[0]);
                let lines = &self.state.leaves[leaf].lines;
                let at = lines.find(table, &label.id).filter(|at| !self.found[leaf][*at])?;
                lines.get(at).map(|line| (label, line.revision()))
            });
            let reason = match (&label, line, &content) {
                (None, ..) | (_, Some(_), None) => QuarantineReason::Damaged,
                (_, Some((label, listed)), Some(_)) => {
                    QuarantineReason::Replayed { listed, found: label.revision }
                }
                (Some(_), None, _) => QuarantineReason::Unlisted,
            };
            claimed.extend(line.map(|(label, _)| (table, label.id)));
            let entry = match content {
                Some(Content::Entry(entry)) => Some(entry),
                _ => None,
            };
            self.quarantine(table, Some(row), label, reason, entry);
        }
        let mut missing = Vec::new();
        for (leaf, found) in self.state.leaves.iter().zip(&self.found) {
            for (line, _) in leaf.lines.iter().zip(found).filter(|(_, found)| !**found) {
                let Some(table) = line.table() else { continue };
                if !claimed.contains(&(table, line.id())) {
                    missing.push(Label { table, id: line.id(), revision: line.revision() });
                }
            }
        }
        for label in missing {
            self.quarantine(label.table, None, Some(label), QuarantineReason::Missing, None);
        }
    }

    /// Without one: records stand by their own authentication alone, of each the highest revision.
    fn finish_unproved(&mut self, mut misfits: Vec<Misfit>) {
        misfits.sort_by_key(|misfit| std::cmp::Reverse(misfit.label.map_or(0, |label| label.revision)));
        let mut seen = HashSet::new();
        for Misfit { table, row, label, body } in misfits {
            let fits = label.filter(|label| label.table == table);
            match fits.and_then(|label| self.open(&label, &body).map(|content| (label, content))) {
                Some((label, Content::Entry(entry))) if seen.insert((table, label.id)) => {
                    let held = Held { row, revision: label.revision, entry };
                    self.state.entries.insert(EntryId::from_bytes(label.id), held);
                }
                Some((label, Content::Private(private))) if seen.insert((table, label.id)) => {
                    self.state.admit_private(row, label, private);
                }
                Some((_, Content::Entry(entry))) => {
                    self.quarantine(table, Some(row), label, QuarantineReason::Unlisted, Some(entry));
                }
                Some(_) => self.quarantine(table, Some(row), label, QuarantineReason::Unlisted, None),
                None => self.quarantine(table, Some(row), label, QuarantineReason::Damaged, None),
            }
        }
    }
}

/// The row of what was found outside of every table. Such a vault is never written.
const ROWLESS: i64 = i64::MIN;

impl State {
    /// Of several records of one kind the one with the highest revision, then the highest id, is in force.
    pub(crate) fn admit_private(&mut self, row: i64, label: Label, private: Private) {
        let place = Place { row, id: label.id, revision: label.revision };
        let (in_force, value) = match private {
            Private::Settings(settings) => (&mut self.settings_place, Value::Settings(settings)),
            Private::Usage(usage) => (&mut self.usage_place, Value::Usage(usage)),
            Private::Kept(value) => {
                let held = HeldKept { place, value: *value };
                self.kept_records.insert(RecordId::from_bytes(label.id), held);
                return;
            }
            Private::BackupIdentity(identity) => {
                (&mut self.backup_identity_place, Value::BackupIdentity(identity))
            }
            Private::Other => return self.kept.push(place),
        };
        if in_force.is_some_and(|other| (other.revision, other.id) > (place.revision, place.id)) {
            return self.kept.push(place);
        }
        self.kept.extend(in_force.replace(place));
        match value {
            Value::Settings(settings) => self.settings = settings,
            Value::Usage(usage) => self.usage = usage,
            Value::BackupIdentity(identity) => self.backup_identity = Some(identity),
        }
    }
}

enum Value {
    Settings(crate::Settings),
    Usage(private::Usage),
    BackupIdentity(zeroize::Zeroizing<String>),
}
