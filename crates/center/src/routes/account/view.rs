//! An account as its owner sees it.

use tessera_center_api::account::{Account, AccountKind, Language};
use tessera_center_api::contact::Contact;
use tessera_center_api::mfa::Protection;

use crate::Center;
use crate::keys::Seal;
use crate::rules::contacts;
use crate::store::tables::account::{self, AccountId};
use crate::store::tables::contact::{self, ContactKind};
use crate::store::{StoreError, Tx};

/// The row, its opened name and its contacts.
pub(super) async fn view(
    tx: &mut Tx,
    center: &Center,
    account: &account::Account,
) -> Result<Account, StoreError> {
    let bound = contact::of_account(tx, &center.keys, account.id).await?;
    of(center, account, &bound)
}

/// The same with contacts that are at hand.
pub(super) fn of(
    center: &Center,
    account: &account::Account,
    bound: &[contact::Contact],
) -> Result<Account, StoreError> {
    let contacts = bound.iter().map(|one| Contact {
        kind: api_kind(one.kind),
        address: one.address.text().into(),
        masked: one.address.masked(),
        since: one.since,
        proves_from: contacts::proves_from(center, account, one),
    });
    Ok(Account {
        id: account.id,
        kind: AccountKind::from_text(&account.kind).ok_or(StoreError::Invalid("account.kind"))?,
        name: name(center, account.id, &account.name)?,
        language: Language::from_text(&account.language),
        owner: account.owner,
        created_at: account.created_at,
        password_since: account.password_since,
        verified_at: account.verified_at,
        login_protection: protection(&account.login_protection)?,
        operation_protection: protection(&account.operation_protection)?,
        mfa_required: account.mfa_required,
        frozen_since: account.frozen_since,
        contacts: contacts.collect(),
    })
}

fn protection(text: &str) -> Result<Protection, StoreError> {
    Protection::from_text(text).ok_or(StoreError::Invalid("account.protection"))
}

/// Opens a display name.
pub(super) fn name(center: &Center, id: AccountId, sealed: &[u8]) -> Result<String, StoreError> {
    let plain = center
        .keys
        .open(Seal::Label, &account::sealed_row(id), sealed)
        .map_err(|_| StoreError::Sealed("account.name"))?;
    String::from_utf8(plain.to_vec()).map_err(|_| StoreError::Invalid("account.name"))
}

/// The contact's kind as the API names it.
pub(super) const fn api_kind(kind: ContactKind) -> tessera_center_api::contact::ContactKind {
    use tessera_center_api::contact::ContactKind as Api;
    match kind {
        ContactKind::AccountEmail => Api::AccountEmail,
        ContactKind::SecurityEmail => Api::SecurityEmail,
        ContactKind::SecurePhone => Api::SecurePhone,
    }
}
