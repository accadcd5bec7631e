//! `GET /healthz` and `GET /readyz`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ErrorCode;

use crate::http::{Refusal, Refusals, Shared};

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "about", responses((status = 204, description = "The process answers"), Refusals))]
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The process and its database answer: send requests here.
#[utoipa::path(get, path = "/readyz", tag = "about", responses((status = 204, description = "Ready for requests"), Refusals))]
pub(super) async fn ready(State(center): State<Shared>) -> Result<StatusCode, Refusal> {
    if center.is_stopping() {
        return Err(Refusal::new(
            ErrorCode::Unavailable,
            "The server is being stopped. Another one answers, or this one soon again.",
        ));
    }
    center.db.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
