//! Telling the owner of an account what happened, at every address it has.

use std::collections::BTreeSet;

use crate::Center;
use crate::clock::Unix;
use crate::contact::Address;
use crate::outbox::Message;
use crate::store::tables::account::AccountId;
use crate::store::tables::contact;
use crate::store::{StoreError, Tx};

/// A moment as messages say it: `2023-11-14 22:13 UTC`.
pub fn moment(at: Unix) -> String {
    jiff::Timestamp::from_second(at)
        .map_or_else(|_| at.to_string(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Sends a notice to every contact of the account and to further addresses (those it had before), each once.
///
/// # Errors
/// When the database is away.
pub async fn tell(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    message: &Message,
    also: &[Address],
) -> Result<(), StoreError> {
    let bound = contact::of_account(tx, &center.keys, account).await?;
    let mut told = BTreeSet::new();
    for address in bound.iter().map(|contact| &contact.address).chain(also) {
        if told.insert(address.canonical()) {
            message.clone().send(tx, center, address).await?;
        }
    }
    Ok(())
}
