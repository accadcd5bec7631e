//! `POST /v1/recovery-codes` and `GET /v1/recovery-codes`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::{RecoveryCodes, RecoveryCodesLeft};
use tessera_center_api::security::EventKind;
use tessera_center_api::{ErrorCode, Hidden};
use zeroize::Zeroizing;

use crate::Center;
use crate::clock::NoRandomness;
use crate::http::{Claim, IdempotencyKey, Peer, Refusal, Refusals, Reply, Shared, SignedIn};
use crate::outbox::{Message, Template};
use crate::rules::second_factor::plain_recovery_code;
use crate::rules::security_log::{self, Detail};
use crate::rules::{identity, notices};
use crate::store::tables::{account, mfa_device, recovery_code};

/// Crockford's base32.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of a code: 60 bits, of which ten guesses a day find nothing.
const LENGTH: usize = 12;
/// Symbols between hyphens.
const GROUP: usize = 4;

/// Makes a new set of recovery codes, which stand in for an MFA device, each once. The ones before die.
#[utoipa::path(post, path = "/v1/recovery-codes", tag = "mfa", security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = RecoveryCodes), Refusals))]
pub(super) async fn renew(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
    key: IdempotencyKey,
) -> Result<Response, Refusal> {
    let mut tx = center.begin().await?;
    let receipt = match key.claim(&mut tx, &center, "recovery-codes", caller.0.id.as_bytes(), &()).await? {
        Claim::New(receipt) => receipt,
        Claim::Done(answer) => return Ok(answer),
    };
    identity::require(&mut tx, &center, &caller, Action::NewRecoveryCodes).await?;
    // Of two new sets at once, one comes after the other and stays whole.
    account::lock(&mut tx, caller.id()).await?;
    if mfa_device::count(&mut tx, caller.id()).await? == 0 {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "Recovery codes stand in for an MFA device, and this account has none. Bind one first.",
        ));
    }
    let mut codes = Vec::new();
    for _ in 0..center.config.rules.recovery_codes {
        codes.push(new_code(&center)?);
    }
    let mac =
        |code: &Zeroizing<String>| recovery_code::mac(&center.keys, caller.id(), &plain_recovery_code(code));
    let macs: Vec<_> = codes.iter().map(mac).collect();
    recovery_code::replace(&mut tx, caller.id(), &macs, center.now()).await?;
    account::changed(&mut tx, caller.id()).await?;
    security_log::note(
        &mut tx,
        &center,
        caller.id(),
        EventKind::RecoveryCodesMade,
        &peer.to_string(),
        &Detail::none(),
    )
    .await?;
    let message = Message::new(Template::RecoveryCodesMade, &caller.account().language);
    notices::tell(&mut tx, &center, caller.id(), &message, &[]).await?;
    // The one time that they are shown.
    let reply = Reply::created(RecoveryCodes {
        codes: codes.iter().map(|code| Hidden::new(code.as_str())).collect(),
    });
    receipt.keep(&mut tx, &center, &reply).await?;
    tx.commit().await?;
    Ok(reply.into_response())
}

/// How many recovery codes are left.
#[utoipa::path(get, path = "/v1/recovery-codes", tag = "mfa", security(("session" = [])),
    responses((status = 200, body = RecoveryCodesLeft), Refusals))]
pub(super) async fn left(
    State(center): State<Shared>,
    caller: SignedIn,
) -> Result<Json<RecoveryCodesLeft>, Refusal> {
    let mut tx = center.read().await?;
    let (left, made_at) = recovery_code::left(&mut tx, caller.id()).await?;
    Ok(Json(RecoveryCodesLeft { left, made_at }))
}

fn new_code(center: &Center) -> Result<Zeroizing<String>, NoRandomness> {
    let mut drawn = Zeroizing::new([0; LENGTH]);
    center.random.fill(drawn.as_mut())?;
    let mut code = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
    for (place, byte) in drawn.iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(SYMBOLS[usize::from(byte % 32)]));
    }
    Ok(code)
}
