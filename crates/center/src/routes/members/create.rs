//! `POST /v1/sub-accounts`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Action;
use tessera_center_api::members::{NewSubAccount, SubAccount};
use tessera_center_api::security::EventKind;

use super::accept;
use crate::contact::Address;
use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared, SignedIn};
use crate::password::Password;
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, label, members};
use crate::store::tables::{account, sub_account};
use crate::token::PlainToken;

/// Creates a sub-account and invites its member by e-mail to set the password. The answer is the same whether the address
/// serves another account already.
#[utoipa::path(post, path = "/v1/sub-accounts", tag = "members", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewSubAccount,
    responses((status = 201, body = SubAccount), Refusals))]
pub(super) async fn create(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    key: IdempotencyKey,
    Body(body): Body<NewSubAccount>,
) -> Result<Response, Refusal> {
    let name = label::read(&body.name, "/name")?;
    // Read once; from here on it is an address, which shows nothing of itself.
    let address = Address::email(body.email.expose_secret())
        .map_err(|_| Refusal::invalid("/email", "This is not an e-mail address."))?;
    if caller.account().owner.is_some() {
        return Err(Refusal::new(ErrorCode::Forbidden, "A sub-account has no sub-accounts of its own."));
    }
    // A password that nobody knows stands there until the member sets one. No transaction is open while it is hashed.
    let unknown = PlainToken::generate(&*center.random)?;
    let unknown = center.hasher.hash(Password::new(&unknown.expose_secret()), &center.random).await?;
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "sub-accounts", caller.0.id.as_bytes(), &body).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let language = body.language.text();
    let id = members::create(&mut tx, &center, caller.account(), &name, &address, language, &unknown).await?;
    account::set_mfa_required(&mut tx, id, body.mfa_required).await?;
    let member = members::of_caller(&mut tx, &caller, id).await?;
    accept::invite(&mut tx, &center, caller.id(), &member, &address).await?;
    let detail = Detail::none().with("account", id.to_string()).with("address", address.masked());
    security_log::note(
        &mut tx,
        &center,
        caller.id(),
        EventKind::SubAccountCreated,
        &peer.to_string(),
        &detail,
    )
    .await?;
    let row = sub_account::find(&mut tx, &center.keys, caller.id(), id).await?;
    let created = match row {
        Some(row) => members::shown(&mut tx, &center, row).await?,
        None => None,
    };
    let reply = Reply::created(created.ok_or_else(|| Refusal::internal("created, but not there"))?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
