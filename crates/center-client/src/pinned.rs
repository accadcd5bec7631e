//! The reviewers' keys as the pinned root key signed them: the only ones that anything is sealed to.

use std::str::FromStr as _;

use age::x25519::Recipient;
use tessera_center_api::ErrorCode;
use tessera_center_api::about::About;
use tessera_center_api::key_list::{KeyList, KeyListError, RootKey, SignedKeyList};

use crate::{Center, ClientError, Fingerprint};

/// A list of keys that was verified.
#[derive(Debug, Clone)]
pub struct PinnedKeys {
    list: KeyList,
    recipients: Vec<Recipient>,
}

/// Why there is nobody to seal a document to.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The center was not asked, or did not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The center was added without a fingerprint.
    #[error("this center was added without the fingerprint of its staff root key")]
    NotPinned,
    /// The center names no root key, or publishes no list.
    #[error("this center takes no documents: it publishes no list of reviewers' keys")]
    None,
    /// The center has another root key than the one that was pinned.
    #[error("the center's staff root key is not the one that came with its address")]
    Other,
    /// The list is not to be believed.
    #[error(transparent)]
    List(#[from] KeyListError),
    /// A key that is none: the list was signed all the same.
    #[error("a key of the list of reviewers' keys is no age recipient")]
    BadRecipient,
}

impl PinnedKeys {
    /// Its version; a client never takes a lower one than it has seen.
    pub fn version(&self) -> i64 {
        self.list.version
    }

    /// The list.
    pub fn list(&self) -> &KeyList {
        &self.list
    }

    /// Whether this key is among them.
    pub fn names(&self, recipient: &str) -> bool {
        self.list.keys.iter().any(|key| key.recipient == recipient)
    }

    pub(crate) fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    pub(crate) fn of(list: KeyList) -> Result<Self, RootKeyError> {
        let read: Result<Vec<_>, _> =
            list.keys.iter().map(|key| Recipient::from_str(&key.recipient)).collect();
        Ok(Self { recipients: read.map_err(|_| RootKeyError::BadRecipient)?, list })
    }
}

impl Center {
    /// The root key that the center names, if it is the pinned one.
    ///
    /// # Errors
    /// [`RootKeyError::NotPinned`], [`RootKeyError::None`] and [`RootKeyError::Other`] tell the rest apart.
    pub fn check_root(&self, named: Option<&str>) -> Result<RootKey, RootKeyError> {
        let pinned = self.address().root().ok_or(RootKeyError::NotPinned)?;
        let key = RootKey::from_text(named.ok_or(RootKeyError::None)?)?;
        if Fingerprint::of(&key) == pinned { Ok(key) } else { Err(RootKeyError::Other) }
    }

    /// Whether a center is the one whose root key was pinned; one that was added without a fingerprint is taken as it is.
    ///
    /// # Errors
    /// [`RootKeyError::Other`] also when it names none, or none that can be read: as wrong as another one.
    pub fn check_about(&self, about: &About) -> Result<(), RootKeyError> {
        match self.check_root(about.root_key.as_deref()) {
            Ok(_) | Err(RootKeyError::NotPinned) => Ok(()),
            Err(RootKeyError::None | RootKeyError::List(_)) => Err(RootKeyError::Other),
            Err(error) => Err(error),
        }
    }

    /// The reviewers' keys, verified: signed by the pinned root key, not expired at `now` (Unix seconds), and of no lower
    /// version than was `seen`.
    ///
    /// # Errors
    /// When the list does not hold: then nothing may be sealed.
    pub async fn key_list(&self, now: i64, seen: i64) -> Result<PinnedKeys, RootKeyError> {
        let root = self.check_root(self.about().await?.root_key.as_deref())?;
        let signed: SignedKeyList = match self.get(&["key-list"]).read().await {
            Err(ClientError::Problem(problem)) if problem.code == ErrorCode::NotFound => {
                return Err(RootKeyError::None);
            }
            answer => answer?,
        };
        PinnedKeys::of(signed.verify(&root, now, seen)?)
    }
}
