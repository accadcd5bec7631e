//! To whom documents are sealed: a list of age recipients, signed by the staff root key, which is kept off the server.
//!
//! A client pins the root key's fingerprint together with the center's address. A list that does not verify, has expired, or
//! is older than one seen before stops the upload: a hostile server cannot swap keys, nor bring back one of a reviewer who left.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

/// What is signed begins with this, so that a signature means nothing elsewhere.
const DOMAIN: &[u8] = b"tessera center key list v1\0";
/// The longest list that is read, in bytes: some thousand keys.
pub const LIST_BYTES_MAX: usize = 256 * 1024;
/// How root keys begin as text.
const ROOT_PREFIX: &str = "tessera-root-";

/// What a listed key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum KeyPurpose {
    /// A reviewer opens documents of tickets he or she claimed.
    Reviewer,
    /// Kept apart, for re-sealing when no reviewer is left who could.
    Escrow,
}

/// One recipient of every document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(deny_unknown_fields)]
pub struct ListedKey {
    /// The staff member's number at the center, or a name for an escrow key.
    pub holder: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// An age recipient: `age1…`.
    pub recipient: String,
}

/// The list itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(deny_unknown_fields)]
pub struct KeyList {
    /// Counts up; a client never takes a lower one than it has seen.
    pub version: i64,
    /// When it was signed, Unix seconds.
    pub signed_at: i64,
    /// From when on it is good no more, Unix seconds.
    pub expires_at: i64,
    /// The recipients; at least one reviewer and one escrow key.
    pub keys: Vec<ListedKey>,
}

/// A list as it travels: the very text that was signed, and the signature over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedKeyList {
    /// A [`KeyList`] as JSON text.
    pub list: String,
    /// Ed25519, base64url without padding.
    pub signature: String,
}

/// The public half of the staff root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootKey(VerifyingKey);

/// Why a list is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyListError {
    /// The root key's text is not one.
    NotARootKey,
    /// The signature is not of this root key over this text.
    BadSignature,
    /// The text is signed, but no list of keys.
    NotAList,
    /// Its time is over.
    Expired,
    /// A newer one was seen before.
    Older,
    /// It names no reviewer or no escrow key.
    Incomplete,
}

impl std::fmt::Display for KeyListError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NotARootKey => "this is not the text of a root key",
            Self::BadSignature => "the list of reviewers' keys is not signed by the center's root key",
            Self::NotAList => "what is signed is not a list of reviewers' keys",
            Self::Expired => "the list of reviewers' keys has expired",
            Self::Older => "the list of reviewers' keys is older than one that was seen before",
            Self::Incomplete => "the list of reviewers' keys names no reviewer or no escrow key",
        })
    }
}

impl std::error::Error for KeyListError {}

impl RootKey {
    /// Reads [`RootKey::text`].
    ///
    /// # Errors
    /// When it is anything else.
    pub fn from_text(text: &str) -> Result<Self, KeyListError> {
        let read = || {
            let bytes = BASE32_NOPAD
                .decode(text.trim().strip_prefix(ROOT_PREFIX)?.to_ascii_uppercase().as_bytes())
                .ok()?;
            VerifyingKey::from_bytes(bytes.as_slice().try_into().ok()?).ok()
        };
        read().map(Self).ok_or(KeyListError::NotARootKey)
    }

    /// The public half of a secret root key.
    pub fn of(secret: &SigningKey) -> Self {
        Self(secret.verifying_key())
    }

    /// As text, for configurations and for the link that adds a center.
    pub fn text(&self) -> String {
        format!("{ROOT_PREFIX}{}", BASE32_NOPAD.encode(self.0.as_bytes()).to_ascii_lowercase())
    }

    /// What clients pin: the first 160 bits of SHA-256.
    pub fn fingerprint_bytes(&self) -> [u8; 20] {
        let digest: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&digest[..20]);
        bytes
    }

    /// What people compare: the same in eight groups of four letters.
    pub fn fingerprint(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.fingerprint_bytes());
        let groups: Vec<&str> =
            (0..text.len()).step_by(4).filter_map(|from| text.get(from..from + 4)).collect();
        groups.join(" ")
    }
}

impl SignedKeyList {
    /// Signs a list; on the machine that holds the root key.
    ///
    /// # Errors
    /// When it names no reviewer or no escrow key.
    pub fn sign(list: &KeyList, secret: &SigningKey) -> Result<Self, KeyListError> {
        check(list)?;
        let text = serde_json::to_string(list).map_err(|_| KeyListError::NotAList)?;
        let signature = secret.sign(&[DOMAIN, text.as_bytes()].concat());
        Ok(Self { list: text, signature: BASE64URL_NOPAD.encode(&signature.to_bytes()) })
    }

