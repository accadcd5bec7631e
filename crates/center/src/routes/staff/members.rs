//! `GET /v1/staff/members`

use axum::Json;
use axum::extract::State;
use tessera_center_api::staff::StaffName;

use crate::http::{Refusal, Refusals, Shared, StaffMember};
use crate::rules::staff;
use crate::store::tables::staff as table;

/// Who the staff are, the earliest first, also those who have left: claims, histories, keys and logs name them by number.
#[utoipa::path(get, path = "/v1/staff/members", tag = "staff", security(("staff" = [])),
    responses((status = 200, body = Vec<StaffName>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    _: StaffMember,
) -> Result<Json<Vec<StaffName>>, Refusal> {
    let all = table::all(&mut center.read().await?).await?;
    let named = all.into_iter().map(|one| Ok(StaffName { name: staff::name(&center, &one)?, id: one.id }));
    Ok(Json(named.collect::<Result<_, Refusal>>()?))
}
