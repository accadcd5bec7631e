//! `POST /v1/identity-checks/prove`

use axum::Json;
use axum::extract::State;
use tessera_center_api::ErrorCode;
use tessera_center_api::identity::{Factor, IdentityProven, ProveIdentity};
use tessera_center_api::security::EventKind;

use super::{not_offered, open, over, slot};
use crate::Center;
use crate::http::{Body, Peer, Refusal, Refusals, Shared, SignedInToBind};
use crate::rules::identity::{self, Offer};
use crate::rules::second_factor::{self, Try, Verdict};
use crate::rules::security_log::{self, Detail};
use crate::rules::{codes, freeze};
use crate::store::Tx;
use crate::store::tables::{account, flow};
use crate::token::TokenHash;

/// Proves the identity for the action of the check, in this session, for ten minutes. Wrong codes count as wrong codes of the
/// day; five of them end the check.
#[utoipa::path(post, path = "/v1/identity-checks/prove", tag = "identity", security(("session" = [])), request_body = ProveIdentity,
    responses((status = 200, body = IdentityProven), Refusals))]
pub(super) async fn prove(
    State(center): State<Shared>,
    SignedInToBind(caller): SignedInToBind,
    peer: Peer,
    Body(body): Body<ProveIdentity>,
) -> Result<Json<IdentityProven>, Refusal> {
    let peer = peer.to_string();
    let mut tx = center.begin().await?;
    // The account first, as all do that change it: an undo comes before this or after it.
    let account = account::lock(&mut tx, caller.id()).await?.ok_or_else(over)?;
    let flow = open(&mut tx, &center, &caller, &body.flow).await?;
    let offer = identity::offer(&mut tx, &center, &account, flow.state.action).await?;
    if !offer.factors.contains(&body.factor) {
        return Err(not_offered());
    }
    let tried = Try { account: account.id, trusted: caller.trusted(), peer: &peer };
    // Compared with the code of the factor, and nothing else done with it.
    let code = body.code.expose_secret();
    let verdict = judge(&mut tx, &center, &tried, &flow.id, &offer, body.factor, code).await?;
    if let Err(refusal) = verdict.accepted() {
        if verdict == Verdict::Wrong {
            flow::count_wrong(&mut tx, &flow.id).await?;
        }
        tx.commit().await?;
        return Err(refusal);
    }
    if !flow::end(&mut tx, &flow.id, center.now()).await? {
        return Err(over());
    }
    let action = flow.state.action;
    let detail = Detail::none().with("action", action.text()).with("factor", body.factor.text());
    security_log::note(&mut tx, &center, account.id, EventKind::IdentityProven, &peer, &detail).await?;
    let address = offer.all.contact(body.factor).map(|contact| &contact.address);
    freeze::proven(&mut tx, &center, &account, body.factor, address, &peer).await?;
    let serves = offer.for_action.contains(&body.factor);
    if serves {
        identity::proven(&mut tx, &center, &caller, action, body.factor).await?;
    }
    tx.commit().await?;
    Ok(Json(IdentityProven { until: serves.then(|| center.now() + center.config.rules.identity_check) }))
}

async fn judge(
    tx: &mut Tx,
    center: &Center,
    tried: &Try<'_>,
    flow: &TokenHash,
    offer: &Offer,
    factor: Factor,
    code: &str,
) -> Result<Verdict, Refusal> {
    let contact = match factor {
        Factor::Mfa => return Ok(second_factor::try_totp(tx, center, tried, code).await?),
        Factor::RecoveryCode => return Ok(second_factor::try_recovery_code(tx, center, tried, code).await?),
        Factor::Phone | Factor::Email => offer.all.contact(factor).ok_or_else(not_offered)?,
    };
    let attempt = match second_factor::Attempt::take(tx, center, tried).await? {
        Ok(attempt) => attempt,
        Err(until) => return Ok(Verdict::TooMany { until }),
    };
    match codes::try_code(tx, center, flow, &slot(center, factor, contact), code).await? {
        codes::Verdict::Right => Ok(attempt.judged(tx, center, true).await?),
        codes::Verdict::Wrong => Ok(attempt.judged(tx, center, false).await?),
        // Nothing was judged: the open transaction is dropped, and with it the try.
        codes::Verdict::Over => Err(Refusal::new(
            ErrorCode::FlowEnded,
            "There is no code that could still be right: it expired or its tries are used up. Ask for another one.",
        )),
    }
}
