//! `POST /v1/mfa-devices/hardware`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::{BindHardwareDevice, MfaDevice};

use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared, SignedInToBind};
use crate::rules::second_factor::{self, Of, Try, Verdict};
use crate::rules::{identity, label, mfa_devices};
use crate::store::tables::mfa_device::{self, DeviceKind};

/// Binds a hardware device by its serial number and two consecutive codes. A wrong pair counts as a wrong code of the day.
#[utoipa::path(post, path = "/v1/mfa-devices/hardware", tag = "mfa", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = BindHardwareDevice,
    responses((status = 201, body = MfaDevice), Refusals))]
pub(super) async fn bind(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    peer: Peer,
    key: IdempotencyKey,
    Body(body): Body<BindHardwareDevice>,
) -> Result<Response, Refusal> {
    let name = label::read(&body.name, "/name")?;
    if body.serial.chars().count() > label::LABEL_MAX {
        return Err(Refusal::invalid("/serial", "No serial number is that long. It stands on the device."));
    }
    let mut tx = center.begin().await?;
    let receipt =
        match key.claim(&mut tx, &center, "mfa-devices/hardware", caller.0.id.as_bytes(), &body).await? {
            Claim::New(receipt) => receipt,
            Claim::Done(answer) => return Ok(answer),
        };
    identity::require(&mut tx, &center, &caller, Action::BindMfaDevice).await?;
    if mfa_device::count(&mut tx, caller.id()).await? >= center.config.rules.mfa_devices {
        return Err(mfa_devices::full(&center));
    }
    let peer = peer.to_string();
    let tried = Try { account: caller.id(), trusted: caller.trusted(), peer: &peer };
    // Compared with the codes, and nothing else done with them.
    let (first, second) = (body.first.expose_secret(), body.second.expose_secret());
    let found =
        second_factor::try_two(&mut tx, &center, &tried, Of::Serial(&body.serial), first, second).await?;
    let token = match found {
        Ok(token) => token,
        Err(verdict) => {
            receipt.release(&mut tx).await?;
            tx.commit().await?;
            // One answer for all: it does not tell which serial numbers there are.
            return Err(match verdict {
                Verdict::TooMany { .. } => verdict.refusal(),
                Verdict::Right | Verdict::Wrong => Refusal::new(
                    ErrorCode::WrongCode,
                    "The serial number or the codes are wrong. Take two codes that the device shows one after the other.",
                ),
            });
        }
    };
    let device =
        mfa_devices::bind(&mut tx, &center, caller.account(), &peer, DeviceKind::Hardware, &name, &token)
            .await?;
    let reply = Reply::created(device);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}
