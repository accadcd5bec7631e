//! Opening what was sealed: with the reviewer's own identity, within limits, in memory alone.

use std::io::Read as _;
use std::str::FromStr as _;

use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{DocumentError, Picture, SealError, SealedDocument, seal};
use crate::PinnedKeys;

/// The largest document that is opened, in bytes.
const PLAIN_BYTES: u64 = 32 * 1024 * 1024;

/// The secret half of a reviewer's key. The vault keeps its text.
pub struct ReviewerIdentity(Identity);

/// A document that was opened.
pub struct Opened {
    plain: Zeroizing<Vec<u8>>,
}

/// Why a document was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What came is not what the center says that the applicant sent.
    #[error("the document is not the one that was sent: its digest is another")]
    OtherDigest,
    /// None of the keys opens it.
    #[error("none of your keys opens this document")]
    NotForUs,
    /// It is no sealed document, or was changed on the way.
    #[error("the document is damaged")]
    Damaged,
    /// More than any document has.
    #[error("the document has more bytes than are opened")]
    TooLarge,
    /// Opened, and not a picture.
    #[error(transparent)]
    Content(#[from] DocumentError),
    /// It could not be sealed again.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl std::fmt::Debug for ReviewerIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReviewerIdentity(..)")
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} bytes)", self.plain.len())
    }
}

impl ReviewerIdentity {
    /// A new one. The age library takes its randomness from the system itself.
    pub fn generate() -> Self {
        Self(Identity::generate())
    }

    /// Reads the text that [`Self::to_text`] gave.
    pub fn from_text(text: &str) -> Option<Self> {
        Identity::from_str(text.trim()).ok().map(Self)
    }

    /// The text for the vault: `AGE-SECRET-KEY-1…`.
    pub fn to_text(&self) -> Zeroizing<String> {
        // Kept in the vault and nowhere else.
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The public half, which the center lists: `age1…`.
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }
}

impl Opened {
    /// Opens ciphertext whose digest, in hexadecimal, is that which the center names.
    ///
    /// # Errors
    /// When it is another one, none of the identities opens it, or it is too large.
    pub fn from_sealed(
        ciphertext: &[u8],
        digest: &str,
        identities: &[ReviewerIdentity],
    ) -> Result<Self, OpenError> {
        if HEXLOWER.encode(&Sha256::digest(ciphertext)) != digest.to_ascii_lowercase() {
            return Err(OpenError::OtherDigest);
        }
        let decryptor = age::Decryptor::new(ciphertext).map_err(|_| OpenError::Damaged)?;
        let ours = identities.iter().map(|one| &one.0 as &dyn age::Identity);
        let reader = decryptor.decrypt(ours).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => OpenError::NotForUs,
            _ => OpenError::Damaged,
        })?;
        // As large as it may become at once, so that no copy is left behind where it grew.
        let mut plain = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
        reader.take(PLAIN_BYTES + 1).read_to_end(&mut plain).map_err(|_| OpenError::Damaged)?;
        if plain.len() as u64 > PLAIN_BYTES {
            return Err(OpenError::TooLarge);
        }
        Ok(Self { plain })
    }

    /// What it shows. It is a stranger's file: decoded within the same limits as one's own.
    ///
    /// # Errors
    /// When it is no picture.
    pub fn picture(&self) -> Result<Picture, OpenError> {
        Ok(Picture::read(&self.plain)?)
    }
}

/// Seals an opened document again, byte for byte, to a newer list.
///
/// # Errors
/// When the ciphers fail.
pub fn reseal(opened: &Opened, keys: &PinnedKeys) -> Result<SealedDocument, OpenError> {
    Ok(seal(&opened.plain, keys)?)
}

#[cfg(test)]
mod tests {
    use tessera_center_api::key_list::{KeyList, KeyPurpose, ListedKey};

    use super::*;

    fn keys(reviewers: &[&ReviewerIdentity], version: i64) -> PinnedKeys {
        let keys = reviewers
            .iter()
            .map(|one| ListedKey {
                holder: "r".into(),
                purpose: KeyPurpose::Reviewer,
                recipient: one.recipient(),
            })
            .collect();
        PinnedKeys::of(KeyList { version, signed_at: 0, expires_at: 1, keys }).unwrap()
    }

    #[test]
    fn what_was_sealed_is_opened_by_each_key_of_the_list_and_by_no_other() {
        let [rita, escrow, mallory] = [(); 3].map(|()| ReviewerIdentity::generate());
        let sealed = seal(b"a picture", &keys(&[&rita, &escrow], 7)).unwrap();
        assert_eq!(sealed.list_version(), 7);
        assert!(!sealed.bytes().windows(9).any(|window| window == b"a picture"));
        for one in [rita, escrow] {
            let one = [ReviewerIdentity::from_text(&one.to_text()).unwrap()];
            let opened = Opened::from_sealed(sealed.bytes(), sealed.digest(), &one).unwrap();
            assert_eq!(opened.plain.as_slice(), b"a picture");
            assert!(matches!(opened.picture(), Err(OpenError::Content(DocumentError::Unsupported))));
        }
        let theirs = Opened::from_sealed(sealed.bytes(), sealed.digest(), &[mallory]);
        assert!(matches!(theirs, Err(OpenError::NotForUs)));
    }

    #[test]
    fn a_changed_byte_is_noticed_by_the_digest_and_by_the_seal() {
        let rita = [ReviewerIdentity::generate()];
        let sealed = seal(b"a picture", &keys(&[&rita[0]], 1)).unwrap();
        for at in 0..sealed.bytes().len() {
            let mut changed = sealed.bytes().to_vec();
            changed[at] ^= 1;
            assert!(matches!(
                Opened::from_sealed(&changed, sealed.digest(), &rita),
                Err(OpenError::OtherDigest)
            ));
            let digest = HEXLOWER.encode(&Sha256::digest(&changed));
            assert!(Opened::from_sealed(&changed, &digest, &rita).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_document_is_sealed_anew_for_those_who_stay() {
        let [old, new] = [(); 2].map(|()| ReviewerIdentity::generate());
        let sealed = seal(b"a picture", &keys(&[&old], 1)).unwrap();
        let opened = Opened::from_sealed(sealed.bytes(), sealed.digest(), &[old]).unwrap();
        let again = reseal(&opened, &keys(&[&new], 2)).unwrap();
        assert_eq!(again.list_version(), 2);
        let read = Opened::from_sealed(again.bytes(), again.digest(), &[new]).unwrap();
        assert_eq!(read.plain.as_slice(), b"a picture");
    }
}
