//! The security log of an account, which its owner can read.

use serde::{Deserialize, Serialize};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::keys::Seal;
use crate::store::tables::account::AccountId;
use crate::store::tables::security_event::{self, Line};
use crate::store::tables::tally::{self, TallyId};
use crate::store::{StoreError, Tx};

/// More about an event: names and masked addresses, never a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail(pub std::collections::BTreeMap<String, String>);

impl Detail {
    /// Nothing more.
    pub fn none() -> Self {
        Self::default()
    }

    /// One more thing.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}

/// Notes an event in the transaction of what happened.
///
/// # Errors
/// When the database is away.
pub async fn note(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    kind: EventKind,
    peer: &str,
    detail: &Detail,
) -> Result<(), StoreError> {
    security_event::insert(tx, account, &line(center, kind, peer, detail)?).await
}

/// Notes an event, or does as much work for nothing: for answers whose time must not tell whether there is an account.
///
/// # Errors
/// When the database is away.
pub async fn note_or_pretend(
    tx: &mut Tx,
    center: &Center,
    account: Option<AccountId>,
    kind: EventKind,
    peer: &str,
    detail: &Detail,
) -> Result<(), StoreError> {
    if let Some(account) = account {
        return note(tx, center, account, kind, peer, detail).await;
    }
    let line = line(center, kind, peer, detail)?;
    // A row that the next sweep removes.
    let id = TallyId::new(&center.keys, "log of nobody", line.id.as_bytes());
    tally::take(tx, &id, 1, 0, center.now()).await.map(drop)
}

fn line(center: &Center, kind: EventKind, peer: &str, detail: &Detail) -> Result<Line, StoreError> {
    let id = center.new_id_in_order()?;
    let plain = serde_json::to_vec(detail).map_err(|_| StoreError::Invalid("security_event.detail"))?;
    let detail = center.keys.seal(&*center.random, Seal::Label, id.as_bytes(), &plain)?;
    Ok(Line { happened_at: center.now(), id, kind: kind.text().into(), peer: peer.into(), detail })
}

/// Opens the detail of a line.
///
/// # Errors
/// When it does not open with the keys at hand.
pub fn open(center: &Center, line: &Line) -> Result<Detail, StoreError> {
    let plain = center
        .keys
        .open(Seal::Label, line.id.as_bytes(), &line.detail)
        .map_err(|_| StoreError::Sealed("security_event.detail"))?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Invalid("security_event.detail"))
}
