//! `POST /v1/contacts/{kind}/changes/confirm`

use axum::Json;
use axum::extract::State;
use tessera_center_api::contact::{ContactChangeConfirm, ContactChanged, ContactKind};

use super::{Pending, flow_of, kind_of};
use crate::http::{Body, Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::contacts::{self, By};
use crate::rules::{code_flow, identity};
use crate::store::tables::flow;

/// Makes the change with the code that went to the new address. Every old and new address is told, with a link that undoes
/// it; all other sessions end.
#[utoipa::path(post, path = "/v1/contacts/{kind}/changes/confirm", tag = "contacts", security(("session" = [])),
    request_body = ContactChangeConfirm, params(("kind" = ContactKind, Path)),
    responses((status = 200, body = ContactChanged), Refusals))]
pub(super) async fn confirm(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(kind): Named<ContactKind>,
    Body(request): Body<ContactChangeConfirm>,
) -> Result<Json<ContactChanged>, Refusal> {
    let (kind, token) = (kind_of(kind), code_flow::token(&request.flow)?);
    let mut tx = center.begin().await?;
    // The account before the flow, as everywhere, so that no two wait for each other.
    let account = identity::not_frozen(&mut tx, &caller).await?;
    let session = Some(&caller.0.id);
    let flow = flow::open::<Pending>(&mut tx, &center, flow_of(kind), session, &token).await?;
    let flow = flow.ok_or_else(code_flow::over)?;
    let mut tx = code_flow::prove(tx, &center, &flow.id, &request.code).await?;
    if !flow::end(&mut tx, &flow.id, center.now()).await? {
        return Err(code_flow::over());
    }
    let by = By { proven_by: &flow.state.proven_by, session, peer: &peer.to_string() };
    let address = flow.state.address(kind);
    let undo_until = contacts::change(&mut tx, &center, &account, kind, Some(&address), by).await?;
    tx.commit().await?;
    Ok(Json(ContactChanged { undo_until }))
}
