//! `PUT /v1/sub-accounts/{id}/mfa` and `DELETE /v1/sub-accounts/{id}/mfa-devices/{device}`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Action;
use tessera_center_api::members::MfaRequirement;
use tessera_center_api::security::EventKind;

use crate::http::{Body, Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::rules::members::{self, Done};
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, mfa_devices};

/// Requires an MFA device of a sub-account from its next login on, or no longer. The member is told.
#[utoipa::path(put, path = "/v1/sub-accounts/{id}/mfa", tag = "members", security(("session" = [])), params(("id" = i64, Path)),
    request_body = MfaRequirement, responses((status = 204, description = "So it is"), Refusals))]
pub(super) async fn require(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
    Body(body): Body<MfaRequirement>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let member = members::of_caller(&mut tx, &caller, id.parse().unwrap_or_default()).await?;
    if members::require_mfa(&mut tx, member.id, body.required).await? {
        let done = if body.required { Done::MfaRequired } else { Done::MfaNotRequired };
        members::told(&mut tx, &center, caller.id(), &member, &peer.to_string(), done, None).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unbinds an MFA device of a sub-account. Its member is told and must bind one anew at the next login.
#[utoipa::path(delete, path = "/v1/sub-accounts/{id}/mfa-devices/{device}", tag = "members", security(("session" = [])),
    params(("id" = i64, Path), ("device" = String, Path)), responses((status = 204, description = "Unbound"), Refusals))]
pub(super) async fn unbind(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named((id, device)): Named<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let peer = peer.to_string();
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ManageMembers).await?;
    let member = members::of_caller(&mut tx, &caller, id.parse().unwrap_or_default()).await?;
    let gone = mfa_devices::unbind(&mut tx, &center, member.id, &device).await?.ok_or_else(|| {
        Refusal::new(ErrorCode::NotFound, "The sub-account has no such MFA device. It may have been unbound.")
    })?;
    members::require_mfa(&mut tx, member.id, true).await?;
    let detail = Detail::none().with("device", gone.name.as_str()).with("by", caller.id().to_string());
    security_log::note(&mut tx, &center, member.id, EventKind::MfaDeviceUnbound, &peer, &detail).await?;
    let device = Some(gone.name.as_str());
    members::told(&mut tx, &center, caller.id(), &member, &peer, Done::MfaUnbound, device).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
