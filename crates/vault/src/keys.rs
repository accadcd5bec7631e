//! The vault key and what is derived from it (`docs/vault-format.md` §2).

use std::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::hazmat::{self, Aead, KEY};
use crate::memory::KeyPage;
use crate::{VaultId, memory};

/// The 256 random bits that encrypt a vault, wiped when dropped. Inside the crate it is only ever stored wrapped; a
/// program that takes it out can read the vault for as long as it is not re-keyed.
pub struct VaultKey(Box<Zeroizing<[u8; KEY]>>);

impl VaultKey {
    /// The key that these bytes are.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; KEY]) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; KEY])));
        key.0.copy_from_slice(bytes);
        key
    }

    /// The bytes, for a test or tool that hands them on. Say why where you call it.
    pub fn expose_secret(&self) -> &[u8; KEY] {
        &self.0
    }

    pub(crate) fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; KEY])));
        rng.fill_bytes(key.0.as_mut_slice());
        key
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(..)")
    }
}

/// What a subkey is for, in the order in which they lie on the key page, after the vault key itself.
#[derive(Clone, Copy)]
enum Purpose {
    Records = 1,
    Audit,
    Manifest,
    AuditSeal,
    Rollback,
    BackupMac,
}

impl Purpose {
    const ALL: [Self; 6] =
        [Self::Records, Self::Audit, Self::Manifest, Self::AuditSeal, Self::Rollback, Self::BackupMac];

    const fn label(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Audit => "audit",
            Self::Manifest => "manifest",
            Self::AuditSeal => "audit-seal",
            Self::Rollback => "rollback",
            Self::BackupMac => "backup-mac",
        }
    }
}

/// The keys of an unlocked vault, on one locked page.
pub(crate) struct Keys {
    page: KeyPage,
    records: Aead,
    audit: Aead,
}

impl Keys {
    pub(crate) fn derive(vault_key: &VaultKey, vault: VaultId) -> Self {
        let mut page = KeyPage::new();
        page.bytes_mut()[..KEY].copy_from_slice(vault_key.expose_secret());
        for purpose in Purpose::ALL {
            let at = purpose as usize * KEY;
            let info = [b"tessera/v1/".as_slice(), purpose.label().as_bytes()];
            if let Some(place) = page.bytes_mut()[at..].first_chunk_mut() {
                hazmat::derive(vault_key.expose_secret(), vault.as_bytes(), &info, place);
            }
        }
        let records = Aead::new(subkey(&page, Purpose::Records as usize));
        let audit = Aead::new(subkey(&page, Purpose::Audit as usize));
        memory::scrub_stack();
        Self { page, records, audit }
    }

    /// The vault key itself, to wrap it into a slot.
    pub(crate) fn vault_key(&self) -> &[u8; KEY] {
        subkey(&self.page, 0)
    }

    /// For entries and private records.
    pub(crate) fn records(&self) -> &Aead {
        &self.records
    }

    /// For the audit log.
    pub(crate) fn audit(&self) -> &Aead {
        &self.audit
    }

    /// MACs leaves and heads.
    pub(crate) fn manifest(&self) -> &[u8; KEY] {
        subkey(&self.page, Purpose::Manifest as usize)
    }

    /// Makes the log's key pair.
    pub(crate) fn audit_seal(&self) -> &[u8; KEY] {
        subkey(&self.page, Purpose::AuditSeal as usize)
    }

    /// MACs the state outside the file.
    pub(crate) fn rollback(&self) -> &[u8; KEY] {
        subkey(&self.page, Purpose::Rollback as usize)
    }

    /// Marks our own backups.
    pub(crate) fn backup_mac(&self) -> &[u8; KEY] {
        subkey(&self.page, Purpose::BackupMac as usize)
    }
}

/// A key by its place on the page.
fn subkey(page: &KeyPage, place: usize) -> &[u8; KEY] {
    const NONE: [u8; KEY] = [0; KEY];
    // The places are this file's own constants, far inside the page.
    page.bytes()[place * KEY..].first_chunk().unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_key_of_its_own() {
        let keys = Keys::derive(&VaultKey::from_bytes(&[7; KEY]), VaultId::from_bytes([9; 16]));
        let all = [
            keys.vault_key(),
            subkey(&keys.page, 1),
            subkey(&keys.page, 2),
            keys.manifest(),
            keys.audit_seal(),
            keys.rollback(),
            keys.backup_mac(),
        ];
        for (index, left) in all.iter().enumerate() {
            assert!(all[..index].iter().all(|right| left != right));
        }
        let mut expected = [0; KEY];
        hazmat::derive(&[7; KEY], &[9; 16], &[b"tessera/v1/manifest"], &mut expected);
        assert_eq!(keys.manifest(), &expected);
    }
}
