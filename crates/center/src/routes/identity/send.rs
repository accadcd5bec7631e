//! `POST /v1/identity-checks/send`

use axum::Json;
use axum::extract::State;
use tessera_center_api::identity::{IdentityCodeSent, SendIdentityCode};

use super::{not_offered, open, slot};
use crate::http::{Body, Refusal, Refusals, Shared, SignedInToBind};
use crate::rules::codes::{self, Asker};
use crate::rules::identity;

/// Sends a code to the secure phone or the security e-mail.
#[utoipa::path(post, path = "/v1/identity-checks/send", tag = "identity", security(("session" = [])), request_body = SendIdentityCode,
    responses((status = 200, body = IdentityCodeSent), Refusals))]
pub(super) async fn send(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    Body(body): Body<SendIdentityCode>,
) -> Result<Json<IdentityCodeSent>, Refusal> {
    let mut tx = center.begin().await?;
    let flow = open(&mut tx, &center, &caller, &body.flow).await?;
    let offer = identity::offer(&mut tx, &center, caller.account(), flow.state.action).await?;
    let contact = offer
        .all
        .contact(body.factor)
        .filter(|_| offer.factors.contains(&body.factor))
        .ok_or_else(not_offered)?;
    let slot = slot(&center, body.factor, contact);
    let language = &caller.account().language;
    let again_at =
        codes::send(&mut tx, &center, &flow.id, &slot, Some(&contact.address), language, Asker::SignedIn)
            .await?;
    tx.commit().await?;
    Ok(Json(IdentityCodeSent { again_at }))
}
