//! Changing the contacts of one's own account.

mod begin;
mod confirm;
mod remove;
mod resend;

use serde::{Deserialize, Serialize};
use tessera_center_api::contact::ContactKind as Api;
use tessera_center_api::identity::{Action, Factor};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Center;
use crate::contact::Address;
use crate::http::{Refusal, Shared, SignedIn};
use crate::rules::{freeze, identity, second_factor};
use crate::store::Tx;
use crate::store::tables::contact::ContactKind;
use crate::store::tables::identity_check;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin))
        .routes(routes!(resend::resend))
        .routes(routes!(confirm::confirm))
        .routes(routes!(remove::remove))
}

/// What a change remembers between its steps.
#[derive(Serialize, Deserialize)]
struct Pending {
    address: String,
    proven_by: Vec<String>,
}

const fn kind_of(kind: Api) -> ContactKind {
    match kind {
        Api::AccountEmail => ContactKind::AccountEmail,
        Api::SecurityEmail => ContactKind::SecurityEmail,
        Api::SecurePhone => ContactKind::SecurePhone,
    }
}

const fn action_of(kind: ContactKind) -> Action {
    match kind {
        ContactKind::AccountEmail => Action::ChangeAccountEmail,
        ContactKind::SecurityEmail => Action::ChangeSecurityEmail,
        ContactKind::SecurePhone => Action::ChangeSecurePhone,
    }
}

/// The kind of flow, one for each contact: a new change takes the place of one that is under way.
const fn flow_of(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::AccountEmail => "contact account-email",
        ContactKind::SecurityEmail => "contact security-email",
        ContactKind::SecurePhone => "contact secure-phone",
    }
}

impl Pending {
    fn address(&self, kind: ContactKind) -> Address {
        Address::stored(kind.takes(), &self.address)
    }
}

/// Lets only a session go on that proved itself for changing this contact, and says by what it did.
async fn proof(
    tx: &mut Tx,
    center: &Center,
    caller: &SignedIn,
    kind: ContactKind,
) -> Result<Vec<String>, Refusal> {
    let action = action_of(kind);
    identity::require(tx, center, caller, action).await?;
    let since = center.now() - center.config.rules.identity_check;
    let text = identity_check::find(tx, &caller.0.id, action.text(), since).await?.unwrap_or_default();
    let factors = second_factor::has_factors(tx, center, caller.id()).await?;
    let known = [Factor::Mfa, Factor::RecoveryCode, Factor::Phone, Factor::Email];
    let Some(factor) = known.into_iter().find(|factor| factor.text() == text) else { return Ok(vec![text]) };
    let address = factors.contact(factor).map(|contact| &contact.address);
    Ok(vec![freeze::of_proof(center, factor, address)])
}
