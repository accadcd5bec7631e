//! `POST /v1/tickets/{ticket}/documents` and `DELETE /v1/tickets/{ticket}/documents/{document}`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::document::{AnnounceDocument, AnnouncedDocument};

use crate::http::{Body, Claim, Follower, IdempotencyKey, Named, Refusal, Refusals, Shared};
use crate::rules::document::{self, Announced};
use crate::rules::ticket::own;

/// Announces a document of a ticket: by the session of the account it was filed from, or by its query code.
#[utoipa::path(post, path = "/v1/tickets/{ticket}/documents", tag = "documents", security(("session" = []), ("ticket-code" = [])),
    params(("ticket" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = AnnounceDocument,
    responses((status = 201, body = AnnouncedDocument), Refusals))]
pub(super) async fn announce(
    State(center): State<Shared>,
    caller: Follower,
    Named(ticket): Named<String>,
    key: IdempotencyKey,
    Body(wish): Body<AnnounceDocument>,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let found = own(&mut tx, &caller.0, &ticket).await?;
    let endpoint = format!("documents of {ticket}");
    let receipt = match key.claim(&mut tx, &center, &endpoint, &caller.key(), &wish).await? {
        Claim::Done(answer) => return Ok(answer),
        Claim::New(receipt) => receipt,
    };
    let announced = Announced {
        kind: wish.kind,
        bytes: wish.bytes,
        digest: super::digest(&wish.digest),
        list_version: wish.list_version,
    };
    let reply = super::announced(document::announce(&mut tx, &center, &found, &announced).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

/// Takes a document out of a ticket that may still be changed.
#[utoipa::path(delete, path = "/v1/tickets/{ticket}/documents/{document}", tag = "documents", security(("session" = []), ("ticket-code" = [])),
    params(("ticket" = String, Path), ("document" = String, Path)),
    responses((status = 204, description = "Removed"), Refusals))]
pub(super) async fn remove(
    State(center): State<Shared>,
    caller: Follower,
    Named((ticket, id)): Named<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let found = own(&mut tx, &caller.0, &ticket).await?;
    document::remove(&mut tx, &found, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
