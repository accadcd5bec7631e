//! `POST /v1/staff/tickets/{id}/marks` and `…/mark-confirmations`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ticket::{ConfirmRequest, MarkRequest};

use crate::http::{Body, IfMatch, Named, Refusal, Refusals, Shared, StaffMember};
use crate::rules::ticket::review;

/// Marks a field that differs from what is on file as another spelling of the same.
#[utoipa::path(post, path = "/v1/staff/tickets/{id}/marks", tag = "staff tickets", security(("staff" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = MarkRequest,
    responses((status = 204, description = "Marked"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn mark(
    State(center): State<Shared>,
    caller: StaffMember,
    version: IfMatch,
    Named(id): Named<String>,
    Body(body): Body<MarkRequest>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    review::mark(&mut tx, &center, &caller, &id, version, body.field, &body.reason).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirms another reviewer's mark.
#[utoipa::path(post, path = "/v1/staff/tickets/{id}/mark-confirmations", tag = "staff tickets", security(("staff" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = ConfirmRequest,
    responses((status = 204, description = "Confirmed"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn confirm(
    State(center): State<Shared>,
    caller: StaffMember,
    version: IfMatch,
    Named(id): Named<String>,
    Body(body): Body<ConfirmRequest>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    review::confirm(&mut tx, &center, &caller, &id, version, body.field).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
