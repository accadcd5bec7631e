//! `GET /v1/account`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::account::Account;

use super::view;
use crate::http::{Refusal, Refusals, Shared, SignedInWithContacts, etag};

/// One's own account, with its version as `ETag`.
#[utoipa::path(get, path = "/v1/account", tag = "account", security(("session" = [])),
    responses((status = 200, body = Account, headers(("ETag" = String))), Refusals))]
pub(super) async fn read(
    State(center): State<Shared>,
    SignedInWithContacts(caller, contacts): SignedInWithContacts,
) -> Result<Response, Refusal> {
    let body = view::of(&center, caller.account(), &contacts)?;
    Ok(([etag(caller.account().version)], Json(body)).into_response())
}
