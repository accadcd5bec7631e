//! Where codes go that nobody with a session asked for: the security e-mail, else the secure phone, else the account e-mail.

use tessera_center_api::identity::Factor;

use super::{contacts, freeze};
use crate::Center;
use crate::contact::{Address, AddressKind};
use crate::keys::Seal;
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
    /// It proves a change: contacts are passed over that were changed lately, or were involved in what an undo froze.
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
    let mut contacts = contact::of_account(tx, &center.keys, id).await?;
    let Some(account) = account else {
        pretend(center)?;
        return Ok(None);
    };
    contacts.sort_by_key(|contact| ORDER.iter().position(|kind| *kind == contact.kind));
    for contact in contacts {
        if purpose == Purpose::Admit || proves(tx, center, account, &contact).await? {
            return Ok(Some(contact.address));
        }
    }
    Ok(None)
}

/// About as much work as opening an account's addresses, for the same time where there are none.
fn pretend(center: &Center) -> Result<(), StoreError> {
    let (row, nobody) = (b"contact of nobody", b"nobody@nowhere.invalid");
    let sealed = center.keys.seal(&*center.random, Seal::Contact, row, nobody)?;
    center.keys.open(Seal::Contact, row, &sealed).map(drop).map_err(|_| StoreError::Sealed("contact.address"))
}

async fn proves(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    contact: &Contact,
) -> Result<bool, StoreError> {
    if contacts::proves_from(center, account, contact) > center.now() {
        return Ok(false);
    }
    if account.frozen_since.is_none() {
        return Ok(true);
    }
    let factor = match contact.address.kind() {
        AddressKind::Email => Factor::Email,
        AddressKind::Phone => Factor::Phone,
    };
    freeze::would_thaw(tx, center, account.id, factor, Some(&contact.address)).await
}
