//! The parameters of a URI: percent-decoded, each at most once.

use zeroize::Zeroizing;

use super::{UriError, UriPart};

/// The parameters that are looked at. An absent one and an empty one are the same, but for the issuer.
#[derive(Default)]
pub(super) struct Query {
    pub(super) secret: Option<Zeroizing<String>>,
    pub(super) issuer: Option<Zeroizing<String>>,
    pub(super) algorithm: Option<Zeroizing<String>>,
    pub(super) digits: Option<Zeroizing<String>>,
    pub(super) period: Option<Zeroizing<String>>,
    pub(super) counter: Option<Zeroizing<String>>,
    pub(super) pin: Option<Zeroizing<String>>,
    pub(super) encoder: Option<Zeroizing<String>>,
}

impl Query {
    /// Takes what follows the question mark. Names count in any case; unknown ones are skipped unread. One that stands
    /// there twice with the same value does no harm; with two values, another program might have taken the other.
    pub(super) fn read(text: &str) -> Result<Self, UriError> {
        let mut query = Self::default();
        for pair in text.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some((part, place)) = query.place(name) else { continue };
            let value = percent_decode(value, part, Plus::IsSpace)?;
            match place {
                Some(earlier) if *earlier != value => {
                    return Err(UriError::DuplicateParameter { name: part });
                }
                _ => *place = Some(value),
            }
        }
        for place in [
            &mut query.secret,
            &mut query.algorithm,
            &mut query.digits,
            &mut query.period,
            &mut query.counter,
            &mut query.pin,
            &mut query.encoder,
        ] {
            if place.as_ref().is_some_and(|value| value.trim().is_empty()) {
                *place = None;
            }
        }
        Ok(query)
    }

    /// Compares without making a copy: when a URI is malformed, the secret may stand where a name should.
    fn place(&mut self, name: &str) -> Option<(UriPart, &mut Option<Zeroizing<String>>)> {
        let places = [
            ("secret", UriPart::Secret, &mut self.secret),
            ("issuer", UriPart::Issuer, &mut self.issuer),
            ("algorithm", UriPart::Algorithm, &mut self.algorithm),
            ("digits", UriPart::Digits, &mut self.digits),
            ("period", UriPart::Period, &mut self.period),
            ("counter", UriPart::Counter, &mut self.counter),
            ("pin", UriPart::Pin, &mut self.pin),
            ("encoder", UriPart::Encoder, &mut self.encoder),
        ];
        places
            .into_iter()
            .find(|(known, ..)| name.eq_ignore_ascii_case(known))
            .map(|(_, part, place)| (part, place))
    }
}

/// What a plus sign stands for: a space in a query (most web frameworks write it so), itself in a label, where it is
/// part of many mail addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    IsSpace,
    IsPlus,
}

/// Percent-decodes strictly. Characters that should have been encoded and were not are taken as they stand.
pub(super) fn percent_decode(text: &str, part: UriPart, plus: Plus) -> Result<Zeroizing<String>, UriError> {
    // As long as the input, so that it never grows: it may hold a secret, and growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || {
                    let byte = rest.next()?;
                    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
                };
                match (digit(), digit()) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(UriError::BadPercent { part }),
                }
            }
            b'+' if plus == Plus::IsSpace => b' ',
            other => other,
        });
    }
    let text = core::str::from_utf8(&bytes).map_err(|_| UriError::BadUtf8 { part })?;
    Ok(Zeroizing::new(text.to_owned()))
}
