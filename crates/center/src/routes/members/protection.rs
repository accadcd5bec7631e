//! `PUT /v1/sub-accounts/{id}/protection`

use axum::Json;
use axum::extract::State;
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::Protections;

use crate::http::{Body, Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::members::{self, Done};
use crate::rules::{identity, protection};

/// Switches login and operation protection of a sub-account, by what it has. The member is told.
#[utoipa::path(put, path = "/v1/sub-accounts/{id}/protection", tag = "members", security(("session" = [])), params(("id" = i64, Path)),
    request_body = Protections, responses((status = 200, body = Protections), Refusals))]
pub(super) async fn set(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
    Body(wanted): Body<Protections>,
) -> Result<Json<Protections>, Refusal> {
    let peer = peer.to_string();
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let member = members::of_caller(&mut tx, &caller, id.parse().unwrap_or_default()).await?;
    if protection::set(&mut tx, &center, member.id, wanted).await? {
        protection::told(&mut tx, &center, &member, &peer, wanted).await?;
        members::told(&mut tx, &center, caller.id(), &member, &peer, Done::Protection, None).await?;
    }
    tx.commit().await?;
    Ok(Json(wanted))
}