    /// Reads the list if it is signed by this key, still good, and not older than `seen`.
    ///
    /// # Errors
    /// The first of these that does not hold.
    pub fn verify(&self, root: &RootKey, now: i64, seen: i64) -> Result<KeyList, KeyListError> {
        if self.list.len() > LIST_BYTES_MAX {
            return Err(KeyListError::NotAList);
        }
        let bytes =
            BASE64URL_NOPAD.decode(self.signature.as_bytes()).map_err(|_| KeyListError::BadSignature)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| KeyListError::BadSignature)?;
        // Strict: a signature that only some implementations take is none.
        root.0
            .verify_strict(&[DOMAIN, self.list.as_bytes()].concat(), &signature)
            .map_err(|_| KeyListError::BadSignature)?;
        let list: KeyList = serde_json::from_str(&self.list).map_err(|_| KeyListError::NotAList)?;
        check(&list)?;
        if list.expires_at <= now {
            return Err(KeyListError::Expired);
        }
        if list.version < seen {
            return Err(KeyListError::Older);
        }
        Ok(list)
    }
}

fn check(list: &KeyList) -> Result<(), KeyListError> {
    let has = |purpose| list.keys.iter().any(|key| key.purpose == purpose);
    if has(KeyPurpose::Reviewer) && has(KeyPurpose::Escrow) { Ok(()) } else { Err(KeyListError::Incomplete) }
}

/// A reviewer's wish to be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterKey {
    /// The age recipient whose identity the reviewer's vault holds: `age1…`.
    pub recipient: String,
}

/// A reviewer's key as the center knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct ReviewerKey {
    /// The staff member.
    pub holder: String,
    /// The age recipient.
    pub recipient: String,
    /// When it was registered.
    pub registered_at: i64,
    /// Whether the newest signed list names it.
    pub listed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn list(version: i64) -> KeyList {
        let key = |holder: &str, purpose| ListedKey {
            holder: holder.into(),
            purpose,
            recipient: "age1example".into(),
        };
        let keys = vec![key("a", KeyPurpose::Reviewer), key("vault in the cellar", KeyPurpose::Escrow)];
        KeyList { version, signed_at: 1000, expires_at: 2000, keys }
    }

    #[test]
    fn a_list_is_believed_only_as_it_was_signed_and_while_it_is_good() {
        let (root, signed) = (RootKey::of(&secret(1)), SignedKeyList::sign(&list(7), &secret(1)).unwrap());
        assert_eq!(signed.verify(&root, 1999, 7), Ok(list(7)));
        assert_eq!(signed.verify(&root, 2000, 7), Err(KeyListError::Expired));
        assert_eq!(signed.verify(&root, 1999, 8), Err(KeyListError::Older));
        assert_eq!(signed.verify(&RootKey::of(&secret(2)), 1999, 7), Err(KeyListError::BadSignature));
        let swapped =
            SignedKeyList { list: signed.list.replace("age1example", "age1mallory"), ..signed.clone() };
        assert_eq!(swapped.verify(&root, 1999, 7), Err(KeyListError::BadSignature));
        for signature in ["", "AAAA", &"A".repeat(86), "%"] {
            let other = SignedKeyList { signature: signature.into(), ..signed.clone() };
            assert_eq!(other.verify(&root, 1999, 7), Err(KeyListError::BadSignature));
        }
    }

    #[test]
    fn a_list_without_an_escrow_key_is_not_even_signed() {
        let mut list = list(1);
        list.keys.retain(|key| key.purpose == KeyPurpose::Reviewer);
        assert_eq!(SignedKeyList::sign(&list, &secret(1)), Err(KeyListError::Incomplete));
    }

    #[test]
    fn a_root_key_is_read_back_from_its_text() {
        let root = RootKey::of(&secret(1));
        assert_eq!(RootKey::from_text(&root.text()), Ok(root.clone()));
        assert_eq!(
            RootKey::from_text(&root.text().to_uppercase().replace("TESSERA-ROOT-", "tessera-root-")),
            Ok(root.clone())
        );
        assert_eq!(root.fingerprint().len(), 8 * 4 + 7);
        for text in ["", "tessera-root-", "age1", "tessera-root-aaaa"] {
            assert_eq!(RootKey::from_text(text), Err(KeyListError::NotARootKey));
        }
    }
}
