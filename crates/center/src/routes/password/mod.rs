//! Changing a password, and setting one when the old one is forgotten.

mod begin_reset;
mod change;
mod finish_reset;
mod prove_reset;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(change::change))
        .routes(routes!(begin_reset::begin))
        .routes(routes!(prove_reset::prove))
        .routes(routes!(finish_reset::finish))
}
