//! `GET /v1/center`

use axum::Json;
use axum::extract::State;
use tessera_center_api::about::{About, Limits};

use crate::config::Rules;
use crate::http::{Refusals, Shared};

/// The center's name, whom to contact, and the numbers that a client shows.
#[utoipa::path(get, path = "/v1/center", tag = "about", responses((status = 200, body = About), Refusals))]
pub(super) async fn read(State(center): State<Shared>) -> Json<About> {
    Json(About {
        name: center.config.name.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        sales: center.config.contact_us.sales.clone(),
        support: center.config.contact_us.support.clone(),
        root_key: center.config.root_key.clone(),
        limits: limits(&center.config.rules),
    })
}

const fn limits(rules: &Rules) -> Limits {
    Limits {
        mfa_devices: rules.mfa_devices,
        accounts_per_phone: rules.accounts_per_phone,
        document_bytes: rules.document_bytes,
        documents_per_ticket: rules.documents_per_ticket,
        undo_seconds: rules.undo,
        hold_seconds: rules.hold,
        hold_with_factor_seconds: rules.hold_with_factor,
        link_seconds: rules.ticket_link,
        documents_kept_seconds: rules.documents_kept,
        code_seconds: rules.code_life,
        identity_check_seconds: rules.identity_check,
        young_contact_seconds: rules.young_contact,
        trusted_device_seconds: rules.trusted_device,
        wrong_passwords_without_code: rules.wrong_passwords_without_code,
        wrong_passwords_until_lock: rules.wrong_passwords_until_lock,
        login_window_seconds: rules.login_window,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_takes_for_a_number_that_was_not_told_is_the_default_of_the_rules() {
        assert_eq!(limits(&Rules::default()), Limits::default());
    }
}
