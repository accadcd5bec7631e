//! otpauth URIs as they are found in the wild, and each fault with its error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tessera_otp::{
    Algorithm, CodeError, Credential, Digits, Generator, Kind, Period, Pin, PinError, Secret, SecretError,
    UriError, UriPart,
};

const HELLO: &[u8] = b"Hello!\xDE\xAD\xBE\xEF"; // JBSWY3DPEHPK3PXP

fn read(uri: &str) -> Credential {
    Credential::from_uri(uri).unwrap_or_else(|error| panic!("{uri}: {error}"))
}

fn fault(uri: &str) -> UriError {
    match Credential::from_uri(uri) {
        Ok(credential) => panic!("{uri}: was read as {credential:?}"),
        Err(error) => error,
    }
}

fn names(uri: &str) -> (String, String) {
    let credential = read(uri);
    (credential.issuer, credential.account)
}

fn pair(issuer: &str, account: &str) -> (String, String) {
    (issuer.to_owned(), account.to_owned())
}

fn totp(algorithm: Algorithm, digits: u8, period: u32) -> Generator {
    Generator::Totp { algorithm, digits: Digits::new(digits).unwrap(), period: Period::new(period).unwrap() }
}

#[test]
fn a_full_uri() {
    let credential = read(
        "otpauth://totp/ACME%20Co:john.doe@email.com?secret=JBSWY3DPEHPK3PXP&issuer=ACME%20Co&algorithm=SHA256&digits=8&period=60",
    );
    assert_eq!(credential.issuer, "ACME Co");
    assert_eq!(credential.account, "john.doe@email.com");
    assert_eq!(credential.secret.expose_secret(), HELLO);
    assert_eq!(credential.generator, totp(Algorithm::Sha256, 8, 60));
    assert_eq!(credential.kind(), Kind::Totp);
}

#[test]
fn what_is_missing_or_empty_is_the_default() {
    let plain = read("otpauth://totp/?secret=JBSWY3DPEHPK3PXP");
    assert_eq!(plain.generator, totp(Algorithm::Sha1, 6, 30));
    assert_eq!((plain.issuer.as_str(), plain.account.as_str()), ("", ""));
    for same in [
        "otpauth://totp?secret=JBSWY3DPEHPK3PXP",
        "otpauth://totp/?secret=JBSWY3DPEHPK3PXP&issuer=&algorithm=&digits=&period=&counter=&pin&encoder=",
        "otpauth://totp/?&&secret=JBSWY3DPEHPK3PXP&",
        "  otpauth://totp/?secret=JBSWY3DPEHPK3PXP\r\n",
        "OTPAUTH://TOTP/?SECRET=JBSWY3DPEHPK3PXP",
        "otpauth://totp/%20:%20?secret=JBSWY3DPEHPK3PXP&image=https%3A%2F%2Fx&lock=true&%zz=1",
    ] {
        assert_eq!(read(same), plain, "{same}");
    }
    let hotp = read("otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP");
    let digits = Digits::SIX;
    assert_eq!(hotp.generator, Generator::Hotp { algorithm: Algorithm::Sha1, digits, counter: 0 });
}

#[test]
fn the_issuer_is_in_the_label_or_in_its_parameter_and_the_parameter_wins() {
    let expected = pair("Example", "alice");
    for label in [
        "Example:alice?",
        "Example:%20alice?",
        "Example: alice?",
        "Example%3Aalice?",
        "Example%3aalice?",
        "Example%3A%20%20alice?",
        "alice?issuer=Example&",
        ":alice?issuer=Example&",
        "Example:alice?issuer=Example&",
        "Other:alice?issuer=Example&",
        "Other%3Aalice?issuer=Example&",
        "Example:alice?issuer=&",
        "Example:alice?issuer=%20&",
    ] {
        assert_eq!(names(&format!("otpauth://totp/{label}secret=JBSWY3DPEHPK3PXP")), expected, "{label}");
    }
}

#[test]
fn a_colon_that_stands_as_it_is_goes_before_encoded_ones() {
    assert_eq!(names("otpauth://totp/A%3AB:c%3Ad:e?secret=JBSWY3DP"), pair("A:B", "c:d:e"));
    assert_eq!(names("otpauth://totp/:urn%3Ax?secret=JBSWY3DP"), pair("", "urn:x"));
}

