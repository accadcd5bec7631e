//! `GET /healthz` and `GET /readyz`

use axum::extract::State;
use axum::http::StatusCode;

use crate::http::{Refusal, Refusals, Shared};

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "about", responses((status = 204, description = "The process answers"), Refusals))]
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The process and its database answer: send requests here.
#[utoipa::path(get, path = "/readyz", tag = "about", responses((status = 204, description = "Ready for requests"), Refusals))]
pub(super) async fn ready(State(center): State<Shared>) -> Result<StatusCode, Refusal> {
    center.db.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
