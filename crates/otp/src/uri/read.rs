//! From a URI to a credential.

use super::error::{URI_MAX, quoted};
use super::query::{Plus, Query, percent_decode};
use super::{UriError, UriPart};
use crate::{
    Algorithm, Credential, Digits, Generator, Kind, NAME_MAX, Period, Pin, Secret, clean_name, yandex,
};

impl Credential {
    /// Reads an otpauth URI as services, phones and other authenticators write it, and `motp:` URIs.
    ///
    /// - Scheme, type and names of parameters count in any case. Space around the whole is skipped.
    /// - Types are `totp`, `hotp`, `steam`, `motp` and `yaotp`. TOTP with `encoder=steam` is Steam; so is TOTP of the
    ///   issuer `Steam` that says nothing else than Steam's five digits, SHA-1 and 30 seconds, or says nothing.
    /// - The issuer stands before the first colon of the label, or in the parameter `issuer`. If it stands in both
    ///   and they differ, the parameter wins: the key URI format prescribes it, the label only allows it.
    /// - What is missing or empty is SHA-1, six digits, 30 seconds, counter 0, no names. Only the secret must be there.
    /// - The secret is base32 in either case, with or without spaces, hyphens and padding; after `motp:` it is
    ///   hexadecimal, as multiOTP writes it.
    /// - A PIN is digits, or base32 of digits as Aegis writes it; the two cannot be taken for each other.
    /// - A parameter that stands there twice is an error if the values differ. Unknown parameters are skipped.
    /// - `+` is a space in parameters and itself in the label. `#` and all Unicode may stand there as they are.
    /// - Control characters in names are taken out, spaces at their ends too ([`clean_name`]).
    ///
    /// # Errors
    /// One variant of [`UriError`] a fault.
    pub fn from_uri(uri: &str) -> Result<Self, UriError> {
        let uri = uri.trim();
        if uri.len() > URI_MAX {
            return Err(UriError::UriTooLong { found: uri.len() });
        }
        let (scheme, rest) = uri.split_once("://").ok_or(UriError::NotOtpauth)?;
        let (head, query) = rest.split_once('?').unwrap_or((rest, ""));
        if scheme.eq_ignore_ascii_case("otpauth") {
            let (kind, label) = head.split_once('/').unwrap_or((head, ""));
            read(read_kind(kind)?, label, query, Secret::from_base32)
        } else if scheme.eq_ignore_ascii_case("motp") {
            read(Kind::Motp, head, query, Secret::from_hex)
        } else if scheme.eq_ignore_ascii_case("otpauth-migration") {
            Err(UriError::Migration)
        } else {
            Err(UriError::NotOtpauth)
        }
    }
}

type ReadSecret = fn(&str) -> Result<Secret, crate::SecretError>;

fn read(kind: Kind, label: &str, query: &str, read_secret: ReadSecret) -> Result<Credential, UriError> {
    let query = Query::read(query)?;
    let (label_issuer, account) = read_label(label)?;
    let issuer = match (&query.issuer, label_issuer) {
        (Some(issuer), _) if !issuer.trim().is_empty() => read_name(issuer, UriPart::Issuer)?,
        (_, Some(issuer)) => issuer,
        // Yandex itself names no issuer; one that is named and empty stays empty.
        (None, None) if kind == Kind::Yandex => Kind::Yandex.name().to_owned(),
        (_, None) => String::new(),
    };
    let secret = read_secret(query.secret.as_ref().ok_or(UriError::MissingSecret)?)?;
    let generator = match kind {
        Kind::Totp if is_steam(&query, &issuer)? => Generator::Steam,
        Kind::Totp => Generator::Totp {
            algorithm: read_algorithm(&query)?,
            digits: read_digits(&query)?,
            period: read_period(&query)?,
        },
        Kind::Hotp => {
            if let Some(encoder) = &query.encoder
                && !is_plain(encoder)
            {
                return Err(UriError::UnknownEncoder { found: quoted(encoder) });
            }
            Generator::Hotp {
                algorithm: read_algorithm(&query)?,
                digits: read_digits(&query)?,
                counter: read_counter(&query)?,
            }
        }
        Kind::Steam => Generator::Steam,
        Kind::Motp => Generator::Motp { pin: read_pin(&query)? },
        Kind::Yandex => {
            // Its checksum is looked at.
            yandex::check(secret.expose_secret())?;
            Generator::Yandex { pin: read_pin(&query)? }
        }
    };
    Ok(Credential { issuer, account, secret, generator })
}

