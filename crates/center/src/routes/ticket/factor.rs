//! `POST /v1/tickets/{id}/factor-codes` and `…/factor-proof`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ticket::{CodeSent, FactorProof, FactorRequest};

use super::right;
use crate::http::{Body, Follower, Named, Peer, Refusal, Refusals, Shared};
use crate::rules::ticket::{self, steps};

/// Sends a code to an old factor of the account the ticket is about, if there is one. Proving it shortens the hold.
#[utoipa::path(post, path = "/v1/tickets/{id}/factor-codes", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("id" = String, Path)), request_body = FactorRequest, responses((status = 200, body = CodeSent), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn send(
    State(center): State<Shared>,
    follower: Follower,
    peer: Peer,
    Named(id): Named<String>,
    Body(body): Body<FactorRequest>,
) -> Result<Json<CodeSent>, Refusal> {
    let mut tx = center.begin().await?;
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    let again_at = steps::send_factor_code(&mut tx, &center, &own, body.factor, peer).await?;
    tx.commit().await?;
    Ok(Json(CodeSent { again_at }))
}

/// Proves an old factor.
#[utoipa::path(post, path = "/v1/tickets/{id}/factor-proof", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("id" = String, Path)), request_body = FactorProof,
    responses((status = 204, description = "The old factor is proven"), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn prove(
    State(center): State<Shared>,
    follower: Follower,
    Named(id): Named<String>,
    Body(body): Body<FactorProof>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    // It is compared and used up.
    let verdict = steps::prove_factor(&mut tx, &center, &own, body.factor, body.code.expose_secret()).await?;
    tx.commit().await?;
    right(verdict)?;
    Ok(StatusCode::NO_CONTENT)
}
