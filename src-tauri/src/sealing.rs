//! Opens what the page sealed, so that no password, code or secret typed there crosses the bridge in clear.
//!
//! Messages between page and shell are copied through buffers of the webview that nobody wipes. What a person types is
//! therefore sealed in the page (HPKE, RFC 9180: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM) to a key that takes
//! one message, lives two minutes and never leaves Rust.

use std::{collections::VecDeque, time::Duration};

use data_encoding::{BASE64, HEXLOWER};
use hpke::{
    Deserializable as _, Kem as _, OpModeR, Serializable as _, aead::AesGcm256, kdf::HkdfSha256,
    kem::DhP256HkdfSha256, rand_core::CryptoRng, setup_receiver,
};
use zeroize::Zeroizing;

use crate::dto::{ErrorCode, Failure, Sealed, SealingKey};

type Kem = DhP256HkdfSha256;

const INFO: &[u8] = b"tessera/v1/ipc";
/// How long a key waits for its message.
const LIFE: Duration = Duration::from_mins(2);
/// A page that asks for keys without using them pushes out its own oldest ones.
const MOST: usize = 32;
/// The longest text: a pasted otpauth URI of 64 KiB.
const LONGEST: usize = 96 * 1024;

struct Waiting {
    id: String,
    private: <Kem as hpke::Kem>::PrivateKey,
    made: Duration,
}

/// The keys that wait for their message.
#[derive(Default)]
pub(crate) struct SealingKeys {
    waiting: VecDeque<Waiting>,
}

impl SealingKeys {
    /// A new key. `now` is a steady clock's.
    pub(crate) fn generate(&mut self, mut rng: impl CryptoRng, now: Duration) -> SealingKey {
        self.expire(now);
        while self.waiting.len() >= MOST {
            self.waiting.pop_front();
        }
        let (private, public) = Kem::gen_keypair_with_rng(&mut rng);
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let id = HEXLOWER.encode(&id);
        self.waiting.push_back(Waiting { id: id.clone(), private, made: now });
        SealingKey { key_id: id, public_key: BASE64.encode(&public.to_bytes()) }
    }

    /// Opens a message; its key is gone whatever comes out.
    pub(crate) fn open(&mut self, sealed: &Sealed, now: Duration) -> Result<Zeroizing<String>, Failure> {
        self.expire(now);
        let place = self.waiting.iter().position(|key| key.id == sealed.key_id);
        let key = place
            .and_then(|place| self.waiting.remove(place))
            .ok_or_else(|| refused("its key was used or has expired"))?;
        if sealed.ct.len() > LONGEST * 2 {
            return Err(refused("it is too long"));
        }
        let (Ok(enc), Ok(ct)) = (BASE64.decode(sealed.enc.as_bytes()), BASE64.decode(sealed.ct.as_bytes()))
        else {
            return Err(refused("it is no base64"));
        };
        let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(&enc)
            .map_err(|_| refused("its encapsulated key is malformed"))?;
        let mut receiver =
            setup_receiver::<AesGcm256, HkdfSha256, Kem>(&OpModeR::Base, &key.private, &enc, INFO)
                .map_err(|_| refused("its key does not fit"))?;
        let plain = Zeroizing::new(receiver.open(&ct, b"").map_err(|_| refused("it was altered"))?);
        // A copy, because a failed conversion of the buffer itself would hand it back inside an unwiped error.
        std::str::from_utf8(&plain)
            .map(|text| Zeroizing::new(text.to_owned()))
            .map_err(|_| refused("it is no text"))
    }

    /// Drops keys that waited too long.
    pub(crate) fn expire(&mut self, now: Duration) {
        self.waiting.retain(|key| now.saturating_sub(key.made) < LIFE);
    }

    /// Drops all keys.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

fn refused(why: &str) -> Failure {
    Failure::with(ErrorCode::Sealing, "What was typed did not arrive whole.", why)
}

#[cfg(test)]
mod tests {
    use hpke::{OpModeS, setup_sender_with_rng};
    use tessera_testkit::SeededRng;

    use super::*;

    /// What the page does.
    fn seal(key: &SealingKey, text: &str) -> Sealed {
        let public = BASE64.decode(key.public_key.as_bytes()).unwrap();
        let public = <Kem as hpke::Kem>::PublicKey::from_bytes(&public).unwrap();
        let (enc, mut sender) = setup_sender_with_rng::<AesGcm256, HkdfSha256, Kem>(
            &OpModeS::Base,
            &public,
            INFO,
            &mut SeededRng::new(9),
        )
        .unwrap();
        let ct = sender.seal(text.as_bytes(), b"").unwrap();
        Sealed { key_id: key.key_id.clone(), enc: BASE64.encode(&enc.to_bytes()), ct: BASE64.encode(&ct) }
    }

    const T0: Duration = Duration::from_secs(1000);

    #[test]
    fn a_sealed_text_opens_once() {
        let mut keys = SealingKeys::default();
        let key = keys.generate(SeededRng::new(1), T0);
        let sealed = seal(&key, "gr\u{fc}\u{df}e \u{1f511}");
        assert_eq!(keys.open(&sealed, T0).unwrap().as_str(), "gr\u{fc}\u{df}e \u{1f511}");
        assert_eq!(keys.open(&sealed, T0).unwrap_err().code, ErrorCode::Sealing);
    }

    #[test]
    fn a_key_expires() {
        let mut keys = SealingKeys::default();
        let key = keys.generate(SeededRng::new(1), T0);
        let sealed = seal(&key, "late");
        assert!(keys.open(&sealed, T0 + LIFE).is_err());
    }

    #[test]
    fn an_altered_message_is_refused_and_costs_its_key() {
        let mut keys = SealingKeys::default();
        let key = keys.generate(SeededRng::new(1), T0);
        let good = seal(&key, "secret");
        let mut bad = good.clone();
        bad.ct.replace_range(0..1, if bad.ct.starts_with('A') { "B" } else { "A" });
        assert!(keys.open(&bad, T0).is_err());
        assert!(keys.open(&good, T0).is_err());
    }

    #[test]
    fn malformed_parts_are_refused() {
        let mut keys = SealingKeys::default();
        for (enc, ct) in [("!", "AAAA"), ("AAAA", "AAAA"), ("", "")] {
            let key = keys.generate(SeededRng::new(1), T0);
            let sealed = Sealed { key_id: key.key_id, enc: enc.into(), ct: ct.into() };
            assert_eq!(keys.open(&sealed, T0).unwrap_err().code, ErrorCode::Sealing);
        }
    }

    #[test]
    fn unused_keys_do_not_pile_up() {
        let mut keys = SealingKeys::default();
        for seed in 0..100 {
            keys.generate(SeededRng::new(seed), T0);
        }
        assert_eq!(keys.waiting.len(), MOST);
    }
}
