//! Where KeePass, KeePassXC and plugins keep what gives codes, among the fields of an entry.
//!
//! - `otp`: an otpauth URI (KeePassXC and most others), or `key=…&size=…&step=…` (`KeeOtp`).
//! - `TOTP Seed` with `TOTP Settings`: base32, and `30;6` or `30;S` for Steam (Tray TOTP, older KeePassXC).
//! - `TimeOtp-Secret…` and `HmacOtp-Secret…`: KeePass's own since 2.47, in four encodings.
//!   <https://keepass.info/help/base/placeholders.html#otp>

use percent_encoding::percent_decode_str;
use tessera_otp::{Credential, Kind, Secret};

use crate::draft::{self, Draft};
use crate::{Reason, base64, logins};

/// The fields of an entry, each by its name.
pub(in crate::formats) struct Login<F>(F);

impl<'a, F: Fn(&str) -> Option<&'a str>> Login<F> {
    pub(in crate::formats) fn new(field: F) -> Self {
        Self(field)
    }

    pub(in crate::formats) fn title(&self) -> &'a str {
        self.get("Title").unwrap_or_default()
    }

    pub(in crate::formats) fn notes(&self) -> &'a str {
        self.get("Notes").unwrap_or_default()
    }

    /// What gives codes: none, one of each kind, and each secret once, for programs write it in two places to serve others.
    pub(in crate::formats) fn credentials(&self) -> Vec<Result<Credential, Reason>> {
        let mut found: Vec<Result<Credential, Reason>> = Vec::new();
        for made in [self.otp(), self.time_based(), self.seed(), self.counter_based()].into_iter().flatten() {
            let known = |other: &Result<Credential, Reason>| match (other, &made) {
                (Ok(other), Ok(made)) => other.secret == made.secret,
                _ => false,
            };
            if !found.iter().any(known) {
                found.push(made);
            }
        }
        found
    }

    fn get(&self, field: &str) -> Option<&'a str> {
        (self.0)(field).filter(|value| !value.trim().is_empty())
    }

    fn draft(&self, secret: Secret) -> Draft {
        Draft::new(self.title(), self.get("UserName").unwrap_or_default(), secret)
    }

    fn otp(&self) -> Option<Result<Credential, Reason>> {
        let text = self.get("otp")?.trim();
        if text.starts_with("key=") || text.contains("&key=") {
            return Some(self.kee_otp(text));
        }
        let user = self.get("UserName").unwrap_or_default();
        Some(logins::entry(text, self.title(), user, 0).map(|entry| entry.credential))
    }

    fn kee_otp(&self, query: &str) -> Result<Credential, Reason> {
        let get = |wanted: &str| {
            let pair =
                query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == wanted);
            pair.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
        };
        let mut draft = self.draft(Secret::from_base32(&get("key").unwrap_or_default())?);
        if let Some(kind) = get("type") {
            draft.kind = draft::kind(&kind)?;
        }
        if let Some(name) = get("otpHashMode").or_else(|| get("hashMode")) {
            draft.algorithm = draft::algorithm(&name)?;
        }
        if let Some(digits) = get("size") {
            draft.digits = draft::digits(number("size", &digits)?)?;
        }
        if let Some(period) = get("step").filter(|_| draft.kind == Kind::Totp) {
            draft.period = draft::period(number("step", &period)?)?;
        }
        if let Some(counter) = get("counter") {
            draft.counter = number("counter", &counter)?;
        }
        Ok(draft.entry(0).credential)
    }

    fn seed(&self) -> Option<Result<Credential, Reason>> {
        let seed = self.get("TOTP Seed")?;
        let make = || {
            let mut draft = self.draft(Secret::from_base32(seed)?);
            // A third part is the address of a clock.
            let mut settings = self.get("TOTP Settings").unwrap_or("30;6").split(';').map(str::trim);
            draft.period = draft::period(number("TOTP Settings", settings.next().unwrap_or_default())?)?;
            match settings.next() {
                Some("S") => draft.kind = Kind::Steam,
                Some(digits) => draft.digits = draft::digits(number("TOTP Settings", digits)?)?,
                None => {}
            }
            Ok(draft.entry(0).credential)
        };
        Some(make())
    }

    fn time_based(&self) -> Option<Result<Credential, Reason>> {
        let secret = self.secret([
            "TimeOtp-Secret",
            "TimeOtp-Secret-Hex",
            "TimeOtp-Secret-Base32",
            "TimeOtp-Secret-Base64",
        ])?;
        let make = |secret| {
            let mut draft = self.draft(secret);
            if let Some(digits) = self.get("TimeOtp-Length") {
                draft.digits = draft::digits(number("TimeOtp-Length", digits)?)?;
            }
            if let Some(period) = self.get("TimeOtp-Period") {
                draft.period = draft::period(number("TimeOtp-Period", period)?)?;
            }
            if let Some(name) = self.get("TimeOtp-Algorithm") {
                draft.algorithm = draft::algorithm(name)?;
            }
            Ok(draft.entry(0).credential)
        };
        Some(secret.and_then(make))
    }

    fn counter_based(&self) -> Option<Result<Credential, Reason>> {
        let secret = self.secret([
            "HmacOtp-Secret",
            "HmacOtp-Secret-Hex",
            "HmacOtp-Secret-Base32",
            "HmacOtp-Secret-Base64",
        ])?;
        let make = |secret| {
            let mut draft = self.draft(secret);
            draft.kind = Kind::Hotp;
            if let Some(counter) = self.get("HmacOtp-Counter") {
                draft.counter = number("HmacOtp-Counter", counter)?;
            }
            Ok(draft.entry(0).credential)
        };
        Some(secret.and_then(make))
    }

    /// A secret as text, hexadecimal, base32 or base64, in this order.
    fn secret(&self, [text, hex, base32, base64]: [&str; 4]) -> Option<Result<Secret, Reason>> {
        let of_base64 = |text: &str| {
            let wrong = Reason::WrongType { field: "TimeOtp-Secret-Base64", expected: "base64" };
            Ok(Secret::from_bytes(&base64::decode(text).ok_or(wrong)?)?)
        };
        None.or_else(|| Some(Secret::from_bytes(self.get(text)?.as_bytes()).map_err(Reason::from)))
            .or_else(|| Some(Secret::from_hex(self.get(hex)?).map_err(Reason::from)))
            .or_else(|| Some(Secret::from_base32(self.get(base32)?).map_err(Reason::from)))
            .or_else(|| Some(of_base64(self.get(base64)?)))
    }
}

