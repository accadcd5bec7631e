//! What a restore would change.

use std::collections::{BTreeMap, BTreeSet};

use tessera_otp::Entry;
use tessera_vault::{EntryId, MergeItem, MergeKind, Vault, compare_entries};

use super::Backup;

/// The entries of a backup as [`Vault::restore_from`] takes them.
pub fn entries_of(backup: &Backup) -> BTreeMap<EntryId, &Entry> {
    backup.entries.iter().map(|(id, entry)| (*id, entry)).collect()
}

/// The entries that vault and backup do not have alike.
pub fn differences(vault: &Vault, backup: &Backup) -> Vec<MergeItem> {
    compare_entries(&vault.entries_by_id(), &entries_of(backup))
}

/// Of those that only a backup of another vault has, the ones whose secret this vault holds under another id: the same
/// export was imported into both.
pub fn in_vault_elsewhere(vault: &Vault, backup: &Backup, items: &[MergeItem]) -> BTreeSet<EntryId> {
    if backup.vault == vault.id() {
        return BTreeSet::new();
    }
    let entries = vault.entries_by_id();
    // Compared within this process.
    let secrets: BTreeSet<&[u8]> =
        entries.values().map(|entry| entry.credential.secret.expose_secret()).collect();
    let is_known = |item: &&MergeItem| {
        item.kind == MergeKind::OnlyTheirs
            && item
                .theirs
                .as_ref()
                // As above.
                .is_some_and(|entry| secrets.contains(entry.credential.secret.expose_secret()))
    };
    items.iter().filter(is_known).map(|item| item.id).collect()
}
