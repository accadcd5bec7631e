//! The pages behind the links of tickets: to object, and to bind what was approved. The same over JSON, for apps.

mod binding;
mod json;
mod objection;

use tessera_center_api::account::Language;
use tessera_center_api::ticket::TicketKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(objection::show, objection::act))
        .routes(routes!(binding::show, binding::act))
        .routes(routes!(json::open))
        .routes(routes!(json::bind))
}

/// What a ticket asks for, in words.
const fn wish(kind: TicketKind, language: Language) -> &'static str {
    match (kind, language) {
        (TicketKind::AccountEmailChange, Language::English) => "a new account e-mail",
        (TicketKind::AccountEmailChange, Language::Chinese) => "更换账号邮箱",
        (TicketKind::MfaUnbindingIndividual | TicketKind::MfaUnbindingEnterprise, Language::English) => {
            "a new MFA device in place of the bound ones"
        }
        (TicketKind::MfaUnbindingIndividual | TicketKind::MfaUnbindingEnterprise, Language::Chinese) => {
            "更换 MFA 设备"
        }
        (_, Language::English) => "a new secure phone",
        (_, Language::Chinese) => "更换安全手机",
    }
}
