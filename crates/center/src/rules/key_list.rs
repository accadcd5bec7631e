//! The signed list of reviewers' keys: what the server publishes, and what it lets reviewers register.
//!
//! The server cannot sign: it checks a list before it publishes it so that a mistake is noticed here and not by an applicant,
//! but clients believe only the root key that they pinned.

use std::str::FromStr as _;

use tessera_center_api::ErrorCode;
use tessera_center_api::key_list::{KeyList, KeyPurpose, ListedKey, RootKey, SignedKeyList};

use crate::Center;
use crate::http::Refusal;
use crate::rules::audit::{self, Entry};
use crate::store::tables::{key_list, reviewer_key};
use crate::store::{StoreError, Tx};

/// Whether a text is an age recipient of the kind that a reviewer's vault holds the identity of.
pub fn is_recipient(text: &str) -> bool {
    age::x25519::Recipient::from_str(text).is_ok()
}

/// Publishes a list in place of the one before.
///
/// # Errors
/// When no root key is configured, the list does not verify under it, or it is not newer.
pub async fn publish(
    tx: &mut Tx,
    center: &Center,
    staff: Option<&str>,
    signed: &SignedKeyList,
) -> Result<KeyList, Refusal> {
    let Some(root) = &center.config.root_key else {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "No root key is configured. Set root-key to what `tessera-center root new` printed.",
        ));
    };
    let root = RootKey::from_text(root).map_err(Refusal::internal)?;
    let list = signed
        .verify(&root, center.now(), 0)
        .map_err(|error| Refusal::invalid("/list", error.to_string()))?;
    if let Some(key) = list.keys.iter().find(|key| !is_recipient(&key.recipient)) {
        return Err(Refusal::invalid("/list", format!("The key of {} is no age recipient.", key.holder)));
    }
    if !key_list::insert(tx, list.version, signed, center.now()).await? {
        return Err(Refusal::new(
            ErrorCode::Changed,
            "A list of this version or a newer one is published already. Make a new draft.",
        ));
    }
    let entry = Entry::new("key-list-published").with("version", list.version.to_string());
    audit::append(tx, center, staff, &entry).await?;
    Ok(list)
}

/// A draft of the next list: the newest key of every reviewer who is there, and the escrow keys of the list before.
///
/// # Errors
/// When the database is away.
pub async fn draft(
    tx: &mut Tx,
    center: &Center,
    escrow: &[String],
    life: i64,
) -> Result<KeyList, StoreError> {
    let before = key_list::newest(tx).await?;
    let version = before.as_ref().map_or(0, |(version, _)| *version) + 1;
    let listed = before.and_then(|(_, signed)| serde_json::from_str::<KeyList>(&signed.list).ok());
    let kept = listed.into_iter().flat_map(|list| list.keys).filter(|key| key.purpose == KeyPurpose::Escrow);
    let named = escrow.iter().map(|recipient| ListedKey {
        holder: "escrow".into(),
        purpose: KeyPurpose::Escrow,
        recipient: recipient.clone(),
    });
    let reviewers = reviewer_key::current(tx).await?.into_iter().map(|key| ListedKey {
        holder: key.staff,
        purpose: KeyPurpose::Reviewer,
        recipient: key.recipient,
    });
    let keys =
        if escrow.is_empty() { reviewers.chain(kept).collect() } else { reviewers.chain(named).collect() };
    let now = center.now();
    Ok(KeyList { version, signed_at: now, expires_at: now.saturating_add(life), keys })
}
