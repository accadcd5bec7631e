//! `PATCH /v1/mfa-devices/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::RenameMfaDevice;
use tessera_center_api::security::EventKind;

use super::no_such_device;
use crate::http::{Body, Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::outbox::{Message, Template};
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, label, notices};
use crate::store::tables::{account, mfa_device};

/// Gives a device another name.
#[utoipa::path(patch, path = "/v1/mfa-devices/{id}", tag = "mfa", security(("session" = [])), params(("id" = String, Path)),
    request_body = RenameMfaDevice, responses((status = 204, description = "Renamed"), Refusals))]
pub(super) async fn rename(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
    Body(body): Body<RenameMfaDevice>,
) -> Result<StatusCode, Refusal> {
    let name = label::read(&body.name, "/name")?;
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::UnbindMfaDevice).await?;
    account::lock(&mut tx, caller.id()).await?;
    let devices = mfa_device::of_account(&mut tx, &center.keys, caller.id()).await?;
    let before = devices.into_iter().find(|device| device.id == id).ok_or_else(no_such_device)?.name;
    if !mfa_device::rename(&mut tx, &center, caller.id(), &id, &name).await? {
        return Err(no_such_device());
    }
    account::changed(&mut tx, caller.id()).await?;
    let detail = Detail::none().with("device", name.as_str()).with("before", before.as_str());
    security_log::note(
        &mut tx,
        &center,
        caller.id(),
        EventKind::MfaDeviceRenamed,
        &peer.to_string(),
        &detail,
    )
    .await?;
    let message = Message::new(Template::MfaDeviceRenamed, &caller.account().language)
        .with("device", name)
        .with("before", before);
    notices::tell(&mut tx, &center, caller.id(), &message, &[]).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
