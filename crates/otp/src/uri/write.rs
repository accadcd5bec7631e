//! From a credential to a URI.

use core::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::{Credential, Generator};

/// All but the unreserved characters of RFC 3986, §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Credential {
    /// Writes the otpauth URI that [`from_uri`](Self::from_uri) reads back as an equal credential, as long as the
    /// names are clean and within their length and a Yandex secret passes its check. That is so of every credential
    /// that came from a URI or passes [`Entry::check`](crate::Entry::check).
    ///
    /// It holds the secret in clear, and the PIN if one is kept: that is what it is for.
    pub fn to_uri(&self) -> Zeroizing<String> {
        let secret = self.secret.to_base32();
        let mut uri = Zeroizing::new(String::with_capacity(room(self, &secret)));
        uri.push_str("otpauth://");
        uri.push_str(match self.generator {
            Generator::Totp { .. } => "totp/",
            Generator::Hotp { .. } => "hotp/",
            Generator::Steam => "steam/",
            Generator::Motp { .. } => "motp/",
            Generator::Yandex { .. } => "yaotp/",
        });
        push_encoded(&mut uri, &self.issuer);
        // A colon of the account's own would otherwise be taken for the one after the issuer.
        if !self.issuer.is_empty() || self.account.contains(':') {
            uri.push(':');
        }
        push_encoded(&mut uri, &self.account);
        uri.push_str("?secret=");
        uri.push_str(&secret);
        if !self.issuer.is_empty() {
            uri.push_str("&issuer=");
            push_encoded(&mut uri, &self.issuer);
        }
        match &self.generator {
            Generator::Totp { algorithm, digits, period } => {
                push_display(
                    &mut uri,
                    format_args!("&algorithm={algorithm}&digits={}&period={}", digits.get(), period.get()),
                );
                // A reader would take it for Steam otherwise.
                if self.issuer.eq_ignore_ascii_case("steam") {
                    uri.push_str("&encoder=default");
                }
            }
            Generator::Hotp { algorithm, digits, counter } => {
                push_display(
                    &mut uri,
                    format_args!("&algorithm={algorithm}&digits={}&counter={counter}", digits.get()),
                );
            }
            Generator::Steam | Generator::Motp { pin: None } => {}
            // Aegis writes the PIN as base32, Aegis and Ente read it so.
            Generator::Motp { pin: Some(pin) } => {
                uri.push_str("&pin=");
                uri.push_str(&crate::base32::encode(pin.expose_secret().as_bytes()));
            }
            Generator::Yandex { pin } => {
                if self.issuer.is_empty() {
                    // A reader would add Yandex's name otherwise.
                    uri.push_str("&issuer=");
                }
                if let Some(pin) = pin {
                    uri.push_str("&pin=");
                    uri.push_str(&crate::base32::encode(pin.expose_secret().as_bytes()));
                }
            }
        }
        uri
    }
}

/// Room for the longest that can be written, so that the text never moves and leaves no copy behind: names grow to
/// three times their length, and what surrounds them stays under 160 bytes.
fn room(credential: &Credential, secret: &str) -> usize {
    160 + secret.len() + 3 * (2 * credential.issuer.len() + credential.account.len())
}

fn push_encoded(uri: &mut String, text: &str) {
    uri.extend(utf8_percent_encode(text, RESERVED));
}

fn push_display(uri: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = uri.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, Digits, Period, Pin, Secret};

    #[test]
    fn the_longest_uri_of_every_type_fits_the_room_made_for_it() {
        let digits = Digits::new(10).unwrap();
        let pin = || Some(Pin::new("9999999999999999").unwrap());
        for generator in [
            Generator::Totp { algorithm: Algorithm::Sha512, digits, period: Period::new(86_400).unwrap() },
            Generator::Hotp { algorithm: Algorithm::Sha512, digits, counter: u64::MAX },
            Generator::Steam,
            Generator::Motp { pin: pin() },
            Generator::Yandex { pin: pin() },
        ] {
            for (issuer, account) in [
                ("", ""),
                ("", ":::"),
                ("Steam", "///"),
                (&*"\u{1F511}".repeat(1024), &*"\u{FFFD}".repeat(1024)),
            ] {
                let secret = Secret::from_bytes(&[0xFF; Secret::MAX]).unwrap();
                let credential = Credential::new(issuer, account, secret, generator.clone());
                let uri = credential.to_uri();
                assert!(uri.len() <= room(&credential, &credential.secret.to_base32()), "{generator:?}");
                assert!(uri.len() < super::super::error::URI_MAX, "{generator:?}");
            }
        }
    }
}
