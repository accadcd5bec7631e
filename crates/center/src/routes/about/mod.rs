//! What the center says of itself, and whether it is well.

mod center;
mod health;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(center::read))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
}
