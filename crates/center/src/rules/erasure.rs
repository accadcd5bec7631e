//! Erasing an account: everything that tells of anybody goes, a row with the number stays, so that it is never given out
//! again. Of the tickets it filed the numbers and courses stay, for staff have to answer for them.

use tessera_center_api::ErrorCode;

use crate::Center;
use crate::http::Refusal;
use crate::outbox::{Message, Template};
use crate::rules::{notices, ticket};
use crate::store::Tx;
use crate::store::tables::account::{self, Account};
use crate::store::tables::{
    collaborator, contact, contact_change, filed_identity, flow, frozen_by, identity_check, mfa_device,
    recovery_code, security_event, session, sub_account, trusted_device,
};

/// Erases an account that the caller has locked, and tells its addresses one last time.
///
/// # Errors
/// `WrongState` while it has sub-accounts. Roll back then.
pub async fn erase(tx: &mut Tx, center: &Center, account: &Account) -> Result<(), Refusal> {
    let id = account.id;
    if !account::erase(tx, id, center.now()).await? {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "The account has sub-accounts. Take them off or erase them first.",
        ));
    }
    let message = Message::new(Template::Erased, &account.language).with("account", id);
    notices::tell(tx, center, id, &message, &[]).await?;
    ticket::erasure::erase_of(tx, center, id).await?;
    for device in mfa_device::of_account(tx, &center.keys, id).await? {
        mfa_device::unbind(tx, id, &device.id).await?;
    }
    recovery_code::clear(tx, id).await?;
    identity_check::erase(tx, id).await?;
    collaborator::erase(tx, id).await?;
    sub_account::erase(tx, id).await?;
    filed_identity::erase(tx, id).await?;
    session::end_others(tx, id, None).await?;
    trusted_device::forget(tx, id, None).await?;
    flow::erase(tx, id).await?;
    contact_change::erase(tx, id).await?;
    contact::erase(tx, id).await?;
    frozen_by::clear(tx, id).await?;
    security_event::erase(tx, id).await?;
    Ok(())
}
