//! A running server: its listener, the one for metrics, its workers, and how all of them stop.

mod connections;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

pub use tls::TlsError;
pub(crate) use tls::{install_provider as install_tls_provider, load as tls_of};

use crate::outbox::{CarrierFault, Carriers};
use crate::{Center, http, workers};
use connections::Limited;

/// The most bytes that the head of a request has.
const HEAD_BYTES: usize = 32 * 1024;
/// The most headers that it has.
const HEADERS: usize = 64;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, #[source] io::Error),
    /// The certificate or its key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Mail or text messages.
    #[error(transparent)]
    Carrier(#[from] CarrierFault),
}

/// A server that answers until it is stopped.
pub struct Server {
    center: Arc<Center>,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    handle: Handle<SocketAddr>,
    stop: watch::Sender<bool>,
    api: JoinHandle<io::Result<()>>,
    places: Arc<Semaphore>,
    beside: Vec<JoinHandle<()>>,
}

impl Server {
    /// Listens as the configuration says, and starts the workers.
    ///
    /// # Errors
    /// When an address cannot be listened on, or certificate, mail or SMS cannot be used.
    pub async fn start(center: Arc<Center>) -> Result<Self, ServeError> {
        let configured = &center.config.server;
        install_tls_provider();
        let carriers = Arc::new(Carriers::new(&center.config)?);
        let tls = configured.tls.as_ref().map(tls::load).transpose()?;
        let (listener, address) = listen(&configured.listen).await?;
        let (stop, stopped) = watch::channel(false);
        let mut beside = Vec::new();
        let metrics = match &configured.metrics_listen {
            Some(at) => {
                let (listener, address) = listen(at).await?;
                beside.push(tokio::spawn(serve_metrics(listener, Arc::clone(&center), stopped.clone())));
                Some(address)
            }
            None => None,
        };
        beside.extend(workers::start(&center, &carriers, &stopped));

        let handle = Handle::new();
        let service = http::service(Arc::clone(&center));
        // HTTP/1.1 alone: a connection that may turn out to be either has to be waited for without a bound.
        let mut server =
            axum_server::Server::<SocketAddr>::from_listener(listener).handle(handle.clone()).http1_only();
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(configured.head_seconds))
            .max_buf_size(HEAD_BYTES)
            .max_headers(HEADERS);
        let limit = Limited::new(configured.connections);
        let places = limit.places();
        let api = match tls {
            Some(tls) => {
                let patience = Duration::from_secs(configured.head_seconds);
                let secured = RustlsAcceptor::new(tls).handshake_timeout(patience);
                tokio::spawn(server.acceptor(limit.around(secured.acceptor(NoDelayAcceptor))).serve(service))
            }
            None => tokio::spawn(server.acceptor(limit.around(NoDelayAcceptor)).serve(service)),
        };
        Ok(Self { center, address, metrics, handle, stop, api, places, beside })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it shows its metrics.
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Stops it: `/readyz` says no, then nothing new is taken, requests under way finish, then the workers.
    pub async fn stop(self) {
        let configured = &self.center.config.server;
        self.center.stop();
        tokio::time::sleep(Duration::from_secs(configured.drain_seconds)).await;
        let patience = Duration::from_secs(configured.shutdown_seconds);
        // A listener that is never idle would not hear of the end: what comes now is closed as it comes.
        self.places.close();
        self.handle.graceful_shutdown(Some(patience));
        // A connection that was still being secured did not hear of it; it is not waited for beyond the same time.
        let mut api = self.api;
        if tokio::time::timeout(patience + Duration::from_secs(1), &mut api).await.is_err() {
            api.abort();
        }
        let _ = self.stop.send(true);
        for worker in self.beside {
            let _ = tokio::time::timeout(patience, worker).await;
        }
        let _ = crate::store::tables::server::gone(self.center.db.pool(), &self.center.id).await;
        self.center.db.close().await;
    }
}

async fn listen(at: &str) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |error| ServeError::Listen(at.to_owned(), error);
    let listener = TcpListener::bind(at).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

async fn serve_metrics(listener: TcpListener, center: Arc<Center>, mut stopped: watch::Receiver<bool>) {
    let show = move || {
        let center = Arc::clone(&center);
        async move {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(axum::http::header::CONTENT_TYPE, kind)], center.metrics.text().unwrap_or_default())
        }
    };
    let router = Router::new().route("/metrics", get(show));
    let ended = async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(ended).await {
        tracing::error!(%error, "metrics are no longer served");
    }
}
