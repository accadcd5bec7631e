//! `tessera-center tickets`: how they stand. What is stated in them is for their reviewers alone.

use clap::Subcommand;
use tessera_center::Center;
use tessera_center::store::tables::{ticket, ticket_history};

use super::{Failure, Outcome, when};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The tickets that changed last
    List {
        /// Only those in this state: submitted, first-approval, hold…
        #[arg(long)]
        state: Option<String>,
        /// How many
        #[arg(long, default_value_t = 20)]
        most: u16,
    },
    /// The states a ticket went through, when, and by whom
    Show {
        /// The ticket
        id: String,
    },
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let pool = center.db.pool();
    match &arguments.command {
        Command::List { state, most } => {
            let found = ticket::latest(pool, state.as_deref(), i64::from(*most)).await?;
            if found.is_empty() {
                println!("There is no such ticket.");
            }
            for (id, kind, state, changed_at) in found {
                println!("{id}  {}  {state}  {kind}", when(changed_at));
            }
        }
        Command::Show { id } => {
            let steps = ticket_history::course(pool, id).await?;
            if steps.is_empty() {
                return Err(Failure::new("there is no such ticket"));
            }
            for (happened_at, state, party, staff) in steps {
                println!("{}  {state}  by {party} {}", when(happened_at), staff.unwrap_or_default());
            }
        }
    }
    Ok(())
}
