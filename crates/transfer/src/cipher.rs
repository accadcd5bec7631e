//! AES-GCM, which most of the encrypted exports use.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use zeroize::Zeroizing;

/// The bytes of a key.
pub(crate) const KEY: usize = 32;
/// The bytes of a nonce.
pub(crate) const NONCE: usize = 12;
/// The bytes of a tag.
pub(crate) const TAG: usize = 16;

/// Decrypts AES-256-GCM. `None` if the key is another, or the text or the nonce is not as it was encrypted, or one of
/// the lengths is impossible.
pub(crate) fn open_gcm(key: &[u8; KEY], nonce: &[u8], text: &[u8], tag: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nonce = Nonce::from(<[u8; NONCE]>::try_from(nonce).ok()?);
    let tag = Tag::from(<[u8; TAG]>::try_from(tag).ok()?);
    let mut text = Zeroizing::new(text.to_vec());
    let aead = Box::new(Aes256Gcm::new(key.into()));
    aead.decrypt_inout_detached(&nonce, b"", InOutBuf::from(text.as_mut_slice()), &tag).ok()?;
    Some(text)
}

/// As [`open_gcm`], with the tag at the end of the text, where most formats put it.
pub(crate) fn open_gcm_tagged(key: &[u8; KEY], nonce: &[u8], text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (text, tag) = text.split_at_checked(text.len().checked_sub(TAG)?)?;
    open_gcm(key, nonce, text, tag)
}

/// Encrypts AES-256-GCM in place and returns the tag. `None` only from 64 GiB on.
pub(crate) fn seal_gcm(key: &[u8; KEY], nonce: &[u8; NONCE], text: &mut [u8]) -> Option<[u8; TAG]> {
    let aead = Box::new(Aes256Gcm::new(key.into()));
    aead.encrypt_inout_detached(&Nonce::from(*nonce), b"", InOutBuf::from(text)).ok().map(Into::into)
}

#[cfg(test)]
mod tests {
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
}
