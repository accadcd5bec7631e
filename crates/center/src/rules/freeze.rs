//! Sensitive actions rest after an undo, until a factor is proven that was not involved.
//!
//! The center cannot know whether the one who made the change or the one who undid it is the owner. So nothing that either
//! of them has shown thaws the account: not the factor that proved the change, not the addresses it was about, not the
//! address that the link went to. Who has nothing else files a ticket.

use tessera_center_api::identity::Factor;
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::contact::Address;
use crate::outbox::{Message, Template};
use crate::rules::notices;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::{contact, frozen_by};
use crate::store::{StoreError, Tx};

/// How an address stands among what was involved.
pub fn of_address(center: &Center, address: &Address) -> String {
    of_fingerprint(&contact::fingerprint(&center.keys, address))
}

/// The same for an address of which only the fingerprint is known.
pub fn of_fingerprint(fingerprint: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(fingerprint)
}

/// How a proof stands among what was involved: a contact by its address, everything else by its name.
pub fn of_proof(center: &Center, factor: Factor, address: Option<&Address>) -> String {
    address.map_or_else(|| factor.text().to_owned(), |address| of_address(center, address))
}

/// Freezes sensitive actions of the account. What was involved in an earlier undo stays involved.
///
/// # Errors
/// When the database is away.
pub async fn freeze(
    tx: &mut Tx,
    center: &Center,
    id: AccountId,
    involved: impl IntoIterator<Item = String>,
) -> Result<(), StoreError> {
    account::set_frozen(tx, id, Some(center.now())).await?;
    for one in involved {
        frozen_by::insert(tx, id, &one).await?;
    }
    Ok(())
}

/// Whether proving this would thaw the account: what an identity check offers while it is frozen.
///
/// # Errors
/// When the database is away.
pub async fn would_thaw(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    factor: Factor,
    address: Option<&Address>,
) -> Result<bool, StoreError> {
    Ok(!frozen_by::is_involved(tx, account, &of_proof(center, factor, address)).await?)
}

/// To be called wherever a factor was just proven by the account's owner (`address` for a phone or e-mail): thaws the
/// account if the factor was not involved, and tells everybody. True when sensitive actions may go on.
///
/// # Errors
/// When the database is away.
pub async fn proven(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    factor: Factor,
    address: Option<&Address>,
    peer: &str,
) -> Result<bool, StoreError> {
    if account.frozen_since.is_none() {
        return Ok(true);
    }
    let Some(account) = account::lock(tx, account.id).await? else { return Ok(false) };
    if account.frozen_since.is_none() {
        return Ok(true);
    }
    if !would_thaw(tx, center, account.id, factor, address).await? {
        return Ok(false);
    }
    account::set_frozen(tx, account.id, None).await?;
    frozen_by::clear(tx, account.id).await?;
    let detail = Detail::none().with("factor", factor.text());
    security_log::note(tx, center, account.id, EventKind::Thawed, peer, &detail).await?;
    let message = Message::new(Template::Thawed, &account.language).with("account", account.id);
    notices::tell(tx, center, account.id, &message, &[]).await?;
    Ok(true)
}
