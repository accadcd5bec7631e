//! What a server counts of itself, for Prometheus. No label names a person, an address or a path that somebody chose.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::clock::Unix;
use crate::contact::AddressKind;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Worker {
    worker: &'static str,
}

/// The counters of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    under_way: Gauge,
    password_hashes: Counter,
    database_errors: Counter,
    deliveries: Family<Delivery, Counter>,
    waiting: Gauge,
    oldest: Gauge,
    worker_errors: Family<Worker, Counter>,
}

fn buckets() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("tessera_center");
        let requests = Family::default();
        let seconds = Family::new_with_constructor(buckets as fn() -> Histogram);
        let (under_way, waiting, oldest) = (Gauge::default(), Gauge::default(), Gauge::default());
        let (password_hashes, database_errors) = (Counter::default(), Counter::default());
        let (deliveries, worker_errors) = (Family::default(), Family::default());
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "From the head of a request to the head of its answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("requests_under_way", "Requests being answered", under_way.clone());
        registry.register("password_hashes", "Argon2id runs", password_hashes.clone());
        registry.register("database_errors", "Statements that failed", database_errors.clone());
        registry.register(
            "deliveries",
            "Attempts to hand a message over, and what came of them",
            deliveries.clone(),
        );
        registry.register("outbox_waiting", "Messages that wait", waiting.clone());
        registry.register_with_unit(
            "outbox_oldest",
            "Age of the earliest message that waits",
            Unit::Seconds,
            oldest.clone(),
        );
        registry.register("worker_errors", "Rounds of background work that failed", worker_errors.clone());
        Self {
            registry,
            requests,
            seconds,
            under_way,
            password_hashes,
            database_errors,
            deliveries,
            waiting,
            oldest,
            worker_errors,
        }
    }
}

const fn channel(kind: AddressKind) -> &'static str {
    kind.channel()
}

impl Metrics {
    /// A request begins; its answer is counted by [`Metrics::answered`].
    pub(crate) fn begins(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay(self.under_way.clone())
    }

    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let request = Request { method: method.into(), route: route.into(), status };
        self.requests.get_or_create(&request).inc();
        self.seconds.get_or_create(&Route { route: route.into() }).observe(took.as_secs_f64());
    }

    pub(crate) fn delivered(&self, kind: AddressKind) {
        self.deliveries.get_or_create(&Delivery { channel: channel(kind), outcome: "delivered" }).inc();
    }

    pub(crate) fn not_delivered(&self, kind: AddressKind) {
        self.deliveries.get_or_create(&Delivery { channel: channel(kind), outcome: "failed" }).inc();
    }

    pub(crate) fn given_up(&self, kind: AddressKind) {
        self.deliveries.get_or_create(&Delivery { channel: channel(kind), outcome: "given-up" }).inc();
    }

    pub(crate) fn outbox(&self, waiting: i64, oldest: Option<Unix>, now: Unix) {
        self.waiting.set(waiting);
        self.oldest.set(oldest.map_or(0, |oldest| (now - oldest).max(0)));
    }

    pub(crate) fn worker_failed(&self, worker: &'static str) {
        self.worker_errors.get_or_create(&Worker { worker }).inc();
    }

    /// The counter that the hasher shares.
    pub(crate) fn password_hashes(&self) -> Counter {
        self.password_hashes.clone()
    }

    /// All of it in the OpenMetrics text form.
    ///
    /// # Errors
    /// Never, as long as memory lasts.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let errors = self.database_errors.inner();
        errors.store(crate::store::errors_seen(), Ordering::Relaxed);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics(..)")
    }
}

/// Counts a request as under way until it is dropped, also when its client went away.
pub(crate) struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}