#[test]
fn names_keep_every_script_and_lose_control_characters() {
    assert_eq!(
        names("otpauth://totp/%D7%91%D7%A0%D7%A7:%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9?secret=JBSWY3DP"),
        pair("\u{5D1}\u{5E0}\u{5E7}", "\u{1F468}\u{200D}\u{1F469}")
    );
    // The same, not encoded.
    assert_eq!(
        names("otpauth://totp/\u{5D1}\u{5E0}\u{5E7}:\u{1F468}\u{200D}\u{1F469}?secret=JBSWY3DP"),
        pair("\u{5D1}\u{5E0}\u{5E7}", "\u{1F468}\u{200D}\u{1F469}")
    );
    assert_eq!(names("otpauth://totp/%1b%5b31mRed%00:%07a%0Db%0a?secret=JBSWY3DP"), pair("[31mRed", "a b"));
    // A right-to-left override is kept: whoever shows a name isolates it.
    assert_eq!(names("otpauth://totp/%E2%80%AEgnp?secret=JBSWY3DP").1, "\u{202E}gnp");
}

#[test]
fn plus_is_a_space_in_parameters_and_itself_in_labels() {
    assert_eq!(
        names("otpauth://totp/alice+tag@example.org?secret=JBSW+Y3DP&issuer=My+Bank%2B"),
        pair("My Bank+", "alice+tag@example.org")
    );
}

#[test]
fn a_hash_sign_and_a_slash_belong_to_the_label() {
    assert_eq!(names("otpauth://totp/C#/Net:a/b?secret=JBSWY3DP&issuer=C#"), pair("C#", "a/b"));
}

#[test]
fn secrets_are_read_as_people_write_them() {
    for secret in [
        "jbswy3dpehpk3pxp",
        "JBSW%20Y3DP%20EHPK%203PXP",
        "JBSW Y3DP EHPK 3PXP",
        "jbsw-y3dp-ehpk-3pxp",
        "JBSWY3DPEHPK3PXP======",
        "JBSWY3DPEHPK3PXP%3D%3D%3D%3D%3D%3D",
        "JBSW\u{A0}Y3DP\u{2011}EHPK\u{200B}3PXP",
    ] {
        assert_eq!(
            read(&format!("otpauth://totp/a?secret={secret}")).secret.expose_secret(),
            HELLO,
            "{secret}"
        );
    }
}

#[test]
fn a_secret_in_hexadecimal_digits_is_called_that_instead_of_a_slip() {
    for text in [
        "48656c6c6f21deadbeef",
        "48:65:6C:6C:6F:21:DE:AD:BE:EF",
        "4865 6c6c 6f21 dead beef",
        "0123456789abcdef0",
    ] {
        assert_eq!(Secret::from_base32(text), Err(SecretError::Hexadecimal), "{text}");
    }
    // Too short to be sure, or with a letter that hexadecimal does not have.
    assert_eq!(
        Secret::from_base32("ABCD0EF"),
        Err(SecretError::BadCharacter { position: 4, character: '0' })
    );
    assert_eq!(
        Secret::from_base32("48656C6C6F21DEADBEEG"),
        Err(SecretError::BadCharacter { position: 1, character: '8' })
    );
    // What is base32 is read as that, whatever its letters.
    assert!(Secret::from_base32("ABCDEF234567ABCDEF").is_ok());
}

#[test]
fn bits_left_over_at_the_end_of_a_secret_are_dropped() {
    // RFC 4648, §10, then the same with other bits after the last whole byte, then lengths that no encoder writes.
    for (text, bytes) in [
        ("MY", "f"),
        ("MZ", "f"),
        ("MZXQ", "fo"),
        ("MZXW6", "foo"),
        ("MZXW6YQ", "foob"),
        ("MZX", "f"),
        ("MZXW6Y", "foo"),
    ] {
        assert_eq!(Secret::from_base32(text).unwrap().expose_secret(), bytes.as_bytes(), "{text}");
    }
    assert_eq!(Secret::from_base32("A"), Err(SecretError::Empty));
}

