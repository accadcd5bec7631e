//! `POST /v1/retrievals`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::account::{CodeFlow, RetrievalBegin};

use super::{FLOW, Pending, send};
use crate::contact::Address;
use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared};
use crate::rules::code_flow;
use crate::store::tables::flow::{self, Owner};

/// Asks which accounts a phone is bound to. A number with accounts is texted a code; the answer is the same for every number.
#[utoipa::path(post, path = "/v1/retrievals", tag = "retrieval", request_body = RetrievalBegin,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = CodeFlow), Refusals))]
pub(super) async fn begin(
    State(center): State<Shared>,
    peer: Peer,
    key: IdempotencyKey,
    Body(request): Body<RetrievalBegin>,
) -> Result<Response, Refusal> {
    // Read once, from here on an address.
    let phone = Address::phone(request.phone.expose_secret())
        .map_err(|error| Refusal::invalid("/phone", error.to_string()))?;
    let pending = Pending { phone: phone.text().into(), language: request.language.text().into() };
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, FLOW, &peer.tally_key(), &request).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let life = center.config.rules.code_flow;
    let flow = flow::begin(&mut tx, &center, FLOW, Owner::default(), &pending, life).await?;
    let again_at = send(&mut tx, &center, &flow.hash(), &pending, peer).await?;
    let reply = Reply::created(code_flow::begun(&center, &flow, again_at));
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