fn number(field: &'static str, text: &str) -> Result<u64, Reason> {
    text.trim().parse().map_err(|_| Reason::WrongType { field, expected: "a whole number" })
}

#[cfg(test)]
mod tests {
    use tessera_otp::{Algorithm, Digits, Generator, Period};

    use super::*;

    fn read(fields: &[(&str, &str)]) -> Vec<Result<Credential, Reason>> {
        let get = |name: &str| {
            let own = [("Title", "Example"), ("UserName", "alice")];
            fields.iter().copied().chain(own).find(|(field, _)| *field == name).map(|(_, value)| value)
        };
        Login::new(get).credentials()
    }

    fn with(secret: &str, generator: Generator) -> Vec<Result<Credential, Reason>> {
        vec![Ok(Credential::new("Example", "alice", Secret::from_base32(secret).unwrap(), generator))]
    }

    fn totp(algorithm: Algorithm, digits: u8, period: u32) -> Generator {
        Generator::Totp {
            algorithm,
            digits: Digits::new(digits).unwrap(),
            period: Period::new(period).unwrap(),
        }
    }

    #[test]
    fn every_place_and_encoding_is_read() {
        let plain = || totp(Algorithm::Sha1, 6, 30);
        assert_eq!(read(&[]), []);
        assert_eq!(read(&[("otp", " ")]), []);
        assert_eq!(read(&[("otp", "otpauth://totp/?secret=GEZDGNBV")]), with("GEZDGNBV", plain()));
        assert_eq!(read(&[("otp", "gezdgnbv")]), with("GEZDGNBV", plain()));
        let steam = "otpauth://totp/x?secret=GEZDGNBV&issuer=Example&encoder=steam";
        assert_eq!(read(&[("otp", steam)])[0].as_ref().unwrap().kind(), Kind::Steam);
        let kee_otp = "key=GEZDGNBV%3d&size=8&step=60&otpHashMode=Sha256";
        assert_eq!(read(&[("otp", kee_otp)]), with("GEZDGNBV", totp(Algorithm::Sha256, 8, 60)));
        let hotp = Generator::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 7 };
        assert_eq!(read(&[("otp", "key=GEZDGNBV&type=Hotp&counter=7")]), with("GEZDGNBV", hotp.clone()));
        assert_eq!(read(&[("TOTP Seed", "GEZD GNBV")]), with("GEZDGNBV", plain()));
        let settings = |settings| read(&[("TOTP Seed", "GEZDGNBV"), ("TOTP Settings", settings)]);
        assert_eq!(settings("60;8"), with("GEZDGNBV", totp(Algorithm::Sha1, 8, 60)));
        assert_eq!(settings("30;7;https://example.org"), with("GEZDGNBV", totp(Algorithm::Sha1, 7, 30)));
        assert_eq!(settings("30;S"), with("GEZDGNBV", Generator::Steam));
        for (field, text) in [
            ("TimeOtp-Secret", "12345"),
            ("TimeOtp-Secret-Hex", "3132333435"),
            ("TimeOtp-Secret-Base32", "GEZDGNBV"),
            ("TimeOtp-Secret-Base64", "MTIzNDU="),
        ] {
            assert_eq!(read(&[(field, text)]), with("GEZDGNBV", plain()), "{field}");
            let more =
                [("TimeOtp-Length", "8"), ("TimeOtp-Period", "45"), ("TimeOtp-Algorithm", "HMAC-SHA-512")];
            let fields: Vec<_> = more.into_iter().chain([(field, text)]).collect();
            assert_eq!(read(&fields), with("GEZDGNBV", totp(Algorithm::Sha512, 8, 45)));
        }
        let fields = [("HmacOtp-Secret-Base32", "GEZDGNBV"), ("HmacOtp-Counter", "7")];
        assert_eq!(read(&fields), with("GEZDGNBV", hotp));
    }

    #[test]
    fn the_same_secret_in_two_places_is_one_and_two_secrets_are_two() {
        let same = [("otp", "otpauth://totp/?secret=GEZDGNBV"), ("TimeOtp-Secret-Base32", "GEZDGNBV")];
        assert_eq!(read(&same).len(), 1);
        let two = [("otp", "otpauth://totp/?secret=GEZDGNBV"), ("HmacOtp-Secret-Base32", "MFRGGZDF")];
        assert_eq!(read(&two).len(), 2);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let reason = |fields: &[(&str, &str)]| read(fields).remove(0).unwrap_err();
        assert!(matches!(reason(&[("otp", "https://example.org")]), Reason::Uri(_)));
        assert!(matches!(reason(&[("otp", "key=1")]), Reason::Secret(_)));
        assert!(matches!(
            reason(&[("TOTP Seed", "GEZDGNBV"), ("TOTP Settings", "x;6")]),
            Reason::WrongType { .. }
        ));
        assert!(matches!(
            reason(&[("TOTP Seed", "GEZDGNBV"), ("TOTP Settings", "30;99")]),
            Reason::Digits(_)
        ));
        assert!(matches!(
            reason(&[("TimeOtp-Secret", "x"), ("TimeOtp-Algorithm", "MD5")]),
            Reason::UnknownAlgorithm { .. }
        ));
        assert!(matches!(reason(&[("TimeOtp-Secret-Base64", "!")]), Reason::WrongType { .. }));
        assert!(matches!(
            reason(&[("HmacOtp-Secret", "x"), ("HmacOtp-Counter", "-1")]),
            Reason::WrongType { .. }
        ));
    }
}
