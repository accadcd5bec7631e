//! Where codes go that nobody with a session asked for: the security e-mail, else the secure phone, else the account e-mail.

use crate::Center;
use crate::clock::Unix;
use crate::contact::Address;
use crate::store::tables::account::Account;
use crate::store::tables::contact::{self, Contact, ContactKind};
use crate::store::{StoreError, Tx};

const ORDER: [ContactKind; 3] =
    [ContactKind::SecurityEmail, ContactKind::SecurePhone, ContactKind::AccountEmail];

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It admits an attempt to sign in.
    Admit,
    /// It proves a change: contacts that were changed lately are passed over.
    Change,
}

/// The address that codes of this account go to. Without an account the same query is made, and there is none.
///
/// # Errors
/// When the database is away.
pub async fn of(
    tx: &mut Tx,
    center: &Center,
    account: Option<&Account>,
    purpose: Purpose,
) -> Result<Option<Address>, StoreError> {
    let id = account.map_or(0, |account| account.id);
    let contacts = contact::of_account(tx, &center.keys, id).await?;
    let Some(account) = account else { return Ok(None) };
    let old_enough =
        |contact: &&Contact| purpose == Purpose::Admit || is_settled(center, account, contact.since);
    let found = ORDER
        .into_iter()
        .find_map(|kind| contacts.iter().filter(|contact| contact.kind == kind).find(old_enough));
    Ok(found.map(|contact| contact.address.clone()))
}

/// Whether a contact has been bound for long enough to prove a change, or ever since the account was registered.
pub fn is_settled(center: &Center, account: &Account, since: Unix) -> bool {
    since <= account.created_at || center.now() - since >= center.config.rules.young_contact
}
