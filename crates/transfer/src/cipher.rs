//! The ciphers of encrypted exports. `None` is always the same: another key, or changed or cut, or an impossible length.

use aes::Aes256;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, AesGcm, Nonce, Tag};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use dryoc::classic::crypto_aead_xchacha20poly1305_ietf as xchacha;
use dryoc::classic::crypto_secretstream_xchacha20poly1305 as stream;
use zeroize::Zeroizing;

/// What comes out, wiped when dropped.
pub(crate) type Plain = Zeroizing<Vec<u8>>;

/// The bytes of a key.
pub(crate) const KEY: usize = 32;
/// The bytes of a nonce.
pub(crate) const NONCE: usize = 12;
/// The bytes of a tag.
pub(crate) const TAG: usize = 16;

/// Decrypts AES-256-GCM. `None` if the key is another, or the text or the nonce is not as it was encrypted, or one of
/// the lengths is impossible.
pub(crate) fn open_gcm(key: &[u8; KEY], nonce: &[u8], text: &[u8], tag: &[u8]) -> Option<Plain> {
    let nonce = Nonce::from(<[u8; NONCE]>::try_from(nonce).ok()?);
    let tag = Tag::from(<[u8; TAG]>::try_from(tag).ok()?);
    let mut text = Zeroizing::new(text.to_vec());
    let aead = Box::new(Aes256Gcm::new(key.into()));
    aead.decrypt_inout_detached(&nonce, b"", InOutBuf::from(text.as_mut_slice()), &tag).ok()?;
    Some(text)
}

/// As [`open_gcm`], with the tag at the end of the text, where most formats put it.
pub(crate) fn open_gcm_tagged(key: &[u8; KEY], nonce: &[u8], text: &[u8]) -> Option<Plain> {
    let (text, tag) = text.split_at_checked(text.len().checked_sub(TAG)?)?;
    open_gcm(key, nonce, text, tag)
}

/// Encrypts AES-256-GCM in place and returns the tag. `None` only from 64 GiB on.
pub(crate) fn seal_gcm(key: &[u8; KEY], nonce: &[u8; NONCE], text: &mut [u8]) -> Option<[u8; TAG]> {
    let aead = Box::new(Aes256Gcm::new(key.into()));
    aead.encrypt_inout_detached(&Nonce::from(*nonce), b"", InOutBuf::from(text)).ok().map(Into::into)
}

/// Decrypts AES-256-GCM with authenticated data and the tag at the end of the text.
pub(crate) fn open_gcm_bound(key: &[u8; KEY], nonce: &[u8], bound: &[u8], text: &[u8]) -> Option<Plain> {
    let nonce = Nonce::from(<[u8; NONCE]>::try_from(nonce).ok()?);
    let (text, tag) = text.split_last_chunk::<TAG>()?;
    let mut text = Zeroizing::new(text.to_vec());
    let aead = Box::new(Aes256Gcm::new(key.into()));
    aead.decrypt_inout_detached(&nonce, bound, InOutBuf::from(text.as_mut_slice()), &Tag::from(*tag)).ok()?;
    Some(text)
}

/// As [`open_gcm_bound`], with a nonce of 16 bytes.
pub(crate) fn open_gcm_bound_16(
    key: &[u8; KEY],
    nonce: &[u8; 16],
    bound: &[u8],
    text: &[u8],
) -> Option<Plain> {
    let nonce = aes_gcm::aead::Nonce::<AesGcm<Aes256, U16>>::from(*nonce);
    let (text, tag) = text.split_last_chunk::<TAG>()?;
    let mut text = Zeroizing::new(text.to_vec());
    let aead = Box::new(AesGcm::<Aes256, U16>::new(key.into()));
    aead.decrypt_inout_detached(&nonce, bound, InOutBuf::from(text.as_mut_slice()), &Tag::from(*tag)).ok()?;
    Some(text)
}

