//! Re-keying: a new vault key, and everything encrypted anew, in one transaction (`docs/vault-format.md` §10).

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::audit;
use crate::change::{self, Log};
use crate::content::event::Event;
use crate::envelope::{self, Label};
use crate::hazmat;
use crate::head::Head;
use crate::keys::{Keys, VaultKey};
use crate::leaf::{LEAVES, Line, Lines};
use crate::session::{Ground, chain_sealed};
use crate::slot::{self, Slot};
use crate::store::Sheet;
use crate::{
    AuditEvent, KdfParams, Password, RecoveryCode, SlotId, Table, Vault, VaultError, Warning, sealed,
};

/// The ways into a vault under its new key. All slots of before go.
pub(crate) struct Ways<'a> {
    /// A slot for this password, derived at this cost.
    pub(crate) password: Option<(&'a Password, KdfParams)>,
    /// A slot for this code, which is new.
    pub(crate) recovery_code: Option<&'a RecoveryCode>,
    /// The slot that is removed by it; else the password is new.
    pub(crate) removed: Option<SlotId>,
}

/// Gives the vault a new key and new slots.
pub(crate) fn rekey(vault: &mut Vault, ways: &Ways<'_>) -> Result<(), VaultError> {
    let id = vault.state.vault;
    let rng = vault.host.rng.as_mut();
    let new_keys = Keys::derive(&VaultKey::generate(rng), id);
    let mut slots = Vec::with_capacity(2);
    let mut events = vec![(AuditEvent::Rekeyed, None)];
    events.extend(ways.removed.map(|slot| (AuditEvent::SlotRemoved, Some(slot))));
    // Derived before the transaction: nobody should wait for it.
    if let Some((password, kdf)) = ways.password {
        let slot = Slot::for_password(password, kdf, new_keys.vault_key(), id, rng)
            .map_err(|error| error.of_vault(kdf))?;
        if ways.removed.is_none() {
            events.push((AuditEvent::PasswordChanged, Some(slot.id())));
        }
        slots.push(slot);
    }
    if let Some(code) = ways.recovery_code {
        let slot = Slot::for_recovery_code(code, new_keys.vault_key(), id, rng);
        events.push((AuditEvent::RecoveryCodeMade, Some(slot.id())));
        slots.push(slot);
    }
    vault.commit_with(|ground, rng| {
        if !ground.state.quarantine.is_empty() {
            return Err(VaultError::Quarantined(ground.state.quarantine.len()));
        }
        encrypt_anew(ground, &new_keys, &slots, &events, rng)
    })?;
    // Committed: whatever fails from here on, the person needs the new code.
    vault.keys = new_keys;
    vault.reload();
    // Freed pages are overwritten already (`secure_delete`); this takes them out of the file, and with them whatever
    // SQLite moved about within pages.
    if vault.store.vacuum().is_err() {
        vault.notice(Warning::NotCompacted);
    }
    Ok(())
}

/// Writes every body anew under the new keys.
fn encrypt_anew(
    ground: &Ground<'_>,
    keys: &Keys,
    slots: &[Slot],
    events: &[(AuditEvent, Option<SlotId>)],
    rng: &mut (dyn CryptoRng + Send),
) -> Result<(), VaultError> {
    let (store, vault) = (ground.store, ground.state.vault);
    let old = ground.state.head.as_ref().ok_or(VaultError::ReadOnly)?;
    let mut head = old.next();
    let leaves = encrypt_records(ground, keys, rng)?;
    store.clear(Sheet::Leaf)?;
    for (number, lines) in (0..=u8::MAX).zip(leaves) {
        let body = Lines::sorted(lines).body(number, vault);
        store.put(Sheet::Leaf, i64::from(number), &body)?;
        head.set_leaf_mac(number, &hazmat::mac(keys.manifest(), &body));
    }
    change::write_slots(store, slots)?;
    head.set_slots(&slot::hash_of(slots));
    let mut log = encrypt_log(ground, keys, old, rng)?;
    // What waited sealed to the old key would be lost with it.
    let mut waiting = change::Change::default();
    chain_sealed(ground, &mut waiting)?;
    for happened in waiting.sealed_times() {
        append(ground, keys, &mut log, AuditEvent::FailedUnlock, None, Some(happened), rng)?;
    }
    store.clear(Sheet::Sealed)?;
    for (event, slot) in events {
        append(ground, keys, &mut log, *event, slot.map(|slot| *slot.as_bytes()), None, rng)?;
    }
    log.prune(store)?;
    head.set_events(log.oldest, log.newest, &log.hash);
    head.set_log_key(&sealed::log_key(keys));
    change::write_heads(store, &head.sign(keys.manifest()), true)?;
    Ok(())
}

