//! `GET /v1/invitations`, `POST /v1/invitations/{id}/accept` and `POST /v1/invitations/{id}/decline`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ErrorCode;
use tessera_center_api::members::{Invitation, MemberState};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::http::{Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::outbox::{Message, Template};
use crate::rules::notices;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::collaborator::{self, Collaborator};
use crate::store::tables::contact::{self, ContactKind};
use crate::store::tables::{account, mfa_device};
use crate::store::{StoreError, Tx};

/// Invitations of the caller's account e-mail, and access that was given.
#[utoipa::path(get, path = "/v1/invitations", tag = "members", security(("session" = [])),
    responses((status = 200, body = Vec<Invitation>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
) -> Result<Json<Vec<Invitation>>, Refusal> {
    let mut tx = center.read().await?;
    let shown = |row: Collaborator| Invitation {
        id: row.id,
        owner: row.owner,
        state: row.state,
        mfa_required: row.mfa_required,
        invited_at: row.invited_at,
    };
    Ok(Json(mine(&mut tx, &center, &caller).await?.into_iter().map(shown).collect()))
}

/// Takes an invitation.
#[utoipa::path(post, path = "/v1/invitations/{id}/accept", tag = "members", security(("session" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Taken"), Refusals))]
pub(super) async fn accept(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let row = one(&mut tx, &center, &caller, &id).await?;
    if row.mfa_required && mfa_device::count(&mut tx, caller.id()).await? == 0 {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "This invitation asks for an MFA device. Bind one, then take it.",
        ));
    }
    let (from, to) = (MemberState::Invited, MemberState::Active);
    if !collaborator::set_state(&mut tx, &id, from, to, Some(caller.id())).await? {
        return Err(none());
    }
    told(&mut tx, &center, &caller, &row, &peer.to_string(), EventKind::CollaboratorJoined, "joined").await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Declines an invitation, or gives access back.
#[utoipa::path(post, path = "/v1/invitations/{id}/decline", tag = "members", security(("session" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Declined"), Refusals))]
pub(super) async fn decline(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    let row = one(&mut tx, &center, &caller, &id).await?;
    if !collaborator::set_state(&mut tx, &id, row.state, MemberState::Declined, None).await? {
        return Err(none());
    }
    told(&mut tx, &center, &caller, &row, &peer.to_string(), EventKind::CollaboratorEnded, "declined")
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn none() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "This account has no such invitation. It may have been taken back.")
}

async fn mine(tx: &mut Tx, center: &Center, caller: &SignedIn) -> Result<Vec<Collaborator>, StoreError> {
    let contacts = contact::of_account(tx, &center.keys, caller.id()).await?;
    let email = contacts.iter().find(|contact| contact.kind == ContactKind::AccountEmail);
    collaborator::of_account(tx, &center.keys, caller.id(), email.map(|contact| &contact.address)).await
}

async fn one(tx: &mut Tx, center: &Center, caller: &SignedIn, id: &str) -> Result<Collaborator, Refusal> {
    mine(tx, center, caller).await?.into_iter().find(|row| row.id == id).ok_or_else(none)
}

/// Notes it in both logs and tells the owner.
async fn told(
    tx: &mut Tx,
    center: &Center,
    caller: &SignedIn,
    row: &Collaborator,
    peer: &str,
    kind: EventKind,
    change: &'static str,
) -> Result<(), StoreError> {
    let detail = Detail::none().with("change", change);
    let of_owner = detail.clone().with("by", row.owner.to_string());
    security_log::note(tx, center, caller.id(), kind, peer, &of_owner).await?;
    let Some(owner) = account::find(tx, row.owner).await? else { return Ok(()) };
    // Where the collaborator was is not the owner's to see.
    let of_other = detail.with("address", row.address.masked());
    security_log::note(tx, center, owner.id, kind, "", &of_other).await?;
    let message = Message::new(Template::CollaboratorAnswered, &owner.language)
        .with("address", row.address.masked())
        .with("change", change);
    notices::tell(tx, center, owner.id, &message, &[]).await
}
