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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tempfile::TempDir;
    use tessera_otp::{Generator, Secret};
    use tessera_testkit::SeededRng;
    use tessera_vault::{Host, KdfParams, Password};

    use super::Standing::{Duplicate, New};
    use super::*;
    use crate::testing::NOW;

    fn entry(issuer: &str, account: &str, secret: &[u8]) -> Entry {
        let secret = Secret::from_bytes(secret).unwrap();
        Entry::new(Credential::new(issuer, account, secret, Generator::default()), NOW)
    }

    /// A vault with these entries, the last of them in the trash.
    fn vault_with(entries: Vec<Entry>) -> (TempDir, Vault, Vec<EntryId>) {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::new(Arc::new(|| NOW), Box::new(SeededRng::new(3)));
        let password = Password::new("a password of a test".into());
        let file = folder.path().join("vault.tessera");
        let mut vault = Vault::create(&file, &password, KdfParams::FLOOR, host).unwrap().0;
        let ids = vault.import(entries).unwrap();
        vault.move_to_trash(&ids[ids.len() - 1..]).unwrap();
        (folder, vault, ids)
    }

    #[test]
    fn a_secret_decides_before_names_and_the_trash_counts_for_secrets_alone() {
        let (_folder, vault, ids) = vault_with(vec![
            entry("Example", "alice", b"first secret"),
            entry("Example", "alice", b"other secret"),
            entry("Example", "bob", b"third secret"),
            entry("Thrown", "away", b"trash secret"),
        ]);
        let is = |standing, existing: &[usize]| {
            let mut existing: Vec<EntryId> = existing.iter().map(|index| ids[*index]).collect();
            existing.sort_unstable();
            Judged { standing, existing }
        };
        let mut of_another_type = entry("Example", "alice", b"first secret");
        of_another_type.credential.generator = Generator::Steam;
        for (found, expected) in [
            (entry("Example", "alice", b"fresh secret"), is(Standing::Conflict, &[0, 1])),
            (entry("Example", "Alice", b"fresh secret"), is(Standing::New, &[])),
            (entry("", "alice", b"fresh secret"), is(Standing::New, &[])),
            (entry("Another name", "for it", b"first secret"), is(Standing::Duplicate, &[0])),
            // The names of one entry and the secret of another: it is the other.
            (entry("Example", "alice", b"third secret"), is(Standing::Duplicate, &[2])),
            (of_another_type, is(Standing::Duplicate, &[0])),
            (entry("Thrown", "away", b"trash secret"), is(Standing::Duplicate, &[3])),
            (entry("Thrown", "away", b"fresh secret"), is(Standing::New, &[])),
        ] {
            assert_eq!(judge(&vault, [&found]), [expected], "{:?}", found.credential);
        }
    }

    #[test]
    fn what_was_found_before_counts_in_the_order_of_the_file() {
        let (_folder, vault, ids) = vault_with(vec![
            entry("Example", "alice", b"first secret"),
            entry("Thrown", "away", b"trash secret"),
        ]);
        let found = [
            entry("Example", "carol", b"fresh secret"),
            // Its secret again, under other names: nothing of the vault's.
            entry("Elsewhere", "carol", b"fresh secret"),
            // Its names again with another secret: both are new to the vault, and both may be right.
            entry("Example", "carol", b"fourth secret"),
            // Names that the vault has and a secret that came before: the secret decides.
            entry("Example", "alice", b"fresh secret"),
            entry("Example", "alice", b"first secret"),
            entry("Example", "alice", b"first secret"),
        ];
        let judged = judge(&vault, &found);
        let standings: Vec<Standing> = judged.iter().map(|judged| judged.standing).collect();
        assert_eq!(standings, [New, Duplicate, New, Duplicate, Duplicate, Duplicate]);
        let existing: Vec<&[EntryId]> = judged.iter().map(|judged| judged.existing.as_slice()).collect();
        assert_eq!(existing, [&[][..], &[], &[], &[], &ids[..1], &ids[..1]]);
        assert_eq!(judge(&vault, []), []);
    }

    #[test]
    fn all_entries_of_a_secret_are_named() {
        let (_folder, vault, ids) = vault_with(vec![
            entry("Example", "alice", b"first secret"),
            entry("Example", "alice at work", b"first secret"),
            entry("Thrown", "away", b"first secret"),
        ]);
        let judged = judge(&vault, [&entry("New", "name", b"first secret")]);
        let mut expected = ids;
        expected.sort_unstable();
        assert_eq!(judged, [Judged { standing: Standing::Duplicate, existing: expected }]);
    }
}
