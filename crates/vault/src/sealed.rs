//! Events that happen while the vault is locked, sealed to the log's public key (`docs/vault-format.md` §8).

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::body::{Body, START};
use crate::content::event;
use crate::hazmat::KEY;
use crate::keys::Keys;
use crate::{AuditEvent, VaultId};

type Kem = X25519HkdfSha256;
const INFO: &[u8] = b"tessera/v1/sealed-event";
const TEXT: usize = START + KEY;
/// How many wait at most.
pub(crate) const WAITING_MAX: usize = 256;

/// The public key that the head holds.
pub(crate) fn log_key(keys: &Keys) -> [u8; KEY] {
    let (_, public) = Kem::derive_keypair(keys.audit_seal());
    public.to_bytes().into()
}

/// Seals an event to a public key. `None` when the key in the file is no key at all.
pub(crate) fn seal(
    log_key: &[u8; KEY],
    vault: VaultId,
    time: u64,
    event: AuditEvent,
    rng: &mut (dyn CryptoRng + Send),
) -> Option<Vec<u8>> {
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(log_key).ok()?;
    let mut start = [0; START];
    let length = TEXT + event::SEALED + crate::hazmat::TAG;
    let mut body = vec![0; length];
    Body::Sealed.begin(&mut body, [0; 2], vault);
    start.copy_from_slice(&body[..START]);
    let text = event::write_sealed(time, event);
    let mut rng = rng;
    let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Kem>(
        &OpModeS::Base,
        &public,
        INFO,
        &text,
        &start,
        &mut rng,
    )
    .ok()?;
    body[START..TEXT].copy_from_slice(&encapsulated.to_bytes());
    body.get_mut(TEXT..)?.copy_from_slice(sealed.get(..length - TEXT)?);
    Some(body)
}

/// Opens sealed events; the key pair is made once for all of them.
pub(crate) struct Opener {
    private: <Kem as hpke::Kem>::PrivateKey,
    vault: VaultId,
}

impl Opener {
    pub(crate) fn new(keys: &Keys, vault: VaultId) -> Self {
        let (private, _) = Kem::derive_keypair(keys.audit_seal());
        Self { private, vault }
    }

    /// When the event says that it happened, and what. Nothing vouches for who wrote it.
    pub(crate) fn open(&self, body: &[u8]) -> Option<(u64, AuditEvent)> {
        if Body::Sealed.read_of(body, self.vault)? != [0; 2] {
            return None;
        }
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(body.get(START..TEXT)?).ok()?;
        let text = hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
            &OpModeR::Base,
            &self.private,
            &encapsulated,
            INFO,
            body.get(TEXT..)?,
            &body[..START],
        );
        event::read_sealed(&Zeroizing::new(text.ok()?)).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::VaultKey;

    #[test]
    fn a_sealed_event_is_opened_by_its_vault_and_no_other() {
        let vault = VaultId::from_bytes([1; 16]);
        let keys = Keys::derive(&VaultKey::from_bytes(&[7; KEY]), vault);
        let mut rng = tessera_testkit::SeededRng::new(1);
        let mut body = seal(&log_key(&keys), vault, 59, AuditEvent::FailedUnlock, &mut rng).unwrap();
        assert_eq!(body.len(), 144);
        assert_eq!(Opener::new(&keys, vault).open(&body), Some((59, AuditEvent::FailedUnlock)));
        let other = Keys::derive(&VaultKey::from_bytes(&[8; KEY]), vault);
        assert_eq!(Opener::new(&other, vault).open(&body), None);
        for at in 0..body.len() {
            body[at] ^= 1;
            assert_eq!(Opener::new(&keys, vault).open(&body), None, "byte {at}");
            body[at] ^= 1;
        }
    }
}
