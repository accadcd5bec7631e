//! `POST /v1/password-resets/password`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::password::FinishReset;
use tessera_center_api::security::EventKind;

use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::rules::{anonymous_code, new_password, password_reset, session_start};
use crate::store::tables::{account, flow};

/// Sets the new password of a proven reset. Every session ends; a locked account stays locked, and nobody is signed in.
#[utoipa::path(post, path = "/v1/password-resets/password", tag = "password", request_body = FinishReset,
    responses((status = 204, description = "Set"), Refusals))]
pub(super) async fn finish(
    State(center): State<Shared>,
    peer: Peer,
    Body(request): Body<FinishReset>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let (_, account) = password_reset::proven(&mut tx, &center, &request.flow).await?;
    let words = new_password::own_words(&mut tx, &center, &account).await?;
    drop(tx);
    let hash = new_password::hash(&center, &request.password, words).await?;
    let mut tx = center.begin().await?;
    // The account before any of its other rows, as everywhere.
    account::lock(&mut tx, account.id).await?;
    let (open, account) = password_reset::proven(&mut tx, &center, &request.flow).await?;
    if !flow::end(&mut tx, &open.id, center.now()).await? {
        return Err(anonymous_code::over());
    }
    let device = request.trusted_device.as_ref();
    let device = session_start::trusted(&mut tx, &center, account.id, device).await?;
    let kept = new_password::Kept { session: None, device: device.as_ref() };
    new_password::set(&mut tx, &center, &account, &hash, EventKind::PasswordReset, kept, peer).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
