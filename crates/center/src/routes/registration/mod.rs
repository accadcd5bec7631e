//! Registering an account.

mod begin;
mod complete;
mod resend;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin))
        .routes(routes!(resend::resend))
        .routes(routes!(complete::complete))
}
