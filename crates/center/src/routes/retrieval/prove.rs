//! `POST /v1/retrievals/prove`

use axum::Json;
use axum::extract::State;
use tessera_center_api::account::{AccountKind, RetrievalProve, Retrieved};
use tessera_center_api::security::EventKind;

use super::{FLOW, Pending};
use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::outbox::{Message, Template};
use crate::rules::code_flow;
use crate::rules::contacts::Contacts;
use crate::rules::security_log::{self, Detail};
use crate::store::StoreError;
use crate::store::tables::contact::{self, ContactKind};
use crate::store::tables::{account, flow};

/// Proves the phone: the accounts bound to it, with masked e-mail addresses. The same list is sent there.
#[utoipa::path(post, path = "/v1/retrievals/prove", tag = "retrieval", request_body = RetrievalProve,
    responses((status = 200, body = Vec<Retrieved>), Refusals))]
pub(super) async fn prove(
    State(center): State<Shared>,
    peer: Peer,
    Body(request): Body<RetrievalProve>,
) -> Result<Json<Vec<Retrieved>>, Refusal> {
    let token = code_flow::token(&request.flow)?;
    let mut tx = center.begin().await?;
    let flow = flow::open::<Pending>(&mut tx, &center, FLOW, None, &token).await?;
    let flow = flow.ok_or_else(code_flow::over)?;
    let mut tx = code_flow::prove(tx, &center, &flow.id, &request.code).await?;
    if !flow::end(&mut tx, &flow.id, center.now()).await? {
        return Err(code_flow::over());
    }
    let phone = flow.state.phone();
    let mut accounts = Vec::new();
    for id in contact::accounts_with(&mut tx, &center.keys, ContactKind::SecurePhone, &phone).await? {
        let Some(account) = account::find(&mut tx, id).await? else { continue };
        let contacts = Contacts::read(&mut tx, &center, id).await?;
        accounts.push(Retrieved {
            id,
            kind: AccountKind::from_text(&account.kind).ok_or(StoreError::Invalid("account.kind"))?,
            email: contacts.get(ContactKind::AccountEmail).map(crate::contact::Address::masked),
        });
        security_log::note(&mut tx, &center, id, EventKind::Retrieved, &peer.to_string(), &Detail::none())
            .await?;
    }
    let list = serde_json::to_value(&accounts).map_err(Refusal::internal)?;
    Message::new(Template::AccountsOfPhone, &flow.state.language)
        .with("accounts", list)
        .send(&mut tx, &center, &phone)
        .await?;
    tx.commit().await?;
    Ok(Json(accounts))
}
