//! An entry in the making: what the formats have in common, with the parsing of each field in one place.

use tessera_otp::{Algorithm, Credential, Digits, Entry, Generator, Kind, Period, Pin, Secret};

use crate::Reason;
use crate::found::short;

/// The fields of an entry as files give them. Begin with [`Draft::new`], fill in what the file has, then [`Draft::entry`].
pub(crate) struct Draft {
    pub(crate) issuer: String,
    pub(crate) account: String,
    pub(crate) secret: Secret,
    pub(crate) kind: Kind,
    pub(crate) algorithm: Algorithm,
    pub(crate) digits: Digits,
    pub(crate) period: Period,
    pub(crate) counter: u64,
    pub(crate) pin: Option<Pin>,
    pub(crate) group: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) note: String,
    /// A PNG; the collector drops one that a vault does not keep, and says so.
    pub(crate) icon: Option<Vec<u8>>,
    pub(crate) favorite: bool,
    /// Unix seconds, if the file knows.
    pub(crate) created: Option<u64>,
}

impl Draft {
    /// TOTP with SHA-1, six digits, 30 seconds, and nothing else.
    pub(crate) fn new(issuer: &str, account: &str, secret: Secret) -> Self {
        Self {
            issuer: issuer.to_owned(),
            account: account.to_owned(),
            secret,
            kind: Kind::Totp,
            algorithm: Algorithm::default(),
            digits: Digits::SIX,
            period: Period::THIRTY,
            counter: 0,
            pin: None,
            group: None,
            tags: Vec::new(),
            note: String::new(),
            icon: None,
            favorite: false,
            created: None,
        }
    }

    /// Puts the entry together. Names are cleaned; whether it may be kept is the collector's to check.
    pub(crate) fn entry(self, now: u64) -> Entry {
        let Self { algorithm, digits, period, counter, pin, .. } = self;
        let generator = match self.kind {
            Kind::Totp => Generator::Totp { algorithm, digits, period },
            Kind::Hotp => Generator::Hotp { algorithm, digits, counter },
            Kind::Steam => Generator::Steam,
            Kind::Motp => Generator::Motp { pin },
            Kind::Yandex => Generator::Yandex { pin },
        };
        let credential = Credential::new(&self.issuer, &self.account, self.secret, generator);
        let mut entry = Entry::new(credential, self.created.unwrap_or(now));
        entry.group = self.group;
        entry.tags = self.tags;
        entry.note = self.note;
        entry.icon = self.icon;
        entry.favorite = self.favorite;
        entry.modified = entry.created.max(now);
        entry
    }
}

/// Reads the name of a type: `totp`, `HOTP`, `Steam`, `motp`, `yandex`, `yaotp`.
pub(crate) fn kind(text: &str) -> Result<Kind, Reason> {
    text.trim().parse().map_err(|_| Reason::UnknownType { found: short(text) })
}

/// Reads the name of an algorithm in any usual spelling.
pub(crate) fn algorithm(text: &str) -> Result<Algorithm, Reason> {
    text.trim().parse().map_err(|_| Reason::UnknownAlgorithm { found: short(text) })
}

/// Takes a number of digits.
pub(crate) fn digits(number: u64) -> Result<Digits, Reason> {
    let number = u8::try_from(number)
        .map_err(|_| Reason::OutOfRange { field: "digits", found: number.to_string() })?;
    Ok(Digits::new(number)?)
}

/// Takes a period in seconds.
pub(crate) fn period(seconds: u64) -> Result<Period, Reason> {
    let seconds = u32::try_from(seconds)
        .map_err(|_| Reason::OutOfRange { field: "period", found: seconds.to_string() })?;
    Ok(Period::new(seconds)?)
}
