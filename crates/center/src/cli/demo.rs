//! `tessera-center demo`: accounts, tokens and a reviewer to try things with. Their passwords stand in public.

use tessera_center::Center;
use tessera_center::contact::Address;
use tessera_center::keys::Seal;
use tessera_center::password::Password;
use tessera_center::rules::{staff, token_import};
use tessera_center::store::tables::account::{self, New};
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center_api::staff::Role;

use super::staff::refused;
use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Also beside accounts that are there already. Everybody knows these passwords: never where people are
    #[arg(long)]
    beside_others: bool,
}

const PASSWORD: &str = "quiet lantern under the bridge";
/// Number, kind, name, e-mail, phone.
const ACCOUNTS: [(i64, &str, &str, &str, &str); 3] = [
    (100_000_001, "individual", "Alice Example", "alice@example.com", "+4915123456789"),
    (100_000_002, "individual", "Bob Example", "bob@example.com", "+8613800138000"),
    (100_000_003, "enterprise", "Example Ltd.", "office@example.com", "+442079460018"),
];
/// RFC 6238's example secret, as three tokens.
const TOKENS: &str = "serial,secret,type,digits,period,algorithm\n\
    DEMO0001,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,totp,6,30,SHA1\n\
    DEMO0002,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR,totp,6,30,SHA1\n\
    DEMO0003,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS,totp,6,60,SHA1\n";
const REVIEWER: &str = "reviewer@example.com";

pub(super) async fn run(center: &Center, arguments: &Arguments) -> Outcome {
    let taken =
        !account::latest(center.db.pool(), 1).await?.is_empty() || !staff::all(center).await?.is_empty();
    if taken && !arguments.beside_others {
        return Err(Failure::new(
            "there are accounts or staff here already, and everybody knows the demo's passwords. --beside-others does it all the same",
        ));
    }
    let hash = center.hasher.hash(Password::new(PASSWORD), &center.random).await?;
    let now = center.now();
    let mut tx = center.begin().await?;
    for (id, kind, name, email, phone) in ACCOUNTS {
        let sealed =
            center.keys.seal(&*center.random, Seal::Label, &account::sealed_row(id), name.as_bytes())?;
        let new = New { id, kind, owner: None, name: &sealed, password_hash: &hash, language: "en", now };
        if !account::insert(&mut tx, &new).await? {
            return Err(Failure::new(format!(
                "the demo's account {id} is there already; nothing was changed"
            )));
        }
        let (email, phone) = (Address::email(email)?, Address::phone(phone)?);
        for (kind, address) in [
            (ContactKind::AccountEmail, &email),
            (ContactKind::SecurityEmail, &email),
            (ContactKind::SecurePhone, &phone),
        ] {
            if !contact::bind(&mut tx, center, id, kind, address, now).await? {
                return Err(Failure::new(format!("{} is taken; nothing was changed", address.text())));
            }
        }
    }
    tx.commit().await?;
    let (report, done) = token_import::import(center, TOKENS.as_bytes(), None).await;
    done?;
    let both = [Role::Reviewer, Role::Supervisor];
    let (_, token) =
        staff::add(center, REVIEWER, "Rita Reviewer", &both, None).await.map_err(|error| refused(&error))?;
    println!("Accounts, all with the password: {PASSWORD}");
    for (id, kind, name, email, phone) in ACCOUNTS {
        println!("    {id}  {kind}  {name}  {email}  {phone}");
    }
    println!("Hardware tokens: {}, DEMO0001 to DEMO0003", report.added);
    // To hand to whoever plays the reviewer; it is kept nowhere.
    println!("Reviewer {REVIEWER}; the token of the first sign-in: {}", *token.expose_secret());
    Ok(())
}
