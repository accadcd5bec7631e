//! `POST /v1/contacts/{kind}/changes`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::account::CodeFlow;
use tessera_center_api::contact::{ContactChangeBegin, ContactKind};

use super::{Pending, flow_of, kind_of, proof};
use crate::contact::{Address, AddressError};
use crate::http::{Body, Claim, IdempotencyKey, Named, Refusal, Refusals, Reply, Shared, SignedIn};
use crate::rules::code_flow::{self, SLOT};
use crate::rules::codes::{self, Asker};
use crate::rules::contacts::Contacts;
use crate::rules::identity;
use crate::store::tables::flow::{self, Owner};

/// Begins to set or change a contact: a code goes to the new address. Needs an identity check for this action. Whether
/// another account has the address is not said before the code was right.
#[utoipa::path(post, path = "/v1/contacts/{kind}/changes", tag = "contacts", security(("session" = [])),
    request_body = ContactChangeBegin,
    params(("kind" = ContactKind, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = CodeFlow), Refusals))]
pub(super) async fn begin(
    State(center): State<Shared>,
    caller: SignedIn,
    Named(kind): Named<ContactKind>,
    key: IdempotencyKey,
    Body(request): Body<ContactChangeBegin>,
) -> Result<Response, Refusal> {
    let kind = kind_of(kind);
    // Read once, from here on an address.
    let address = Address::of_kind(kind.takes(), request.address.expose_secret())
        .map_err(|error: AddressError| Refusal::invalid("/address", error.to_string()))?;
    let mut tx = center.begin().await?;
    let endpoint = flow_of(kind);
    let receipt = match key.claim(&mut tx, &center, endpoint, caller.0.id.as_bytes(), &request).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    let account = identity::not_frozen(&mut tx, &caller).await?;
    let proven_by = proof(&mut tx, &center, &caller, kind).await?;
    let contacts = Contacts::read(&mut tx, &center, account.id).await?;
    if contacts.get(kind).is_some_and(|now| now.canonical() == address.canonical()) {
        return Err(Refusal::invalid(
            "/address",
            "This is the address that the account has. Take another one.",
        ));
    }
    flow::end_all(&mut tx, flow_of(kind), account.id, center.now()).await?;
    let owner = Owner { account: Some(account.id), session: Some(&caller.0.id) };
    let pending = Pending { address: address.text().into(), proven_by };
    let life = center.config.rules.code_flow;
    let flow = flow::begin(&mut tx, &center, flow_of(kind), owner, &pending, life).await?;
    let language = &account.language;
    let again_at =
        codes::send(&mut tx, &center, &flow.hash(), SLOT, Some(&address), language, Asker::SignedIn).await?;
    let reply = Reply::created(code_flow::begun(&center, &flow, again_at));
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