/// Decrypts AES-256-CBC with PKCS #7 padding. Nothing authenticates it: what comes out of a wrong key mostly has no valid
/// padding, and else is noise.
pub(crate) fn open_cbc(key: &[u8; KEY], iv: &[u8; 16], text: &[u8]) -> Option<Plain> {
    let mut text = Zeroizing::new(text.to_vec());
    let decryptor = Box::new(cbc::Decryptor::<Aes256>::new(key.into(), iv.into()));
    let length = decryptor.decrypt_padded::<Pkcs7>(&mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

/// Decrypts XChaCha20-Poly1305 with the tag at the end of the text.
pub(crate) fn open_xchacha(key: &[u8; KEY], nonce: &[u8; 24], text: &[u8]) -> Option<Plain> {
    let mut plain = Zeroizing::new(vec![0; text.len().checked_sub(TAG)?]);
    xchacha::crypto_aead_xchacha20poly1305_ietf_decrypt(&mut plain, text, None, nonce, key).ok()?;
    Some(plain)
}

/// Decrypts a libsodium secretstream (XChaCha20-Poly1305) of a single message.
pub(crate) fn open_stream(key: &[u8; KEY], header: &[u8; 24], text: &[u8]) -> Option<Plain> {
    // Besides the tag of the authentication there is a byte that says which message of a stream this is.
    let mut plain = Zeroizing::new(vec![0; text.len().checked_sub(TAG + 1)?]);
    let (mut state, mut kind) = (stream::State::new(), 0);
    stream::crypto_secretstream_xchacha20poly1305_init_pull(&mut state, header, key);
    let length =
        stream::crypto_secretstream_xchacha20poly1305_pull(&mut state, &mut plain, &mut kind, text, None)
            .ok()?;
    plain.truncate(length);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        let (key, nonce) = ([7; KEY], [9; NONCE]);
        let mut text = b"twelve words".to_vec();
        let tag = seal_gcm(&key, &nonce, &mut text).unwrap();
        let tagged = [&text[..], &tag].concat();
        assert_eq!(open_gcm(&key, &nonce, &text, &tag).unwrap().as_slice(), b"twelve words");
        assert_eq!(open_gcm_tagged(&key, &nonce, &tagged).unwrap().as_slice(), b"twelve words");
        assert_eq!(open_gcm(&[8; KEY], &nonce, &text, &tag), None);
        assert_eq!(open_gcm_tagged(&key, &[9; 11], &tagged), None);
        for short in 0..tagged.len() {
            assert_eq!(open_gcm_tagged(&key, &nonce, &tagged[..short]), None);
        }
    }
    #[test]
    fn vectors_of_others_open() {
        let hex = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap();
        // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14.
        let sealed = hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
        assert_eq!(open_gcm_bound(&[0; KEY], &[0; 12], b"", &sealed).unwrap().as_slice(), [0; 16]);
        assert_eq!(open_gcm_bound(&[0; KEY], &[0; 12], b"x", &sealed), None);
        assert_eq!(open_gcm_bound(&[0; KEY], &[0; 13], b"", &sealed), None);
        assert_eq!(open_gcm_bound(&[0; KEY], &[0; 12], b"", &sealed[..15]), None);
        // Made with pyca/cryptography: AESGCM(bytes(32)).encrypt(bytes(16), b"sixteen", b"bound").
        let sealed = hex("ac3ab879557250498fca50246dce917619fb285042da4c");
        assert_eq!(open_gcm_bound_16(&[0; KEY], &[0; 16], b"bound", &sealed).unwrap().as_slice(), b"sixteen");
        assert_eq!(open_gcm_bound_16(&[0; KEY], &[0; 16], b"", &sealed), None);
        assert_eq!(open_gcm_bound_16(&[0; KEY], &[0; 16], b"bound", &sealed[1..]), None);
        // NIST SP 800-38A, F.2.5, its first block, then a block of padding.
        let key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4").try_into().unwrap();
        let iv = hex("000102030405060708090a0b0c0d0e0f").try_into().unwrap();
        let sealed = hex("f58c4c04d6e5f1ba779eabfb5f7bfbd6485a5c81519cf378fa36d42b8547edc0");
        let plain = open_cbc(&key, &iv, &sealed).unwrap();
        assert_eq!(*plain, hex("6bc1bee22e409f96e93d7e117393172a"));
        for cut in [0, 16, 31] {
            assert_eq!(open_cbc(&key, &iv, &sealed[..cut]), None);
        }
        // Made with libsodium 1.0.18: crypto_aead_xchacha20poly1305_ietf_encrypt, and one push with the final tag.
        let sealed = hex("603cfe28e09a5ba56d54cfb7611f207028eb832c1b");
        assert_eq!(open_xchacha(&[9; KEY], &[7; 24], &sealed).unwrap().as_slice(), b"hello");
        assert_eq!(open_xchacha(&[8; KEY], &[7; 24], &sealed), None);
        assert_eq!(open_xchacha(&[9; KEY], &[7; 24], &sealed[..15]), None);
        let header = hex("92748331835ae6fb3ac27ec0c9feef53419c962258050209").try_into().unwrap();
        let sealed = hex("e074ecc9c4a8fc1b0c48598ea50c8bbcd727e0079f33");
        assert_eq!(open_stream(&[9; KEY], &header, &sealed).unwrap().as_slice(), b"hello");
        assert_eq!(open_stream(&[8; KEY], &header, &sealed), None);
        assert_eq!(open_stream(&[9; KEY], &header, &sealed[..16]), None);
        assert_eq!(open_stream(&[9; KEY], &header, &sealed[..17]), None);
    }
}