fn read_kind(text: &str) -> Result<Kind, UriError> {
    const KINDS: [(&str, Kind); 5] = [
        ("totp", Kind::Totp),
        ("hotp", Kind::Hotp),
        ("steam", Kind::Steam),
        ("motp", Kind::Motp),
        ("yaotp", Kind::Yandex),
    ];
    KINDS
        .into_iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name))
        .map(|(_, kind)| kind)
        .ok_or_else(|| UriError::UnknownType { found: quoted(text) })
}

/// A colon that stands as it is parts issuer and account; only without one may an encoded colon do so, for an encoded
/// one may also belong to a name.
fn read_label(label: &str) -> Result<(Option<String>, String), UriError> {
    if let Some((issuer, account)) = label.split_once(':') {
        let issuer = percent_decode(issuer, UriPart::Issuer, Plus::IsPlus)?;
        let account = percent_decode(account, UriPart::Account, Plus::IsPlus)?;
        return Ok((Some(read_name(&issuer, UriPart::Issuer)?), read_name(&account, UriPart::Account)?));
    }
    let label = percent_decode(label, UriPart::Label, Plus::IsPlus)?;
    match label.split_once(':') {
        Some((issuer, account)) => {
            Ok((Some(read_name(issuer, UriPart::Issuer)?), read_name(account, UriPart::Account)?))
        }
        None => Ok((None, read_name(&label, UriPart::Account)?)),
    }
}

fn read_name(text: &str, part: UriPart) -> Result<String, UriError> {
    let name = clean_name(text);
    let found = name.chars().count();
    if found > NAME_MAX { Err(UriError::TooLong { part, found }) } else { Ok(name) }
}

/// Whether a TOTP URI really means Steam.
fn is_steam(query: &Query, issuer: &str) -> Result<bool, UriError> {
    match &query.encoder {
        Some(encoder) if encoder.trim().eq_ignore_ascii_case("steam") => Ok(true),
        Some(encoder) if !is_plain(encoder) => Err(UriError::UnknownEncoder { found: quoted(encoder) }),
        Some(_) => Ok(false),
        None => Ok(issuer.eq_ignore_ascii_case("steam")
            && query.digits.as_ref().is_none_or(|digits| digits.trim() == "5")
            && read_algorithm(query)? == Algorithm::Sha1
            && read_period(query)? == Period::THIRTY),
    }
}

/// The encoder that is none: digits.
fn is_plain(encoder: &str) -> bool {
    encoder.trim().eq_ignore_ascii_case("default")
}

fn read_algorithm(query: &Query) -> Result<Algorithm, UriError> {
    match &query.algorithm {
        None => Ok(Algorithm::default()),
        Some(text) => text.trim().parse().map_err(|_| UriError::BadAlgorithm { found: quoted(text) }),
    }
}

fn read_digits(query: &Query) -> Result<Digits, UriError> {
    match &query.digits {
        None => Ok(Digits::default()),
        Some(text) => number(text)
            .and_then(|number| Digits::new(number).ok())
            .ok_or_else(|| UriError::BadDigits { found: quoted(text) }),
    }
}

fn read_period(query: &Query) -> Result<Period, UriError> {
    match &query.period {
        None => Ok(Period::default()),
        Some(text) => number(text)
            .and_then(|number| Period::new(number).ok())
            .ok_or_else(|| UriError::BadPeriod { found: quoted(text) }),
    }
}

fn read_counter(query: &Query) -> Result<u64, UriError> {
    match &query.counter {
        None => Ok(0),
        Some(text) => number(text).ok_or_else(|| UriError::BadCounter { found: quoted(text) }),
    }
}

fn read_pin(query: &Query) -> Result<Option<Pin>, UriError> {
    let Some(text) = &query.pin else { return Ok(None) };
    let text = text.trim();
    // Base32 of a digit begins with G or H, so that no PIN is both. The bytes become a PIN again, hence the exposing.
    if text.starts_with(['G', 'g', 'H', 'h'])
        && let Ok(bytes) = Secret::from_base32(text)
        && let Ok(digits) = core::str::from_utf8(bytes.expose_secret())
    {
        return Ok(Some(Pin::new(digits)?));
    }
    Ok(Some(Pin::new(text)?))
}

/// A number in ASCII digits and nothing else: `parse` alone would take a plus sign.
fn number<N: core::str::FromStr>(text: &str) -> Option<N> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
