//! Endpoints: one folder an area, one file an endpoint, with its shapes' conversion, its contract and its handler.

mod about;
mod account;
mod contact;
mod document;
mod identity;
mod key_list;
mod login;
mod members;
mod mfa;
mod password;
mod registration;
mod retrieval;
mod security_log;
mod session;
mod staff;
mod ticket;
mod ticket_link;
mod ticket_review;
mod trusted_device;
mod undo;

use utoipa_axum::router::OpenApiRouter;

use crate::http::Shared;

/// All of them.
pub(crate) fn all() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(about::routes())
        .merge(account::routes())
        .merge(contact::routes())
        .merge(document::routes())
        .merge(identity::routes())
        .merge(key_list::routes())
        .merge(login::routes())
        .merge(members::routes())
        .merge(mfa::routes())
        .merge(password::routes())
        .merge(registration::routes())
        .merge(retrieval::routes())
        .merge(security_log::routes())
        .merge(session::routes())
        .merge(staff::routes())
        .merge(ticket::routes())
        .merge(ticket_link::routes())
        .merge(ticket_review::routes())
        .merge(trusted_device::routes())
        .merge(undo::routes())
}
