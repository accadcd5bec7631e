//! `DELETE /v1/sub-accounts/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::identity::Action;
use tessera_center_api::security::EventKind;

use super::accept::FLOW;
use crate::http::{Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::identity;
use crate::rules::members::{self, Done};
use crate::rules::security_log::{self, Detail};
use crate::store::tables::{account, flow, sub_account};

/// Takes a sub-account off: it is an account of its own from then on, and its member is told. One whose invitation nobody took
/// is erased.
#[utoipa::path(delete, path = "/v1/sub-accounts/{id}", tag = "members", security(("session" = [])), params(("id" = i64, Path)),
    responses((status = 204, description = "Taken off"), Refusals))]
pub(super) async fn remove(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let peer = peer.to_string();
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let member = members::of_caller(&mut tx, &caller, id.parse().unwrap_or_default()).await?;
    let row = sub_account::find(&mut tx, &center.keys, caller.id(), member.id).await?;
    sub_account::erase(&mut tx, member.id).await?;
    if row.is_some_and(|row| row.active_at.is_some()) {
        members::require_mfa(&mut tx, member.id, false).await?;
        account::release(&mut tx, member.id).await?;
        members::told(&mut tx, &center, caller.id(), &member, &peer, Done::TakenOff, None).await?;
    } else {
        flow::end_all(&mut tx, FLOW, member.id, center.now()).await?;
        account::erase(&mut tx, member.id, center.now()).await?;
    }
    let detail = Detail::none().with("account", member.id.to_string());
    security_log::note(&mut tx, &center, caller.id(), EventKind::SubAccountRemoved, &peer, &detail).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
