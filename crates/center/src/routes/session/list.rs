//! `GET /v1/sessions`

use axum::Json;
use axum::extract::State;
use data_encoding::HEXLOWER;
use tessera_center_api::session::Session;

use crate::http::{Refusal, Refusals, Shared, SignedIn};
use crate::store::tables::session;

/// Where the account is signed in.
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", security(("session" = [])),
    responses((status = 200, body = Vec<Session>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
) -> Result<Json<Vec<Session>>, Refusal> {
    let mut tx = center.read().await?;
    let found = session::of_account(&mut tx, caller.id()).await?;
    let sessions = found
        .into_iter()
        .map(|one| Session {
            current: one.id == caller.0.id.as_bytes(),
            id: HEXLOWER.encode(&one.id),
            label: one.label,
            peer: one.peer,
            created_at: one.created_at,
            seen_at: one.seen_at,
        })
        .collect();
    Ok(Json(sessions))
}
