//! `tessera-center audit`: the log of what staff did.

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use tessera_center::Center;
use tessera_center::rules::audit::{self, SignedHead};

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read the whole chain, and hold it against heads that were shipped
    Verify {
        /// Signed heads, one JSON object a line, as audit-heads.jsonl in the data folder has them
        #[arg(long, value_name = "FILE")]
        heads: Vec<PathBuf>,
    },
    /// Sign the end of the chain as it stands and print it
    Head,
    /// The key that signed heads are verified with, in base64
    Key,
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::Verify { heads } => {
            let mut shipped = Vec::new();
            for path in heads {
                let text = fs::read_to_string(path)
                    .map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))?;
                for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                    let head: SignedHead = serde_json::from_str(line).map_err(|_| {
                        Failure::new(format!("{} line {}: no signed head", path.display(), number + 1))
                    })?;
                    shipped.push(head);
                }
            }
            match audit::verify(center, &shipped).await? {
                Ok(lines) => {
                    println!("{lines} lines, each as it was written; {} signed heads hold.", shipped.len());
                    Ok(())
                }
                Err(broken) => {
                    Err(Failure::new(format!("the log of staff actions is not what was written: {broken}")))
                }
            }
        }
        Command::Head => {
            println!("{}", serde_json::to_string(&audit::sign_head(center).await?)?);
            Ok(())
        }
        Command::Key => {
            println!("{}", audit::public_key(center));
            Ok(())
        }
    }
}
