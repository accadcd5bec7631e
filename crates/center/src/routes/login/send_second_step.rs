//! `POST /v1/login/second-step/send`

use axum::Json;
use axum::extract::State;
use tessera_center_api::login::{CodeSent, SendSecondStep};

use crate::http::{Body, Refusal, Refusals, Shared};
use crate::rules::pending_login;

/// Sends the code of the second step to one of the listed addresses.
#[utoipa::path(post, path = "/v1/login/second-step/send", tag = "login", request_body = SendSecondStep,
    responses((status = 200, body = CodeSent), Refusals))]
pub(super) async fn send(
    State(center): State<Shared>,
    Body(SendSecondStep { flow, factor }): Body<SendSecondStep>,
) -> Result<Json<CodeSent>, Refusal> {
    let mut tx = center.begin().await?;
    let again_at = pending_login::send(&mut tx, &center, &flow, factor).await?;
    tx.commit().await?;
    Ok(Json(CodeSent { flow, again_at }))
}
