//! `POST /v1/staff/documents/{document}/reseal`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use data_encoding::HEXLOWER_PERMISSIVE;
use tessera_center_api::Hidden;
use tessera_center_api::document::{AnnouncedDocument, PIECE_BYTES_MAX, ResealDocument};
use tessera_center_api::staff::Role;

use crate::http::{Body, Claim, IdempotencyKey, Named, Refusal, Refusals, Reply, Shared, StaffMember};
use crate::rules::document::{self, Announced};

/// Announces the same document sealed anew. When it has arrived whole, the old ciphertext goes.
#[utoipa::path(post, path = "/v1/staff/documents/{document}/reseal", tag = "documents", security(("staff" = [])),
    params(("document" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = ResealDocument,
    responses((status = 201, body = AnnouncedDocument), Refusals))]
pub(super) async fn reseal(
    State(center): State<Shared>,
    caller: StaffMember,
    Named(id): Named<String>,
    key: IdempotencyKey,
    Body(wish): Body<ResealDocument>,
) -> Result<Response, Refusal> {
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    let mut tx = center.begin().await?;
    let receipt =
        match key.claim(&mut tx, &center, &format!("reseal {id}"), caller.id().as_bytes(), &wish).await? {
            Claim::Done(answer) => return Ok(answer),
            Claim::New(receipt) => receipt,
        };
    let announced = |kind| Announced {
        kind,
        bytes: wish.bytes,
        digest: HEXLOWER_PERMISSIVE.decode(wish.digest.as_bytes()).unwrap_or_default(),
        list_version: wish.list_version,
    };
    let (document, upload) = document::announce_reseal(&mut tx, &center, &caller, &id, announced).await?;
    let reply = Reply::created(AnnouncedDocument {
        document,
        // The reviewer sends the pieces with it; it is handed out here and nowhere else.
        upload: Hidden::new(upload.expose_secret().as_str()),
        piece_bytes: i64::try_from(PIECE_BYTES_MAX).unwrap_or(i64::MAX),
    });
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
