//! `GET /v1/security-log`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tessera_center_api::Page;
use tessera_center_api::security::{EventKind, SecurityEvent};

use crate::Center;
use crate::http::{Asked, Cursor, PAGE, Refusal, Refusals, Shared, SignedIn};
use crate::rules::security_log;
use crate::store::StoreError;
use crate::store::tables::security_event::{self, Line};

/// Where to go on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The `next` of the part before.
    cursor: Option<String>,
}

/// What happened to the account, the newest first.
#[utoipa::path(get, path = "/v1/security-log", tag = "account", security(("session" = [])), params(From),
    responses((status = 200, body = Page<SecurityEvent>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
    Asked(from): Asked<From>,
) -> Result<Json<Page<SecurityEvent>>, Refusal> {
    let from = Cursor::read(from.cursor.as_deref())?;
    let mut tx = center.read().await?;
    let lines = security_event::page(&mut tx, caller.id(), (from.at, &from.id), PAGE).await?;
    let items = lines.iter().map(|line| event(&center, line)).collect::<Result<_, _>>()?;
    let next = Cursor::after(&lines, |line| Cursor { at: line.happened_at, id: line.id.clone() });
    Ok(Json(Page { items, next }))
}

/// A line as its owner sees it.
pub(in crate::routes) fn event(center: &Center, line: &Line) -> Result<SecurityEvent, StoreError> {
    Ok(SecurityEvent {
        id: line.id.clone(),
        at: line.happened_at,
        kind: EventKind::from_text(&line.kind).ok_or(StoreError::Invalid("security_event.kind"))?,
        peer: line.peer.clone(),
        detail: security_log::open(center, line)?.0,
    })
}
