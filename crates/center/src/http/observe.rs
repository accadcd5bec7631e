//! What is written and counted about each request: its method, the template of its route, the status, how long it took, and
//! an id by which a person can be helped. Never the path itself, a query, a header or a body.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::Shared;

const REQUEST_ID: &str = "x-request-id";

/// Goes around every request.
pub(super) async fn observe(State(center): State<Shared>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let _under_way = center.metrics.begins();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = name_of(request.method());
    // Always our own: what a stranger sends would stand in the log.
    let id = center.new_id().unwrap_or_default();
    let span = tracing::info_span!("request", id, method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    center.metrics.answered(method, &route, status, took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status, milliseconds, "answered"));
    response
}

/// A closed list: the name of a method is otherwise a stranger's to choose.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
