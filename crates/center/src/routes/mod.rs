//! Endpoints: one folder an area, one file an endpoint, with its shapes' conversion, its contract and its handler.

mod about;
mod account;
mod contact;
mod registration;
mod retrieval;
mod security_log;
mod session;
mod staff;
mod undo;

use utoipa_axum::router::OpenApiRouter;

use crate::http::Shared;

/// All of them.
pub(crate) fn all() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(about::routes())
        .merge(account::routes())
        .merge(contact::routes())
        .merge(registration::routes())
        .merge(retrieval::routes())
        .merge(security_log::routes())
        .merge(undo::routes())
        .merge(session::routes())
        .merge(staff::routes())
}
