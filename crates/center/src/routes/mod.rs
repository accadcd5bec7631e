//! Endpoints: one folder an area, one file an endpoint, with its shapes' conversion, its contract and its handler.

mod about;
mod identity;
mod mfa;
mod session;
mod staff;

use utoipa_axum::router::OpenApiRouter;

use crate::http::Shared;

/// All of them.
pub(crate) fn all() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(about::routes())
        .merge(identity::routes())
        .merge(mfa::routes())
        .merge(session::routes())
        .merge(staff::routes())
}
