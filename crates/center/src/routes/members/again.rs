//! `POST /v1/sub-accounts/{id}/invitation`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Action;
use tessera_center_api::members::InviteAgain;
use tessera_center_api::security::EventKind;

use super::accept;
use crate::contact::Address;
use crate::http::{Body, Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, members};
use crate::store::tables::sub_account;

/// Invites the member of a sub-account again, at this address, while nobody took the invitation. Earlier invitations are over.
#[utoipa::path(post, path = "/v1/sub-accounts/{id}/invitation", tag = "members", security(("session" = [])), params(("id" = i64, Path)),
    request_body = InviteAgain, responses((status = 204, description = "Invited"), Refusals))]
pub(super) async fn invite(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
    Body(body): Body<InviteAgain>,
) -> Result<StatusCode, Refusal> {
    // Read once; from here on it is an address, which shows nothing of itself.
    let address = Address::email(body.email.expose_secret())
        .map_err(|_| Refusal::invalid("/email", "This is not an e-mail address."))?;
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let member = members::of_caller(&mut tx, &caller, id.parse().unwrap_or_default()).await?;
    if !sub_account::set_address(&mut tx, &center, member.id, &address).await? {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "The invitation was taken: the account has its member.",
        ));
    }
    accept::invite(&mut tx, &center, caller.id(), &member, &address).await?;
    let detail = Detail::none().with("account", member.id.to_string()).with("address", address.masked());
    security_log::note(
        &mut tx,
        &center,
        caller.id(),
        EventKind::SubAccountChanged,
        &peer.to_string(),
        &detail,
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
