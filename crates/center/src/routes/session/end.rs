//! `DELETE /v1/session`, `DELETE /v1/sessions/{id}` and `DELETE /v1/sessions`

use axum::extract::State;
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use tessera_center_api::ErrorCode;
use tessera_center_api::security::EventKind;

use crate::http::{Named, Peer, Refusal, Refusals, Shared, SignedIn, SignedInToBind};
use crate::rules::security_log::{self, Detail};
use crate::store::tables::session;

/// Signs out here.
#[utoipa::path(delete, path = "/v1/session", tag = "sessions", security(("session" = [])),
    responses((status = 204, description = "Signed out"), Refusals))]
pub(super) async fn sign_out(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    peer: Peer,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    if session::end(&mut tx, caller.id(), caller.0.id.as_bytes()).await? {
        security_log::note(
            &mut tx,
            &center,
            caller.id(),
            EventKind::SignedOut,
            &peer.to_string(),
            &Detail::none(),
        )
        .await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one session.
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "sessions", security(("session" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Ended"), Refusals))]
pub(super) async fn end_one(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let none = || Refusal::new(ErrorCode::NotFound, "This account has no such session. It may have ended.");
    let id = HEXLOWER.decode(id.as_bytes()).map_err(|_| none())?;
    let mut tx = center.begin().await?;
    if !session::end(&mut tx, caller.id(), &id).await? {
        return Err(none());
    }
    security_log::note(
        &mut tx,
        &center,
        caller.id(),
        EventKind::SessionEnded,
        &peer.to_string(),
        &Detail::none(),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session but this one.
#[utoipa::path(delete, path = "/v1/sessions", tag = "sessions", security(("session" = [])),
    responses((status = 204, description = "Ended"), Refusals))]
pub(super) async fn end_others(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let ended = session::end_others(&mut tx, caller.id(), Some(&caller.0.id)).await?;
    let detail = Detail::none().with("count", ended.to_string());
    security_log::note(&mut tx, &center, caller.id(), EventKind::SessionsEnded, &peer.to_string(), &detail)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
