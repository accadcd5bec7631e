//! `GET /v1/staff/tickets/{ticket}/documents`, `GET /v1/staff/documents/stale` and `GET /v1/staff/documents/{document}`

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use data_encoding::HEXLOWER;
use tessera_center_api::document::TicketDocument;
use tessera_center_api::staff::Role;

use crate::http::{Named, Refusal, Refusals, Shared, StaffMember};
use crate::rules::document as rules;
use crate::store::tables::document::{self, Document};
use crate::store::tables::key_list;

/// What documents a ticket has. Their bytes are given to the reviewer who has claimed it.
#[utoipa::path(get, path = "/v1/staff/tickets/{ticket}/documents", tag = "documents", security(("staff" = [])),
    params(("ticket" = String, Path)), responses((status = 200, body = Vec<TicketDocument>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: StaffMember,
    Named(ticket): Named<String>,
) -> Result<Json<Vec<TicketDocument>>, Refusal> {
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    let mut tx = center.read().await?;
    let newest = key_list::newest(&mut tx).await?.map_or(0, |(version, _)| version);
    let found = document::of_ticket(&mut tx, &ticket).await?;
    Ok(Json(found.into_iter().map(|one| shown(one, newest)).collect()))
}

/// Documents of open tickets that are sealed to an older list of keys: to be sealed anew by somebody who can open them.
#[utoipa::path(get, path = "/v1/staff/documents/stale", tag = "documents", security(("staff" = [])),
    responses((status = 200, body = Vec<TicketDocument>), Refusals))]
pub(super) async fn stale(
    State(center): State<Shared>,
    caller: StaffMember,
) -> Result<Json<Vec<TicketDocument>>, Refusal> {
    const MOST: i64 = 100;
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    let mut tx = center.read().await?;
    let newest = key_list::newest(&mut tx).await?.map_or(0, |(version, _)| version);
    let found = document::stale(&mut tx, newest, MOST).await?;
    Ok(Json(found.into_iter().map(|one| shown(one, newest)).collect()))
}

/// The ciphertext, as it came. Each download is in the audit log.
#[utoipa::path(get, path = "/v1/staff/documents/{document}", tag = "documents", security(("staff" = [])),
    params(("document" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Refusals))]
pub(super) async fn download(
    State(center): State<Shared>,
    caller: StaffMember,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let bytes = rules::download(&center, &caller, &id).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

fn shown(found: Document, newest: i64) -> TicketDocument {
    TicketDocument {
        document: found.id,
        ticket: found.ticket,
        kind: found.kind,
        bytes: found.bytes,
        digest: HEXLOWER.encode(&found.digest),
        list_version: found.list_version,
        stale: found.list_version < newest,
    }
}
