//! A slot: one wrapped copy of the vault key (`docs/vault-format.md` §3).

use rand_core::CryptoRng;

use crate::body::{Body, array_at, u32_at};
use crate::hazmat::{self, Aead, KEY, NONCE, StretchError, TAG};
use crate::keys::VaultKey;
use crate::{KdfParams, Password, RecoveryCode, SlotId, SlotInfo, SlotKind, VaultId, memory};

pub(crate) const LENGTH: usize = 156;
/// What is authenticated.
const BOUND: usize = 96;
const ID: usize = 32;
const COST: usize = 48;
const SALT: usize = 64;
const WRAPPED: usize = BOUND + NONCE;
const TAG_AT: usize = WRAPPED + KEY;
const ARGON2ID: u8 = 1;
const HKDF: u8 = 2;

/// A slot that was read or made. It is well formed; whether it is genuine only its key and the head can tell.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    body: Box<[u8; LENGTH]>,
    info: SlotInfo,
}

impl Slot {
    pub(crate) fn read(body: &[u8], vault: VaultId) -> Option<Self> {
        let [kind, kdf] = Body::Slot.read_of(body, vault)?;
        let body: Box<[u8; LENGTH]> = Box::new(body.try_into().ok()?);
        let kind = match (kind, kdf) {
            (1, ARGON2ID) => SlotKind::Password,
            (2, HKDF) => SlotKind::RecoveryCode,
            (3, HKDF) => SlotKind::Keyring,
            _ => return None,
        };
        let cost = [u32_at(&*body, COST)?, u32_at(&*body, COST + 4)?, u32_at(&*body, COST + 8)?];
        if u32_at(&*body, COST + 12)? != 0 || (kdf == HKDF && cost != [0; 3]) {
            return None;
        }
        let kdf = (kdf == ARGON2ID).then(|| KdfParams::from_stored(cost[0], cost[1], cost[2]));
        let id = SlotId::from_bytes(array_at(&*body, ID)?);
        Some(Self { body, info: SlotInfo { id, kind, kdf } })
    }

