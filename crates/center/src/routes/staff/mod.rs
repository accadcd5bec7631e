//! Staff: first sign-in, sign-in, sign-out, who they are, the audit log.

mod audit;
mod invitation;
mod members;
mod session;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(invitation::open))
        .routes(routes!(invitation::accept))
        .routes(routes!(session::sign_in, session::read, session::sign_out))
        .routes(routes!(members::list))
        .routes(routes!(audit::list))
}
