//! `GET /v1/account/protection` and `PUT /v1/account/protection`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::Protections;

use crate::http::{Body, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::{identity, protection};

/// What is asked after the password, and before a sensitive action.
#[utoipa::path(get, path = "/v1/account/protection", tag = "mfa", security(("session" = [])),
    responses((status = 200, body = Protections), Refusals))]
pub(super) async fn read(caller: SignedIn) -> Json<Protections> {
    Json(protection::of(caller.account()))
}

/// Switches it. Only what the account has can protect it; a sub-account's protection is its owner's to set.
#[utoipa::path(put, path = "/v1/account/protection", tag = "mfa", security(("session" = [])), request_body = Protections,
    responses((status = 200, body = Protections), Refusals))]
pub(super) async fn set(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Body(wanted): Body<Protections>,
) -> Result<Json<Protections>, Refusal> {
    if caller.account().owner.is_some() {
        return Err(Refusal::new(
            ErrorCode::Forbidden,
            "The owner of this sub-account sets what protects it.",
        ));
    }
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ChangeProtection).await?;
    if protection::set(&mut tx, &center, caller.id(), wanted).await? {
        protection::told(&mut tx, &center, caller.account(), &peer.to_string(), wanted).await?;
    }
    tx.commit().await?;
    Ok(Json(wanted))
}
