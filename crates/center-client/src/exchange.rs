//! One request and its answer: bounded in time and size, never redirected, of the kind of content that the contract has.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderValue, IF_MATCH, LOCATION};
use reqwest::{Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tessera_center_api::Problem;
use url::Url;
use zeroize::Zeroizing;

use crate::center::Center;
use crate::{BadAnswer, ClientError, Intent};

/// The longest answer in JSON that is read, in bytes. The longest page of a list stays far below.
const JSON_BYTES: usize = 2 * 1024 * 1024;
/// How long a request with a body of bytes may take; a piece is a mebibyte at most.
const BYTES_TIME: Duration = Duration::from_mins(2);

/// An answer and the version it shows, for `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// What was read.
    pub value: T,
    /// Its version: opaque, given back when it is changed.
    pub version: String,
}

/// A request that is being put together.
pub(crate) struct Exchange<'c> {
    center: &'c Center,
    method: Method,
    url: Result<Url, ClientError>,
    headers: Vec<(reqwest::header::HeaderName, HeaderValue)>,
    body: Option<Vec<u8>>,
    time: Option<Duration>,
}

impl Center {
    pub(crate) fn ask(&self, method: Method, path: &[&str]) -> Exchange<'_> {
        Exchange {
            center: self,
            method,
            url: place(self.address().base(), Some("v1"), path),
            headers: Vec::new(),
            body: None,
            time: None,
        }
    }

    /// A page for a browser, beside the API.
    pub(crate) fn page(&self, method: Method, path: &[&str]) -> Exchange<'_> {
        Exchange { url: place(self.address().base(), None, path), ..self.ask(method, path) }
    }

    pub(crate) fn get(&self, path: &[&str]) -> Exchange<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &[&str]) -> Exchange<'_> {
        self.ask(Method::POST, path)
    }
}

/// The address of a path whose parts are whatever they are: each becomes one segment, or nothing is asked at all.
fn place(base: &Url, version: Option<&str>, path: &[&str]) -> Result<Url, ClientError> {
    let mut url = base.clone();
    {
        let mut segments = url.path_segments_mut().map_err(|()| ClientError::BadName)?;
        segments.pop_if_empty().extend(version);
        for part in path {
            // These would name something else than meant: the list instead of the one.
            if matches!(*part, "" | "." | "..") || part.len() > 256 {
                return Err(ClientError::BadName);
            }
            segments.push(part);
        }
    }
    Ok(url)
}

