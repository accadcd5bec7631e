//! `GET /v1/key-list`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ErrorCode;
use tessera_center_api::key_list::SignedKeyList;

use crate::http::{Refusal, Refusals, Shared};
use crate::store::tables::key_list;

/// The newest signed list of reviewers' keys. Believe it only under the root key that was pinned with this address.
#[utoipa::path(get, path = "/v1/key-list", tag = "documents", responses((status = 200, body = SignedKeyList), Refusals))]
pub(super) async fn read(State(center): State<Shared>) -> Result<Json<SignedKeyList>, Refusal> {
    let found = key_list::newest(&mut center.read().await?).await?;
    let (_, signed) = found.ok_or_else(|| {
        Refusal::new(
            ErrorCode::NotFound,
            "This center has not published to whom documents are sealed; it takes none yet.",
        )
    })?;
    Ok(Json(signed))
}
