//! `PATCH /v1/account`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::account::{Account, AccountPatch};
use tessera_center_api::security::EventKind;

use super::view::view;
use crate::http::{Body, IfMatch, Peer, Refusal, Refusals, Shared, SignedIn, etag};
use crate::keys::Seal;
use crate::label;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::account;

/// Changes the display name and the language of messages.
#[utoipa::path(patch, path = "/v1/account", tag = "account", security(("session" = [])), request_body = AccountPatch,
    params(("If-Match" = String, Header)),
    responses((status = 200, body = Account, headers(("ETag" = String))), Refusals))]
pub(super) async fn edit(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    IfMatch(seen): IfMatch,
    Body(request): Body<AccountPatch>,
) -> Result<Response, Refusal> {
    let id = caller.id();
    let name = match &request.name {
        Some(name) => {
            let name = label::read(name, "/name")?;
            center.keys.seal(&*center.random, Seal::Label, &account::sealed_row(id), name.as_bytes())?
        }
        None => caller.account().name.clone(),
    };
    let language = request.language.map_or(&*caller.account().language, |language| language.text());
    let mut tx = center.begin().await?;
    if !account::edit(&mut tx, id, seen, &name, language).await? {
        return Err(IfMatch::changed());
    }
    security_log::note(&mut tx, &center, id, EventKind::AccountEdited, &peer.to_string(), &Detail::none())
        .await?;
    let account = account::find(&mut tx, id).await?.ok_or_else(IfMatch::changed)?;
    let body = view(&mut tx, &center, &account).await?;
    tx.commit().await?;
    Ok(([etag(account.version)], Json(body)).into_response())
}
