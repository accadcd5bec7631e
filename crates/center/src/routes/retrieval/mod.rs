//! Retrieving the accounts of a phone.

mod begin;
mod prove;
mod resend;

use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Center;
use crate::clock::Unix;
use crate::contact::{Address, AddressKind};
use crate::http::{Peer, Refusal, Shared};
use crate::rules::code_flow::SLOT;
use crate::rules::codes::{self, Asker};
use crate::store::Tx;
use crate::store::tables::contact::{self, ContactKind};
use crate::token::TokenHash;

const FLOW: &str = "retrieval";

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin))
        .routes(routes!(resend::resend))
        .routes(routes!(prove::prove))
}

/// What a retrieval remembers between its steps.
#[derive(Serialize, Deserialize)]
struct Pending {
    phone: String,
    language: String,
}

impl Pending {
    fn phone(&self) -> Address {
        Address::stored(AddressKind::Phone, &self.phone)
    }
}

/// Texts a code to a number that accounts are bound to, and nothing to another; the answer is the same.
async fn send(
    tx: &mut Tx,
    center: &Center,
    flow: &TokenHash,
    pending: &Pending,
    peer: Peer,
) -> Result<Unix, Refusal> {
    let phone = pending.phone();
    let bound = !contact::accounts_with(tx, &center.keys, ContactKind::SecurePhone, &phone).await?.is_empty();
    let asked = phone.canonical();
    let asker = Asker::Anonymous { peer, asked: &asked };
    codes::send(tx, center, flow, SLOT, bound.then_some(&phone), &pending.language, asker).await
}
