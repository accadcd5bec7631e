//! `GET /v1/staff/tickets`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tessera_center_api::Page;
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::{TicketKind, TicketLine, TicketState};

use crate::http::{Asked, Cursor, PAGE, Refusal, Refusals, Shared, StaffMember};
use crate::rules::ticket::view;
use crate::store::tables::ticket::{self, Wanted};

#[derive(Deserialize)]
pub(super) struct Filter {
    state: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    mine: bool,
    cursor: Option<String>,
}

/// The queue, those that wait longest first. Without a state: all that wait for staff. It names nobody.
#[utoipa::path(get, path = "/v1/staff/tickets", tag = "staff tickets", security(("staff" = [])),
    params(("state" = Option<TicketState>, Query), ("kind" = Option<TicketKind>, Query), ("mine" = Option<bool>, Query),
        ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Page<TicketLine>), Refusals))]
#[tracing::instrument(skip_all)]
pub(super) async fn queue(
    State(center): State<Shared>,
    caller: StaffMember,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Page<TicketLine>>, Refusal> {
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    let unknown =
        |field: &str| Refusal::invalid(field, "Take one of the words that the OpenAPI document lists.");
    let state =
        filter.state.as_deref().map(|text| TicketState::from_text(text).ok_or_else(|| unknown("/state")));
    let kind = filter.kind.as_deref().map(|text| TicketKind::from_text(text).ok_or_else(|| unknown("/kind")));
    let wanted = Wanted {
        state: state.transpose()?,
        kind: kind.transpose()?,
        claimed_by: filter.mine.then(|| caller.id()),
        now: center.now(),
    };
    let place = match filter.cursor.as_deref() {
        None => Cursor { at: i64::MIN, id: String::new() },
        given => Cursor::read(given)?,
    };
    let mut tx = center.read().await?;
    let found = ticket::queue(&mut tx, &wanted, (place.at, &place.id), PAGE).await?;
    let next = Cursor::after(&found, |ticket| Cursor { at: ticket.changed_at, id: ticket.id.clone() });
    Ok(Json(Page { items: found.iter().map(|ticket| view::queue_line(&center, ticket)).collect(), next }))
}
