//! `POST /v1/tickets`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ticket::{NewTicket, Ticket};

use crate::http::{Body, Claim, IdempotencyKey, Refusal, Refusals, Reply, Shared, SignedIn};
use crate::rules::ticket::{filing, view};

/// Begins a ticket from an account, as a draft: about itself, or about the account that the statement names.
#[utoipa::path(post, path = "/v1/tickets", tag = "tickets", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewTicket,
    responses((status = 201, body = Ticket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn file(
    State(center): State<Shared>,
    caller: SignedIn,
    key: IdempotencyKey,
    Body(body): Body<NewTicket>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let who = format!("account {}", caller.id());
    let receipt = match key.claim(&mut tx, &center, "tickets", who.as_bytes(), &body).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let filed = filing::from_account(&mut tx, &center, caller.account(), body.statement).await?;
    let reply = Reply::created(view::for_applicant(&mut tx, &center, &filed).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
