//! Staff accounts. The command line alone makes them; the first sign-in, by a one-time token that it prints, sets the
//! password and binds the authenticator without which nobody signs in.

mod authenticator;
mod sign_in;

use tessera_center_api::ErrorCode;
use tessera_center_api::staff::Role;

pub use sign_in::{accept, open_invitation, sign_in};

use crate::Center;
use crate::clock::Unix;
use crate::contact::Address;
use crate::http::Refusal;
use crate::keys::Seal;
use crate::rules::audit::{self, Entry};
use crate::store::tables::account::AccountId;
use crate::store::tables::staff::{self, Staff};
use crate::store::tables::{contact, staff_session};
use crate::store::{StoreError, Tx};
use crate::token::PlainToken;

/// A staff member, opened.
#[derive(Debug, Clone)]
pub struct Person {
    /// Its name in the database and in logs.
    pub id: String,
    /// The e-mail address.
    pub email: Address,
    /// The person's name.
    pub name: String,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The person's own account at this center.
    pub account: Option<AccountId>,
    /// When it was added.
    pub created_at: Unix,
    /// Since when it is disabled.
    pub disabled_at: Option<Unix>,
    /// Whether its invitation was accepted.
    pub active: bool,
}

/// The roles of a row.
pub fn roles(stored: &str) -> Vec<Role> {
    stored.split(' ').filter_map(Role::from_text).collect()
}

/// The person's name in clear.
///
/// # Errors
/// When it does not open with the keys at hand.
pub fn name(center: &Center, stored: &Staff) -> Result<String, StoreError> {
    let plain = center
        .keys
        .open(Seal::Label, &staff::sealed_row(&stored.id), &stored.name)
        .map_err(|_| StoreError::Sealed("staff.name"))?;
    String::from_utf8(plain.to_vec()).map_err(|_| StoreError::Invalid("staff.name"))
}

/// Adds a staff member and gives the token of its first sign-in, which is kept nowhere.
///
/// # Errors
/// `InvalidValue`, `AddressTaken`.
pub async fn add(
    center: &Center,
    email: &str,
    full_name: &str,
    roles: &[Role],
    account: Option<AccountId>,
) -> Result<(Person, PlainToken), Refusal> {
    let email = Address::email(email).map_err(|error| Refusal::invalid("/email", error.to_string()))?;
    let full_name = full_name.trim();
    if full_name.is_empty() || full_name.len() > 200 || full_name.chars().any(char::is_control) {
        return Err(Refusal::invalid("/name", "A name has 1 to 200 bytes and no control characters."));
    }
    let id = center.new_id()?;
    let sealed = |kind, plain: &str| {
        center.keys.seal(&*center.random, kind, &staff::sealed_row(&id), plain.as_bytes())
    };
    let new = Staff {
        email: sealed(Seal::Contact, email.text())?,
        fingerprint: contact::fingerprint(&center.keys, &email),
        name: sealed(Seal::Label, full_name)?,
        id: id.clone(),
        roles: stored_roles(roles),
        account,
        password_hash: None,
        totp_seed: None,
        created_at: center.now(),
        disabled_at: None,
    };
    let token = PlainToken::generate(&*center.random)?;
    let until = center.now() + center.config.rules.staff_invitation;
    let mut tx = center.begin().await?;
    if !staff::insert(&mut tx, &new, &token.hash(), until).await? {
        return Err(Refusal::new(ErrorCode::AddressTaken, "A staff member has this address already."));
    }
    let entry = Entry::new("staff-added").with("staff", &*id).with("roles", &*new.roles);
    audit::append(&mut tx, center, None, &entry).await?;
    tx.commit().await?;
    Ok((open(center, &new)?, token))
}

/// Gives a staff member who lost password or authenticator another first sign-in; the old ones end at once.
///
/// # Errors
/// `NotFound`.
pub async fn invite_again(center: &Center, email: &str) -> Result<PlainToken, Refusal> {
    let mut tx = center.begin().await?;
    let found = find(&mut tx, center, email).await?;
    let token = PlainToken::generate(&*center.random)?;
    let until = center.now() + center.config.rules.staff_invitation;
    if !staff::invite_again(&mut tx, &found.id, &token.hash(), until).await? {
        return Err(nobody());
    }
    staff_session::end_all(&mut tx, &found.id).await?;
    audit::append(&mut tx, center, None, &Entry::new("staff-invited-again").with("staff", found.id)).await?;
    tx.commit().await?;
    Ok(token)
}

/// Gives other roles; they count from the next request on.
///
/// # Errors
/// `NotFound`.
pub async fn set_roles(center: &Center, email: &str, roles: &[Role]) -> Result<(), Refusal> {
    let mut tx = center.begin().await?;
    let found = find(&mut tx, center, email).await?;
    let stored = stored_roles(roles);
    if !staff::set_roles(&mut tx, &found.id, &stored).await? {
        return Err(nobody());
    }
    let entry = Entry::new("staff-roles").with("staff", found.id).with("roles", stored);
    audit::append(&mut tx, center, None, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Disables a staff member for good: sessions end, and its claims are free at once.
///
/// # Errors
/// `NotFound`.
pub async fn disable(center: &Center, email: &str) -> Result<(), Refusal> {
    let mut tx = center.begin().await?;
    let found = find(&mut tx, center, email).await?;
    if !staff::disable(&mut tx, &found.id, center.now()).await? {
        return Err(nobody());
    }
    staff_session::end_all(&mut tx, &found.id).await?;
    audit::append(&mut tx, center, None, &Entry::new("staff-disabled").with("staff", found.id)).await?;
    tx.commit().await?;
    Ok(())
}

/// All of them, the earliest first.
///
/// # Errors
/// When the database is away or a sealed value does not open.
pub async fn all(center: &Center) -> Result<Vec<Person>, StoreError> {
    let mut tx = center.begin().await?;
    staff::all(&mut tx).await?.iter().map(|found| open(center, found)).collect()
}

fn open(center: &Center, stored: &Staff) -> Result<Person, StoreError> {
    let email = center
        .keys
        .open(Seal::Contact, &staff::sealed_row(&stored.id), &stored.email)
        .map_err(|_| StoreError::Sealed("staff.email"))?;
    let email = std::str::from_utf8(&email).map_err(|_| StoreError::Invalid("staff.email"))?;
    Ok(Person {
        id: stored.id.clone(),
        email: Address::stored(crate::contact::AddressKind::Email, email),
        name: name(center, stored)?,
        roles: roles(&stored.roles),
        account: stored.account,
        created_at: stored.created_at,
        disabled_at: stored.disabled_at,
        active: stored.password_hash.is_some(),
    })
}

async fn find(tx: &mut Tx, center: &Center, email: &str) -> Result<Staff, Refusal> {
    let email = Address::email(email).map_err(|error| Refusal::invalid("/email", error.to_string()))?;
    staff::by_fingerprint(tx, &contact::fingerprint(&center.keys, &email)).await?.ok_or_else(nobody)
}

fn nobody() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "No staff member who is not disabled has this address.")
}

fn stored_roles(roles: &[Role]) -> String {
    let roles: std::collections::BTreeSet<Role> = roles.iter().copied().collect();
    roles.into_iter().map(Role::text).collect::<Vec<_>>().join(" ")
}
