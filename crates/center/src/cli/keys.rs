//! `tessera-center keys`

use std::time::Duration;

use clap::Subcommand;
use tessera_center::Center;
use tessera_center::rules::key_rotation::{Step, advance};

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new sealing key, seal everything anew with it, and forget the older ones. Broken off, it goes on when typed again
    Rotate {
        /// Seconds to wait for servers that do not have the new key yet
        #[arg(long, default_value_t = 60)]
        wait: u64,
    },
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let Command::Rotate { wait } = arguments.command;
    let mut waited = 0;
    loop {
        let step = advance(center).await?;
        let path = center.config.key_file();
        let path = path.display();
        match &step {
            Step::Made(number) => {
                println!("Key {number} was made. It stands in {path} and seals nothing yet.");
            }
            Step::Seals(number) => println!("Key {number} seals from now on."),
            Step::Done(number, values) => {
                println!(
                    "{values} values were sealed anew. Key {number} is the only one: older ones are forgotten."
                );
                println!(
                    "Copy {path} to where its copies lie. Backups made before need the older file: keep it with them."
                );
                return Ok(());
            }
            Step::NotKnownBy(number, servers) | Step::NotUsedBy(number, servers) if waited >= wait => {
                return Err(Failure {
                    code: 3,
                    words: format!(
                        "these servers do not have key {number} from {path} yet: {}. Copy the file to them, then type this again; it goes on from here",
                        servers.join(", ")
                    ),
                });
            }
            Step::NotKnownBy(..) | Step::NotUsedBy(..) => {
                if waited == 0 {
                    println!("Waiting until every running server has read {path}.");
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
                waited += 1;
            }
        }
    }
}
