//! `POST /v1/password-resets/proof`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::password::ProveReset;

use crate::http::{Body, Refusal, Refusals, Shared};
use crate::rules::password_reset;

/// Proves a reset by its code.
#[utoipa::path(post, path = "/v1/password-resets/proof", tag = "password", request_body = ProveReset,
    responses((status = 204, description = "Proven: the new password may be set"), Refusals))]
pub(super) async fn prove(
    State(center): State<Shared>,
    Body(request): Body<ProveReset>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let proven = password_reset::prove(&mut tx, &center, &request.flow, &request.code).await?;
    // A wrong code stays counted.
    tx.commit().await?;
    proven?;
    Ok(StatusCode::NO_CONTENT)
}
