//! `POST /v1/staff/documents/{document}/reseal`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::document::{AnnouncedDocument, ResealDocument};
use tessera_center_api::staff::Role;

use crate::http::{Body, Claim, IdempotencyKey, Named, Refusal, Refusals, Shared, StaffMember};
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
        digest: super::digest(&wish.digest),
        list_version: wish.list_version,
    };
    let reply = super::announced(document::announce_reseal(&mut tx, &center, &caller, &id, announced).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
