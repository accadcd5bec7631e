//! Sealing: to every key of the verified list, so that nobody else can open it, the center least of all.

use std::io::Write as _;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::PinnedKeys;

/// What sealing adds to a document at most, for so many keys, in bytes: the header's lines and the tags of its pieces.
pub(crate) const fn added_by(keys: usize, plain: usize) -> usize {
    1024 + keys * 128 + (plain / (64 * 1024) + 1) * 16
}

/// A document as it travels.
#[derive(Clone)]
pub struct SealedDocument {
    bytes: Vec<u8>,
    digest: String,
    list_version: i64,
}

/// Why a document was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The list names nobody.
    #[error("there is no reviewer's key to seal the document to")]
    NoKeys,
    /// The ciphers.
    #[error("the document could not be sealed")]
    Cipher(#[source] std::io::Error),
}

impl std::fmt::Debug for SealedDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedDocument({} bytes, list {})", self.bytes.len(), self.list_version)
    }
}

impl SealedDocument {
    /// The ciphertext.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of it, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The version of the list it is sealed to.
    pub fn list_version(&self) -> i64 {
        self.list_version
    }
}

/// Seals a document to every key of a verified list.
///
/// # Errors
/// When there is no key, or the ciphers fail.
pub fn seal(plain: &[u8], keys: &PinnedKeys) -> Result<SealedDocument, SealError> {
    let recipients = keys.recipients().iter().map(|key| key as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(|_| SealError::NoKeys)?;
    let mut bytes = Vec::with_capacity(plain.len() + added_by(keys.recipients().len(), plain.len()));
    let mut writer = encryptor.wrap_output(&mut bytes).map_err(SealError::Cipher)?;
    writer.write_all(plain).map_err(SealError::Cipher)?;
    writer.finish().map_err(SealError::Cipher)?;
    let digest = HEXLOWER.encode(&Sha256::digest(&bytes));
    Ok(SealedDocument { bytes, digest, list_version: keys.version() })
}
