//! `GET /v1/trusted-devices`

use axum::Json;
use axum::extract::State;
use data_encoding::HEXLOWER;
use tessera_center_api::login::TrustedDevice;

use crate::http::{Refusal, Refusals, Shared, SignedIn};
use crate::store::tables::trusted_device;

/// The devices that the account trusts, the latest used first.
#[utoipa::path(get, path = "/v1/trusted-devices", tag = "trusted devices", security(("session" = [])),
    responses((status = 200, body = Vec<TrustedDevice>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
) -> Result<Json<Vec<TrustedDevice>>, Refusal> {
    let mut tx = center.begin().await?;
    let used_since = center.now() - center.config.rules.trusted_device;
    let found = trusted_device::of_account(&mut tx, caller.id(), used_since).await?;
    let devices = found
        .into_iter()
        .map(|one| TrustedDevice {
            current: caller.0.trusted.as_ref() == Some(&one.id),
            id: HEXLOWER.encode(&one.id),
            label: one.label,
            created_at: one.created_at,
            used_at: one.used_at,
        })
        .collect();
    Ok(Json(devices))
}
