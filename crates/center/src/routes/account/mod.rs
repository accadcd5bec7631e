//! One's own account: read, edited, exported, erased.

mod edit;
mod erase;
mod export;
mod read;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(read::read, edit::edit))
        .routes(routes!(export::export))
        .routes(routes!(erase::erase))
}
