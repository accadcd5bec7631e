//! `POST /v1/registrations`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::account::{CodeFlow, RegistrationBegin};

use crate::contact::{Address, AddressKind};
use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared};
use crate::rules::{code_flow, registration};
use crate::store::tables::flow::{self, Owner};

/// Begins a registration: a code goes to the address. The answer is the same when an account has the address already; then
/// its owner is told so instead.
#[utoipa::path(post, path = "/v1/registrations", tag = "registration", request_body = RegistrationBegin,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = CodeFlow), Refusals))]
pub(super) async fn begin(
    State(center): State<Shared>,
    peer: Peer,
    key: IdempotencyKey,
    Body(request): Body<RegistrationBegin>,
) -> Result<Response, Refusal> {
    let address = address(&request)?;
    let state = registration::State {
        kind: request.kind,
        language: request.language.text().into(),
        phone: address.kind() == AddressKind::Phone,
        address: address.text().into(),
        proven: false,
    };
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "registration", &peer.tally_key(), &request).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let life = center.config.rules.code_flow;
    let flow = flow::begin(&mut tx, &center, registration::FLOW, Owner::default(), &state, life).await?;
    let again_at = registration::send(&mut tx, &center, &flow.hash(), &state, peer).await?;
    let reply = Reply::created(code_flow::begun(&center, &flow, again_at));
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

fn address(request: &RegistrationBegin) -> Result<Address, Refusal> {
    // Read once, from here on an address.
    match (&request.email, &request.phone) {
        (Some(email), None) => Address::email(email.expose_secret())
            .map_err(|error| Refusal::invalid("/email", error.to_string())),
        (None, Some(phone)) => Address::phone(phone.expose_secret())
            .map_err(|error| Refusal::invalid("/phone", error.to_string())),
        _ => Err(Refusal::invalid(
            "/email",
            "Register with an e-mail address or with a phone number: one of the two.",
        )),
    }
}
