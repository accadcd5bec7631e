//! Another password for an account.

use tessera_center_api::security::EventKind;
use tessera_center_api::{ErrorCode, Hidden};

use super::anonymous_code::Errand;
use super::security_log::{self, Detail};
use super::{notices, pending_login};
use crate::Center;
use crate::http::{Peer, Refusal};
use crate::keys::Seal;
use crate::outbox::{Message, Template};
use crate::password::{PASSWORD_MAX, Password, Weakness};
use crate::store::tables::account::{self, Account};
use crate::store::tables::{contact, flow, session, trusted_device};
use crate::store::{StoreError, Tx};
use crate::token::TokenHash;

/// The words that a password of this account is easily guessed by: its number, its name, what stands in its addresses.
///
/// # Errors
/// When the database is away.
pub async fn own_words(tx: &mut Tx, center: &Center, account: &Account) -> Result<Vec<String>, StoreError> {
    let name = center
        .keys
        .open(Seal::Label, &account::sealed_row(account.id), &account.name)
        .map_err(|_| StoreError::Sealed("account.name"))?;
    let mut words = vec![account.id.to_string()];
    let mut add = |text: &str| {
        words.push(text.to_lowercase());
        words.extend(text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase));
    };
    add(&center.config.name);
    add(&String::from_utf8_lossy(&name));
    for contact in contact::of_account(tx, &center.keys, account.id).await? {
        add(contact.address.text());
    }
    words.retain(|word| word.chars().count() > 2);
    Ok(words)
}

/// Judges a new password and hashes it. Takes time: no transaction may be open.
///
/// # Errors
/// `WeakPassword` with advice, `InvalidValue` for an over-long one.
pub async fn hash(center: &Center, password: &Hidden, own_words: Vec<String>) -> Result<String, Refusal> {
    // It is judged and hashed, nothing else.
    let text = password.expose_secret();
    match center.hasher.judge(text, own_words).await? {
        Ok(()) => Ok(center.hasher.hash(Password::new(text), &center.random).await?),
        Err(Weakness::TooLong) => {
            Err(Refusal::invalid("/password", format!("A password has at most {PASSWORD_MAX} bytes.")))
        }
        Err(Weakness::Guessable(advice)) => {
            Err(Refusal::new(ErrorCode::WeakPassword, format!("This password is easy to guess. {advice}")))
        }
        Err(Weakness::Leaked) => Err(Refusal::new(
            ErrorCode::WeakPassword,
            "This password is known from leaks: whoever guesses tries it first. Take one that you use nowhere else.",
        )),
    }
}

/// What stays when the password changes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kept<'a> {
    /// The session that changed it.
    pub session: Option<&'a TokenHash>,
    /// The trusted device that it was changed on.
    pub device: Option<&'a TokenHash>,
}

/// Sets the password: pending logins and resets and other sessions end, other devices are trusted no longer, the owner is told. A window
/// of wrong passwords stays as it is.
///
/// # Errors
/// When the database is away.
pub async fn set(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    hash: &str,
    event: EventKind,
    kept: Kept<'_>,
    peer: Peer,
) -> Result<(), StoreError> {
    let now = center.now();
    // The account comes first: a login that was under way stands before this, and what it began is ended below.
    account::set_password(tx, account.id, hash, now).await?;
    pending_login::end_all(tx, account.id, now).await?;
    flow::end_all(tx, Errand::Reset.kind(), account.id, now).await?;
    session::end_others(tx, account.id, kept.session).await?;
    trusted_device::forget_others(tx, account.id, kept.device).await?;
    security_log::note(tx, center, account.id, event, &peer.to_string(), &Detail::none()).await?;
    let message = Message::new(Template::PasswordChanged, &account.language).with("at", notices::moment(now));
    notices::tell(tx, center, account.id, &message, &[]).await
}
