//! `POST /v1/tickets/{id}/withdrawal`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ticket::Ticket;

use crate::http::{Claim, Follower, IdempotencyKey, Named, Refusal, Refusals, Reply, Shared};
use crate::rules::ticket::{self, steps, view};

/// Takes a ticket back, at any time before it is executed.
#[utoipa::path(post, path = "/v1/tickets/{id}/withdrawal", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("Idempotency-Key" = Option<String>, Header), ("id" = String, Path)), responses((status = 200, body = Ticket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn withdraw(
    State(center): State<Shared>,
    follower: Follower,
    key: IdempotencyKey,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "tickets/withdrawal", &follower.key(), &id).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    let moved = steps::withdraw(&mut tx, &center, &own).await?;
    let reply = Reply::ok(view::for_applicant(&mut tx, &center, &moved).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
