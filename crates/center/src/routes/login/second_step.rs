//! `POST /v1/login/second-step`

use axum::Json;
use axum::extract::State;
use tessera_center_api::login::{SignedIn, TakeSecondStep};

use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::rules::pending_login;

/// Takes the second step of a login.
#[utoipa::path(post, path = "/v1/login/second-step", tag = "login", request_body = TakeSecondStep,
    responses((status = 200, body = SignedIn), Refusals))]
pub(super) async fn take(
    State(center): State<Shared>,
    peer: Peer,
    Body(request): Body<TakeSecondStep>,
) -> Result<Json<SignedIn>, Refusal> {
    let mut tx = center.begin().await?;
    let taken =
        pending_login::take(&mut tx, &center, &request.flow, request.factor, &request.code, peer).await?;
    // A wrong code stays counted.
    tx.commit().await?;
    Ok(Json(taken?))
}
