//! The head: the root of the manifest and what else must not be exchanged unnoticed (`docs/vault-format.md` §6).

use crate::VaultId;
use crate::body::{Body, array_at, u64_at};
use crate::hazmat::{self, HASH, KEY};
use crate::leaf::LEAVES;

pub(crate) const LENGTH: usize = 8912;
const GENERATION: usize = 32;
const SLOTS: usize = 40;
const OLDEST_EVENT: usize = 72;
const NEWEST_EVENT: usize = 80;
const EVENT_HASH: usize = 88;
const LOG_KEY: usize = 120;
const EARLIER: usize = 176;
/// How many earlier roots are kept, and how much of each.
const EARLIER_COUNT: usize = 64;
const EARLIER_SIZE: usize = 8;
const MACS: usize = EARLIER + EARLIER_COUNT * EARLIER_SIZE;
const ROOT: usize = MACS + LEAVES * HASH;

/// A head that is well formed. `verify` tells whether it is genuine.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Head(Box<[u8]>);

impl Head {
    pub(crate) fn read(body: &[u8], vault: VaultId) -> Option<Self> {
        let by_kind = Body::Head.read_of(body, vault)?;
        (body.len() == LENGTH && by_kind == [0; 2]).then(|| Self(body.into()))
    }

    /// The head of a vault that does not exist yet: generation 0, never written.
    pub(crate) fn before_first(vault: VaultId) -> Self {
        let mut body = vec![0; LENGTH].into_boxed_slice();
        Body::Head.begin(&mut body, [0; 2], vault);
        body[OLDEST_EVENT..NEWEST_EVENT].copy_from_slice(&1_u64.to_le_bytes());
        Self(body)
    }

    pub(crate) fn verify(&self, key: &[u8; KEY]) -> bool {
        hazmat::same(&hazmat::mac(key, &self.0[..ROOT]), &self.0[ROOT..])
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn generation(&self) -> u64 {
        u64_at(&self.0, GENERATION).unwrap_or_default()
    }

    pub(crate) fn root(&self) -> [u8; HASH] {
        array_at(&self.0, ROOT).unwrap_or_default()
    }

    pub(crate) fn slots(&self) -> &[u8] {
        &self.0[SLOTS..OLDEST_EVENT]
    }

    pub(crate) fn leaf_mac(&self, leaf: u8) -> &[u8] {
        let at = MACS + usize::from(leaf) * HASH;
        &self.0[at..at + HASH]
    }

    pub(crate) fn oldest_event(&self) -> u64 {
        u64_at(&self.0, OLDEST_EVENT).unwrap_or_default()
    }

    pub(crate) fn newest_event(&self) -> u64 {
        u64_at(&self.0, NEWEST_EVENT).unwrap_or_default()
    }

    pub(crate) fn event_hash(&self) -> [u8; HASH] {
        array_at(&self.0, EVENT_HASH).unwrap_or_default()
    }

    pub(crate) fn log_key(&self) -> [u8; KEY] {
        array_at(&self.0, LOG_KEY).unwrap_or_default()
    }

    /// What this head remembers of the root of an earlier generation: its first 8 bytes. `None` when that is too long
    /// ago, not earlier, or there was none.
    pub(crate) fn earlier_root(&self, generation: u64) -> Option<[u8; EARLIER_SIZE]> {
        let ago = self.generation().checked_sub(generation)?.checked_sub(1)?;
        let index = usize::try_from(ago).ok().filter(|index| *index < EARLIER_COUNT)?;
        array_at(&self.0, EARLIER + index * EARLIER_SIZE).filter(|root| *root != [0; EARLIER_SIZE])
    }

    /// The same head at another generation, to be changed.
    pub(crate) fn at(mut self, generation: u64) -> NextHead {
        self.0[GENERATION..SLOTS].copy_from_slice(&generation.to_le_bytes());
        NextHead(self.0)
    }

    /// The next generation's head, to be changed and then signed.
    pub(crate) fn next(&self) -> NextHead {
        let mut body = self.0.clone();
        let generation = self.generation().saturating_add(1);
        body[GENERATION..SLOTS].copy_from_slice(&generation.to_le_bytes());
        body.copy_within(EARLIER..MACS - EARLIER_SIZE, EARLIER + EARLIER_SIZE);
        let mut newest = [0; EARLIER_SIZE];
        newest.copy_from_slice(&self.0[ROOT..ROOT + EARLIER_SIZE]);
        body[EARLIER..EARLIER + EARLIER_SIZE].copy_from_slice(&newest);
        NextHead(body)
    }
}

/// A head in the making.
pub(crate) struct NextHead(Box<[u8]>);

impl NextHead {
    pub(crate) fn set_slots(&mut self, hash: &[u8; HASH]) {
        self.0[SLOTS..OLDEST_EVENT].copy_from_slice(hash);
    }

    pub(crate) fn set_events(&mut self, oldest: u64, newest: u64, hash: &[u8; HASH]) {
        self.0[OLDEST_EVENT..NEWEST_EVENT].copy_from_slice(&oldest.to_le_bytes());
        self.0[NEWEST_EVENT..EVENT_HASH].copy_from_slice(&newest.to_le_bytes());
        self.0[EVENT_HASH..LOG_KEY].copy_from_slice(hash);
    }

    pub(crate) fn set_log_key(&mut self, key: &[u8; KEY]) {
        self.0[LOG_KEY..LOG_KEY + KEY].copy_from_slice(key);
    }

    pub(crate) fn set_leaf_mac(&mut self, leaf: u8, mac: &[u8; HASH]) {
        let at = MACS + usize::from(leaf) * HASH;
        self.0[at..at + HASH].copy_from_slice(mac);
    }

    /// A head that no key vouches for, to go on from.
    pub(crate) fn unsigned(self) -> Head {
        Head(self.0)
    }

    pub(crate) fn sign(mut self, key: &[u8; KEY]) -> Head {
        let root = hazmat::mac(key, &self.0[..ROOT]);
        self.0[ROOT..].copy_from_slice(&root);
        Head(self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([6; 16]);

    #[test]
    fn every_byte_of_a_head_is_bound() {
        let head = Head::before_first(VAULT).next().sign(&[1; KEY]);
        assert!(head.verify(&[1; KEY]) && !head.verify(&[2; KEY]));
        for at in 0..LENGTH {
            let mut body = head.body().to_vec();
            body[at] ^= 1;
            assert!(Head::read(&body, VAULT).is_none_or(|head| !head.verify(&[1; KEY])), "byte {at}");
        }
    }

    #[test]
    fn a_head_remembers_the_roots_of_the_64_generations_before() {
        let mut head = Head::before_first(VAULT);
        let mut roots = vec![head.root()];
        for generation in 1..=70 {
            head = head.next().sign(&[1; KEY]);
            assert_eq!(head.generation(), generation);
            roots.push(head.root());
        }
        for (generation, root) in (0_u64..).zip(&roots) {
            let known = head.earlier_root(generation);
            assert_eq!(known.is_some(), (6..70).contains(&generation), "{generation}");
            assert!(known.is_none_or(|known| root.starts_with(&known)));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Head::read(&body, VAULT).is_none());
        }
    }
}