impl Exchange<'_> {
    pub(crate) fn bearer(self, token: &str) -> Self {
        let text = Zeroizing::new(format!("Bearer {token}"));
        self.secret_header(AUTHORIZATION, &text)
    }

    pub(crate) fn ticket_code(self, code: &str) -> Self {
        self.secret_header(reqwest::header::HeaderName::from_static("ticket-code"), code)
    }

    fn secret_header(mut self, name: reqwest::header::HeaderName, text: &str) -> Self {
        match HeaderValue::from_str(text) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.push((name, value));
            }
            // No center gave out such a token.
            Err(_) => self.url = Err(ClientError::BadName),
        }
        self
    }

    pub(crate) fn intent(mut self, intent: &Intent) -> Self {
        if let Ok(value) = HeaderValue::from_str(intent.text()) {
            self.headers.push((reqwest::header::HeaderName::from_static("idempotency-key"), value));
        }
        self
    }

    pub(crate) fn if_match(mut self, version: &str) -> Self {
        match HeaderValue::from_str(version) {
            Ok(value) => self.headers.push((IF_MATCH, value)),
            Err(_) => self.url = Err(ClientError::BadName),
        }
        self
    }

    pub(crate) fn query(mut self, name: &str, value: Option<&str>) -> Self {
        if let (Ok(url), Some(value)) = (&mut self.url, value) {
            url.query_pairs_mut().append_pair(name, value);
        }
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => {
                self.headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
                self.body = Some(bytes);
            }
            Err(_) => self.url = Err(ClientError::BadName),
        }
        self
    }

    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.headers.push((CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")));
        self.body = Some(body.into_bytes());
        self
    }

    pub(crate) fn bytes(mut self, bytes: Vec<u8>) -> Self {
        self.headers.push((CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")));
        self.body = Some(bytes);
        self.time = Some(BYTES_TIME);
        self
    }

    /// The answer in JSON.
    pub(crate) async fn read<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let response = self.send().await?;
        body_of(response).await
    }

    /// The answer in JSON with the version it shows.
    pub(crate) async fn read_versioned<T: DeserializeOwned>(self) -> Result<Versioned<T>, ClientError> {
        let response = self.send().await?;
        let version = response.headers().get(ETAG).and_then(|version| version.to_str().ok());
        let version = version.ok_or(BadAnswer::Shape)?.to_owned();
        Ok(Versioned { value: body_of(response).await?, version })
    }

    /// No answer but that it was done.
    pub(crate) async fn done(self) -> Result<(), ClientError> {
        let response = self.send().await?;
        if response.status() == StatusCode::NO_CONTENT { Ok(()) } else { Err(strange(response.status())) }
    }

    /// No answer but a page that says that it was done.
    pub(crate) async fn page_done(self) -> Result<(), ClientError> {
        match self.send().await {
            Ok(response) if media_type(&response) == "text/html" => Ok(()),
            Ok(_) => Err(BadAnswer::MediaType.into()),
            Err(ClientError::BadAnswer(BadAnswer::Status(410))) => Err(ClientError::LinkEnded),
            Err(error) => Err(error),
        }
    }

    /// The answer as bytes, at most that many.
    pub(crate) async fn read_bytes(mut self, most: usize) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        self.time = Some(BYTES_TIME);
        let response = self.send().await?;
        if media_type(&response) != "application/octet-stream" {
            return Err(BadAnswer::MediaType.into());
        }
        capped(response, most).await
    }

    async fn send(self) -> Result<Response, ClientError> {
        let mut request = self.center.http().request(self.method, self.url?);
        request = request
            .header(ACCEPT, "application/json, application/problem+json, application/octet-stream;q=0.9");
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        if let Some(time) = self.time {
            request = request.timeout(time);
        }
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        if status.is_redirection() {
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            // Shown to a person: only where to, and no more than fits.
            let to = to.and_then(|to| Url::parse(to).ok()).and_then(|to| to.host_str().map(str::to_owned));
            return Err(ClientError::Redirected { to });
        }
        Err(problem(response).await)
    }
}

/// What a refusal says.
async fn problem(response: Response) -> ClientError {
    let status = response.status();
    // Something in front of the center, or no center at all.
    if media_type(&response) != "application/problem+json" {
        return strange(status);
    }
    let bytes = match capped(response, JSON_BYTES).await {
        Ok(bytes) => bytes,
        Err(error) => return error,
    };
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) if problem.status == status.as_u16() => ClientError::Problem(Box::new(problem)),
        Ok(_) => BadAnswer::Shape.into(),
        // A center newer than this client may have a reason that it does not know.
        Err(_) => strange(status),
    }
}

fn strange(status: StatusCode) -> ClientError {
    BadAnswer::Status(status.as_u16()).into()
}

async fn body_of<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    if media_type(&response) != "application/json" {
        return Err(BadAnswer::MediaType.into());
    }
    let bytes = capped(response, JSON_BYTES).await?;
    serde_json::from_slice(&bytes).map_err(|_| BadAnswer::Shape.into())
}

fn media_type(response: &Response) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let name = value.unwrap_or_default().split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// All of a body that has at most so many bytes. It may hold a token: it is wiped.
async fn capped(mut response: Response, most: usize) -> Result<Zeroizing<Vec<u8>>, ClientError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(most.min(64 * 1024)));
    while let Some(piece) = response.chunk().await? {
        if bytes.len().saturating_add(piece.len()) > most {
            return Err(BadAnswer::TooLong.into());
        }
        if bytes.capacity() < bytes.len() + piece.len() {
            let room = (bytes.len() + piece.len()).next_power_of_two();
            let mut larger = Zeroizing::new(Vec::with_capacity(room));
            larger.extend_from_slice(&bytes);
            bytes = larger;
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_stays_one_part_or_nothing_is_asked() {
        let base = Url::parse("https://center.example/base/").unwrap();
        let at = |path: &[&str]| place(&base, Some("v1"), path).map(|url| url.to_string());
        assert_eq!(
            at(&["sessions", "a b/c?d#e"]).unwrap(),
            "https://center.example/base/v1/sessions/a%20b%2Fc%3Fd%23e"
        );
        for name in ["", ".", "..", &"x".repeat(300)] {
            assert!(matches!(at(&["sessions", name]), Err(ClientError::BadName)), "{name}");
        }
    }
}
