//! `GET` and `PUT /v1/documents/{document}/upload`

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_center_api::ErrorCode;
use tessera_center_api::document::{PIECE_BYTES_MAX, UploadProgress};
use utoipa::IntoParams;

use crate::http::{Asked, Named, Refusal, Refusals, Shared, bearer};
use crate::rules::document;
use crate::store::tables::document::{COMPLETE, Document};
use crate::token::TokenHash;

/// How far the upload is: after a break, go on from there.
#[utoipa::path(get, path = "/v1/documents/{document}/upload", tag = "documents", security(("upload" = [])),
    params(("document" = String, Path)), responses((status = 200, body = UploadProgress), Refusals))]
pub(super) async fn progress(
    State(center): State<Shared>,
    Named(id): Named<String>,
    headers: HeaderMap,
) -> Result<Json<UploadProgress>, Refusal> {
    Ok(Json(shown(&document::progress(&center, &id, &token(&headers)?).await?)))
}

/// Where a piece begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Place {
    /// Bytes before it.
    begins_at: i64,
}

/// Sends the next piece.
#[utoipa::path(put, path = "/v1/documents/{document}/upload", tag = "documents", security(("upload" = [])),
    params(("document" = String, Path), Place), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = UploadProgress), Refusals))]
pub(super) async fn piece(
    State(center): State<Shared>,
    Named(id): Named<String>,
    Asked(place): Asked<Place>,
    headers: HeaderMap,
    request: axum::extract::Request,
) -> Result<Json<UploadProgress>, Refusal> {
    let upload = token(&headers)?;
    let piece: Bytes = axum::body::to_bytes(request.into_body(), PIECE_BYTES_MAX).await.map_err(|_| {
        Refusal::new(
            ErrorCode::TooLarge,
            "The piece is too large, or broke off. Send at most a mebibyte at a time.",
        )
    })?;
    Ok(Json(shown(&document::take_piece(&center, &id, &upload, place.begins_at, piece).await?)))
}

fn token(headers: &HeaderMap) -> Result<TokenHash, Refusal> {
    let token = bearer(headers).map(|token| token.hash());
    token.ok_or_else(|| {
        Refusal::new(ErrorCode::NotSignedIn, "Send the upload's own token, as the announcement gave it.")
    })
}

fn shown(found: &Document) -> UploadProgress {
    UploadProgress { received: found.received, bytes: found.bytes, complete: found.state == COMPLETE }
}
