//! `POST /v1/password-resets`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::login::{CodeSent, SendCode};

use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared};
use crate::rules::anonymous_code::{self, Errand};

/// Sends the code for a new password to the account's security contact. The answer is the same for every name.
#[utoipa::path(post, path = "/v1/password-resets", tag = "password", request_body = SendCode,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = 201, body = CodeSent), Refusals))]
pub(super) async fn begin(
    State(center): State<Shared>,
    peer: Peer,
    key: IdempotencyKey,
    Body(request): Body<SendCode>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let endpoint = "POST /v1/password-resets";
    let receipt = match key.claim(&mut tx, &center, endpoint, &peer.tally_key(), &request).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let reply = Reply::created(anonymous_code::send(&mut tx, &center, Errand::Reset, &request, peer).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
