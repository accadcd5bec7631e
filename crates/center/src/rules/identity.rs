//! Whether a session has proven who it is, for one sensitive action, at most ten minutes ago.

use tessera_center_api::ErrorCode;
use tessera_center_api::identity::{Action, Factor};

use crate::Center;
use crate::http::{Refusal, SignedIn};
use crate::store::Tx;
use crate::store::tables::account::{self, Account};
use crate::store::tables::{identity_check, session};

/// Lets a sensitive action go on only when this session proved itself for it, and nothing is frozen.
///
/// # Errors
/// `IdentityCheckRequired`, or `Frozen` while sensitive actions rest after an undo.
pub async fn require(tx: &mut Tx, center: &Center, caller: &SignedIn, action: Action) -> Result<(), Refusal> {
    require_not_frozen(caller.account())?;
    let since = center.now() - center.config.rules.identity_check;
    if identity_check::find(tx, &caller.0.id, action.text(), since).await?.is_none() {
        return Err(Refusal::new(
            ErrorCode::IdentityCheckRequired,
            "Prove that it is you: this action needs an identity check, at most ten minutes old.",
        ));
    }
    Ok(())
}

/// Lets nothing go on while sensitive actions rest after an undo.
///
/// # Errors
/// `Frozen`.
pub fn require_not_frozen(account: &Account) -> Result<(), Refusal> {
    if account.frozen_since.is_none() {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorCode::Frozen,
        "A change was undone by a link that went to an earlier address. Prove a factor that was not involved, then go on.",
    ))
}

/// The caller's account, locked until the transaction ends and read after everything that may have happened since the
/// request came: an undo that froze it and ended the session, a change in another session that ended this one. What must
/// not pass either by a hair begins with this.
///
/// # Errors
/// `NotSignedIn`, `Frozen`.
pub async fn lock(tx: &mut Tx, caller: &SignedIn) -> Result<Account, Refusal> {
    let ended = || Refusal::new(ErrorCode::NotSignedIn, "This session has just ended. Sign in again.");
    let account = account::lock(tx, caller.id()).await?.ok_or_else(ended)?;
    if !session::is_open(tx, &caller.0.id).await? {
        return Err(ended());
    }
    require_not_frozen(&account)?;
    Ok(account)
}

/// Notes that this session proved itself for the action.
///
/// # Errors
/// When the database is away.
pub async fn proven(
    tx: &mut Tx,
    center: &Center,
    caller: &SignedIn,
    action: Action,
    factor: Factor,
) -> Result<(), Refusal> {
    Ok(identity_check::put(tx, &caller.0.id, action.text(), factor.text(), center.now()).await?)
}
