//! `POST /v1/account/erasure`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::identity::Action;

use crate::http::{Refusal, Refusals, Shared, SignedIn};
use crate::rules::{erasure, identity};

/// Erases the account: what identifies anybody is gone, its number is never given out again. Needs an identity check for
/// this action; sub-accounts must be gone first.
#[utoipa::path(post, path = "/v1/account/erasure", tag = "account", security(("session" = [])),
    responses((status = 204, description = "Erased"), Refusals))]
pub(super) async fn erase(State(center): State<Shared>, caller: SignedIn) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let account = identity::not_frozen(&mut tx, &caller).await?;
    identity::require(&mut tx, &center, &caller, Action::EraseAccount).await?;
    erasure::erase(&mut tx, &center, &account).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
