//! `POST /v1/staff/tickets/{id}/decisions`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ticket::{DecisionRequest, StaffTicket};

use crate::http::{
    Body, Claim, IdempotencyKey, IfMatch, Named, Refusal, Refusals, Reply, Shared, StaffMember,
};
use crate::rules::ticket::{review, view};

/// Decides a ticket that the caller has claimed.
#[utoipa::path(post, path = "/v1/staff/tickets/{id}/decisions", tag = "staff tickets", security(("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header), ("id" = String, Path), ("If-Match" = String, Header)), request_body = DecisionRequest,
    responses((status = 200, body = StaffTicket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn decide(
    State(center): State<Shared>,
    caller: StaffMember,
    version: IfMatch,
    key: IdempotencyKey,
    Named(id): Named<String>,
    Body(body): Body<DecisionRequest>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let asked = (&id, version.0, &body);
    let receipt = match key.claim(&mut tx, &center, "staff/decisions", caller.id().as_bytes(), &asked).await?
    {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let decided = review::decide(&mut tx, &center, &caller, &id, version, body.verdict, &body.reason).await?;
    let reply = Reply::ok(view::for_staff(&mut tx, &center, &decided, caller.id()).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
