//! What an owner may do with sub-accounts, and what is told of it.

use tessera_center_api::ErrorCode;
use tessera_center_api::members::{MemberState, SubAccount};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::contact::Address;
use crate::http::{Refusal, SignedIn};
use crate::keys::Seal;
use crate::outbox::{Message, Template};
use crate::rules::new_account::{self, Person};
use crate::rules::security_log::{self, Detail};
use crate::rules::{mfa_devices, notices, protection};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::{mfa_device, session, sub_account};
use crate::store::{StoreError, Tx};

/// What an owner did to a sub-account, as messages and logs name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// An MFA device is required from the next login on.
    MfaRequired,
    /// It is no longer required.
    MfaNotRequired,
    /// An MFA device was unbound, and binding anew is required.
    MfaUnbound,
    /// Login or operation protection was switched.
    Protection,
    /// It is nobody's sub-account any more.
    TakenOff,
}

impl Done {
    const fn text(self) -> &'static str {
        match self {
            Self::MfaRequired => "mfa-required",
            Self::MfaNotRequired => "mfa-not-required",
            Self::MfaUnbound => "mfa-unbound",
            Self::Protection => "protection",
            Self::TakenOff => "taken-off",
        }
    }
}

/// Makes the account of a sub-account, with a password hash that nobody has the password of, and no contact before its member
/// takes the invitation.
///
/// # Errors
/// `LimitReached` when the owner has as many as it may. Roll back then.
pub async fn create(
    tx: &mut Tx,
    center: &Center,
    owner: &Account,
    name: &str,
    address: &Address,
    language: &str,
    unknown_password: &str,
) -> Result<AccountId, Refusal> {
    let person =
        Person { kind: &owner.kind, owner: Some(owner.id), name, password_hash: unknown_password, language };
    let id = new_account::insert(tx, center, &person).await?;
    if sub_account::insert(tx, center, owner.id, id, address).await? {
        return Ok(id);
    }
    Err(Refusal::new(
        ErrorCode::LimitReached,
        format!(
            "There are {} sub-accounts already, as many as there may be.",
            center.config.rules.sub_accounts
        ),
    ))
}

/// A sub-account of the caller, locked until the transaction ends.
///
/// # Errors
/// `NotFound` for everything else, other owners' included.
pub async fn of_caller(tx: &mut Tx, caller: &SignedIn, id: AccountId) -> Result<Account, Refusal> {
    let found = account::lock(tx, id).await?.filter(|account| account.owner == Some(caller.id()));
    found.ok_or_else(|| Refusal::new(ErrorCode::NotFound, "This account has no such sub-account."))
}

/// Notes in both logs what an owner did, and tells the member.
///
/// # Errors
/// When the database is away.
pub async fn told(
    tx: &mut Tx,
    center: &Center,
    owner: AccountId,
    member: &Account,
    peer: &str,
    done: Done,
    device: Option<&str>,
) -> Result<(), StoreError> {
    let mut detail = Detail::none().with("change", done.text());
    if let Some(device) = device {
        detail = detail.with("device", device);
    }
    let by_owner = detail.clone().with("by", owner.to_string());
    security_log::note(tx, center, member.id, EventKind::SubAccountChanged, peer, &by_owner).await?;
    let of_member = detail.with("account", member.id.to_string());
    security_log::note(tx, center, owner, EventKind::SubAccountChanged, peer, &of_member).await?;
    let message = Message::new(Template::SubAccountChanged, &member.language)
        .with("account", member.id)
        .with("owner", owner)
        .with("change", done.text())
        .with("device", device.unwrap_or_default());
    notices::tell(tx, center, member.id, &message, &[]).await
}

/// Requires an MFA device of a sub-account, from its next login on, or no longer. True when it is another than before.
///
/// # Errors
/// When the database is away.
pub async fn require_mfa(tx: &mut Tx, member: AccountId, required: bool) -> Result<bool, StoreError> {
    let changed = account::set_mfa_required(tx, member, required).await?;
    if changed && !required {
        session::unrestrict(tx, member).await?;
    }
    Ok(changed)
}

/// A sub-account as its owner sees it.
///
/// # Errors
/// When the database is away.
pub async fn shown(
    tx: &mut Tx,
    center: &Center,
    row: sub_account::SubAccount,
) -> Result<Option<SubAccount>, StoreError> {
    let Some(account) = account::find(tx, row.account).await? else { return Ok(None) };
    let name = center
        .keys
        .open(Seal::Label, &account::sealed_row(account.id), &account.name)
        .map_err(|_| StoreError::Sealed("account.name"))?;
    let devices = mfa_device::of_account(tx, &center.keys, account.id).await?;
    Ok(Some(SubAccount {
        id: account.id,
        name: String::from_utf8_lossy(&name).into_owned(),
        email: row.address.text().into(),
        state: if row.active_at.is_some() { MemberState::Active } else { MemberState::Invited },
        mfa_required: account.mfa_required,
        mfa_devices: devices.into_iter().map(mfa_devices::shown).collect(),
        protection: protection::of(&account),
        created_at: row.created_at,
    }))
}
