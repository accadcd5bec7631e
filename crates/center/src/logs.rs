//! Log lines, to standard error. Their fields are named one by one where they are written; nothing is dumped.

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::config::{Log, LogFormat};

/// Libraries whose finer lines would show requests and statements. They stay silent whatever the filter says.
const CAPPED: [&str; 10] = [
    "axum",
    "hyper",
    "hyper_util",
    "h2",
    "lettre",
    "object_store",
    "reqwest",
    "rustls",
    "sqlx",
    "tower_http",
];

/// Begins to write. A second call changes nothing.
///
/// # Errors
/// When the filter cannot be meant.
pub fn start(configured: &Log) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter: Targets = configured.filter.parse()?;
    let filter = CAPPED.iter().fold(filter, |filter, name| {
        filter.with_target(*name, tracing_subscriber::filter::LevelFilter::WARN)
    });
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match configured.format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
    Ok(())
}
