//! `POST /v1/mfa-devices/{id}/resync`

use axum::extract::State;
use axum::http::StatusCode;
use tessera_center_api::mfa::ResyncMfaDevice;
use tessera_center_api::security::EventKind;

use super::no_such_device;
use crate::http::{Body, Named, Peer, Refusal, Refusals, Shared, SignedIn};
use crate::outbox::{Message, Template};
use crate::rules::second_factor::{self, Of, Try};
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, notices};
use crate::store::tables::mfa_device;

/// Brings a device back into step by two successive codes. Wrong ones count as wrong codes of the day.
#[utoipa::path(post, path = "/v1/mfa-devices/{id}/resync", tag = "mfa", security(("session" = [])), params(("id" = String, Path)),
    request_body = ResyncMfaDevice, responses((status = 204, description = "In step again"), Refusals))]
pub(super) async fn resync(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    Named(id): Named<String>,
    Body(body): Body<ResyncMfaDevice>,
) -> Result<StatusCode, Refusal> {
    let peer = peer.to_string();
    let mut tx = center.begin().await?;
    identity::not_frozen(&mut tx, &caller).await?;
    let devices = mfa_device::of_account(&mut tx, &center.keys, caller.id()).await?;
    let device = devices.into_iter().find(|device| device.id == id).ok_or_else(no_such_device)?;
    let tried = Try { account: caller.id(), trusted: caller.trusted(), peer: &peer };
    // Compared with the device's codes, and nothing else done with them.
    let (first, second) = (body.first.expose_secret(), body.second.expose_secret());
    if let Err(verdict) =
        second_factor::try_two(&mut tx, &center, &tried, Of::Device(&id), first, second).await?
    {
        tx.commit().await?;
        return Err(verdict.refusal());
    }
    let detail = Detail::none().with("device", device.name.as_str());
    security_log::note(&mut tx, &center, caller.id(), EventKind::MfaDeviceResynced, &peer, &detail).await?;
    let message =
        Message::new(Template::MfaDeviceResynced, &caller.account().language).with("device", device.name);
    notices::tell(&mut tx, &center, caller.id(), &message, &[]).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