#[test]
fn all_types_are_read() {
    let kind = |uri: &str| read(uri).kind();
    assert_eq!(kind("otpauth://hotp/a?secret=JBSWY3DP&counter=7"), Kind::Hotp);
    assert_eq!(kind("otpauth://steam/Steam:a?secret=JBSWY3DP"), Kind::Steam);
    assert_eq!(kind("otpauth://motp/a?secret=JBSWY3DP"), Kind::Motp);
    assert_eq!(kind("otpauth://yaotp/a?secret=LA2V6KMCGYMWWVEW64RNP3JA3I"), Kind::Yandex);
    assert_eq!(
        read("otpauth://hotp/a?secret=JBSWY3DP&counter=18446744073709551615").generator.counter(),
        Some(u64::MAX)
    );
}

#[test]
fn steam_is_known_by_type_encoder_or_issuer() {
    for uri in [
        "otpauth://steam/a?secret=JBSWY3DP",
        "otpauth://steam/a?secret=JBSWY3DP&digits=5&algorithm=SHA1&period=30",
        "otpauth://totp/Steam:a?secret=JBSWY3DP&issuer=Steam",
        "otpauth://totp/Steam:a?secret=JBSWY3DP",
        "otpauth://totp/a?secret=JBSWY3DP&issuer=steam&digits=5",
        "otpauth://totp/a?secret=JBSWY3DP&encoder=steam&digits=6",
    ] {
        assert_eq!(read(uri).generator, Generator::Steam, "{uri}");
    }
    for (uri, generator) in [
        ("otpauth://totp/Steam:a?secret=JBSWY3DP&digits=6", totp(Algorithm::Sha1, 6, 30)),
        ("otpauth://totp/Steam:a?secret=JBSWY3DP&digits=5&period=60", totp(Algorithm::Sha1, 5, 60)),
        ("otpauth://totp/Steam:a?secret=JBSWY3DP&digits=5&encoder=default", totp(Algorithm::Sha1, 5, 30)),
        ("otpauth://totp/Steamship:a?secret=JBSWY3DP", totp(Algorithm::Sha1, 6, 30)),
    ] {
        assert_eq!(read(uri).generator, generator, "{uri}");
    }
}

#[test]
fn motp_has_a_scheme_of_its_own_with_a_hexadecimal_secret() {
    let credential = read("motp://Example:alice?secret=E3152AFEE62599c8");
    assert_eq!((credential.issuer.as_str(), credential.account.as_str()), ("Example", "alice"));
    let code = credential.code_with_pin(123_456_789, &Pin::new("1234").unwrap()).unwrap();
    assert_eq!(code.text(), "4ebfb2");
    assert_eq!((code.valid_from(), code.valid_until()), (Some(123_456_780), Some(123_456_790)));
    assert_eq!(credential.code_at(0), Err(CodeError::PinNeeded(Kind::Motp)));
}

#[test]
fn a_pin_is_digits_or_base32_of_digits() {
    for pin in ["5210481216086702", "GUZDCMBUHAYTEMJWGA4DMNZQGI", "guzdcmbuhaytemjwga4dmnzqgi======"] {
        let credential = read(&format!("otpauth://yaotp/a?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin={pin}"));
        assert_eq!(credential.generator.pin(), Some(&Pin::new("5210481216086702").unwrap()), "{pin}");
        assert_eq!(credential.issuer, "Yandex");
    }
    for (written, pin) in [("HA3TMNI", "8765"), ("HE4DONQ", "9876"), ("GAYDAMA", "0000")] {
        let credential = read(&format!("otpauth://motp/a?secret=JBSWY3DP&pin={written}"));
        assert_eq!(credential.generator.pin(), Some(&Pin::new(pin).unwrap()), "{pin}");
        assert!(credential.to_uri().ends_with(&format!("&pin={written}")), "{pin}");
    }
}

#[test]
fn algorithms_are_known_by_all_their_spellings() {
    for (text, algorithm) in [
        ("sha1", Algorithm::Sha1),
        ("SHA-1", Algorithm::Sha1),
        ("HmacSHA1", Algorithm::Sha1),
        ("HMAC-SHA-256", Algorithm::Sha256),
        ("sha_512", Algorithm::Sha512),
        ("+SHA512+", Algorithm::Sha512),
    ] {
        let uri = format!("otpauth://totp/a?secret=JBSWY3DP&algorithm={text}");
        assert_eq!(read(&uri).generator.algorithm(), Some(algorithm), "{text}");
    }
}

