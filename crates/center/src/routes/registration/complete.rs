//! `POST /v1/registrations/complete`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::account::RegistrationComplete;
use tessera_center_api::login::SignedIn;

use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared};
use crate::label;
use crate::rules::session_start::{self, Device, DeviceLabel, Occasion};
use crate::rules::{code_flow, new_password, registration};
use crate::store::tables::flow;

/// Completes a registration: the account is made and signed in. A password that is too weak leaves the code proven: send
/// the same flow and code with a better one.
#[utoipa::path(post, path = "/v1/registrations/complete", tag = "registration", request_body = RegistrationComplete,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = SignedIn), Refusals))]
pub(super) async fn complete(
    State(center): State<Shared>,
    peer: Peer,
    key: IdempotencyKey,
    Body(request): Body<RegistrationComplete>,
) -> Result<Response, Refusal> {
    let name = label::read(&request.name, "/name")?;
    let device = DeviceLabel::read(&request.device)?;
    let token = code_flow::token(&request.flow)?;
    let who = token.hash();
    // What was done under this key is answered before the flow, which has ended with it. The claim itself is taken with the
    // effect, so this transaction is dropped.
    if let Claim::Done(answer) = key
        .claim(&mut center.begin().await?, &center, "registration/complete", who.as_bytes(), &request)
        .await?
    {
        return Ok(answer);
    }

    let mut tx = center.begin().await?;
    let flow = flow::open::<registration::State>(&mut tx, &center, registration::FLOW, None, &token).await?;
    let flow = flow.ok_or_else(code_flow::over)?;
    let mut state = flow.state;
    if state.proven {
        drop(tx);
    } else {
        tx = code_flow::prove(tx, &center, &flow.id, &request.code).await?;
        state.proven = true;
        flow::save(&mut tx, &center, &flow.id, &state).await?;
        tx.commit().await?;
    }
    let hash = new_password::hash(&center, &request.password, state.own_words(&center, &name)).await?;

    let mut tx = center.begin().await?;
    let claim = key.claim(&mut tx, &center, "registration/complete", who.as_bytes(), &request).await?;
    let receipt = match claim {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    if !flow::end(&mut tx, &flow.id, center.now()).await? {
        return Err(code_flow::over());
    }
    let account = registration::create(&mut tx, &center, &state, &name, &hash, peer).await?;
    let device = Device { label: &device, peer, trusted: None, remember: request.remember };
    let signed_in = session_start::begin(&mut tx, &center, &account, &device, Occasion::Registration).await?;
    let reply = Reply::created(signed_in);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
