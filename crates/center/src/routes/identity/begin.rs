//! `POST /v1/identity-checks`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::Hidden;
use tessera_center_api::identity::{FactorOffer, IdentityCheck, NewIdentityCheck};

use super::FLOW;
use crate::http::{Body, Claim, IdempotencyKey, Refusal, Refusals, Reply, Shared, SignedInToBind};
use crate::rules::identity;
use crate::store::tables::flow::{self, Owner};

/// Begins an identity check for one action: which factors serve, and where their codes would go.
#[utoipa::path(post, path = "/v1/identity-checks", tag = "identity", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewIdentityCheck,
    responses((status = 201, body = IdentityCheck), Refusals))]
pub(super) async fn begin(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    key: IdempotencyKey,
    Body(body): Body<NewIdentityCheck>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "identity-checks", caller.0.id.as_bytes(), &body).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let offer = identity::offer(&mut tx, &center, caller.account(), body.action).await?;
    let life = center.config.rules.identity_check;
    let owner = Owner { account: Some(caller.id()), session: Some(&caller.0.id) };
    let token =
        flow::begin(&mut tx, &center, FLOW, owner, &super::State { action: body.action }, life).await?;
    let shown = |&factor| FactorOffer {
        factor,
        address: offer.all.contact(factor).map(|contact| contact.address.masked()),
    };
    let reply = Reply::created(IdentityCheck {
        // The one who began it goes on with it.
        flow: Hidden::new(token.expose_secret().as_str()),
        factors: offer.factors.iter().map(shown).collect(),
        expires_at: center.now() + life,
        frozen: offer.thaws,
    });
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
