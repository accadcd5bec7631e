//! `GET /healthz` and `GET /readyz`

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ErrorCode;

use crate::http::{Refusal, Refusals, Shared};

/// How long the database has to answer: whoever asks wants to send requests elsewhere meanwhile.
const DATABASE: Duration = Duration::from_secs(3);

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
    let answered = tokio::time::timeout(DATABASE, center.db.ping()).await;
    answered.map_err(|_| {
        Refusal::new(
            ErrorCode::Unavailable,
            "The database does not answer just now. Another server may reach it.",
        )
    })??;
    Ok(StatusCode::NO_CONTENT)
}
