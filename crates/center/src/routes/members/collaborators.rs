//! `POST` and `GET /v1/collaborators`, `PUT /v1/collaborators/{id}/mfa`, `DELETE /v1/collaborators/{id}`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Action;
use tessera_center_api::members::{Collaborator, MemberState, MfaRequirement, NewCollaborator};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::clock::DAY;
use crate::contact::Address;
use crate::http::{Body, Claim, IdempotencyKey, Named, Peer, Refusal, Refusals, Reply, Shared, SignedIn};
use crate::outbox::{Message, Template};
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, notices};
use crate::store::tables::collaborator::{self, Collaborator as Row};
use crate::store::tables::contact::{self, ContactKind};
use crate::store::tables::tally::{self, TallyId};
use crate::store::tables::{account, mfa_device};
use crate::store::{StoreError, Tx};

/// Invites the owner of another account by its account e-mail. The answer is the same whether there is such an account.
#[utoipa::path(post, path = "/v1/collaborators", tag = "members", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewCollaborator,
    responses((status = 201, body = Collaborator), Refusals))]
pub(super) async fn invite(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    key: IdempotencyKey,
    Body(body): Body<NewCollaborator>,
) -> Result<Response, Refusal> {
    // Read once; from here on it is an address, which shows nothing of itself.
    let address = Address::email(body.email.expose_secret())
        .map_err(|_| Refusal::invalid("/email", "This is not an e-mail address."))?;
    if caller.account().owner.is_some() {
        return Err(Refusal::new(ErrorCode::Forbidden, "A sub-account has no collaborators of its own."));
    }
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "collaborators", caller.0.id.as_bytes(), &body).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let invited = contact::accounts_with(&mut tx, &center.keys, ContactKind::AccountEmail, &address).await?;
    if invited.contains(&caller.id()) {
        return Err(Refusal::invalid("/email", "This is the address of this account itself."));
    }
    let new = collaborator::invite(&mut tx, &center, caller.id(), &address, body.mfa_required).await?;
    let row = collaborator::by_address(&mut tx, &center, caller.id(), &address).await?.ok_or_else(|| {
        let most = center.config.rules.collaborators;
        Refusal::new(
            ErrorCode::LimitReached,
            format!("There are {most} collaborators already, as many as there may be."),
        )
    })?;
    if new.is_some() {
        let tally = TallyId::new(&center.keys, "invitations to address", address.canonical().as_bytes());
        let most = center.config.rules.invitations_per_address;
        // Beyond the day's number nothing is sent, and nobody learns it: the invitation stands in the list all the same.
        let within = tally::take(&mut tx, &tally, most, DAY, center.now()).await?.is_some();
        let language = match invited.first() {
            Some(&id) => account::find(&mut tx, id).await?.map(|account| account.language),
            None => None,
        };
        Message::new(Template::CollaboratorInvited, language.as_deref().unwrap_or("en"))
            .with("owner", caller.id())
            .send_or_pretend(&mut tx, &center, Some(&address).filter(|_| within && language.is_some()))
            .await?;
        let detail = Detail::none().with("address", address.masked());
        security_log::note(
            &mut tx,
            &center,
            caller.id(),
            EventKind::CollaboratorInvited,
            &peer.to_string(),
            &detail,
        )
        .await?;
    }
    let reply = Reply::created(shown(&mut tx, row).await?);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

/// The collaborators of the caller, invited ones included.
#[utoipa::path(get, path = "/v1/collaborators", tag = "members", security(("session" = [])),
    responses((status = 200, body = Vec<Collaborator>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    caller: SignedIn,
) -> Result<Json<Vec<Collaborator>>, Refusal> {
    let mut tx = center.read().await?;
    let mut all = Vec::new();
    for row in collaborator::of_owner(&mut tx, &center.keys, caller.id()).await? {
        all.push(shown(&mut tx, row).await?);
    }
    Ok(Json(all))
}

/// Lets a collaborator's access rest while there is no MFA device, or no longer. The collaborator is told.
#[utoipa::path(put, path = "/v1/collaborators/{id}/mfa", tag = "members", security(("session" = [])), params(("id" = String, Path)),
    request_body = MfaRequirement, responses((status = 204, description = "So it is"), Refusals))]
pub(super) async fn require_mfa(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
    Body(body): Body<MfaRequirement>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let row = one(&mut tx, &center, &caller, &id).await?;
    if collaborator::set_mfa_required(&mut tx, caller.id(), &id, body.required).await? {
        let change = if body.required { "mfa-required" } else { "mfa-not-required" };
        told(&mut tx, &center, &caller, &row, &peer.to_string(), EventKind::CollaboratorChanged, change)
            .await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a collaborator's access, or takes an invitation back. The collaborator is told.
#[utoipa::path(delete, path = "/v1/collaborators/{id}", tag = "members", security(("session" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Ended"), Refusals))]
pub(super) async fn end(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let row = one(&mut tx, &center, &caller, &id).await?;
    if !collaborator::remove(&mut tx, caller.id(), &id).await? {
        return Err(none());
    }
    told(&mut tx, &center, &caller, &row, &peer.to_string(), EventKind::CollaboratorEnded, "ended").await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn none() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "This account has no such collaborator.")
}

async fn one(tx: &mut Tx, center: &Center, caller: &SignedIn, id: &str) -> Result<Row, Refusal> {
    let all = collaborator::of_owner(tx, &center.keys, caller.id()).await?;
    all.into_iter().find(|row| row.id == id).ok_or_else(none)
}

/// Notes it in both logs and tells the collaborator, where there is one already.
async fn told(
    tx: &mut Tx,
    center: &Center,
    caller: &SignedIn,
    row: &Row,
    peer: &str,
    kind: EventKind,
    change: &'static str,
) -> Result<(), StoreError> {
    let detail = Detail::none().with("change", change);
    let of_other = detail.clone().with("address", row.address.masked());
    security_log::note(tx, center, caller.id(), kind, peer, &of_other).await?;
    let other = match (row.state, row.account) {
        (MemberState::Active, Some(other)) => account::find(tx, other).await?,
        _ => None,
    };
    let Some(other) = other else { return Ok(()) };
    // Where the owner was is not the collaborator's to see.
    security_log::note(tx, center, other.id, kind, "", &detail.with("by", caller.id().to_string())).await?;
    let message = Message::new(Template::CollaboratorChanged, &other.language)
        .with("owner", caller.id())
        .with("change", change);
    notices::tell(tx, center, other.id, &message, &[]).await
}

async fn shown(tx: &mut Tx, row: Row) -> Result<Collaborator, StoreError> {
    let access = match (row.state, row.account) {
        (MemberState::Active, Some(other)) => !row.mfa_required || mfa_device::count(tx, other).await? > 0,
        _ => false,
    };
    Ok(Collaborator {
        id: row.id,
        email: row.address.text().into(),
        state: row.state,
        mfa_required: row.mfa_required,
        access,
        invited_at: row.invited_at,
    })
}
