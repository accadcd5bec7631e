//! To whom documents are sealed.

mod publish;
mod read;
mod register;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(read::read))
        .routes(routes!(publish::publish))
        .routes(routes!(register::register, register::list))
}
