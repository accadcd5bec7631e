//! Signing in.

mod password;
mod second_step;
mod send_code;
mod send_second_step;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(password::login))
        .routes(routes!(send_code::send))
        .routes(routes!(send_second_step::send))
        .routes(routes!(second_step::take))
}
