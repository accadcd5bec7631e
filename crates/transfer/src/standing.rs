//! What a found entry is to the vault that it may go into: new, there already, or a contradiction.

use std::collections::{BTreeMap, BTreeSet};

use tessera_otp::{Credential, Entry};
use tessera_vault::{EntryId, Vault};

/// What a found entry is to the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The vault has nothing like it.
    New,
    /// The vault, its trash included, or what was found before it has its secret.
    Duplicate,
    /// The vault has its issuer and account with another secret.
    Conflict,
}

/// The judgment of one found entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What it is.
    pub standing: Standing,
    /// The vault's entries with the same secret, or for a conflict with the same names. Empty for a duplicate of what was
    /// found before it.
    pub existing: Vec<EntryId>,
}

/// Compares found entries with a vault and with each other, in their order. No secret is copied for it.
pub fn judge<'e>(vault: &'e Vault, found: impl IntoIterator<Item = &'e Entry>) -> Vec<Judged> {
    let mut by_secret: BTreeMap<&[u8], Vec<EntryId>> = BTreeMap::new();
    let mut by_names: BTreeMap<(&str, &str), Vec<EntryId>> = BTreeMap::new();
    for (id, entry) in vault.entries_by_id() {
        let Credential { issuer, account, secret, .. } = &entry.credential;
        // Compared with what was found, within this process.
        by_secret.entry(secret.expose_secret()).or_default().push(id);
        if entry.deleted.is_none() {
            by_names.entry((issuer, account)).or_default().push(id);
        }
    }
    let mut seen: BTreeSet<&[u8]> = BTreeSet::new();
    let judge = |entry: &'e Entry| {
        let Credential { issuer, account, secret, .. } = &entry.credential;
        // As above.
        let secret = secret.expose_secret();
        let same_secret = by_secret.get(secret);
        let again = !seen.insert(secret);
        let same_names = by_names.get(&(issuer.as_str(), account.as_str()));
        let (standing, existing) = match (same_secret, same_names) {
            (Some(existing), _) => (Standing::Duplicate, existing.clone()),
            (None, _) if again => (Standing::Duplicate, Vec::new()),
            (None, Some(existing)) => (Standing::Conflict, existing.clone()),
            (None, None) => (Standing::New, Vec::new()),
        };
        Judged { standing, existing }
    };
    found.into_iter().map(judge).collect()
}
