//! `PUT /v1/tickets/{id}/statement`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ticket::{StatementChange, Ticket};

use crate::http::{Body, Follower, Named, Refusal, Refusals, Shared};
use crate::rules::ticket::{self, steps, view};

/// States otherwise, while it is a draft or more was asked for.
#[utoipa::path(put, path = "/v1/tickets/{id}/statement", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("id" = String, Path)), request_body = StatementChange, responses((status = 200, body = Ticket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn restate(
    State(center): State<Shared>,
    follower: Follower,
    Named(id): Named<String>,
    Body(body): Body<StatementChange>,
) -> Result<Json<Ticket>, Refusal> {
    let mut tx = center.begin().await?;
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    steps::restate(&mut tx, &center, &own, body.statement).await?;
    let own = ticket::own(&mut tx, &follower.0, &id).await?;
    let shown = view::for_applicant(&mut tx, &center, &own).await?;
    tx.commit().await?;
    Ok(Json(shown))
}
