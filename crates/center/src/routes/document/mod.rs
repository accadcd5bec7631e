//! Documents of tickets: the applicant's upload, the reviewer's download.

mod announce;
mod download;
mod reseal;
mod upload;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(announce::announce))
        .routes(routes!(announce::remove))
        .routes(routes!(upload::progress, upload::piece))
        .routes(routes!(download::list))
        .routes(routes!(download::stale))
        .routes(routes!(download::download))
        .routes(routes!(reseal::reseal))
}
