//! `POST` and `DELETE /v1/staff/tickets/{id}/claim`

use axum::extract::State;
use axum::http::StatusCode;

use crate::http::{Named, Refusal, Refusals, Shared, StaffMember};
use crate::rules::ticket::review;

/// Claims a ticket that waits for staff; the claim ends by itself. Claiming again prolongs it.
#[utoipa::path(post, path = "/v1/staff/tickets/{id}/claim", tag = "staff tickets", security(("staff" = [])),
    params(("id" = String, Path)), responses((status = 204, description = "Claimed"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn claim(
    State(center): State<Shared>,
    caller: StaffMember,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    review::claim(&mut tx, &center, &caller, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a claim back; a supervisor also somebody else's.
#[utoipa::path(delete, path = "/v1/staff/tickets/{id}/claim", tag = "staff tickets", security(("staff" = [])),
    params(("id" = String, Path)), responses((status = 204, description = "Given back"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn release(
    State(center): State<Shared>,
    caller: StaffMember,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    review::release(&mut tx, &center, &caller, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
