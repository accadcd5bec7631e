//! `GET /v1/staff/tickets/{id}`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::StaffTicket;

use crate::http::{Named, Refusal, Refusals, Shared, StaffMember, etag};
use crate::rules::audit::{self, Entry};
use crate::rules::ticket::{review, view};

/// A ticket and its course. What is stated and on file is shown only to the reviewer who has claimed it, and that it was
/// shown is logged.
#[utoipa::path(get, path = "/v1/staff/tickets/{id}", tag = "staff tickets", security(("staff" = [])),
    params(("id" = String, Path)), responses((status = 200, body = StaffTicket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn read(
    State(center): State<Shared>,
    caller: StaffMember,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    let mut tx = center.begin().await?;
    let found = review::seen(&mut tx, &id).await?;
    let shown = view::for_staff(&mut tx, &center, &found, caller.id()).await?;
    if shown.review.is_some() {
        audit::append(&mut tx, &center, Some(caller.id()), &Entry::new("ticket-read").ticket(&id)).await?;
    }
    tx.commit().await?;
    Ok(([etag(found.version)], Json(shown)).into_response())
}
