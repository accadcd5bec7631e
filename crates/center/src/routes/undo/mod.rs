//! The page behind the link that undoes a change of contacts.

mod act;
mod show;

use tessera_center_api::account::Language;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::contact::Address;
use crate::http::Shared;
use crate::rules::contacts::Contacts;
use crate::store::tables::contact::ContactKind;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(show::show, act::act))
}

/// What becomes of each contact, in words, with masked addresses: whoever has the link need not be the owner.
fn differences(language: Language, now: &Contacts, then: &Contacts) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in ContactKind::ALL {
        let (from, to) = (now.get(kind), then.get(kind));
        if from.map(Address::canonical) == to.map(Address::canonical) {
            continue;
        }
        let english = language == Language::English;
        let masked = |address: Option<&Address>| {
            address.map_or_else(|| if english { "none" } else { "无" }.to_owned(), Address::masked)
        };
        let (from, to) = (masked(from), masked(to));
        let name = match (kind, english) {
            (ContactKind::AccountEmail, true) => "Account e-mail",
            (ContactKind::SecurityEmail, true) => "Security e-mail",
            (ContactKind::SecurePhone, true) => "Secure phone",
            (ContactKind::AccountEmail, false) => "账号邮箱",
            (ContactKind::SecurityEmail, false) => "安全邮箱",
            (ContactKind::SecurePhone, false) => "安全手机",
        };
        lines.push(if english {
            format!("{name}: from {from} back to {to}")
        } else {
            format!("{name}：由 {from} 恢复为 {to}")
        });
    }
    lines
}
