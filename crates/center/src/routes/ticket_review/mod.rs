//! Tickets as staff see and decide them.

mod claim;
mod decide;
mod mark;
mod queue;
mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(queue::queue))
        .routes(routes!(read::read))
        .routes(routes!(claim::claim, claim::release))
        .routes(routes!(mark::mark))
        .routes(routes!(mark::confirm))
        .routes(routes!(decide::decide))
}
