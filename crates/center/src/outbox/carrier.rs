//! What takes a message away: a mail server, an SMS gateway, or nobody, and then it stays in the local outbox.

use std::error::Error;
use std::io;

use super::gateway::Gateway;
use super::smtp::Smtp;
use super::{Opened, Rendered};
use crate::clock::Unix;
use crate::config::Config;
use crate::contact::AddressKind;

/// Why a message did not go. The words stand in the outbox's row and in logs: no address, no text, no answer of a server
/// that may quote them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotCarried(pub String);

/// A setting that no carrier can be made from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {words}")]
pub struct CarrierFault {
    /// Which key of the configuration.
    pub key: &'static str,
    /// What is wrong.
    pub words: String,
}

impl CarrierFault {
    pub(super) fn new(key: &'static str, words: impl Into<String>) -> Self {
        Self { key, words: words.into() }
    }
}

/// The carriers of one server.
pub struct Carriers {
    mail: Option<Smtp>,
    sms: Option<Gateway>,
}

impl Carriers {
    /// Makes them as configured; nothing is connected yet.
    ///
    /// # Errors
    /// When a setting cannot be meant.
    pub fn new(config: &Config) -> Result<Self, CarrierFault> {
        let mail = config.mail.url.as_deref().map(|url| Smtp::new(url, &config.mail)).transpose()?;
        let sms = config.sms.url.as_deref().map(|url| Gateway::new(url, &config.sms)).transpose()?;
        Ok(Self { mail, sms })
    }

    /// Whether somebody takes messages of this kind away.
    pub const fn takes(&self, kind: AddressKind) -> bool {
        match kind {
            AddressKind::Email => self.mail.is_some(),
            AddressKind::Phone => self.sms.is_some(),
        }
    }

    /// Hands a message over.
    ///
    /// # Errors
    /// When it was not taken, or nobody knows whether it was.
    pub(super) async fn carry(
        &self,
        message: &Opened,
        said: &Rendered,
        written_at: Unix,
    ) -> Result<(), NotCarried> {
        match (message.to.kind(), &self.mail, &self.sms) {
            (AddressKind::Email, Some(mail), _) => mail.send(message, said, written_at).await,
            (AddressKind::Phone, _, Some(sms)) => sms.send(message, said).await,
            _ => Err(NotCarried("nobody takes such messages".into())),
        }
    }
}

/// Whether it was TLS that failed. Libraries call that a broken connection; what they wrap says more.
pub(super) fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        // An error of I/O gives out what is below its own cause, not the cause.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if error.is::<rustls::Error>() || inner.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>) {
            return true;
        }
        next = error.source();
    }
    false
}

/// What `serve --check-config` says about mail and text messages.
pub(crate) fn faults(config: &Config) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if let Err(fault) = super::smtp::sender(&config.mail) {
        faults.push(fault);
    }
    if let Some(Err(fault)) = config.mail.url.as_deref().map(|url| Smtp::new(url, &config.mail))
        && !faults.contains(&fault)
    {
        faults.push(fault);
    }
    if let Err(fault) = super::gateway::body_faults(&config.sms) {
        faults.push(fault);
    }
    if let Some(Err(fault)) = config.sms.url.as_deref().map(|url| Gateway::new(url, &config.sms))
        && !faults.contains(&fault)
    {
        faults.push(fault);
    }
    faults.into_iter().map(|fault| (fault.key, fault.words)).collect()
}
