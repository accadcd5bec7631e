//! `DELETE /v1/mfa-devices/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::identity::Action;
use tessera_center_api::security::EventKind;

use super::no_such_device;
use crate::http::{Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::outbox::{Message, Template};
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, mfa_devices, notices};
use crate::store::tables::mfa_device;

/// Unbinds a device. With the last one go the recovery codes, and protection by MFA falls to a contact.
#[utoipa::path(delete, path = "/v1/mfa-devices/{id}", tag = "mfa", security(("session" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "Unbound"), Refusals))]
pub(super) async fn unbind(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
) -> Result<StatusCode, Refusal> {
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::UnbindMfaDevice).await?;
    let gone = mfa_devices::unbind(&mut tx, &center, caller.id(), &id).await?.ok_or_else(no_such_device)?;
    let detail = Detail::none().with("device", gone.name.as_str());
    security_log::note(
        &mut tx,
        &center,
        caller.id(),
        EventKind::MfaDeviceUnbound,
        &peer.to_string(),
        &detail,
    )
    .await?;
    let message = Message::new(Template::MfaDeviceUnbound, &caller.account().language)
        .with("device", gone.name)
        .with("left", mfa_device::count(&mut tx, caller.id()).await?);
    notices::tell(&mut tx, &center, caller.id(), &message, &[]).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