#[test]
fn every_fault_has_its_error() {
    let found = |text: &str| text.to_owned();
    let with = |rest: &str| fault(&format!("otpauth://totp/a?secret=JBSWY3DP{rest}"));

    for no_otpauth in [
        "",
        "hello",
        "https://example.org/?secret=JBSWY3DP",
        "otpauth:totp/a",
        "WIFI:S:x;;",
        "://",
        "steam://JBSWY3DP",
    ] {
        assert_eq!(fault(no_otpauth), UriError::NotOtpauth, "{no_otpauth}");
    }
    assert_eq!(fault("otpauth-migration://offline?data=CjEKCkhlbGxv"), UriError::Migration);
    assert_eq!(fault("otpauth://potp/a?secret=JBSWY3DP"), UriError::UnknownType { found: found("potp") });
    assert_eq!(fault("otpauth:///a?secret=JBSWY3DP"), UriError::UnknownType { found: found("") });
    assert_eq!(fault("otpauth://totp/a"), UriError::MissingSecret);
    assert_eq!(fault("otpauth://totp/a?secret="), UriError::MissingSecret);
    assert_eq!(fault("otpauth://totp/a?secret=%20"), UriError::MissingSecret);
    assert_eq!(fault("otpauth://totp/a?secret=--"), UriError::BadSecret(SecretError::Empty));
    assert_eq!(
        fault("otpauth://totp/a?secret=JBSW%20Y3D1"),
        UriError::BadSecret(SecretError::BadCharacter { position: 8, character: '1' })
    );
    assert_eq!(
        fault("otpauth://totp/a?secret=JB%3DSWY3DP"),
        UriError::BadSecret(SecretError::BadCharacter { position: 3, character: 'S' })
    );
    let long = "A".repeat(8 * 1025 / 5 + 1);
    assert_eq!(
        fault(&format!("otpauth://totp/a?secret={long}")),
        UriError::BadSecret(SecretError::TooLong { found: 1025 })
    );
    assert_eq!(
        fault("motp://a?secret=e3152x"),
        UriError::BadSecret(SecretError::BadHex { position: 5, character: 'x' })
    );
    assert_eq!(fault("motp://a?secret=e3152"), UriError::BadSecret(SecretError::OddHex));

    for digits in ["3", "11", "0", "-6", "six", "6.0", "\u{0666}", "999999999999"] {
        assert_eq!(with(&format!("&digits={digits}")), UriError::BadDigits { found: found(digits) });
    }
    for period in ["0", "86401", "-30", "30s", "99999999999999999999"] {
        assert_eq!(with(&format!("&period={period}")), UriError::BadPeriod { found: found(period) });
    }
    for counter in ["-1", "18446744073709551616", "0x10"] {
        assert_eq!(
            fault(&format!("otpauth://hotp/a?secret=JBSWY3DP&counter={counter}")),
            UriError::BadCounter { found: found(counter) }
        );
    }
    assert_eq!(with("&algorithm=MD5"), UriError::BadAlgorithm { found: found("MD5") });
    assert_eq!(with("&encoder=base58"), UriError::UnknownEncoder { found: found("base58") });
    assert_eq!(
        fault("otpauth://hotp/a?secret=JBSWY3DP&encoder=steam"),
        UriError::UnknownEncoder { found: found("steam") }
    );
    assert_eq!(
        fault("otpauth://motp/a?secret=JBSWY3DP&pin=12"),
        UriError::BadPin(PinError::Length { found: 2 })
    );
    assert_eq!(
        fault("otpauth://motp/a?secret=JBSWY3DP&pin=12a4"),
        UriError::BadPin(PinError::NotADigit { position: 2 })
    );

    assert_eq!(with("&issuer=A&issuer=B"), UriError::DuplicateParameter { name: UriPart::Issuer });
    assert_eq!(with("&secret=JBSWY3DQ"), UriError::DuplicateParameter { name: UriPart::Secret });
    assert_eq!(with("&digits=6&Digits=8"), UriError::DuplicateParameter { name: UriPart::Digits });
    assert_eq!(with("&period=&period=60"), UriError::DuplicateParameter { name: UriPart::Period });

    assert_eq!(with("&issuer=100%"), UriError::BadPercent { part: UriPart::Issuer });
    assert_eq!(with("&issuer=%4"), UriError::BadPercent { part: UriPart::Issuer });
    assert_eq!(with("&issuer=%+1"), UriError::BadPercent { part: UriPart::Issuer });
    assert_eq!(fault("otpauth://totp/%G0?secret=JBSWY3DP"), UriError::BadPercent { part: UriPart::Label });
    assert_eq!(fault("otpauth://totp/A:%?secret=JBSWY3DP"), UriError::BadPercent { part: UriPart::Account });
    assert_eq!(with("&issuer=%FF"), UriError::BadUtf8 { part: UriPart::Issuer });
    assert_eq!(fault("otpauth://totp/%C3%28?secret=JBSWY3DP"), UriError::BadUtf8 { part: UriPart::Label });

    assert_eq!(
        with(&format!("&issuer={}", "i".repeat(1025))),
        UriError::TooLong { part: UriPart::Issuer, found: 1025 }
    );
    assert_eq!(
        fault(&format!("otpauth://totp/{}?secret=JBSWY3DP", "a".repeat(1025))),
        UriError::TooLong { part: UriPart::Account, found: 1025 }
    );
    assert!(matches!(with(&format!("&x={}", "y".repeat(70_000))), UriError::UriTooLong { .. }));
}

