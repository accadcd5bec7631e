//! HTTP: the router, what all requests go through, and how requests are read and refused.

mod applicant;
mod body;
mod cursor;
mod etag;
mod form;
mod idempotency;
mod observe;
mod page;
mod parts;
mod peer;
mod refusal;
mod signed_in;
mod staff_member;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tessera_center_api::ErrorCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

pub use applicant::Follower;
pub use body::Body;
pub use cursor::{Cursor, PAGE};
pub use etag::{IfMatch, etag};
pub use form::Form;
pub use idempotency::{Claim, IdempotencyKey, Reply};
pub use page::{HtmlPage, Input, InputKind, accepted};
pub use parts::{Asked, Named};
pub use peer::Peer;
pub(crate) use peer::is_network;
pub use refusal::{Refusal, Refusals};
pub use signed_in::{SignedIn, SignedInToBind, SignedInWithContacts, bearer};
pub use staff_member::StaffMember;

use crate::{Center, routes};

/// What handlers share.
pub type Shared = Arc<Center>;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Tessera Center", description = "Accounts, contacts, MFA devices, login rules and recovery tickets. Times are Unix seconds."),
    modifiers(&Security),
    components(schemas(tessera_center_api::Problem))
)]
struct Contract;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
        let components = openapi.components.get_or_insert_with(Default::default);
        let code = ApiKey::Header(ApiKeyValue::with_description(
            "Ticket-Code",
            "The query code of a ticket without an account",
        ));
        components.add_security_scheme("ticket-code", SecurityScheme::ApiKey(code));
        for (name, about) in [
            ("session", "An account's session token"),
            ("staff", "A staff member's session token"),
            ("upload", "The token of one upload"),
        ] {
            let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(about)).build();
            components.add_security_scheme(name, SecurityScheme::Http(scheme));
        }
        for (status, response) in Refusals::components() {
            components.responses.insert(refusal::component(&status), response.into());
        }
    }
}

fn api() -> (Router<Shared>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Contract::openapi()).merge(routes::all()).split_for_parts()
}

/// The contract: every path, shape and status, as it is committed in docs/openapi.json.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut contract = api().1;
    for (address, path) in &mut contract.paths.paths {
        let operations = [
            ("get", &mut path.get),
            ("put", &mut path.put),
            ("post", &mut path.post),
            ("patch", &mut path.patch),
            ("delete", &mut path.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            // Handlers are named within their area; the contract wants names that nothing else has.
            let words =
                address.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
            operation.operation_id =
                Some(words.fold(method.to_owned(), |name, word| format!("{name}-{word}")));
            for (status, response) in &mut operation.responses.responses {
                // OpenAPI 3.1 wants a description of every response; where the shape says it all, the status names it.
                if let utoipa::openapi::RefOr::T(response) = response
                    && response.description.is_empty()
                {
                    let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
                    let name = status.and_then(|status| status.canonical_reason());
                    response.description = name.unwrap_or("Done").into();
                }
            }
        }
    }
    contract
}

/// All of the API.
pub fn router(center: Shared) -> Router {
    let server = &center.config.server;
    let (patience, body_bytes) = (Duration::from_secs(server.request_seconds), server.body_bytes);
    let turns = Arc::new(tokio::sync::Semaphore::new(server.concurrent_requests));
    api()
        .0
        .fallback(async || Refusal::new(ErrorCode::NotFound, "There is nothing at this address."))
        .method_not_allowed_fallback(async || {
            Refusal::new(ErrorCode::MethodNotAllowed, "This address does not take that method.")
        })
        .layer(DefaultBodyLimit::max(body_bytes))
        .layer(CatchPanicLayer::custom(|_| Refusal::internal("a handler panicked").into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, patience))
        .layer(axum::middleware::from_fn(move |request: Request, next: Next| {
            let turns = Arc::clone(&turns);
            async move { one_of_many(&turns, request, next).await }
        }))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&center), observe::observe))
        .with_state(center)
}

/// The API as a service that knows its peers.
pub fn service(center: Shared) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router(center).into_make_service_with_connect_info()
}

/// Refuses at once what the server has no room for, and closes every answer to caches and frames.
async fn one_of_many(
    turns: &tokio::sync::Semaphore,
    request: Request,
    next: Next,
) -> Result<Response, Infallible> {
    let Ok(_turn) = turns.try_acquire() else {
        return Ok(Refusal::new(
            ErrorCode::Unavailable,
            "The server has too much to do. Try again in a moment.",
        )
        .into_response());
    };
    let mut response = next.run(request).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        response = Refusal::new(
            ErrorCode::Unavailable,
            "The request took too long. Nothing is known of its outcome; ask again.",
        )
        .into_response();
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ));
    Ok(response)
}
