//! Log lines, to standard error. Their fields are named one by one where they are written; nothing is dumped.

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

use crate::config::{Log, LogFormat};

/// What the targets of our own lines begin with.
const OURS: &str = "tessera_";

/// Begins to write. A second call changes nothing.
///
/// # Errors
/// When the filter cannot be meant.
pub fn start(configured: &Log) -> Result<(), ParseError> {
    use tracing_subscriber::util::SubscriberInitExt as _;
    let _ = subscriber(configured, std::io::stderr)?.try_init();
    Ok(())
}

/// What writes the lines, to wherever they are to go.
///
/// # Errors
/// When the filter cannot be meant.
pub fn subscriber<W>(
    configured: &Log,
    to: W,
) -> Result<impl Subscriber + Send + Sync + 'static + use<W>, ParseError>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(to);
    let lines = match configured.format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    Ok(registry().with(lines.with_filter(capped(&configured.filter.parse()?))))
}

/// The filter as it counts: whatever it says, a library writes nothing finer than a warning. Its finer lines would show
/// requests, statements and messages, and nobody can know those of its next version.
fn capped(filter: &Targets) -> Targets {
    let all = filter.default_level().unwrap_or(LevelFilter::OFF);
    let quiet = |level: LevelFilter| level.min(LevelFilter::WARN);
    let begun = Targets::new().with_default(quiet(all)).with_target(OURS, all);
    filter.iter().fold(begun, |counts, (target, level)| {
        counts.with_target(target, if target.starts_with(OURS) { level } else { quiet(level) })
    })
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_library_stays_at_warnings_whatever_the_filter_says() {
        let counts =
            |filter: &str, target: &str, level| capped(&filter.parse().unwrap()).would_enable(target, &level);
        for filter in [
            "trace",
            "info,sqlx=trace,lettre=debug,some_library::deep=trace",
            "sqlx=trace,lettre=trace,some_library=trace",
        ] {
            for library in ["sqlx::query", "lettre::transport", "some_library::deep", "some_library"] {
                assert!(counts(filter, library, Level::WARN), "{filter} {library}");
                assert!(!counts(filter, library, Level::INFO), "{filter} {library}");
            }
        }
        assert!(!counts("error", "sqlx", Level::WARN) && !counts("warn,sqlx=off", "sqlx", Level::ERROR));
        assert!(counts("trace", "tessera_center::outbox", Level::TRACE));
        assert!(counts("info,tessera_center::outbox=debug", "tessera_center::outbox::deliver", Level::DEBUG));
        assert!(!counts("info,tessera_center::outbox=debug", "tessera_center::rules", Level::DEBUG));
        assert!(!counts("tessera_center=off", "tessera_center", Level::ERROR));
    }
}
