//! How a request is refused: one type, made from every error, turned into `application/problem+json`.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tessera_center_api::{ErrorCode, Problem};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

use crate::clock::{NoRandomness, Unix};
use crate::keys::SealError;
use crate::password::HashError;
use crate::store::StoreError;
use crate::token::PlainToken;

/// A refused request.
#[derive(Debug, Clone)]
pub struct Refusal(Box<Problem>);

impl Refusal {
    /// A reason and, in English, what happened and what to do. Nothing private belongs into it.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem {
            kind: "about:blank".into(),
            title: code.title().into(),
            status: code.status(),
            code,
            detail: detail.into(),
            until: None,
            field: None,
            flow: None,
        }))
    }

    /// A value of the request that cannot be meant, by its JSON pointer.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        let mut refusal = Self::new(ErrorCode::InvalidValue, detail);
        refusal.0.field = Some(field.into());
        refusal
    }

    /// A trouble of the server; the cause goes to its log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(
            ErrorCode::Internal,
            "The server could not do this. Nothing was changed. Its operator finds the cause in the log.",
        )
    }

    /// Says from when on it may be tried again.
    #[must_use]
    pub fn until(mut self, until: Unix) -> Self {
        self.0.until = Some(until);
        self
    }

    /// Says which flow to go on with.
    #[must_use]
    pub fn flow(mut self, flow: &PlainToken) -> Self {
        // The client goes on with it; it is handed out here and nowhere else.
        self.0.flow = Some(flow.expose_secret().to_string());
        self
    }

    /// The reason.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// All of it.
    pub fn problem(&self) -> &Problem {
        &self.0
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&*self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        if let StoreError::Unavailable(cause) = &error {
            tracing::warn!(%cause, "the database is not available");
            return Self::new(
                ErrorCode::Unavailable,
                "The database is not available just now. Try again in a moment.",
            );
        }
        Self::internal(error)
    }
}

impl From<HashError> for Refusal {
    fn from(error: HashError) -> Self {
        Self::internal(error)
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        Self::internal(error)
    }
}

impl From<NoRandomness> for Refusal {
    fn from(error: NoRandomness) -> Self {
        Self::internal(error)
    }
}

/// What every endpoint may answer beside its own responses, for the contract.
pub struct Refusals;

impl Refusals {
    /// One response a status, for the contract's components: each endpoint refers to them.
    pub(super) fn components() -> impl Iterator<Item = (String, utoipa::openapi::Response)> {
        let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for code in ErrorCode::ALL {
            let name = serde_json::to_value(code)
                .ok()
                .and_then(|name| name.as_str().map(str::to_owned))
                .unwrap_or_default();
            by_status.entry(code.status()).or_default().push(name);
        }
        by_status.into_iter().map(|(status, names)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new()
                .description(names.join(", "))
                .content("application/problem+json", content)
                .build();
            (status.to_string(), response)
        })
    }
}

/// The name of a component of [`Refusals::components`].
pub(super) fn component(status: &str) -> String {
    format!("Refused{status}")
}

impl utoipa::IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let reference = |status: String| {
            let name = component(&status);
            (status, RefOr::Ref(Ref::from_response_name(name)))
        };
        Self::components().map(|(status, _)| reference(status)).collect()
    }
}
