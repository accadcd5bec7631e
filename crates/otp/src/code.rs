//! A one-time code and when it is valid.

use core::fmt;

use zeroize::Zeroizing;

use crate::{Generator, Kind, Pin, Secret, algorithms, yandex};

/// The most characters of a code.
const LONGEST: usize = 10;

/// A one-time code, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// ASCII; kept in place, since a screen full of rows computes hundreds of codes.
    symbols: Zeroizing<[u8; LONGEST]>,
    length: u8,
    valid: Option<(u64, u64)>,
}

impl Code {
    /// The code as it is typed in, without spaces.
    pub fn text(&self) -> &str {
        // The symbols are ASCII by construction, so that the default is never taken.
        self.symbols
            .get(..usize::from(self.length))
            .and_then(|ascii| core::str::from_utf8(ascii).ok())
            .unwrap_or_default()
    }

    /// The first Unix second at which it is valid; `None` for HOTP.
    pub fn valid_from(&self) -> Option<u64> {
        self.valid.map(|(from, _)| from)
    }

    /// The first Unix second at which it is no longer valid; `None` for HOTP.
    pub fn valid_until(&self) -> Option<u64> {
        self.valid.map(|(_, until)| until)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code").field("valid", &self.valid).finish_non_exhaustive()
    }
}

/// Why there is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// The PIN is not kept with the credential: ask for it and call [`code_with_pin`](crate::Credential::code_with_pin).
    #[error("{} codes need a PIN, and none is kept with this entry.", .0.name())]
    PinNeeded(Kind),
    /// Yandex keys an HMAC with 16 bytes of the secret.
    #[error("A Yandex secret has at least 16 bytes, and this one has {found}.")]
    YandexSecret {
        /// How many bytes it has.
        found: usize,
    },
}

pub(crate) fn compute(
    secret: &Secret,
    generator: &Generator,
    pin: Option<&Pin>,
    unix: u64,
) -> Result<Code, CodeError> {
    let step = generator.period().map(|period| {
        let period = u64::from(period.get());
        (unix / period, period)
    });
    let moment = step.map_or(0, |(step, _)| step);
    // Computing the code is what the secret and the PIN are for.
    let key = secret.expose_secret();
    let pin = pin.map(|pin| pin.expose_secret().as_bytes());
    let mut symbols = Zeroizing::new([0; LONGEST]);
    let out = symbols.as_mut_slice();
    let length = match generator {
        Generator::Totp { algorithm, digits, .. } => {
            algorithms::digits(*algorithm, *digits, key, moment, out)
        }
        Generator::Hotp { algorithm, digits, counter } => {
            algorithms::digits(*algorithm, *digits, key, *counter, out)
        }
        Generator::Steam => algorithms::steam(key, moment, out),
        Generator::Motp { .. } => {
            algorithms::motp(key, pin.ok_or(CodeError::PinNeeded(Kind::Motp))?, moment, out)
        }
        Generator::Yandex { .. } => {
            let pin = pin.ok_or(CodeError::PinNeeded(Kind::Yandex))?;
            let key = key.get(..yandex::KEY).ok_or(CodeError::YandexSecret { found: key.len() })?;
            algorithms::yandex(key, pin, moment, out)
        }
    };
    let valid = step.map(|(step, period)| {
        let from = step * period;
        (from, from.saturating_add(period))
    });
    Ok(Code { symbols, length, valid })
}
