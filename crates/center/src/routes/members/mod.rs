//! Sub-accounts and collaborators.

mod accept;
mod again;
mod collaborators;
mod create;
mod invitations;
mod list;
mod mfa;
mod protection;
mod remove;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::Shared;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(create::create))
        .routes(routes!(accept::accept))
        .routes(routes!(again::invite))
        .routes(routes!(remove::remove))
        .routes(routes!(list::list))
        .routes(routes!(list::read))
        .routes(routes!(mfa::require))
        .routes(routes!(mfa::unbind))
        .routes(routes!(protection::set))
        .routes(routes!(collaborators::invite))
        .routes(routes!(collaborators::list))
        .routes(routes!(collaborators::require_mfa))
        .routes(routes!(collaborators::end))
        .routes(routes!(invitations::list))
        .routes(routes!(invitations::accept))
        .routes(routes!(invitations::decline))
}
