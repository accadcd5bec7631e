//! What an otpauth URI says: whose codes, and how they are computed.

use crate::code::{self, Code, CodeError};
use crate::{Generator, Kind, Pin, Secret, clean_name};

/// A secret with its names and everything that its codes depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The service, such as `Example`; may be empty.
    pub issuer: String,
    /// The account at the service, such as `alice@example.org`; may be empty.
    pub account: String,
    /// The shared secret.
    pub secret: Secret,
    /// The type with its parameters.
    pub generator: Generator,
}

impl Credential {
    /// Puts one together, with its names cleaned ([`clean_name`]).
    pub fn new(issuer: &str, account: &str, secret: Secret, generator: Generator) -> Self {
        Self { issuer: clean_name(issuer), account: clean_name(account), secret, generator }
    }

    /// Its type.
    pub const fn kind(&self) -> Kind {
        self.generator.kind()
    }

    /// The code at a Unix time; for HOTP the code of its counter, whatever the time.
    ///
    /// # Errors
    /// [`CodeError::PinNeeded`] if a PIN has to be asked for, [`CodeError::YandexSecret`].
    pub fn code_at(&self, unix: u64) -> Result<Code, CodeError> {
        code::compute(&self.secret, &self.generator, self.generator.pin(), unix)
    }

    /// The code after the one at a Unix time. `None` for HOTP, where looking ahead would use a code up, and after the
    /// last period that 64 bits can count.
    ///
    /// # Errors
    /// As [`code_at`](Self::code_at).
    pub fn next_code_at(&self, unix: u64) -> Result<Option<Code>, CodeError> {
        let Some(next) = self.next_period_at(unix) else { return Ok(None) };
        self.code_at(next).map(Some)
    }

    /// As [`code_at`](Self::code_at), with a PIN that a person was asked for. It goes before one that is kept; types
    /// without PIN take no notice of it.
    ///
    /// # Errors
    /// [`CodeError::YandexSecret`].
    pub fn code_with_pin(&self, unix: u64, pin: &Pin) -> Result<Code, CodeError> {
        code::compute(&self.secret, &self.generator, Some(pin), unix)
    }

    fn next_period_at(&self, unix: u64) -> Option<u64> {
        let period = u64::from(self.generator.period()?.get());
        (unix / period).checked_add(1)?.checked_mul(period)
    }
}