    /// Wraps the vault key under a password.
    pub(crate) fn for_password(
        password: &Password,
        kdf: KdfParams,
        vault_key: &[u8; KEY],
        vault: VaultId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, StretchError> {
        let mut slot = Self::blank(SlotKind::Password, Some(kdf), vault, rng);
        // Argon2 needs the password's own bytes.
        let key = hazmat::stretch(password.expose_secret(), slot.salt(), kdf)?;
        slot.wrap(&key, vault_key, rng);
        Ok(slot)
    }

    /// Wraps the vault key under a recovery code.
    pub(crate) fn for_recovery_code(
        code: &RecoveryCode,
        vault_key: &[u8; KEY],
        vault: VaultId,
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let mut slot = Self::blank(SlotKind::RecoveryCode, None, vault, rng);
        let key = slot.recovery_key(code);
        slot.wrap(&key, vault_key, rng);
        slot
    }

    /// The vault key, if the password opens this slot.
    pub(crate) fn open_with_password(&self, password: &Password) -> Result<Option<VaultKey>, StretchError> {
        let Some(kdf) = self.info.kdf else { return Ok(None) };
        // Argon2 needs the password's own bytes.
        let key = hazmat::stretch(password.expose_secret(), self.salt(), kdf)?;
        Ok(self.unwrap(&key))
    }

    /// The vault key, if the recovery code opens this slot.
    pub(crate) fn open_with_recovery_code(&self, code: &RecoveryCode) -> Option<VaultKey> {
        if self.info.kind != SlotKind::RecoveryCode {
            return None;
        }
        self.unwrap(&self.recovery_key(code))
    }

    pub(crate) const fn info(&self) -> SlotInfo {
        self.info
    }

    pub(crate) const fn id(&self) -> SlotId {
        self.info.id
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.body.as_slice()
    }

    fn salt(&self) -> &[u8] {
        &self.body[SALT..BOUND]
    }

    fn recovery_key(&self, code: &RecoveryCode) -> zeroize::Zeroizing<[u8; KEY]> {
        let mut key = zeroize::Zeroizing::new([0; KEY]);
        // HKDF needs the code's own bytes. They are random, so that nothing slower is called for.
        let ikm = code.expose_secret().as_slice();
        hazmat::derive(ikm, self.salt(), &[b"tessera/v1/recovery", self.info.id.as_bytes()], &mut key);
        key
    }

    fn blank(kind: SlotKind, kdf: Option<KdfParams>, vault: VaultId, rng: &mut dyn CryptoRng) -> Self {
        let id = SlotId::generate(rng);
        let by_kind = match kind {
            SlotKind::Password => [1, ARGON2ID],
            SlotKind::RecoveryCode => [2, HKDF],
            SlotKind::Keyring => [3, HKDF],
        };
        let mut body = Box::new([0; LENGTH]);
        Body::Slot.begin(body.as_mut_slice(), by_kind, vault);
        body[ID..COST].copy_from_slice(id.as_bytes());
        if let Some(kdf) = kdf {
            body[COST..COST + 4].copy_from_slice(&kdf.m_kib().to_le_bytes());
            body[COST + 4..COST + 8].copy_from_slice(&kdf.t().to_le_bytes());
            body[COST + 8..COST + 12].copy_from_slice(&kdf.p().to_le_bytes());
        }
        rng.fill_bytes(&mut body[SALT..BOUND]);
        Self { body, info: SlotInfo { id, kind, kdf } }
    }

    fn wrap(&mut self, key: &[u8; KEY], vault_key: &[u8; KEY], rng: &mut dyn CryptoRng) {
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let (bound, rest) = self.body.split_at_mut(BOUND);
        rest[..NONCE].copy_from_slice(&nonce);
        rest[NONCE..NONCE + KEY].copy_from_slice(vault_key);
        let tag = Aead::new(key).seal(&nonce, bound, &mut rest[NONCE..NONCE + KEY]);
        rest[NONCE + KEY..].copy_from_slice(&tag);
        memory::scrub_stack();
    }

    fn unwrap(&self, key: &[u8; KEY]) -> Option<VaultKey> {
        let nonce = array_at(self.body(), BOUND)?;
        let tag = array_at::<TAG>(self.body(), TAG_AT)?;
        let mut vault_key = zeroize::Zeroizing::new([0; KEY]);
        vault_key.copy_from_slice(&self.body[WRAPPED..TAG_AT]);
        let opened = Aead::new(key).open(&nonce, &self.body[..BOUND], vault_key.as_mut(), &tag).is_ok();
        let found = opened.then(|| VaultKey::from_bytes(&vault_key));
        memory::scrub_stack();
        found
    }
}

/// What the head says of all slots: SHA-256 of their bodies in the order of their ids.
pub(crate) fn hash_of(slots: &[Slot]) -> [u8; hazmat::HASH] {
    let mut sorted: Vec<&Slot> = slots.iter().collect();
    sorted.sort_by(|left, right| left.id().cmp(&right.id()).then_with(|| left.body().cmp(right.body())));
    hazmat::hash_all(sorted.into_iter().map(Slot::body))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{password, weak};

    const VAULT: VaultId = VaultId::from_bytes([6; 16]);

    fn slots() -> [Slot; 2] {
        let mut rng = tessera_testkit::SeededRng::new(3);
        let code = RecoveryCode::parse("00000-00005-0000A-0000F-0000M-0000H-0000Y-0000V").unwrap();
        [
            Slot::for_password(&password(), weak(), &[9; KEY], VAULT, &mut rng).unwrap(),
            Slot::for_recovery_code(&code, &[9; KEY], VAULT, &mut rng),
        ]
    }

    #[test]
    fn a_slot_opens_with_its_own_secret_only() {
        let [by_password, by_code] = slots();
        assert_eq!(by_password.open_with_password(&password()).unwrap().unwrap().expose_secret(), &[9; KEY]);
        assert!(by_password.open_with_password(&Password::new("wrong".into())).unwrap().is_none());
        assert!(by_code.open_with_password(&password()).unwrap().is_none());
        let code = RecoveryCode::parse("00000-00005-0000A-0000F-0000M-0000H-0000Y-0000V").unwrap();
        assert_eq!(by_code.open_with_recovery_code(&code).unwrap().expose_secret(), &[9; KEY]);
        assert!(by_password.open_with_recovery_code(&code).is_none());
    }

    #[test]
    fn every_byte_of_a_slot_is_bound() {
        let [_, by_code] = slots();
        let code = RecoveryCode::parse("00000-00005-0000A-0000F-0000M-0000H-0000Y-0000V").unwrap();
        for at in 0..LENGTH {
            let mut body = by_code.body().to_vec();
            body[at] ^= 1;
            let opened = Slot::read(&body, VAULT).and_then(|slot| slot.open_with_recovery_code(&code));
            assert!(opened.is_none(), "byte {at}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Slot::read(&body, VAULT).is_none());
        }

        #[test]
        fn a_changed_slot_never_panics(at in 0..LENGTH, to: u8) {
            let mut body = slots()[1].body().to_vec();
            body[at] = to;
            let _ = Slot::read(&body, VAULT).map(|slot| slot.info());
        }
    }
}
