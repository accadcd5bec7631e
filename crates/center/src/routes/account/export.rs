//! `GET /v1/account/export`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use data_encoding::HEXLOWER;
use tessera_center_api::export::{EarlierContact, Export, ExportedDevice, ExportedMfaDevice};
use tessera_center_api::identity::Action;
use tessera_center_api::security::EventKind;
use tessera_center_api::session::Session;

use super::view::{api_kind, view};
use crate::Center;
use crate::http::{Peer, Refusal, Refusals, Shared, SignedIn};
use crate::routes::security_log::event;
use crate::rules::contacts::Contacts;
use crate::rules::identity;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::contact::ContactKind;
use crate::store::tables::{
    account, contact_change, mfa_device, recovery_code, security_event, session, trusted_device,
};
use crate::store::{StoreError, Tx};

/// All data of one's own as one JSON document. Needs an identity check for this action.
#[utoipa::path(get, path = "/v1/account/export", tag = "account", security(("session" = [])),
    responses((status = 200, body = Export, headers(("Content-Disposition" = String))), Refusals))]
pub(super) async fn export(
    State(center): State<Shared>,
    caller: SignedIn,
    peer: Peer,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Export>), Refusal> {
    let mut tx = center.begin().await?;
    identity::require(&mut tx, &center, &caller, Action::ExportData).await?;
    let id = caller.id();
    security_log::note(&mut tx, &center, id, EventKind::DataExported, &peer.to_string(), &Detail::none())
        .await?;
    let since = center.now() - center.config.rules.trusted_device;
    let sessions = session::of_account(&mut tx, id).await?.into_iter().map(|one| Session {
        current: one.id == caller.0.id.as_bytes(),
        id: HEXLOWER.encode(&one.id),
        label: one.label,
        peer: one.peer,
        created_at: one.created_at,
        seen_at: one.seen_at,
    });
    let devices = trusted_device::of_account(&mut tx, id, since)
        .await?
        .into_iter()
        .map(|one| ExportedDevice { label: one.label, created_at: one.created_at, used_at: one.used_at });
    let mfa = mfa_device::of_account(&mut tx, &center.keys, id)
        .await?
        .into_iter()
        .map(|one| ExportedMfaDevice { name: one.name, serial: one.serial, bound_at: one.created_at });
    let lines = security_event::page(&mut tx, id, (i64::MAX, ""), i64::MAX).await?;
    let export = Export {
        made_at: center.now(),
        account: view(&mut tx, &center, caller.account()).await?,
        earlier_contacts: earlier_contacts(&mut tx, &center, id).await?,
        sessions: sessions.collect(),
        trusted_devices: devices.collect(),
        mfa_devices: mfa.collect(),
        recovery_codes_left: recovery_code::left(&mut tx, id).await?.0,
        sub_accounts: account::owned_by(&mut tx, id).await?,
        security_log: lines.iter().map(|line| event(&center, line)).collect::<Result<_, _>>()?,
    };
    tx.commit().await?;
    let saved_as = HeaderValue::from_static("attachment; filename=\"account.json\"");
    Ok(([(header::CONTENT_DISPOSITION, saved_as)], Json(export)))
}

async fn earlier_contacts(
    tx: &mut Tx,
    center: &Center,
    id: account::AccountId,
) -> Result<Vec<EarlierContact>, StoreError> {
    let mut earlier = Vec::new();
    for change in contact_change::of_account(tx, id).await? {
        let before = Contacts::before(center, &change)?;
        let Some(kind) = ContactKind::from_text(&change.kind) else { continue };
        if let Some(address) = before.get(kind) {
            earlier.push(EarlierContact {
                kind: api_kind(kind),
                address: address.text().into(),
                changed_at: change.changed_at,
            });
        }
    }
    Ok(earlier)
}
