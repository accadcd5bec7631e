//! The keys that stand outside the database: what a stolen database alone does not open.
//!
//! One file holds a random index key and one or more random sealing keys, the newest of which seals. From them HKDF-SHA256
//! makes a key for each purpose, so that a value sealed as one thing never opens as another.

mod file;
mod purpose;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use file::KeyFileError;
pub use purpose::{Index, Seal};

use crate::clock::{NoRandomness, Randomness};

const KEY: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;
/// The first byte of every sealed value; a later form gets another.
const FORM: u8 = 1;
const HEADER: usize = 1 + 4 + NONCE;

/// One sealing key's number, in the order they were made.
pub type KeyNumber = u32;

/// The key file in memory: wiped when dropped, never shown. It is read again while the server runs, so that a new key comes
/// without a restart.
pub struct Keys {
    ring: RwLock<Arc<Ring>>,
    file: Option<PathBuf>,
}

/// What the file holds.
struct Ring {
    sealing: BTreeMap<KeyNumber, Zeroizing<[u8; KEY]>>,
    /// The number of the key that seals. A newer one may be known that does not yet: all servers must know it first.
    seals: KeyNumber,
    index: Zeroizing<[u8; KEY]>,
}

/// A sealed value does not open: cut, changed, moved from another row, or sealed with a key that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open with the keys at hand")]
pub struct NotAuthentic;

/// A value was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No nonce could be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The key that is said to seal is not among those that are known.
    #[error("the key that seals is not in the key file")]
    NoKey,
    /// AES-GCM seals less than 64 GiB at a time.
    #[error("a value is too long to be sealed")]
    TooLong,
}

