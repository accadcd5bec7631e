//! `DELETE /v1/trusted-devices/{id}` and `DELETE /v1/trusted-devices`

use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use tessera_center_api::ErrorCode;
use tessera_center_api::security::EventKind;

use crate::http::{Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::security_log::{self, Detail};
use crate::store::tables::trusted_device;

/// Trusts a device no longer. Its sessions go on; its next login is a stranger's.
#[utoipa::path(delete, path = "/v1/trusted-devices/{id}", tag = "trusted devices", security(("session" = [])),
    params(("id" = String, Path)), responses((status = 204, description = "No longer trusted"), Refusals))]
pub(super) async fn forget_one(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let none = || Refusal::new(ErrorCode::NotFound, "This account trusts no such device.");
    let id = HEXLOWER.decode(id.as_bytes()).map_err(|_| none())?;
    forget(&center, &caller, peer, Some(&id)).await?.ok_or_else(none)
}

/// Trusts no device any longer, this one included.
#[utoipa::path(delete, path = "/v1/trusted-devices", tag = "trusted devices", security(("session" = [])),
    responses((status = 204, description = "No longer trusted"), Refusals))]
pub(super) async fn forget_all(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
) -> Result<StatusCode, Refusal> {
    Ok(forget(&center, &caller, peer, None).await?.unwrap_or(StatusCode::NO_CONTENT))
}

async fn forget(
    center: &Shared,
    caller: &SignedIn,
    peer: Peer,
    id: Option<&[u8]>,
) -> Result<Option<StatusCode>, Refusal> {
    let mut tx = center.begin().await?;
    let count = trusted_device::forget(&mut tx, caller.id(), id).await?;
    if count == 0 {
        return Ok(None);
    }
    let detail = Detail::none().with("count", count.to_string());
    let kind = EventKind::TrustedDeviceForgotten;
    security_log::note(&mut tx, center, caller.id(), kind, &peer.to_string(), &detail).await?;
    tx.commit().await?;
    Ok(Some(StatusCode::NO_CONTENT))
}
