//! `POST /v1/staff/key-list`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::key_list::SignedKeyList;
use tessera_center_api::staff::Role;

use crate::http::{Body, Refusal, Refusals, Shared, StaffMember};
use crate::rules::key_list;

/// Publishes a list that was signed with the root key on another machine.
#[utoipa::path(post, path = "/v1/staff/key-list", tag = "documents", security(("staff" = [])), request_body = SignedKeyList,
    responses((status = 204, description = "Published"), Refusals))]
pub(super) async fn publish(
    State(center): State<Shared>,
    caller: StaffMember,
    Body(signed): Body<SignedKeyList>,
) -> Result<StatusCode, Refusal> {
    caller.require(&[Role::Supervisor, Role::Operator])?;
    let mut tx = center.begin().await?;
    key_list::publish(&mut tx, &center, Some(caller.id()), &signed).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
