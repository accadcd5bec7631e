//! `POST /v1/login`

use axum::Json;
use axum::extract::State;
use tessera_center_api::login::{Login, LoginOutcome};

use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::rules::login;

/// Signs in with a password, and with a code after wrong ones. With login protection the second step follows.
#[utoipa::path(post, path = "/v1/login", tag = "login", request_body = Login,
    responses((status = 200, body = LoginOutcome), Refusals))]
pub(super) async fn login(
    State(center): State<Shared>,
    peer: Peer,
    Body(request): Body<Login>,
) -> Result<Json<LoginOutcome>, Refusal> {
    Ok(Json(login::attempt(center, request, peer).await?))
}
