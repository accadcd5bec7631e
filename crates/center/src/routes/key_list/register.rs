//! `POST` and `GET /v1/staff/reviewer-keys`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ErrorCode;
use tessera_center_api::key_list::{KeyList, RegisterKey, ReviewerKey};
use tessera_center_api::staff::Role;

use crate::http::{Body, Refusal, Refusals, Shared, StaffMember};
use crate::rules::audit::{self, Entry};
use crate::rules::key_list::is_recipient;
use crate::store::tables::{key_list, reviewer_key};

/// Registers the reviewer's own key. Documents are sealed to it once a signed list names it.
#[utoipa::path(post, path = "/v1/staff/reviewer-keys", tag = "documents", security(("staff" = [])), request_body = RegisterKey,
    responses((status = 204, description = "Registered"), Refusals))]
pub(super) async fn register(
    State(center): State<Shared>,
    caller: StaffMember,
    Body(wish): Body<RegisterKey>,
) -> Result<StatusCode, Refusal> {
    caller.require(&[Role::Reviewer])?;
    if !is_recipient(&wish.recipient) {
        return Err(Refusal::invalid("/recipient", "This is no age recipient (age1…)."));
    }
    let mut tx = center.begin().await?;
    let key = reviewer_key::ReviewerKey {
        recipient: wish.recipient,
        staff: caller.id().into(),
        registered_at: center.now(),
    };
    if !reviewer_key::insert(&mut tx, &key).await? {
        return Err(Refusal::new(ErrorCode::WrongState, "This key is registered already."));
    }
    audit::append(&mut tx, &center, Some(caller.id()), &Entry::new("reviewer-key-registered")).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The newest key of each reviewer, and whether the published list names it.
#[utoipa::path(get, path = "/v1/staff/reviewer-keys", tag = "documents", security(("staff" = [])),
    responses((status = 200, body = Vec<ReviewerKey>), Refusals))]
pub(super) async fn list(
    State(center): State<Shared>,
    _: StaffMember,
) -> Result<Json<Vec<ReviewerKey>>, Refusal> {
    let mut tx = center.read().await?;
    let published = key_list::newest(&mut tx).await?;
    let listed: Vec<String> = published
        .and_then(|(_, signed)| serde_json::from_str::<KeyList>(&signed.list).ok())
        .map(|list| list.keys.into_iter().map(|key| key.recipient).collect())
        .unwrap_or_default();
    let keys = reviewer_key::current(&mut tx).await?.into_iter().map(|key| ReviewerKey {
        listed: listed.contains(&key.recipient),
        holder: key.staff,
        recipient: key.recipient,
        registered_at: key.registered_at,
    });
    Ok(Json(keys.collect()))
}
