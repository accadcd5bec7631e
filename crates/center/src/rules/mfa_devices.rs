//! Binding and unbinding MFA devices, by their owner or by whoever manages the account.

use tessera_center_api::ErrorCode;
use tessera_center_api::mfa::{MfaDevice, MfaDeviceKind};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::http::Refusal;
use crate::outbox::{Message, Template};
use crate::rules::security_log::{self, Detail};
use crate::rules::{notices, protection};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::mfa_device::{self, Bound, Device, DeviceKind};
use crate::store::tables::{recovery_code, session};
use crate::store::{StoreError, Tx};

/// A device as the API shows it.
pub(crate) fn shown(device: Device) -> MfaDevice {
    MfaDevice {
        id: device.id,
        kind: match device.kind {
            DeviceKind::Virtual => MfaDeviceKind::Virtual,
            DeviceKind::Hardware => MfaDeviceKind::Hardware,
        },
        name: device.name,
        serial: device.serial,
        created_at: device.created_at,
        used_at: device.used_at,
    }
}

/// The refusal when an account has as many devices as it may.
pub(crate) fn full(center: &Center) -> Refusal {
    Refusal::new(
        ErrorCode::LimitReached,
        format!(
            "This account has {} MFA devices already, as many as it may. Unbind one first.",
            center.config.rules.mfa_devices
        ),
    )
}

/// Binds a token whose codes were right, notes it and tells the owner. Sessions that might only bind a device may do
/// everything from now on.
///
/// # Errors
/// `LimitReached`; `WrongState` when the token serves another account, or this one, already.
pub async fn bind(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    peer: &str,
    kind: DeviceKind,
    name: &str,
    token: &str,
) -> Result<MfaDevice, Refusal> {
    let id = match mfa_device::bind(tx, center, account.id, kind, name, token).await? {
        Bound::Done(id) => id,
        Bound::Full => return Err(full(center)),
        Bound::Taken => {
            return Err(Refusal::new(
                ErrorCode::WrongState,
                "This device is bound to an account already. It must be unbound there first.",
            ));
        }
    };
    session::unrestrict(tx, account.id).await?;
    account::changed(tx, account.id).await?;
    let detail = Detail::none().with("device", name);
    security_log::note(tx, center, account.id, EventKind::MfaDeviceBound, peer, &detail).await?;
    let message = Message::new(Template::MfaDeviceBound, &account.language).with("device", name);
    notices::tell(tx, center, account.id, &message, &[]).await?;
    let bound = mfa_device::of_account(tx, &center.keys, account.id).await?;
    bound
        .into_iter()
        .find(|device| device.id == id)
        .map(shown)
        .ok_or_else(|| Refusal::internal("bound, but not there"))
}

/// Unbinds a device; `None` when the account has no such device. With the last one go the recovery codes that stood in for it,
/// and protection by MFA falls to the next contact that there is.
///
/// Nobody is told here: that depends on who did it.
///
/// # Errors
/// When the database is away.
pub async fn unbind(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    device: &str,
) -> Result<Option<Device>, StoreError> {
    // The account first: of two that unbind the last two devices, the second one sees that none is left.
    account::lock(tx, account).await?;
    let bound = mfa_device::of_account(tx, &center.keys, account).await?;
    let Some(gone) = bound.into_iter().find(|one| one.id == device) else { return Ok(None) };
    if !mfa_device::unbind(tx, account, device).await? {
        return Ok(None);
    }
    if mfa_device::count(tx, account).await? == 0 {
        recovery_code::clear(tx, account).await?;
        protection::without_mfa(tx, center, account).await?;
    }
    account::changed(tx, account).await?;
    Ok(Some(gone))
}
