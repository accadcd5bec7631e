//! Looks over a center while it is tried: gathers the secrets that go in and out, and searches for them in every error, in all
//! log lines at the finest level, in the logs that the owner and staff can read, and in every cell of the database.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use data_encoding::BASE64;
use serde_json::Value;
use sqlx::Row as _;
use tessera_center::config::{Log, LogFormat};
use tessera_center::outbox::Opened;
use tessera_center::rules::{audit, security_log};
use tessera_center::store::tables::{audit_line, security_event};
use tessera_center::{Center, backup, logs};

use crate::harness::PASSWORD;
use crate::secrecy::Secrets;

/// Every line that this process logged, as the program would write it with `log.filter = "trace"`.
static LINES: LazyLock<Lines> = LazyLock::new(|| {
    let lines = Lines::default();
    let finest = Log { format: LogFormat::Json, filter: "trace".into() };
    let subscriber = logs::subscriber(&finest, lines.clone()).unwrap();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    lines
});

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn length(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// What was written since, without times: their fractions have six digits, as codes have.
    fn since(&self, place: usize) -> String {
        let text = String::from_utf8(self.0.lock().unwrap()[place..].to_vec()).unwrap();
        let mut lines = String::new();
        for line in text.lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line.as_object_mut().unwrap().remove("timestamp");
            lines.extend([line.to_string().as_str(), "\n"]);
        }
        lines
    }
}

/// Over one test's center, and whatever other servers run on its database.
pub(crate) struct Watch {
    pub(crate) secrets: Arc<Secrets>,
    began: usize,
}

impl Watch {
    pub(crate) fn begin() -> Self {
        let secrets = Arc::new(Secrets::default());
        secrets.add(PASSWORD);
        Self { secrets, began: LINES.length() }
    }

    /// The router, with all that goes in and out looked at.
    pub(crate) fn over(&self, router: Router) -> Router {
        let secrets = Arc::clone(&self.secrets);
        router.layer(from_fn(move |request, next| look_at(Arc::clone(&secrets), request, next)))
    }

    /// A message that was opened: where it goes and what is secret in it.
    pub(crate) fn message(&self, message: &Opened) {
        self.secrets.add(message.to.text());
        for name in ["code", "link", "invitation"] {
            let value = message.message.value(name).and_then(Value::as_str).unwrap_or_default();
            if self.secrets.gather_path(value).is_empty() {
                self.secrets.add(value);
            }
        }
    }

    /// Searches all that is left behind.
    pub(crate) async fn end(&self, center: &Center) {
        self.secrets.assert_none_in("a log line", &LINES.since(self.began));
        for (what, text) in [
            ("the staff log", staff_log(center).await),
            ("the security log", security_logs(center).await),
            ("the database, unsealed as it is,", cells(center).await),
        ] {
            self.secrets.assert_none_in(what, &text);
        }
    }
}

async fn look_at(secrets: Arc<Secrets>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    for name in ["authorization", "ticket-code"] {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        secrets.add(value.trim_start_matches("Bearer "));
    }
    secrets.gather_path(&parts.uri.to_string());
    let typed = Secrets::default();
    if is(&parts.headers, "application/json") {
        secrets.gather(&serde_json::from_slice(&body).unwrap_or_default(), true);
    } else if is(&parts.headers, "application/x-www-form-urlencoded") {
        secrets.gather_form(&String::from_utf8_lossy(&body));
        typed.gather_typed(&String::from_utf8_lossy(&body));
    }
    let (parts, body) = next.run(Request::from_parts(parts, Body::from(body))).await.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&body);
    if is(&parts.headers, "application/problem+json") {
        let mut problem: Value = serde_json::from_str(&text).unwrap();
        // The flow to go on with is for whoever asked, and stands nowhere else.
        problem.as_object_mut().unwrap().remove("flow");
        secrets.assert_none_in("an error", &problem.to_string());
    } else if is(&parts.headers, "application/json") {
        secrets.gather(&serde_json::from_str(&text).unwrap_or_default(), false);
    } else if is(&parts.headers, "text/html") {
        // A page may show its reader a new device's secret, and hand its flow on; what was typed into it does not come back.
        typed.assert_none_in("a page", &text);
    }
    Response::from_parts(parts, Body::from(body))
}

fn is(headers: &HeaderMap, media_type: &str) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(media_type.as_bytes()))
}

/// All lines that open; those that a test damaged do not.
async fn staff_log(center: &Center) -> String {
    let lines = audit_line::after(&mut center.begin().await.unwrap(), 0, i64::MAX).await.unwrap();
    lines
        .iter()
        .filter_map(|line| audit::open(center, line).ok())
        .fold(String::new(), |text, entry| text + &serde_json::to_string(&entry).unwrap() + "\n")
}

async fn security_logs(center: &Center) -> String {
    let accounts = sqlx::query("SELECT DISTINCT account_id FROM security_event")
        .fetch_all(center.db.pool())
        .await
        .unwrap();
    let mut text = String::new();
    for account in accounts {
        let mut tx = center.read().await.unwrap();
        let lines = security_event::page(&mut tx, account.get(0), (i64::MAX, ""), i64::MAX).await.unwrap();
        for detail in lines.iter().filter_map(|line| security_log::open(center, line).ok()) {
            text.extend([serde_json::to_string(&detail).unwrap().as_str(), "\n"]);
        }
    }
    text
}

/// Every cell of every table, bytes as the text that they may be.
async fn cells(center: &Center) -> String {
    let mut file = Vec::new();
    backup::write(center, &mut file).await.unwrap();
    let mut text = String::new();
    for line in String::from_utf8(file).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        for cell in row.as_array().into_iter().flatten() {
            if let Some(bytes) = cell["b"].as_str() {
                text += &String::from_utf8_lossy(&BASE64.decode(bytes.as_bytes()).unwrap());
            } else if !cell.is_number() {
                // Nothing secret is kept as a number; an account's own number is, and may be tried as a password.
                text += &cell.to_string();
            }
            text.push('\n');
        }
    }
    text
}
