//! `tessera-center demo`: accounts, tokens and a reviewer to try things with. Their passwords stand in public.

use tessera_center::Center;
use tessera_center::demo::{self, DemoAccount, DemoError};

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Also beside accounts that are there already. Everybody knows these passwords: never where people are
    #[arg(long)]
    beside_others: bool,
}

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let seeded = demo::seed(center, arguments.beside_others).await.map_err(|error| match error {
        DemoError::NotEmpty => Failure::new(format!("{error}. --beside-others does it all the same")),
        error => Failure::from(error),
    })?;
    println!("Accounts, all with the password: {}", demo::PASSWORD);
    for DemoAccount { id, kind, name, email, phone } in demo::ACCOUNTS {
        println!("    {id}  {kind}  {name}  {email}  {phone}");
    }
    println!("Hardware tokens: {}, DEMO0001 to DEMO0003", seeded.tokens);
    for ((email, _), (_, token)) in demo::STAFF.iter().zip(&seeded.invitations) {
        // To hand to whoever plays the reviewer; it is kept nowhere.
        println!("Reviewer {email}; the token of the first sign-in: {}", *token.expose_secret());
    }
    Ok(())
}
