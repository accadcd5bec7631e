//! `POST /v1/mfa-devices/virtual` and `POST /v1/mfa-devices/virtual/bind`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::{BindVirtualDevice, MfaDevice, NewVirtualDevice, PendingVirtualDevice};
use tessera_center_api::{ErrorCode, Hidden};
use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};
use zeroize::Zeroizing;

use crate::Center;
use crate::http::{Body, Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared, SignedInToBind};
use crate::rules::second_factor::{self, Verdict};
use crate::rules::{identity, label, mfa_devices};
use crate::store::Tx;
use crate::store::tables::account::Account;
use crate::store::tables::contact::{self, ContactKind};
use crate::store::tables::flow::{self, Owner};
use crate::store::tables::mfa_device::{self, DeviceKind};
use crate::store::tables::otp_token::{self, Moving, Seed, Token};
use crate::token::PlainToken;

/// The kind of the flow between the two.
const FLOW: &str = "bind-virtual-device";
/// RFC 4226 §4, R6 recommends 160 bits.
const SECRET_BYTES: usize = 20;

/// What waits for its two codes.
#[derive(Serialize, Deserialize)]
struct Pending {
    name: String,
    secret: Hidden,
}

/// Makes the secret of a virtual device. Nothing is bound before two consecutive codes of it came back.
#[utoipa::path(post, path = "/v1/mfa-devices/virtual", tag = "mfa", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewVirtualDevice,
    responses((status = 201, body = PendingVirtualDevice), Refusals))]
pub(super) async fn begin(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    key: IdempotencyKey,
    Body(body): Body<NewVirtualDevice>,
) -> Result<Response, Refusal> {
    let name = label::read(&body.name, "/name")?;
    let mut tx = center.begin().await?;
    let receipt =
        match key.claim(&mut tx, &center, "mfa-devices/virtual", caller.0.id.as_bytes(), &body).await? {
            Claim::New(receipt) => receipt,
            Claim::Done(answer) => return Ok(answer),
        };
    identity::require(&mut tx, &center, &caller, Action::BindMfaDevice).await?;
    if mfa_device::count(&mut tx, caller.id()).await? >= center.config.rules.mfa_devices {
        return Err(mfa_devices::full(&center));
    }
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    center.random.fill(bytes.as_mut())?;
    let secret = Secret::from_bytes(bytes.as_ref()).map_err(Refusal::internal)?;
    // The client takes it into its vault or shows it as a QR code: the one time that it is handed out.
    let (base32, uri) =
        (secret.to_base32(), credential(&mut tx, &center, caller.account(), &secret).await?.to_uri());
    let pending = Pending { name, secret: Hidden::new(base32.as_str()) };
    let life = center.config.rules.pending_device;
    let owner = Owner { account: Some(caller.id()), session: Some(&caller.0.id) };
    let token = flow::begin(&mut tx, &center, FLOW, owner, &pending, life).await?;
    let reply = Reply::created(PendingVirtualDevice {
        // The one who began it goes on with it.
        flow: Hidden::new(token.expose_secret().as_str()),
        secret: pending.secret,
        uri: Hidden::new(uri.as_str()),
        expires_at: center.now() + life,
    });
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

/// Binds the device by two consecutive codes.
#[utoipa::path(post, path = "/v1/mfa-devices/virtual/bind", tag = "mfa", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = BindVirtualDevice,
    responses((status = 201, body = MfaDevice), Refusals))]
pub(super) async fn bind(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    peer: Peer,
    key: IdempotencyKey,
    Body(body): Body<BindVirtualDevice>,
) -> Result<Response, Refusal> {
    // Only its hash is compared.
    let flow_token = PlainToken::from_text(body.flow.expose_secret()).ok_or_else(over)?;
    let mut tx = center.begin().await?;
    let receipt =
        match key.claim(&mut tx, &center, "mfa-devices/virtual/bind", caller.0.id.as_bytes(), &body).await? {
            Claim::New(receipt) => receipt,
            Claim::Done(answer) => return Ok(answer),
        };
    let account = identity::not_frozen(&mut tx, &caller).await?;
    let open = flow::open::<Pending>(&mut tx, &center, FLOW, Some(&caller.0.id), &flow_token)
        .await?
        .ok_or_else(over)?;
    // Codes are computed from it.
    let secret = Secret::from_base32(open.state.secret.expose_secret()).map_err(Refusal::internal)?;
    let seed = Seed {
        secret,
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        moving: Moving::Time(Period::THIRTY),
    };
    let token = Token { id: String::new(), seed, last: -1, drift: 0 };
    // Compared with the codes, and nothing else done with them.
    let (first, second) = (body.first.expose_secret(), body.second.expose_secret());
    let Some(place) = second_factor::find_two(&token, &center, first, second) else {
        flow::count_wrong(&mut tx, &open.id).await?;
        receipt.release(&mut tx).await?;
        tx.commit().await?;
        return Err(Verdict::Wrong.refusal());
    };
    if !flow::end(&mut tx, &open.id, center.now()).await? {
        return Err(over());
    }
    let id = otp_token::insert(&mut tx, &center, None, &token.seed, place.step, place.drift)
        .await?
        .ok_or_else(|| Refusal::internal("a new token is already there"))?;
    let peer = peer.to_string();
    let device =
        mfa_devices::bind(&mut tx, &center, &account, &peer, DeviceKind::Virtual, &open.state.name, &id)
            .await?;
    let reply = Reply::created(device);
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

fn over() -> Refusal {
    Refusal::new(
        ErrorCode::FlowEnded,
        "This device was not bound in time, or after too many wrong codes. Begin again with a new secret.",
    )
}

/// The credential as an authenticator shows it: the center's name and the account's own.
async fn credential(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    secret: &Secret,
) -> Result<Credential, Refusal> {
    let contacts = contact::of_account(tx, &center.keys, account.id).await?;
    let email = contacts.iter().find(|contact| contact.kind == ContactKind::AccountEmail);
    let name = email.map_or_else(|| account.id.to_string(), |contact| contact.address.text().to_owned());
    Ok(Credential::new(&center.config.name, &name, secret.clone(), Generator::default()))
}
