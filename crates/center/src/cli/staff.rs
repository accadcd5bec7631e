//! `tessera-center staff`: the only way by which somebody becomes a staff member.

use clap::Subcommand;
use tessera_center::rules::staff;
use tessera_center::{Center, http::Refusal};
use tessera_center_api::staff::Role;

use super::{Failure, Outcome, when};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a staff member and print the token of the first sign-in, which sets the password and binds an authenticator
    Add {
        /// The e-mail address to sign in with
        email: String,
        /// The person's name, as reports show it
        #[arg(long)]
        name: String,
        /// reviewer, supervisor or operator; several separated by commas
        #[arg(long, value_delimiter = ',', value_parser = role, required = true)]
        roles: Vec<Role>,
        /// The person's own account here, whose tickets somebody else decides
        #[arg(long)]
        account: Option<i64>,
    },
    /// A new first sign-in for one who lost password or authenticator; the old ones end at once
    Invite {
        /// The e-mail address
        email: String,
    },
    /// Give other roles
    Roles {
        /// The e-mail address
        email: String,
        /// reviewer, supervisor or operator; several separated by commas
        #[arg(value_delimiter = ',', value_parser = role, required = true)]
        roles: Vec<Role>,
    },
    /// Disable for good: sessions and claims end
    Disable {
        /// The e-mail address
        email: String,
    },
    /// Everybody, with roles
    List,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_text(text).ok_or_else(|| "reviewer, supervisor or operator".into())
}

pub(super) fn refused(refusal: &Refusal) -> Failure {
    Failure::new(refusal.problem().detail.clone())
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    match &arguments.command {
        Command::Add { email, name, roles, account } => {
            let (_, token) =
                staff::add(center, email, name, roles, *account).await.map_err(|error| refused(&error))?;
            println!("{name} was added. The token of the first sign-in, shown this once:");
            // To hand to the person; it is kept nowhere.
            println!("{}", *token.expose_secret());
        }
        Command::Invite { email } => {
            let token = staff::invite_again(center, email).await.map_err(|error| refused(&error))?;
            println!("The token of the first sign-in, shown this once:");
            // To hand to the person; it is kept nowhere.
            println!("{}", *token.expose_secret());
        }
        Command::Roles { email, roles } => {
            staff::set_roles(center, email, roles).await.map_err(|error| refused(&error))?;
            println!("Done; it counts from the next request on.");
        }
        Command::Disable { email } => {
            staff::disable(center, email).await.map_err(|error| refused(&error))?;
            println!("Disabled; sessions and claims have ended.");
        }
        Command::List => {
            let everybody = staff::all(center).await?;
            if everybody.is_empty() {
                println!("There is no staff yet: tessera-center staff add");
            }
            for one in everybody {
                let roles: Vec<_> = one.roles.iter().map(|role| role.text()).collect();
                let state = match (one.disabled_at, one.active) {
                    (Some(since), _) => format!("disabled since {}", when(since)),
                    (None, true) => "active".into(),
                    (None, false) => "invited".into(),
                };
                println!("{}  {}  {}  {state}", one.email.text(), one.name, roles.join(","));
            }
        }
    }
    Ok(())
}
