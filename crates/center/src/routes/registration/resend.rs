//! `POST /v1/registrations/code`

use axum::Json;
use axum::extract::State;
use tessera_center_api::account::{CodeResent, ResendCode};

use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::rules::{code_flow, registration};
use crate::store::tables::flow;

/// Sends another code; the earlier one is good no longer.
#[utoipa::path(post, path = "/v1/registrations/code", tag = "registration", request_body = ResendCode,
    responses((status = 200, body = CodeResent), Refusals))]
pub(super) async fn resend(
    State(center): State<Shared>,
    peer: Peer,
    Body(request): Body<ResendCode>,
) -> Result<Json<CodeResent>, Refusal> {
    let token = code_flow::token(&request.flow)?;
    let mut tx = center.begin().await?;
    let flow = flow::open::<registration::State>(&mut tx, &center, registration::FLOW, None, &token).await?;
    let flow = flow.ok_or_else(code_flow::over)?;
    let again_at = registration::send(&mut tx, &center, &flow.id, &flow.state, peer).await?;
    tx.commit().await?;
    Ok(Json(CodeResent { again_at }))
}
