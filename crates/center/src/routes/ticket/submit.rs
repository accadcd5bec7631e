//! `POST /v1/tickets/{id}/submission`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ticket::Ticket;

use crate::http::{Claim, Follower, IdempotencyKey, Named, Peer, Refusal, Refusals, Reply, Shared};
use crate::rules::ticket::{self, steps, view};

/// Submits a draft, or answers what was asked.
#[utoipa::path(post, path = "/v1/tickets/{id}/submission", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("Idempotency-Key" = Option<String>, Header), ("id" = String, Path)), responses((status = 200, body = Ticket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn submit(
    State(center): State<Shared>,
    follower: Follower,
    peer: Peer,
    key: IdempotencyKey,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "tickets/submission", &follower.key(), &id).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    let moved = steps::submit(&mut tx, &center, &own, peer).await?;
    let reply = Reply::ok(view::for_applicant(&mut tx, &center, &moved).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
