//! The audit log: encrypted, numbered and chained (`docs/vault-format.md` §7).

use zeroize::Zeroizing;

use crate::change::{EVENTS_KEPT, Log};
use crate::content::event::Event;
use crate::envelope::{self, Label};
use crate::hazmat::{self, HASH};
use crate::keys::Keys;
use crate::load::rows_of;
use crate::store::{Sheet, Store};
use crate::{AuditRecord, Table, Vault, VaultError, VaultId, memory};

/// An event as it stands in the file.
pub(crate) struct Found {
    pub(crate) event: Event,
    /// SHA-256 of its envelope.
    pub(crate) hash: [u8; HASH],
}

/// Opens an event's envelope. `None` when it is not genuine.
pub(crate) fn open(
    keys: &Keys,
    vault: VaultId,
    body: &[u8],
    plain: &mut Zeroizing<Vec<u8>>,
) -> Option<Found> {
    let label =
        Label::read(body, vault).filter(|label| label.table == Table::Audit && label.revision == 1)?;
    let event = Event::read(envelope::open(keys.audit(), body, plain)?).ok()?;
    let mut id = [0; 16];
    id[8..].copy_from_slice(&event.number.to_be_bytes());
    (label.id == id).then(|| Found { event, hash: hazmat::hash(body) })
}

/// All events that open, by number; and the rows of those that do not.
pub(crate) fn all(store: &Store, keys: &Keys, vault: VaultId) -> rusqlite::Result<(Vec<Found>, Vec<i64>)> {
    let mut plain = Zeroizing::new(Vec::with_capacity(512));
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    for (row, body) in rows_of(store, Sheet::Audit, &mut false)? {
        match open(keys, vault, &body, &mut plain) {
            Some(event) => found.push(event),
            None => unreadable.push(row),
        }
    }
    found.sort_by_key(|found| found.event.number);
    Ok((found, unreadable))
}

/// Where the log goes on when no head says so: after its newest genuine event, from the oldest that leads there without
/// a gap.
pub(crate) fn end_of_log(store: &Store, keys: &Keys, vault: VaultId) -> rusqlite::Result<Log> {
    let (found, _) = all(store, keys, vault)?;
    let Some(newest) = found.last() else { return Ok(Log { oldest: 1, newest: 0, hash: [0; HASH] }) };
    let chained = found.windows(2).rev().take_while(|pair| {
        pair[0].event.number.checked_add(1) == Some(pair[1].event.number)
            && pair[1].event.before == pair[0].hash
    });
    let count = u64::try_from(chained.count()).unwrap_or_default();
    Ok(Log { oldest: newest.event.number - count, newest: newest.event.number, hash: newest.hash })
}

/// The newest events, oldest first. Those that cannot be read are left out; `check` names them.
pub(crate) fn newest(vault: &Vault, count: usize) -> Result<Vec<AuditRecord>, VaultError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(512));
    let (newest, oldest) =
        vault.state.head.as_ref().map_or((u64::MAX, 1), |head| (head.newest_event(), head.oldest_event()));
    let count = u64::try_from(count).unwrap_or(u64::MAX).min(EVENTS_KEPT);
    // Writers number the rows as the events; whoever did not is read in full.
    let first = if newest == u64::MAX { 0 } else { newest.saturating_sub(count).saturating_add(1) };
    let mut records = Vec::new();
    vault.store.each_from(Sheet::Audit, i64::try_from(first).unwrap_or(i64::MAX), |_, body| {
        let found = open(&vault.keys, vault.state.vault, body, &mut plain);
        let kept = found.filter(|found| (oldest..=newest).contains(&found.event.number));
        records.extend(kept.map(|Found { event, .. }| AuditRecord {
            number: event.number,
            time: event.time,
            event: event.what,
            subject: event.subject,
            happened: event.happened,
        }));
    })?;
    memory::scrub_stack();
    records.sort_by_key(|record| record.number);
    let surplus = records.len().saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(records.split_off(surplus))
}
