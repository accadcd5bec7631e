//! The raw primitives. Only this crate's own formats call them, each with its own key and its own authenticated data.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{KdfParams, memory};

pub(crate) const KEY: usize = 32;
pub(crate) const NONCE: usize = 12;
pub(crate) const TAG: usize = 16;
pub(crate) const HASH: usize = 32;

/// AES-256-GCM under one key. The key schedule lives on the heap and is wiped when dropped.
pub(crate) struct Aead(Box<Aes256Gcm>);

/// The tag is not that of this ciphertext, nonce and authenticated data under this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAuthentic;

impl Aead {
    pub(crate) fn new(key: &[u8; KEY]) -> Self {
        Self(Box::new(Aes256Gcm::new(key.into())))
    }

    /// Encrypts in place and returns the tag.
    #[allow(clippy::expect_used, reason = "fails from 64 GiB on; the largest body has 64 MiB")]
    pub(crate) fn seal(&self, nonce: &[u8; NONCE], bound: &[u8], text: &mut [u8]) -> [u8; TAG] {
        let nonce = Nonce::from(*nonce);
        self.0.encrypt_inout_detached(&nonce, bound, InOutBuf::from(text)).expect("bodies are bounded").into()
    }

    /// Decrypts in place. When it fails, `text` is as it was or wiped, never a half-checked plaintext.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE],
        bound: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<(), NotAuthentic> {
        let (nonce, tag) = (Nonce::from(*nonce), Tag::from(*tag));
        self.0.decrypt_inout_detached(&nonce, bound, InOutBuf::from(text), &tag).map_err(|_| NotAuthentic)
    }
}

/// HMAC-SHA256 with the whole result.
pub(crate) fn mac(key: &[u8; KEY], data: &[u8]) -> [u8; HASH] {
    // HMAC fills a short key up with zeros to the hash's block (RFC 2104 §2); doing it here leaves nothing that can fail.
    let mut block = Zeroizing::new([0; 64]);
    block[..KEY].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new((&*block).into());
    mac.update(data);
    mac.finalize().into_bytes().into()
}

/// Whether two values are the same, in a time that does not tell where they differ.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// SHA-256.
pub(crate) fn hash(data: &[u8]) -> [u8; HASH] {
    Sha256::digest(data).into()
}

/// SHA-256 of several pieces, joined.
pub(crate) fn hash_all<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> [u8; HASH] {
    let mut hasher = Sha256::new();
    pieces.into_iter().for_each(|piece| hasher.update(piece));
    hasher.finalize().into()
}

/// HKDF-SHA256 into 32 bytes, the info joined from pieces.
#[allow(clippy::expect_used, reason = "fails beyond 255 blocks of 32 bytes; this is one")]
pub(crate) fn derive(ikm: &[u8], salt: &[u8], info: &[&[u8]], into: &mut [u8; KEY]) {
    Hkdf::<Sha256>::new(Some(salt), ikm).expand_multi_info(info, into).expect("one block");
}

/// Why a key was not derived from a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StretchError {
    /// Beyond `KdfParams::CEILING`, or zero. No memory was taken.
    BeyondCap,
    /// The system does not give that much memory.
    NoMemory,
}

/// Argon2id 0x13 into 32 bytes.
///
/// Argon2's blocks are at least 64 MiB and so mapped for this call alone and given back to the system after it; the
/// programs' global allocator wipes them besides.
pub(crate) fn stretch(
    password: &[u8],
    salt: &[u8],
    params: KdfParams,
) -> Result<Zeroizing<[u8; KEY]>, StretchError> {
    if params.is_above_ceiling() {
        return Err(StretchError::BeyondCap);
    }
    // Argon2 wants 8 KiB a lane; a slot that says less is as manipulated as one that says too much.
    let params = Params::new(params.m_kib(), params.t(), params.p(), Some(KEY))
        .map_err(|_| StretchError::BeyondCap)?;
    let mut key = Zeroizing::new([0; KEY]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, key.as_mut())
        .map_err(|_| StretchError::NoMemory)?;
    memory::scrub_stack();
    Ok(key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn hmac_and_hkdf_give_what_their_rfcs_give() {
        // RFC 4231, test case 1, whose 20-byte key is filled up with zeros as HMAC itself does.
        let mut key = [0; KEY];
        key[..20].fill(0x0b);
        assert_eq!(
            HEXLOWER.encode(&mac(&key, b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        // RFC 5869, test case 1, its first 32 bytes.
        let salt: Vec<u8> = (0..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        derive(&[0x0b; 22], &salt, &[&info[..4], &info[4..]], &mut key);
        assert_eq!(HEXLOWER.encode(&key), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    #[test]
    fn aes_gcm_gives_what_its_specification_gives() {
        // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14.
        let aead = Aead::new(&[0; KEY]);
        let mut text = [0; 16];
        let tag = aead.seal(&[0; NONCE], b"", &mut text);
        assert_eq!(HEXLOWER.encode(&text), "cea7403d4d606b6e074ec5d3baf39d18");
        assert_eq!(HEXLOWER.encode(&tag), "d0d1c8a799996bf0265b98b5d48ab919");
        assert_eq!(aead.open(&[0; NONCE], b"x", &mut text.clone(), &tag), Err(NotAuthentic));
        aead.open(&[0; NONCE], b"", &mut text, &tag).unwrap();
        assert_eq!(text, [0; 16]);
    }

    #[test]
    fn parameters_beyond_the_cap_are_refused_before_memory_is_taken() {
        for (m, t, p) in
            [(1_048_577, 1, 1), (64, 17, 1), (256, 1, 17), (0, 1, 1), (64, 0, 1), (64, 1, 0), (8, 1, 4)]
        {
            let params = KdfParams::from_stored(m, t, p);
            assert_eq!(stretch(b"x", &[0; 32], params).unwrap_err(), StretchError::BeyondCap);
        }
        assert!(stretch(b"x", &[0; 32], KdfParams::from_stored(64, 1, 1)).is_ok());
    }
}
