//! How a session begins: after a login, a registration, or whatever else proved who it is.

use tessera_center_api::Hidden;
use tessera_center_api::login::SignedIn;
use tessera_center_api::security::EventKind;

use super::security_log::{self, Detail};
use super::{notices, second_factor};
use crate::Center;
use crate::http::{Peer, Refusal};
use crate::outbox::{Message, Template};
use crate::store::tables::account::Account;
use crate::store::tables::{session, trusted_device};
use crate::store::{StoreError, Tx};
use crate::token::{PlainToken, TokenHash};

/// Letters that a device's name may have.
const LABEL_MAX: usize = 64;

/// What a client calls the device it runs on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct DeviceLabel(String);

impl DeviceLabel {
    /// Takes the name as it was sent. It is quoted in messages to the owner, so that nothing of it that would become a
    /// link or a line of its own is kept.
    ///
    /// # Errors
    /// When it is empty or has more than 64 letters.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let plain = |letter: char| {
            if letter.is_alphanumeric() || " -_.,+'’()".contains(letter) { letter } else { ' ' }
        };
        let text: String = text.trim().chars().map(plain).collect();
        if text.trim().is_empty() || text.chars().count() > LABEL_MAX {
            return Err(Refusal::invalid("/device", "Name the device in 1 to 64 letters."));
        }
        Ok(Self(text))
    }

    /// The name.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// What the new session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A login; the owner is told when the device is not a trusted one.
    Login,
    /// The account was registered a moment ago; nobody needs to be told.
    Registration,
}

/// The device on which the session begins.
#[derive(Debug, Clone, Copy)]
pub struct Device<'a> {
    /// Its name.
    pub label: &'a DeviceLabel,
    /// Where it is.
    pub peer: Peer,
    /// The trusted device of this account that it is, as [`trusted`] found it.
    pub trusted: Option<TokenHash>,
    /// Whether it shall be trusted from now on.
    pub remember: bool,
}

/// The trusted device of this account that the token names, if it names one.
///
/// # Errors
/// When the database is away.
pub async fn trusted(
    tx: &mut Tx,
    center: &Center,
    account: i64,
    token: Option<&Hidden>,
) -> Result<Option<TokenHash>, StoreError> {
    // Only its hash is compared.
    let Some(token) = token.and_then(|token| PlainToken::from_text(token.expose_secret())) else {
        return Ok(None);
    };
    let since = center.now() - center.config.rules.trusted_device;
    Ok(trusted_device::is_trusted(tx, &token.hash(), account, since).await?.then(|| token.hash()))
}

/// Begins a session: the token, the trusted device if it was wished for, the line in the security log, and the notice to
/// the owner when a device signed in that is not trusted. Everything that had to be proven was proven before.
///
/// # Errors
/// When the database is away.
pub async fn begin(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    device: &Device<'_>,
    occasion: Occasion,
) -> Result<SignedIn, StoreError> {
    let (now, rules) = (center.now(), &center.config.rules);
    let (label, peer) = (device.label.text(), device.peer.to_string());
    let new = match device.trusted {
        None if device.remember => Some(PlainToken::generate(&*center.random)?),
        _ => None,
    };
    if let Some(new) = &new {
        trusted_device::remember(tx, &new.hash(), account.id, label, now, rules.trusted_devices).await?;
    }
    if let Some(known) = &device.trusted {
        trusted_device::used(tx, known, now).await?;
    }
    let token = PlainToken::generate(&*center.random)?;
    let trusted = new.as_ref().map(PlainToken::hash).or(device.trusted);
    session::insert(tx, &token.hash(), account.id, label, &peer, trusted.as_ref(), now).await?;
    let bind_mfa_first = second_factor::must_bind(tx, account).await?;
    if bind_mfa_first {
        session::restrict(tx, &token.hash()).await?;
    }
    let detail = Detail::none().with("device", label);
    security_log::note(tx, center, account.id, EventKind::SignedIn, &peer, &detail).await?;
    if occasion == Occasion::Login && device.trusted.is_none() {
        let message = Message::new(Template::NewDevice, &account.language)
            .with("device", label)
            .with("peer", peer)
            .with("at", notices::moment(now));
        notices::tell(tx, center, account.id, &message, &[]).await?;
    }
    // The answer to the one who signed in is where the tokens belong.
    let hand_out = |token: &PlainToken| Hidden::new(token.expose_secret().as_str());
    Ok(SignedIn {
        account: account.id,
        session: hand_out(&token),
        trusted_device: new.as_ref().map(hand_out),
        bind_mfa_first,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_name_carries_no_link_and_no_line() {
        let label = DeviceLabel::read(" Zoë's laptop\nhttps://evil.example/x@y ").unwrap();
        assert_eq!(label.text(), "Zoë's laptop https   evil.example x y");
        assert!(DeviceLabel::read("\u{202e}\n").is_err());
        assert!(DeviceLabel::read(&"a".repeat(65)).is_err());
        assert_eq!(DeviceLabel::read(&"ä".repeat(64)).unwrap().text().chars().count(), 64);
    }
}
