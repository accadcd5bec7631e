//! The numbers that standards and other programs publish, each in a file that names its source.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tessera_otp::{
    Credential, Digits, Entry, EntryError, Generator, Period, Pin, Secret, UriError, YandexSecretError,
};

/// The lines of a vector file, without comments, as `N` fields.
fn lines<const N: usize>(text: &str) -> Vec<[&str; N]> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(" | ").collect::<Vec<_>>().try_into().unwrap())
        .collect()
}

fn credential(secret: Secret, generator: Generator) -> Credential {
    Credential::new("", "", secret, generator)
}

#[test]
fn rfc_4226_appendix_d() {
    const SECRET: &[u8] = b"12345678901234567890";
    let rows = lines::<4>(include_str!("vectors/rfc4226-appendix-d.txt"));
    assert_eq!(rows.len(), 10);
    for [counter, hmac, decimal, code] in rows {
        let counter: u64 = counter.parse().unwrap();
        let mut mac = Hmac::<Sha1>::new_from_slice(SECRET).unwrap();
        mac.update(&counter.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        assert_eq!(Secret::from_hex(hmac).unwrap().expose_secret(), tag.as_slice(), "the vector file itself");

        let hotp = |digits| {
            let algorithm = tessera_otp::Algorithm::Sha1;
            let generator = Generator::Hotp { algorithm, digits: Digits::new(digits).unwrap(), counter };
            credential(Secret::from_bytes(SECRET).unwrap(), generator).code_at(0).unwrap()
        };
        assert_eq!(hotp(6).text(), code);
        // With ten digits, nothing of the 31 bits is cut off.
        assert_eq!(hotp(10).text(), format!("{decimal:0>10}"));
        assert_eq!(hotp(6).valid_from(), None);
        assert_eq!(hotp(6).valid_until(), None);
    }
}

#[test]
fn rfc_6238_appendix_b() {
    let rows = lines::<4>(include_str!("vectors/rfc6238-appendix-b.txt"));
    assert_eq!(rows.len(), 18);
    for [time, algorithm, secret, code] in rows {
        let generator = Generator::Totp {
            algorithm: algorithm.parse().unwrap(),
            digits: Digits::new(8).unwrap(),
            period: Period::THIRTY,
        };
        let totp = credential(Secret::from_bytes(secret.as_bytes()).unwrap(), generator);
        let time: u64 = time.parse().unwrap();
        assert_eq!(totp.code_at(time).unwrap().text(), code, "{algorithm} at {time}");
        // The next code of the period before is this one.
        assert_eq!(totp.next_code_at(time - 30).unwrap().unwrap().text(), code, "{algorithm} before {time}");
    }
}

#[test]
fn steam_codes_of_other_authenticators() {
    let rows = lines::<3>(include_str!("vectors/steam.txt"));
    assert_eq!(rows.len(), 4);
    for [time, secret, code] in rows {
        let steam = credential(Secret::from_base32(secret).unwrap(), Generator::Steam);
        assert_eq!(steam.code_at(time.parse().unwrap()).unwrap().text(), code, "at {time}");
    }
}

#[test]
fn motp_codes_of_aegis() {
    let rows = lines::<4>(include_str!("vectors/motp.txt"));
    assert_eq!(rows.len(), 6);
    for [time, secret, pin, code] in rows {
        let secret = Secret::from_hex(secret).unwrap();
        let (time, pin) = (time.parse().unwrap(), Pin::new(pin).unwrap());
        let kept = credential(secret.clone(), Generator::Motp { pin: Some(pin.clone()) });
        assert_eq!(kept.code_at(time).unwrap().text(), code, "at {time}");
        let asked = credential(secret, Generator::Motp { pin: None });
        assert_eq!(asked.code_with_pin(time, &pin).unwrap().text(), code, "at {time}");
    }
}

#[test]
fn yandex_codes_of_aegis() {
    let rows = lines::<4>(include_str!("vectors/yandex.txt"));
    assert_eq!(rows.len(), 5);
    for [time, secret, pin, code] in rows {
        let (time, pin) = (time.parse().unwrap(), Pin::new(pin).unwrap());
        let typed = Secret::from_base32(secret).unwrap();
        let scanned = Secret::from_bytes(&typed.expose_secret()[..16]).unwrap();
        assert_eq!(typed.expose_secret().len(), 26);
        for secret in [typed, scanned] {
            let kept = credential(secret.clone(), Generator::Yandex { pin: Some(pin.clone()) });
            assert_eq!(kept.code_at(time).unwrap().text(), code, "at {time}");
            let asked = credential(secret, Generator::Yandex { pin: None });
            assert_eq!(asked.code_with_pin(time, &pin).unwrap().text(), code, "at {time}");
        }
    }
}

#[test]
fn yandex_secrets_are_checked_where_they_come_in() {
    let rows = lines::<2>(include_str!("vectors/yandex-secrets.txt"));
    assert_eq!(rows.len(), 4);
    for [secret, verdict] in rows {
        let expected = match verdict {
            "good" => None,
            "checksum" => Some(YandexSecretError::Checksum),
            "length" => Some(YandexSecretError::Length { found: 18 }),
            other => panic!("{other} is no verdict"),
        };
        let uri = format!("otpauth://yaotp/alice?secret={secret}");
        assert_eq!(Credential::from_uri(&uri).err(), expected.map(UriError::YandexSecret), "{secret}");

        let made = credential(Secret::from_base32(secret).unwrap(), Generator::Yandex { pin: None });
        assert_eq!(Entry::new(made, 0).check().err(), expected.map(EntryError::YandexSecret), "{secret}");
    }
}
