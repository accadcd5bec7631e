//! Documents of tickets: the applicant's upload, the reviewer's download.

mod announce;
mod download;
mod reseal;
mod upload;

use data_encoding::HEXLOWER_PERMISSIVE;
use tessera_center_api::Hidden;
use tessera_center_api::document::{AnnouncedDocument, PIECE_BYTES_MAX};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::{Reply, Shared};
use crate::token::PlainToken;

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

/// The digest of an announcement; what is no hexadecimal is no digest, which the rule refuses.
fn digest(text: &str) -> Vec<u8> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).unwrap_or_default()
}

/// The answer to an announcement.
fn announced((document, upload): (String, PlainToken)) -> Reply<AnnouncedDocument> {
    Reply::created(AnnouncedDocument {
        document,
        // The pieces are sent with it; it is handed out here and nowhere else.
        upload: Hidden::new(upload.expose_secret().as_str()),
        piece_bytes: i64::try_from(PIECE_BYTES_MAX).unwrap_or(i64::MAX),
    })
}
