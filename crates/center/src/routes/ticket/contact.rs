//! `POST /v1/tickets/{id}/contact-codes` and `…/contact-proof`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ticket::{CodeProof, CodeSent};

use super::right;
use crate::http::{Body, Follower, Named, Peer, Refusal, Refusals, Shared};
use crate::rules::ticket::{self, steps};

/// Sends a code to the new contact that the ticket asks for.
#[utoipa::path(post, path = "/v1/tickets/{id}/contact-codes", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("id" = String, Path)), responses((status = 200, body = CodeSent), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn send(
    State(center): State<Shared>,
    follower: Follower,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<Json<CodeSent>, Refusal> {
    let mut tx = center.begin().await?;
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    let again_at = steps::send_contact_code(&mut tx, &center, &own, &follower.0, peer).await?;
    tx.commit().await?;
    Ok(Json(CodeSent { again_at }))
}

/// Proves the new contact.
#[utoipa::path(post, path = "/v1/tickets/{id}/contact-proof", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("id" = String, Path)), request_body = CodeProof,
    responses((status = 204, description = "The new contact is proven"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn prove(
    State(center): State<Shared>,
    follower: Follower,
    Named(id): Named<String>,
    Body(body): Body<CodeProof>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    // It is compared and used up.
    let verdict = steps::prove_contact(&mut tx, &center, &own, body.code.expose_secret()).await?;
    tx.commit().await?;
    right(verdict)?;
    Ok(StatusCode::NO_CONTENT)
}
