//! `GET /v1/tickets/{id}`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ticket::Ticket;

use crate::http::{Follower, Named, Refusal, Refusals, Shared};
use crate::rules::ticket::{self, view};

/// One of one's own tickets: by the session it was filed in, or by its query code in `Ticket-Code`.
#[utoipa::path(get, path = "/v1/tickets/{id}", tag = "tickets", security(("session" = []), ("ticket-code" = [])),
    params(("id" = String, Path)), responses((status = 200, body = Ticket), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn read(
    State(center): State<Shared>,
    follower: Follower,
    Named(id): Named<String>,
) -> Result<Json<Ticket>, Refusal> {
    let mut tx = center.read().await?;
    let own = ticket::own_to_read(&mut tx, &follower.0, &id).await?;
    Ok(Json(view::for_applicant(&mut tx, &center, &own).await?))
}
