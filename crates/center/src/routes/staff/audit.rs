//! `GET /v1/staff/audit`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tessera_center_api::Page;
use tessera_center_api::staff::{AuditLine, Role};

use crate::http::{Asked, Cursor, PAGE, Refusal, Refusals, Shared, StaffMember};
use crate::rules::audit;
use crate::store::tables::audit_line;

#[derive(Deserialize)]
pub(super) struct Part {
    cursor: Option<String>,
}

/// What staff did, the latest first; for supervisors.
#[utoipa::path(get, path = "/v1/staff/audit", tag = "staff", security(("staff" = [])),
    params(("cursor" = Option<String>, Query)), responses((status = 200, body = Page<AuditLine>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: StaffMember,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<AuditLine>>, Refusal> {
    caller.require(&[Role::Supervisor])?;
    let place = Cursor::read(part.cursor.as_deref())?;
    let mut tx = center.begin().await?;
    let lines = audit_line::before(&mut tx, place.at, PAGE).await?;
    let next = Cursor::after(&lines, |line| Cursor { at: line.number, id: String::new() });
    let items = lines
        .into_iter()
        .map(|line| {
            let entry = audit::open(&center, &line)?;
            Ok(AuditLine {
                number: line.number,
                happened_at: line.happened_at,
                staff: line.staff,
                action: entry.action,
                ticket: entry.ticket,
                about: entry.about,
                hash: line.hash,
            })
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(Json(Page { items, next }))
}
