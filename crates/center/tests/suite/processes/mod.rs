//! Several real servers on one database, keys and documents: what holds when they race, die, are of two versions, or lose
//! what they stand on. Requests are the suite's own; a router hands each to a process.
#![allow(clippy::disallowed_methods, reason = "other processes live on the real clock")]

mod killed;
mod locks;
mod outages;
mod races;
mod versions;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode, header};
use serde_json::Value;
use tessera_center::Config;
use tessera_center::clock::Unix;

use crate::harness::{Answer, TestCenter};
use crate::server::{Server, Settings, program};

/// Runs an async test on a center that is to be served by processes, on SQLite and on PostgreSQL. What is made before they
/// start was made [`BEFORE`] now.
macro_rules! of_processes {
    ($(#[$doc:meta])* $name:ident, $test:expr) => {
        of_processes!($(#[$doc])* $name, with |_| {}, $test);
    };
    ($(#[$doc:meta])* $name:ident, with $change:expr, $test:expr) => {
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let center = crate::harness::TestCenter::sqlite_at(
                    crate::processes::now() - crate::processes::BEFORE,
                    crate::processes::and(crate::processes::for_processes, $change),
                );
                ($test)(center.await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let center = crate::harness::TestCenter::postgres_at(
                    crate::processes::now() - crate::processes::BEFORE,
                    crate::processes::and(crate::processes::for_processes, $change),
                );
                let Some(center) = center.await else { return };
                ($test)(center).await;
            }
        }
    };
}
use of_processes;

/// Old enough for reviewers to decide, with an hour to spare.
const BEFORE: Unix = 74 * 3600;

/// The real time.
fn now() -> Unix {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// The test's own clock at the real time.
fn at_now(center: &TestCenter) {
    center.clock.set(now().try_into().unwrap());
}

/// What the program takes, cheap: rules do not depend on how slow a hash is.
fn for_processes(config: &mut Config) {
    config.passwords.memory_kib = 7 * 1024;
    config.server.public_url = Some("http://127.0.0.1:8420".into());
    config.server.metrics_listen = Some("127.0.0.1:0".into());
    // All requests come from this machine.
    config.rules.anonymous_codes_per_peer = 1_000_000;
}

fn and(first: impl FnOnce(&mut Config), second: impl FnOnce(&mut Config)) -> impl FnOnce(&mut Config) {
    move |config: &mut Config| {
        first(config);
        second(config);
    }
}

/// Settings that make the program's configuration this one.
fn settings(config: &Config) -> Vec<(String, String)> {
    fn differing(value: &Value, default: &Value, name: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(object) => object.iter().for_each(|(key, value)| {
                let key = key.to_uppercase().replace('-', "_");
                let name = if name.is_empty() { key.clone() } else { format!("{name}__{key}") };
                let default = default.get(key.to_lowercase().replace('_', "-")).unwrap_or(&Value::Null);
                differing(value, default, &name, found);
            }),
            Value::String(text) if value != default => found.push((name.into(), text.clone())),
            Value::Number(_) if value != default => found.push((name.into(), value.to_string())),
            other => assert_eq!(other, default, "{name} cannot be set by a variable"),
        }
    }
    let mut found = Vec::new();
    let config = serde_json::to_value(config).unwrap();
    differing(&config, &serde_json::to_value(Config::default()).unwrap(), "", &mut found);
    found
}

/// A server process, and the router that hands requests to whichever stands there at the moment.
struct Place {
    server: Mutex<Option<Server>>,
    address: Arc<Mutex<Option<SocketAddr>>>,
    router: Router,
}

/// Servers of one center.
struct Processes {
    center: TestCenter,
    folder: tempfile::TempDir,
    settings: Vec<(String, String)>,
    places: Vec<Place>,
}

impl Processes {
    /// Starts so many. The test's own clock is at the real time from now on, and its requests go to the first of them.
    fn start(center: TestCenter, count: usize) -> Arc<Self> {
        Self::start_with(center, count, |_| ())
    }

    /// The same, with other settings.
    fn start_with(
        center: TestCenter,
        count: usize,
        change: impl FnOnce(&mut Vec<(String, String)>),
    ) -> Arc<Self> {
        at_now(&center);
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(&center.center.config);
        change(&mut settings);
        let places: Vec<_> = (0..count).map(|_| Place::empty()).collect();
        let center = center.behind(places[0].router.clone());
        let started = Self { center, folder, settings, places };
        for place in 0..count {
            started.begin(place);
        }
        Arc::new(started)
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Starts the server of a place.
    fn begin(&self, place: usize) {
        self.try_begin(place, program).unwrap_or_else(|said| panic!("{said}"));
    }

    /// Starts a program at a place, or gives what it said instead.
    fn try_begin(
        &self,
        place: usize,
        program: impl FnOnce(&std::path::Path, Settings<'_>) -> std::process::Command,
    ) -> Result<(), String> {
        let server = Server::try_start(program(self.folder.path(), &self.settings()), self.folder.path())?;
        *self.places[place].address.lock().unwrap() = Some(server.address);
        *self.places[place].server.lock().unwrap() = Some(server);
        Ok(())
    }

    /// Does something with the server of a place.
    fn with<T>(&self, place: usize, act: impl FnOnce(&mut Server) -> T) -> T {
        act(self.places[place].server.lock().unwrap().as_mut().unwrap())
    }

    /// Kills the server of a place.
    fn kill(&self, place: usize) {
        *self.places[place].address.lock().unwrap() = None;
        self.with(place, Server::kill);
    }

    fn routers(&self) -> Vec<Router> {
        self.places.iter().map(|place| self.center.watched(place.router.clone())).collect()
    }

    /// Argon2id runs of all servers since they started.
    fn hashes(&self) -> u64 {
        let runs = |place| {
            let counted = self.with(place, |server| server.counted());
            let line =
                counted.lines().find_map(|line| line.strip_prefix("tessera_center_password_hashes_total "));
            line.unwrap_or_else(|| panic!("no count of hashes in\n{counted}")).trim().parse::<u64>().unwrap()
        };
        (0..self.places.len()).map(runs).sum()
    }

    /// What all servers logged, those that are gone included.
    fn logs(&self) -> String {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        files.filter_map(|path| std::fs::read_to_string(path).ok()).collect()
    }

    /// Ends all, and looks that none had a trouble of its own.
    async fn end(self: Arc<Self>) {
        for place in &self.places {
            place.server.lock().unwrap().take();
        }
        let logs = self.logs();
        for trouble in ["panicked", "internal error"] {
            assert!(!logs.contains(trouble), "{logs}");
        }
        self.center.look_over(&logs);
        self.center.remove().await;
    }
}

impl Place {
    fn empty() -> Self {
        let address: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(crate::server::PATIENCE).build().unwrap();
        let at = Arc::clone(&address);
        let router = Router::new().fallback(move |request: Request| {
            let (client, address) = (client.clone(), *at.lock().unwrap());
            async move { hand_over(&client, address, request).await }
        });
        Self { server: Mutex::default(), address, router }
    }
}

/// Gives a request to a process and its answer back; 502 when nobody answered.
async fn hand_over(client: &reqwest::Client, to: Option<SocketAddr>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let answered = async {
        let to = to?;
        let asked = client.request(parts.method, format!("http://{to}{}", parts.uri)).headers(headers);
        let answer = asked.body(body).send().await.ok()?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        // One that was cut off is none.
        let mut response = Response::new(Body::from(answer.bytes().await.ok()?));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Some(response)
    };
    answered.await.unwrap_or_else(|| {
        let mut nobody = Response::new(Body::empty());
        *nobody.status_mut() = StatusCode::BAD_GATEWAY;
        nobody
    })
}

/// Whether a server answered at all.
fn is_answered(answer: &Answer) -> bool {
    answer.status != StatusCode::BAD_GATEWAY
}
