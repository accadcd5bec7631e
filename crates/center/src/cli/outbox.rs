//! `tessera-center outbox`: the messages that nobody takes away, opened with the key file.

use std::io::{self, Write as _};
use std::time::Duration;

use tessera_center::Center;
use tessera_center::outbox;
use tessera_center::store::tables::message::{self, Kept};

use super::{Failure, Outcome, when};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Wait for further ones, until Ctrl+C
    #[arg(long)]
    follow: bool,
    /// One JSON object a line: id, at, channel, to, subject, text
    #[arg(long)]
    json: bool,
}

/// Read at once.
const BATCH: i64 = 100;

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let mut place = (i64::MIN, String::new());
    let mut shown = false;
    loop {
        let found = message::readable(center.db.pool(), (place.0, &place.1), BATCH).await?;
        for kept in &found {
            // A reader that closed the pipe has seen enough.
            if show(center, kept, arguments.json)?.is_break() {
                return Ok(());
            }
            place = (kept.created_at, kept.id.clone());
            shown = true;
        }
        if !found.is_empty() {
            continue;
        }
        if !arguments.follow {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    if !shown && !arguments.json {
        println!("No message lies here.");
    }
    Ok(())
}

fn show(center: &Center, kept: &Kept, json: bool) -> Result<std::ops::ControlFlow<()>, Failure> {
    let opened = outbox::open(center, &kept.id, &kept.channel, &kept.address, &kept.body)?;
    let said = opened.message.render(&center.config.name)?;
    let text = if json {
        let line = serde_json::json!({
            "id": opened.id, "at": kept.created_at, "channel": kept.channel,
            "to": opened.to.text(), "subject": said.subject, "text": said.text,
        });
        format!("{line}\n")
    } else {
        let line = "-".repeat(60);
        format!(
            "{line}\n{}  to {}\n{}\n\n{}\n",
            when(kept.created_at),
            opened.to.text(),
            said.subject,
            said.text
        )
    };
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(std::ops::ControlFlow::Continue(())),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(std::ops::ControlFlow::Break(())),
        Err(error) => Err(error.into()),
    }
}