impl Keys {
    /// New random keys.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate(random: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut index = Zeroizing::new([0; KEY]);
        random.fill(index.as_mut())?;
        let keys = Self::of(Ring { sealing: BTreeMap::new(), seals: 0, index }, None);
        let first = keys.add_sealing_key(random)?;
        keys.seal_with(first);
        Ok(keys)
    }

    fn of(ring: Ring, file: Option<PathBuf>) -> Self {
        Self { ring: RwLock::new(Arc::new(ring)), file }
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<KeyNumber, Zeroizing<[u8; KEY]>>, &mut KeyNumber)) {
        let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        let (mut sealing, mut seals) = (ring.sealing.clone(), ring.seals);
        change(&mut sealing, &mut seals);
        *ring = Arc::new(Ring { sealing, seals, index: ring.index.clone() });
    }

    /// Adds a sealing key. It opens from now on, and seals once [`Keys::seal_with`] says so.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn add_sealing_key(&self, random: &dyn Randomness) -> Result<KeyNumber, NoRandomness> {
        let mut key = Zeroizing::new([0; KEY]);
        random.fill(key.as_mut())?;
        let number = self.newest() + 1;
        self.change(|sealing, _| {
            sealing.insert(number, key);
        });
        Ok(number)
    }

    /// From now on this key seals; the others still open what they sealed.
    pub fn seal_with(&self, number: KeyNumber) {
        self.change(|_, seals| *seals = number);
    }

    /// Forgets all sealing keys but the one that seals, once nothing in the database is sealed with them any more.
    pub fn forget_other_keys(&self) {
        self.change(|sealing, seals| sealing.retain(|number, _| number == seals));
    }

    /// The number of the newest key that is known; 0 before the first.
    pub fn newest(&self) -> KeyNumber {
        self.ring().sealing.last_key_value().map_or(0, |(&number, _)| number)
    }

    /// The number of the key that seals.
    pub fn seals(&self) -> KeyNumber {
        self.ring().seals
    }

    /// How many sealing keys are known.
    pub fn known(&self) -> usize {
        self.ring().sealing.len()
    }

    /// Seals a value: AES-256-GCM under this purpose's key of those that seal, bound to the row it stands in.
    ///
    /// # Errors
    /// When the system gives no random bytes for the nonce, the key that seals is not known, or the value has 64 GiB.
    pub fn seal(
        &self,
        random: &dyn Randomness,
        purpose: Seal,
        row: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let ring = self.ring();
        let number = ring.seals;
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce)?;
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + TAG);
        sealed.push(FORM);
        sealed.extend_from_slice(&number.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let cipher = ring.cipher(number, purpose).ok_or(SealError::NoKey)?;
        let tag = cipher
            .encrypt_inout_detached(
                &Nonce::from(nonce),
                &bound(purpose, row),
                InOutBuf::from(&mut sealed[HEADER..]),
            )
            .map_err(|_| SealError::TooLong)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose and row.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn open(&self, purpose: Seal, row: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotAuthentic> {
        let number = sealed_with(sealed)?;
        let nonce: [u8; NONCE] = sealed[5..HEADER].try_into().map_err(|_| NotAuthentic)?;
        let (text, tag) = sealed[HEADER..].split_last_chunk::<TAG>().ok_or(NotAuthentic)?;
        let mut cipher = self.ring().cipher(number, purpose);
        // Another server may seal with a key that came after this one read the file.
        if cipher.is_none() && self.reload().is_ok() {
            cipher = self.ring().cipher(number, purpose);
        }
        let cipher = cipher.ok_or(NotAuthentic)?;
        let mut plain = Zeroizing::new(text.to_vec());
        cipher
            .decrypt_inout_detached(
                &Nonce::from(nonce),
                &bound(purpose, row),
                InOutBuf::from(plain.as_mut_slice()),
                &Tag::from(*tag),
            )
            .map_err(|_| NotAuthentic)?;
        Ok(plain)
    }

    /// A keyed fingerprint by which equal values find each other without being readable (a blind index), or under which
    /// a short code is kept. HMAC-SHA256.
    pub fn index(&self, purpose: Index, value: &[u8]) -> [u8; KEY] {
        let key = derive(&self.ring().index, purpose.text().as_bytes());
        // HMAC fills a short key with zeros to its block (RFC 2104 §2); done here, nothing is left that can fail.
        let mut block = Zeroizing::new([0; 64]);
        block[..KEY].copy_from_slice(key.as_ref());
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new((&*block).into());
        mac.update(value);
        mac.finalize().into_bytes().into()
    }

    /// Another 32 secret bytes for one purpose, for what needs a key of its own (signing audit heads).
    pub fn subkey(&self, purpose: Index) -> Zeroizing<[u8; KEY]> {
        derive(&self.ring().index, purpose.text().as_bytes())
    }
}

impl Ring {
    fn cipher(&self, number: KeyNumber, purpose: Seal) -> Option<Aes256Gcm> {
        let key = derive(self.sealing.get(&number)?, purpose.text().as_bytes());
        Some(Aes256Gcm::new((&*key).into()))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Keys").field("seals", &self.seals()).finish_non_exhaustive()
    }
}

/// The number of the key that sealed this value.
///
/// # Errors
/// When it is no sealed value.
pub fn sealed_with(sealed: &[u8]) -> Result<KeyNumber, NotAuthentic> {
    if sealed.len() < HEADER + TAG || sealed[0] != FORM {
        return Err(NotAuthentic);
    }
    sealed[1..5].try_into().map(u32::from_be_bytes).map_err(|_| NotAuthentic)
}

/// Whether two values are the same, in a time that does not tell where they differ.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

fn bound(purpose: Seal, row: &[u8]) -> Vec<u8> {
    [&[FORM], purpose.text().as_bytes(), b"\0", row].concat()
}

#[allow(clippy::expect_used, reason = "fails beyond 255 blocks of 32 bytes; this is one")]
fn derive(key: &[u8; KEY], purpose: &[u8]) -> Zeroizing<[u8; KEY]> {
    let mut derived = Zeroizing::new([0; KEY]);
    Hkdf::<Sha256>::new(Some(b"tessera-center/1"), key).expand(purpose, derived.as_mut()).expect("one block");
    derived
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    fn keys() -> Keys {
        Keys::generate(&SystemRandomness).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_as_what_it_was_sealed_and_where() {
        let keys = keys();
        let sealed = keys.seal(&SystemRandomness, Seal::Contact, b"row 1", b"alice@example.com").unwrap();
        assert_eq!(**keys.open(Seal::Contact, b"row 1", &sealed).unwrap(), *b"alice@example.com");
        assert_eq!(keys.open(Seal::Contact, b"row 2", &sealed), Err(NotAuthentic));
        assert_eq!(keys.open(Seal::OtpSeed, b"row 1", &sealed), Err(NotAuthentic));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(keys.open(Seal::Contact, b"row 1", &changed), Err(NotAuthentic), "byte {place}");
            assert_eq!(
                keys.open(Seal::Contact, b"row 1", &sealed[..place]),
                Err(NotAuthentic),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn an_older_key_still_opens_until_it_is_forgotten() {
        let keys = keys();
        let old = keys.seal(&SystemRandomness, Seal::Contact, b"", b"x").unwrap();
        assert_eq!(keys.add_sealing_key(&SystemRandomness), Ok(2));
        assert_eq!(keys.seals(), 1, "known to all before it seals");
        keys.seal_with(2);
        let new = keys.seal(&SystemRandomness, Seal::Contact, b"", b"x").unwrap();
        assert_eq!((sealed_with(&old), sealed_with(&new)), (Ok(1), Ok(2)));
        assert!(keys.open(Seal::Contact, b"", &old).is_ok());
        keys.forget_other_keys();
        assert_eq!(keys.open(Seal::Contact, b"", &old), Err(NotAuthentic));
        assert!(keys.open(Seal::Contact, b"", &new).is_ok());
    }

    #[test]
    fn fingerprints_of_different_purposes_have_nothing_in_common() {
        let keys = keys();
        assert_eq!(keys.index(Index::Contact, b"a"), keys.index(Index::Contact, b"a"));
        assert_ne!(keys.index(Index::Contact, b"a"), keys.index(Index::Code, b"a"));
    }
}
