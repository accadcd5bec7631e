//! `POST /v1/login/code`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::login::{CodeSent, SendCode};

use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared};
use crate::rules::anonymous_code::{self, Errand};

/// Sends the code that admits an attempt after wrong passwords. The answer is the same for every name.
#[utoipa::path(post, path = "/v1/login/code", tag = "login", request_body = SendCode,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 200, body = CodeSent), Refusals))]
pub(super) async fn send(
    State(center): State<Shared>,
    peer: Peer,
    key: IdempotencyKey,
    Body(request): Body<SendCode>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let receipt =
        match key.claim(&mut tx, &center, "POST /v1/login/code", &peer.tally_key(), &request).await? {
            Claim::New(receipt) => receipt,
            Claim::Done(answer) => return Ok(answer),
        };
    let reply = Reply::ok(anonymous_code::send(&mut tx, &center, Errand::Login, &request, peer).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
