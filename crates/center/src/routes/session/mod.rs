//! The sessions of an account.

mod end;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(end::sign_out))
        .routes(routes!(end::end_one))
        .routes(routes!(end::end_others))
}
