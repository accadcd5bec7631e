//! Login and operation protection: only what the account has.

use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Factor;
use tessera_center_api::mfa::{Protection, Protections};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::http::Refusal;
use crate::outbox::{Message, Template};
use crate::rules::notices;
use crate::rules::second_factor::{self, Factors};
use crate::rules::security_log::{self, Detail};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::{StoreError, Tx};

/// What an account has switched on.
pub fn of(account: &Account) -> Protections {
    let read = |text: &str| Protection::from_text(text).unwrap_or(Protection::Off);
    Protections { login: read(&account.login_protection), operation: read(&account.operation_protection) }
}

/// Switches protection, in the transaction that holds the account's row, so that no factor goes meanwhile. True when it is
/// another than before.
///
/// # Errors
/// `WrongState` when the account has no such factor, or when a required MFA device would not be asked at login.
pub async fn set(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    wanted: Protections,
) -> Result<bool, Refusal> {
    let Some(account) = account::lock(tx, account).await? else {
        return Err(Refusal::new(ErrorCode::NotFound, "There is no such account."));
    };
    let factors = second_factor::has_factors(tx, center, account.id).await?;
    for wanted in [wanted.login, wanted.operation] {
        if !there_is(&factors, wanted) {
            return Err(Refusal::new(
                ErrorCode::WrongState,
                "The account has nothing to be protected by in this way. Bind an MFA device, or set the contact, first.",
            ));
        }
    }
    let before = of(&account);
    if account.mfa_required && wanted.login != Protection::Mfa && wanted.login != before.login {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "An MFA device is required of this account: it is asked at every login.",
        ));
    }
    if before == wanted {
        return Ok(false);
    }
    account::set_protection(tx, account.id, wanted.login.text(), wanted.operation.text()).await?;
    Ok(true)
}

/// The last MFA device is gone: what it protected is protected by the secure phone, else by the security e-mail.
pub(crate) async fn without_mfa(tx: &mut Tx, center: &Center, account: AccountId) -> Result<(), StoreError> {
    let Some(account) = account::lock(tx, account).await? else { return Ok(()) };
    let factors = second_factor::has_factors(tx, center, account.id).await?;
    let left = [Protection::Phone, Protection::Email]
        .into_iter()
        .find(|&one| there_is(&factors, one))
        .unwrap_or(Protection::Off);
    let instead = |before| if before == Protection::Mfa { left } else { before };
    let before = of(&account);
    account::set_protection(tx, account.id, instead(before.login).text(), instead(before.operation).text())
        .await
}

fn there_is(factors: &Factors, protection: Protection) -> bool {
    match protection {
        Protection::Off => true,
        Protection::Mfa => factors.has(Factor::Mfa),
        Protection::Phone => factors.has(Factor::Phone),
        Protection::Email => factors.has(Factor::Email),
    }
}

/// Notes the switch in the account's log and tells its owner.
///
/// # Errors
/// When the database is away.
pub async fn told(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    peer: &str,
    now: Protections,
) -> Result<(), StoreError> {
    let (login, operation) = (now.login.text(), now.operation.text());
    let detail = Detail::none().with("login", login).with("operation", operation);
    security_log::note(tx, center, account.id, EventKind::ProtectionChanged, peer, &detail).await?;
    let message = Message::new(Template::ProtectionChanged, &account.language)
        .with("login", login)
        .with("operation", operation);
    notices::tell(tx, center, account.id, &message, &[]).await
}
