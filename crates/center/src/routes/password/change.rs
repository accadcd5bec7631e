//! `PUT /v1/password`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::identity::Action;
use tessera_center_api::password::ChangePassword;
use tessera_center_api::security::EventKind;

use crate::http::{Body, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::{identity, new_password};
use crate::token::TokenHash;

/// Changes the password; needs an identity check. Other sessions end, other devices are trusted no longer.
#[utoipa::path(put, path = "/v1/password", tag = "password", security(("session" = [])), request_body = ChangePassword,
    responses((status = 204, description = "Changed"), Refusals))]
pub(super) async fn change(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Body(request): Body<ChangePassword>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ChangePassword).await?;
    let words = new_password::own_words(&mut tx, &center, caller.account()).await?;
    drop(tx);
    let hash = new_password::hash(&center, &request.password, words).await?;
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ChangePassword).await?;
    let device = caller.0.trusted.as_deref().and_then(TokenHash::from_bytes);
    let kept = new_password::Kept { session: Some(&caller.0.id), device: device.as_ref() };
    new_password::set(&mut tx, &center, caller.account(), &hash, EventKind::PasswordChanged, kept, peer)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
