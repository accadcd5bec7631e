//! Versions of what two people may edit.

use axum::extract::FromRequestParts;
use axum::http::{HeaderValue, header, request::Parts};
use tessera_center_api::ErrorCode;

use super::{Refusal, Shared};

/// The `ETag` of a version.
pub fn etag(version: i64) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
    (header::ETAG, value)
}

/// The version that the caller saw last, from `If-Match`, which must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl FromRequestParts<Shared> for IfMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Refusal> {
        let missing = || {
            Refusal::new(ErrorCode::PreconditionRequired, "Send If-Match with the ETag that you last read.")
        };
        let value =
            parts.headers.get(header::IF_MATCH).ok_or_else(missing)?.to_str().map_err(|_| missing())?;
        value
            .trim()
            .trim_matches('"')
            .parse()
            .map(Self)
            .map_err(|_| Refusal::new(ErrorCode::Changed, "This is no version of it. Read it again."))
    }
}

impl IfMatch {
    /// The refusal when the version is another by now.
    pub fn changed() -> Refusal {
        Refusal::new(ErrorCode::Changed, "Somebody changed it since you read it. Read it again, then decide.")
    }
}
