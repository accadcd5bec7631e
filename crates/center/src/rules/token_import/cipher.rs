//! How a vendor encrypts secrets: AES-CBC under a pre-shared key or one that is derived from a password, an HMAC over the
//! ciphertext (RFC 6030, section 6).

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes256};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ImportError;

const BLOCK: usize = 16;

/// The key that the vendor told by another way.
#[derive(Clone)]
pub struct PresharedKey(Zeroizing<Vec<u8>>);

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pre-shared key is 32 or 64 hexadecimal digits")]
pub struct BadKey;

impl PresharedKey {
    /// Reads hexadecimal digits; spaces, colons and hyphens between them are skipped.
    ///
    /// # Errors
    /// When they are not 16 or 32 bytes.
    pub fn from_hex(text: &str) -> Result<Self, BadKey> {
        let secret = tessera_otp::Secret::from_hex(text).map_err(|_| BadKey)?;
        // Taken over into the type of this module, which is wiped as well.
        let bytes = Zeroizing::new(secret.expose_secret().to_vec());
        Self::derived(bytes)
    }

    /// Takes bytes over.
    ///
    /// # Errors
    /// When they are not 16 or 32.
    pub(super) fn derived(bytes: Zeroizing<Vec<u8>>) -> Result<Self, BadKey> {
        if matches!(bytes.len(), 16 | 32) { Ok(Self(bytes)) } else { Err(BadKey) }
    }
}

/// The password that the vendor told by another way.
#[derive(Clone)]
pub struct FilePassword(Zeroizing<String>);

impl FilePassword {
    /// Takes it as it was told.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The password. Say why in the line above.
    pub(super) fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for FilePassword {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FilePassword(..)")
    }
}

/// What opens a vendor's file.
#[derive(Debug, Clone)]
pub enum FileKey {
    /// A key.
    Preshared(PresharedKey),
    /// A password, from which the file says how the key is derived.
    Password(FilePassword),
}

impl std::fmt::Debug for PresharedKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PresharedKey(..)")
    }
}

/// How values are encrypted, by the URI of the XML encryption standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    Aes128Cbc,
    Aes256Cbc,
}

impl Encryption {
    pub(super) fn from_uri(uri: &str) -> Result<Self, ImportError> {
        match uri.rsplit('#').next() {
            Some("aes128-cbc") => Ok(Self::Aes128Cbc),
            Some("aes256-cbc") => Ok(Self::Aes256Cbc),
            _ => Err(ImportError::Unsupported(format!("encryption by {}", shown(uri)))),
        }
    }

    /// Opens an initialization vector with ciphertext behind it. `None` when it cannot be of this key.
    pub(super) fn open(self, key: &PresharedKey, value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Aes128Cbc => cbc(&Aes128::new_from_slice(&key.0).ok()?, value),
            Self::Aes256Cbc => cbc(&Aes256::new_from_slice(&key.0).ok()?, value),
        }
    }
}

fn cbc<C: BlockCipherDecrypt<BlockSize = aes::cipher::consts::U16>>(
    cipher: &C,
    value: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    if value.len() < 2 * BLOCK || !value.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(value.len() - BLOCK));
    for at in (BLOCK..value.len()).step_by(BLOCK) {
        let mut block = aes::Block::try_from(value.get(at..at + BLOCK)?).ok()?;
        cipher.decrypt_block(&mut block);
        plain.extend(block.iter().zip(value.get(at - BLOCK..at)?).map(|(left, right)| left ^ right));
        zeroize::Zeroize::zeroize(block.as_mut_slice());
    }
    // XML encryption pads with anything and says in the last byte how much.
    let padding = usize::from(*plain.last()?);
    if !(1..=BLOCK).contains(&padding) {
        return None;
    }
    let length = plain.len() - padding;
    plain.truncate(length);
    Some(plain)
}

/// How ciphertexts are authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authentication {
    HmacSha1,
    HmacSha256,
}

impl Authentication {
    pub(super) fn from_uri(uri: &str) -> Result<Self, ImportError> {
        match uri.rsplit('#').next() {
            Some("hmac-sha1") => Ok(Self::HmacSha1),
            Some("hmac-sha256") => Ok(Self::HmacSha256),
            _ => Err(ImportError::Unsupported(format!("authentication by {}", shown(uri)))),
        }
    }

    pub(super) fn is_of(self, key: &[u8], value: &[u8], mac: &[u8]) -> bool {
        match self {
            Self::HmacSha1 => Hmac::<Sha1>::new_from_slice(key)
                .is_ok_and(|hmac| hmac.chain_update(value).verify_slice(mac).is_ok()),
            Self::HmacSha256 => Hmac::<Sha256>::new_from_slice(key)
                .is_ok_and(|hmac| hmac.chain_update(value).verify_slice(mac).is_ok()),
        }
    }
}

/// The key itself, where a file names no other for its HMACs.
pub(super) fn of_key(key: &PresharedKey) -> Zeroizing<Vec<u8>> {
    key.0.clone()
}

/// As much of a stranger's text as an error may quote.
pub(super) fn shown(uri: &str) -> String {
    tessera_otp::clean_name(uri).chars().take(80).collect()
}
