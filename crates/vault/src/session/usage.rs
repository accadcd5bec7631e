//! Order and use counts: one record, written at most once a minute.

use std::time::Duration;

use super::Vault;
use crate::content::private::Usage;
use crate::state::State;
use crate::{EntryId, VaultError};

/// How often the record is written, unless somebody insists.
const INTERVAL: Duration = Duration::from_mins(1);

impl Vault {
    pub(super) fn uses_of(&self, id: EntryId) -> (u64, Option<u64>) {
        let stored = self.state.usage.uses.get(&id).copied().unwrap_or_default();
        let pending = self.pending.uses.get(&id).copied().unwrap_or_default();
        let count = stored.count.saturating_add(pending.count);
        (count, (count > 0).then_some(stored.last.max(pending.last)))
    }

    /// Counts a use of an entry's code. It is in the file after the next `flush_usage`.
    pub fn record_use(&mut self, id: EntryId) {
        let used = self.pending.uses.entry(id).or_default();
        used.count = used.count.saturating_add(1);
        used.last = self.host.now();
    }

    /// Takes over the order in which the person put the entries. It is in the file after the next `flush_usage`.
    pub fn set_order(&mut self, ids: Vec<EntryId>) {
        self.pending.order = Some(ids);
        self.settle_view();
    }

    /// The person's own order. Entries that are not in it come after those that are.
    pub fn order(&self) -> &[EntryId] {
        &self.order
    }

    /// Writes uses and order, if there is something new and the last time is a minute ago, or if `force`.
    pub fn flush_usage(&mut self, force: bool) -> Result<(), VaultError> {
        if self.pending.uses.is_empty() && self.pending.order.is_none() {
            return Ok(());
        }
        let now = (self.host.monotonic)();
        let too_soon = self.pending.flushed.is_some_and(|last| now.saturating_sub(last) < INTERVAL);
        if too_soon && !force {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let result = self.commit(|ground, change, _| {
            change.put_usage(merged(ground.state, &pending));
            Ok(())
        });
        match result {
            Ok(()) => self.pending.flushed = Some(now),
            Err(_) => self.pending = pending,
        }
        self.settle_view();
        result
    }
}

/// What is in the file and what came since, without entries that are gone: both programs' counts add up.
fn merged(state: &State, pending: &super::Pending) -> Usage {
    let mut usage = state.usage.clone();
    for (id, used) in &pending.uses {
        let stored = usage.uses.entry(*id).or_default();
        stored.count = stored.count.saturating_add(used.count);
        stored.last = stored.last.max(used.last);
    }
    if let Some(order) = &pending.order {
        usage.order.clone_from(order);
    }
    usage.uses.retain(|id, _| state.entries.contains_key(id));
    usage.order.retain(|id| state.entries.contains_key(id));
    usage
}
