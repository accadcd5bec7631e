//! `POST /v1/ticket-queries`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ErrorCode;
use tessera_center_api::ticket::{Ticket as Shown, TicketQuery};

use crate::http::{Body, Refusal, Refusals, Shared};
use crate::rules::ticket::{query_code, view};
use crate::store::tables::ticket;

/// How a ticket without an account stands, by its query code.
#[utoipa::path(post, path = "/v1/ticket-queries", tag = "tickets", request_body = TicketQuery,
    responses((status = 200, body = Shown), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn query(
    State(center): State<Shared>,
    Body(body): Body<TicketQuery>,
) -> Result<Json<Shown>, Refusal> {
    let none =
        || Refusal::new(ErrorCode::NotFound, "No ticket has this query code. Look at it letter by letter.");
    // Only its hash is compared.
    let hash = query_code::read(body.query_code.expose_secret()).ok_or_else(none)?;
    let mut tx = center.read().await?;
    let id = ticket::of_query(&mut tx, &hash).await?.ok_or_else(none)?;
    let found = ticket::find(&mut tx, &id).await?.ok_or_else(none)?;
    Ok(Json(view::for_applicant(&mut tx, &center, &found).await?))
}
