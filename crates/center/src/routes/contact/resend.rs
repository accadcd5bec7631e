//! `POST /v1/contacts/{kind}/changes/code`

use axum::Json;
use axum::extract::State;
use tessera_center_api::account::{CodeResent, ResendCode};
use tessera_center_api::contact::ContactKind;

use super::{Pending, flow_of, kind_of};
use crate::http::{Body, Named, Refusal, Refusals, Shared, SignedIn};
use crate::rules::code_flow::{self, SLOT};
use crate::rules::codes::{self, Asker};
use crate::rules::identity;
use crate::store::tables::flow;

/// Sends another code to the new address; the earlier one is good no longer.
#[utoipa::path(post, path = "/v1/contacts/{kind}/changes/code", tag = "contacts", security(("session" = [])),
    request_body = ResendCode, params(("kind" = ContactKind, Path)),
    responses((status = 200, body = CodeResent), Refusals))]
pub(super) async fn resend(
    State(center): State<Shared>,
    caller: SignedIn,
    Named(kind): Named<ContactKind>,
    Body(request): Body<ResendCode>,
) -> Result<Json<CodeResent>, Refusal> {
    let (kind, token) = (kind_of(kind), code_flow::token(&request.flow)?);
    let mut tx = center.begin().await?;
    let account = identity::not_frozen(&mut tx, &caller).await?;
    let session = Some(&caller.0.id);
    let flow = flow::open::<Pending>(&mut tx, &center, flow_of(kind), session, &token).await?;
    let flow = flow.ok_or_else(code_flow::over)?;
    let address = flow.state.address(kind);
    let language = &account.language;
    let again_at =
        codes::send(&mut tx, &center, &flow.id, SLOT, Some(&address), language, Asker::SignedIn).await?;
    tx.commit().await?;
    Ok(Json(CodeResent { again_at }))
}
