//! Identity checks.

mod begin;
mod prove;
mod send;

use serde::{Deserialize, Serialize};
use tessera_center_api::identity::{Action, Factor};
use tessera_center_api::{ErrorCode, Hidden};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Center;
use crate::http::{Refusal, Shared, SignedIn};
use crate::store::Tx;
use crate::store::tables::contact::{self, Contact};
use crate::store::tables::flow::{self, Flow};
use crate::token::PlainToken;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin))
        .routes(routes!(send::send))
        .routes(routes!(prove::prove))
}

const FLOW: &str = "identity-check";

/// What a check remembers. By what it may be proven is looked up at each step.
#[derive(Serialize, Deserialize)]
struct State {
    action: Action,
}

async fn open(
    tx: &mut Tx,
    center: &Center,
    caller: &SignedIn,
    flow: &Hidden,
) -> Result<Flow<State>, Refusal> {
    // Only its hash is compared.
    let token = PlainToken::from_text(flow.expose_secret()).ok_or_else(over)?;
    flow::open(tx, center, FLOW, Some(&caller.0.id), &token).await?.ok_or_else(over)
}

fn over() -> Refusal {
    Refusal::new(
        ErrorCode::FlowEnded,
        "This identity check is over: ten minutes passed, or too many codes were wrong. Begin another one.",
    )
}

fn not_offered() -> Refusal {
    Refusal::invalid(
        "/factor",
        "This factor does not prove this action. Take one of those that were offered.",
    )
}

/// Where a code of this flow belongs: to the factor and to the address that it was sent to, so that a code sent to an earlier
/// address proves nothing.
fn slot(center: &Center, factor: Factor, contact: &Contact) -> String {
    let fingerprint = contact::fingerprint(&center.keys, &contact.address);
    format!("{} {}", factor.text(), data_encoding::HEXLOWER.encode(&fingerprint))
}
