//! MFA devices, recovery codes and protection of one's own account.

mod hardware;
mod list;
mod protection;
mod recovery_codes;
mod rename;
mod resync;
mod unbind;
mod virtual_device;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use tessera_center_api::ErrorCode;

use crate::http::{Refusal, Shared};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(virtual_device::begin))
        .routes(routes!(virtual_device::bind))
        .routes(routes!(hardware::bind))
        .routes(routes!(rename::rename))
        .routes(routes!(unbind::unbind))
        .routes(routes!(resync::resync))
        .routes(routes!(recovery_codes::renew))
        .routes(routes!(recovery_codes::left))
        .routes(routes!(protection::read))
        .routes(routes!(protection::set))
}

fn no_such_device() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "This account has no such MFA device. It may have been unbound.")
}
