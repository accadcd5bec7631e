//! `GET /v1/sub-accounts` and `GET /v1/sub-accounts/{id}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tessera_center_api::members::SubAccount;
use tessera_center_api::{ErrorCode, Page};

use crate::http::{Asked, Cursor, Named, PAGE, Refusal, Refusals, Shared, SignedIn};
use crate::rules::members;
use crate::store::tables::sub_account;

/// Where the list goes on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The `next` of the part before.
    cursor: Option<String>,
}

/// The sub-accounts of the caller, the newest first, with their MFA devices and what protects them.
#[utoipa::path(get, path = "/v1/sub-accounts", tag = "members", security(("session" = [])), params(From),
    responses((status = 200, body = Page<SubAccount>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
    Asked(from): Asked<From>,
) -> Result<Json<Page<SubAccount>>, Refusal> {
    let cursor = Cursor::read(from.cursor.as_deref())?;
    let before = (cursor.at, cursor.id.parse().unwrap_or(i64::MAX));
    let mut tx = center.read().await?;
    let rows = sub_account::page(&mut tx, &center.keys, caller.id(), before, PAGE).await?;
    let last = rows.last().map(|row| Cursor { at: row.created_at, id: row.account.to_string() });
    let next =
        last.filter(|_| i64::try_from(rows.len()).is_ok_and(|found| found == PAGE)).map(|last| last.text());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.extend(members::shown(&mut tx, &center, row).await?);
    }
    Ok(Json(Page { items, next }))
}

/// One of them.
#[utoipa::path(get, path = "/v1/sub-accounts/{id}", tag = "members", security(("session" = [])), params(("id" = i64, Path)),
    responses((status = 200, body = SubAccount), Refusals))]
pub(super) async fn read(
    State(center): State<Shared>,
    caller: SignedIn,
    Named(id): Named<String>,
) -> Result<Json<SubAccount>, Refusal> {
    let none = || Refusal::new(ErrorCode::NotFound, "This account has no such sub-account.");
    let id = id.parse().map_err(|_| none())?;
    let mut tx = center.read().await?;
    let row = sub_account::find(&mut tx, &center.keys, caller.id(), id).await?.ok_or_else(none)?;
    Ok(Json(members::shown(&mut tx, &center, row).await?.ok_or_else(none)?))
}
