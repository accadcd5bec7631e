//! `GET /v1/tickets`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tessera_center_api::Page;
use tessera_center_api::ticket::TicketLine;

use crate::http::{Asked, Cursor, PAGE, Refusal, Refusals, Shared, SignedIn};
use crate::rules::ticket::view;
use crate::store::tables::ticket;

#[derive(Deserialize)]
pub(super) struct Part {
    cursor: Option<String>,
}

/// The tickets that the account filed, the latest first.
#[utoipa::path(get, path = "/v1/tickets", tag = "tickets", security(("session" = [])),
    params(("cursor" = Option<String>, Query)), responses((status = 200, body = Page<TicketLine>), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<TicketLine>>, Refusal> {
    let place = Cursor::read(part.cursor.as_deref())?;
    let mut tx = center.read().await?;
    let found = ticket::of_account(&mut tx, caller.id(), (place.at, &place.id), PAGE).await?;
    let next = Cursor::after(&found, |ticket| Cursor { at: ticket.created_at, id: ticket.id.clone() });
    Ok(Json(Page { items: found.iter().map(view::line).collect(), next }))
}