/// Every record with its content as it is, one revision on. Returns the lines of all leaves.
fn encrypt_records(
    ground: &Ground<'_>,
    keys: &Keys,
    rng: &mut (dyn CryptoRng + Send),
) -> Result<Vec<Vec<Line>>, VaultError> {
    let state = ground.state;
    let entries =
        state.entries.iter().map(|(id, held)| (Table::Entry, held.row, *id.as_bytes(), held.revision));
    let private = state.private_places().map(|place| (Table::Private, place.row, place.id, place.revision));
    let mut leaves = vec![Vec::new(); LEAVES];
    let mut plain = Zeroizing::new(Vec::with_capacity(4096));
    for (table, row, id, revision) in entries.chain(private) {
        let sheet = Sheet::of(table);
        let body = ground.store.get(sheet, row)?.ok_or(VaultError::Changed)?;
        // Within this transaction the row is what was verified; anything else is somebody's hand in the file.
        let listed = state.line(table, &id).is_some_and(|line| line.hash() == hazmat::hash(&body));
        let content = envelope::open(ground.keys.records(), &body, &mut plain).filter(|_| listed);
        let content = content.ok_or(VaultError::Changed)?;
        let label = Label { table, id, revision: revision.saturating_add(1) };
        let body = envelope::seal(keys.records(), label, state.vault, content, rng)?;
        ground.store.put(sheet, row, &body)?;
        leaves[usize::from(id[0])].push(Line::new(table, &id, label.revision, &hazmat::hash(&body)));
    }
    Ok(leaves)
}

/// The audit log under the new key. Numbers and times stay; each event names the new envelope of the one before. An
/// event that was missing or unreadable leaves its gap.
fn encrypt_log(
    ground: &Ground<'_>,
    keys: &Keys,
    head: &Head,
    rng: &mut (dyn CryptoRng + Send),
) -> Result<Log, VaultError> {
    let (store, vault) = (ground.store, ground.state.vault);
    let (found, _) = audit::all(store, ground.keys, vault)?;
    store.clear(Sheet::Audit)?;
    let mut log = Log { oldest: head.oldest_event(), newest: 0, hash: [0; hazmat::HASH] };
    let kept = head.oldest_event()..=head.newest_event();
    for audit::Found { event, .. } in found.into_iter().filter(|found| kept.contains(&found.event.number)) {
        let follows = log.newest > 0 && log.newest.checked_add(1) == Some(event.number);
        let before = if follows { log.hash } else { event.before };
        log.append(store, keys, vault, &Event { before, ..event }, rng)?;
    }
    log.newest = head.newest_event();
    Ok(log)
}

fn append(
    ground: &Ground<'_>,
    keys: &Keys,
    log: &mut Log,
    event: AuditEvent,
    subject: Option<[u8; 16]>,
    happened: Option<u64>,
    rng: &mut (dyn CryptoRng + Send),
) -> Result<(), VaultError> {
    let event = Event {
        number: log.newest.saturating_add(1),
        time: ground.now,
        what: event,
        subject,
        before: log.hash,
        happened,
    };
    log.append(ground.store, keys, ground.state.vault, &event, rng)
}