#[test]
fn the_same_parameter_twice_with_one_value_does_no_harm() {
    let once = read("otpauth://totp/a?secret=JBSWY3DP&issuer=A%20B");
    assert_eq!(read("otpauth://totp/a?secret=JBSWY3DP&issuer=A%20B&issuer=A+B&secret=JBSWY3DP"), once);
}

#[test]
fn names_are_accepted_up_to_their_cap_in_any_script() {
    for character in ["i", "\u{1F511}"] {
        for length in [300, 1024] {
            let issuer = character.repeat(length);
            let credential =
                Credential::new(&issuer, "a", Secret::from_bytes(HELLO).unwrap(), Generator::default());
            assert_eq!(read(&credential.to_uri()), credential);
        }
    }
}

#[test]
fn the_form_that_is_written() {
    let uri = |text: &str| read(text).to_uri().as_str().to_owned();
    assert_eq!(
        uri("otpauth://totp/a+b@x?secret=jbswy3dp====&issuer=ACME+Co"),
        "otpauth://totp/ACME%20Co:a%2Bb%40x?secret=JBSWY3DP&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30"
    );
    assert_eq!(
        uri("otpauth://hotp/a?secret=JBSWY3DP&counter=9"),
        "otpauth://hotp/a?secret=JBSWY3DP&algorithm=SHA1&digits=6&counter=9"
    );
    assert_eq!(
        uri("otpauth://totp/Steam:a?secret=JBSWY3DP"),
        "otpauth://steam/Steam:a?secret=JBSWY3DP&issuer=Steam"
    );
    assert_eq!(uri("motp://a?secret=48656c6c6f&pin=1234"), "otpauth://motp/a?secret=JBSWY3DP&pin=GEZDGNA");
}

#[test]
fn no_error_message_or_debug_output_holds_the_secret_or_the_pin() {
    let secret = "KRSXG5CTMVRXEZLU";
    for uri in [
        format!("otpauth://totp/a?secret={secret}&period=0"),
        format!("otpauth://totp/a?secret={secret}1"),
        format!("otpauth://totp/a?secret={secret}&secret=A{secret}"),
        format!("otpauth://motp/a?secret={secret}&pin=987654321987654321"),
        format!("http://totp/a?secret={secret}"),
    ] {
        let error = fault(&uri);
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains(secret) && !text.contains("9876"), "{text}");
        }
    }
    let credential = read(&format!("otpauth://motp/a?secret={secret}&pin=9876"));
    let text = format!("{credential:?} {:?}", credential.code_at(0).unwrap());
    assert!(text.contains("Secret(..)") && text.contains("Pin(..)"), "{text}");
    assert!(!text.contains("9876") && !text.contains(credential.code_at(0).unwrap().text()), "{text}");
}
