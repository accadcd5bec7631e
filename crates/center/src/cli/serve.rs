//! `tessera-center serve`

use std::io::{self, Write as _};

use tessera_center::serve::Server;
use tessera_center::{Config, logs};

use super::{Failure, Outcome, open};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only say what is wrong with the configuration: addresses, files, numbers. Nothing is opened or made
    #[arg(long)]
    check_config: bool,
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Outcome {
    let faults = config.faults();
    if !faults.is_empty() {
        let said: Vec<_> = faults.iter().map(|fault| format!("  {fault}")).collect();
        return Err(Failure::usage(format!("the configuration cannot be served with:\n{}", said.join("\n"))));
    }
    if arguments.check_config {
        println!("The configuration is in order.");
        return Ok(());
    }
    logs::start(&config.log).map_err(Failure::from)?;
    let mut ending = Ending::new()?;
    let center = open(config).await?;
    let server = Server::start(std::sync::Arc::clone(&center)).await.map_err(Failure::from)?;
    say(&center.config, &server);
    let (why, outgrown) = tokio::select! {
        why = ending.wait() => (why, false),
        () = center.outgrown.notified() => ("the database is newer than this program", true),
    };
    tracing::info!(why, "stopping: requests under way are finished first");
    // A second signal does not wait for them.
    tokio::select! {
        () = server.stop() => tracing::info!("stopped"),
        _ = ending.wait() => tracing::warn!("stopped at once: asked a second time"),
    }
    if outgrown {
        return Err(Failure::new(
            "a newer tessera-center changed the database so that this one does not work with it any more: run the newer one here, too",
        ));
    }
    Ok(())
}

/// Where it answers, in the lines that a script or a person waits for. Nobody may be reading: that is no reason to stop.
fn say(config: &Config, server: &Server) {
    let scheme = if config.server.tls.is_some() { "https" } else { "http" };
    let folder = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let mut lines = vec![
        format!("{} {} answers at {scheme}://{}", config.name, env!("CARGO_PKG_VERSION"), server.address()),
        format!("data: {}", folder.display()),
    ];
    if let Some(metrics) = server.metrics_address() {
        lines.push(format!("metrics: http://{metrics}/metrics"));
    }
    let stays = match (&config.mail.url, &config.sms.url) {
        (None, None) => Some("mails and text messages"),
        (None, Some(_)) => Some("mails"),
        (Some(_), None) => Some("text messages"),
        (Some(_), Some(_)) => None,
    };
    if let Some(what) = stays {
        lines.push(format!("{what} stay in the local outbox: tessera-center outbox --follow shows them"));
    }
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{}", lines.join("\n")).and_then(|()| out.flush());
}

/// The orders to end that a system gives.
struct Ending {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Ending {
    fn new() -> Result<Self, Failure> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .map_err(Failure::from)?,
        })
    }

    #[cfg(unix)]
    async fn wait(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = tokio::signal::ctrl_c() => "SIGINT",
        }
    }

    #[cfg(not(unix))]
    async fn wait(&mut self) -> &'static str {
        let _ = tokio::signal::ctrl_c().await;
        "Ctrl+C"
    }
}
