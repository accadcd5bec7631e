//! `GET /v1/mfa-devices`

use axum::Json;
use axum::extract::State;
use tessera_center_api::mfa::MfaDevice;

use crate::http::{Refusal, Refusals, Shared, SignedInToBind};
use crate::rules::mfa_devices;
use crate::store::tables::mfa_device;

/// The account's MFA devices, at most as many as `limits` of the center says.
#[utoipa::path(get, path = "/v1/mfa-devices", tag = "mfa", security(("session" = [])),
    responses((status = 200, body = Vec<MfaDevice>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
) -> Result<Json<Vec<MfaDevice>>, Refusal> {
    let mut tx = center.read().await?;
    let devices = mfa_device::of_account(&mut tx, &center.keys, caller.id()).await?;
    Ok(Json(devices.into_iter().map(mfa_devices::shown).collect()))
}
