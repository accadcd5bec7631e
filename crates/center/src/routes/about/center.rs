//! `GET /v1/center`

use axum::Json;
use axum::extract::State;
use tessera_center_api::about::{About, Limits};

use crate::http::{Refusals, Shared};

/// The center's name, whom to contact, and the numbers that a client shows.
#[utoipa::path(get, path = "/v1/center", tag = "about", responses((status = 200, body = About), Refusals))]
pub(super) async fn read(State(center): State<Shared>) -> Json<About> {
    let rules = &center.config.rules;
    Json(About {
        name: center.config.name.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        sales: center.config.contact_us.sales.clone(),
        support: center.config.contact_us.support.clone(),
        root_key: center.config.root_key.clone(),
        limits: Limits {
            mfa_devices: rules.mfa_devices,
            accounts_per_phone: rules.accounts_per_phone,
            document_bytes: rules.document_bytes,
            documents_per_ticket: rules.documents_per_ticket,
            undo_seconds: rules.undo,
            hold_seconds: rules.hold,
        },
    })
}
