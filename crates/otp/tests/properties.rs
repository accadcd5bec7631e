//! What holds for every input: nothing panics, what is written is read back, and codes equal those of another program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use tessera_otp::{Algorithm, Credential, Digits, Generator, Kind, Period, Pin, Secret};

fn secrets() -> impl Strategy<Value = Secret> {
    prop_oneof![9 => prop::collection::vec(any::<u8>(), 1..80), 1 => prop::collection::vec(any::<u8>(), 1..=1024)]
        .prop_map(|bytes| Secret::from_bytes(&bytes).unwrap())
}

fn algorithms() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ALL.to_vec())
}

fn digits() -> impl Strategy<Value = Digits> {
    (Digits::MIN..=Digits::MAX).prop_map(|digits| Digits::new(digits).unwrap())
}

fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![Just(30), Period::MIN..=Period::MAX].prop_map(|period| Period::new(period).unwrap())
}

fn pins() -> impl Strategy<Value = Option<Pin>> {
    prop::option::of("[0-9]{4,16}".prop_map(|pin| Pin::new(&pin).unwrap()))
}

fn generators() -> impl Strategy<Value = Generator> {
    prop_oneof![
        (algorithms(), digits(), periods()).prop_map(|(algorithm, digits, period)| Generator::Totp {
            algorithm,
            digits,
            period
        }),
        (algorithms(), digits(), any::<u64>()).prop_map(|(algorithm, digits, counter)| Generator::Hotp {
            algorithm,
            digits,
            counter
        }),
        Just(Generator::Steam),
        pins().prop_map(|pin| Generator::Motp { pin }),
        pins().prop_map(|pin| Generator::Yandex { pin }),
    ]
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        any::<String>(),
        "[ -~]{0,30}",
        "(?i)steam",
        Just(String::new()),
        "[:%+#?&= ]{1,6}"
    ]
}

/// Every credential that a URI can say.
fn credentials() -> impl Strategy<Value = Credential> {
    (names(), names(), secrets(), generators()).prop_map(|(issuer, account, secret, generator)| {
        let secret = match (generator.kind(), secret.expose_secret()) {
            (Kind::Yandex, bytes) => {
                Secret::from_bytes(&bytes.iter().copied().cycle().take(16).collect::<Vec<_>>()).unwrap()
            }
            _ => secret,
        };
        Credential::new(&issuer, &account, secret, generator)
    })
}

/// Any text. (`any::<String>()` takes far longer to make one.)
fn texts(longest: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 0..longest).prop_map(|characters| characters.into_iter().collect())
}

/// Texts that are nearly otpauth URIs: their pieces in any order, with noise between.
fn nearly_uris() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "otpauth://", "motp://", "totp/", "hotp/", "steam/", "motp/", "yaotp/", "?", "&", "=", ":", "%3A", "%", "%4",
            "+", "#", "/", "secret=", "&secret=JBSWY3DPEHPK3PXP", "&issuer=", "issuer=Steam", "&digits=", "&digits=8",
            "&period=0", "&period=60", "&counter=", "&algorithm=SHA256", "&pin=1234", "&pin=GEZDGNA", "&encoder=steam",
            "%F0%9F%91%A8", "%C3", "%00", "\u{202E}", "\u{1F511}", "6", "18446744073709551615", " ", "\n", "\0",
            "LA2V6KMCGYMWWVEW64RNP3JA3I", "e3152afee62599c8",
        ]).prop_map(str::to_owned),
        1 => texts(6),
    ];
    (
        prop::sample::select(vec![
            "",
            "otpauth://totp/",
            "otpauth://yaotp/",
            "motp://",
            "otpauth://totp/a?secret=JBSWY3DP",
        ]),
        prop::collection::vec(piece, 0..12),
    )
        .prop_map(|(start, pieces)| start.to_owned() + &pieces.concat())
}

/// What was read once is read again from what is written of it, and gives codes without panicking.
fn settle(credential: &Credential, unix: u64) {
    assert_eq!(Credential::from_uri(&credential.to_uri()).as_ref(), Ok(credential));
    let _ = credential.code_at(unix);
    let _ = credential.next_code_at(unix);
}

fn code(credential: &Credential, unix: u64) -> String {
    credential.code_at(unix).unwrap().text().to_owned()
}

/// As many cases as usual, or as `cargo xtask soak` asks for.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(10_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_reading_panic(text in texts(40), nearly in nearly_uris(), unix in any::<u64>()) {
        for uri in [text.as_str(), nearly.as_str()] {
            match Credential::from_uri(uri) {
                Ok(credential) => settle(&credential, unix),
                Err(error) => { let _ = (error.to_string(), format!("{error:?}")); }
            }
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = Credential::from_uri(&text);
        let _ = Secret::from_base32(&text);
        let _ = Secret::from_hex(&text);
        let _ = Pin::new(&text);
        let _ = text.parse::<Algorithm>();
        let _ = text.parse::<Kind>();
        let _ = tessera_otp::clean_name(&text);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(2_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(credential in credentials(), unix in any::<u64>()) {
        settle(&credential, unix);
    }

    #[test]
    fn a_code_has_its_length_and_holds_its_moment(credential in credentials(), unix in any::<u64>()) {
        let Ok(code) = credential.code_with_pin(unix, &Pin::new("1234").unwrap()) else {
            return Err(TestCaseError::fail("a PIN was given and the secret is long enough"));
        };
        prop_assert_eq!(code.text().len(), usize::from(credential.generator.code_length()));
        prop_assert!(code.text().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        match (credential.generator.period(), code.valid_from(), code.valid_until()) {
            (None, None, None) => {}
            (Some(period), Some(from), Some(until)) => {
                prop_assert!(from <= unix && (unix < until || until == u64::MAX));
                prop_assert!(until - from <= u64::from(period.get()));
                prop_assert_eq!(from % u64::from(period.get()), 0);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn base32_and_hexadecimal_are_read_back(secret in secrets(), gap in "[ -]{0,3}") {
        let text = secret.to_base32();
        let spaced: String = text.to_lowercase().chars().flat_map(|symbol| [symbol.to_string(), gap.clone()]).collect();
        prop_assert_eq!(&Secret::from_base32(&text).unwrap(), &secret);
        prop_assert_eq!(&Secret::from_base32(&spaced).unwrap(), &secret);
        let hex: String = secret.expose_secret().iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).map(char::from).collect();
        prop_assert_eq!(&Secret::from_hex(&hex).unwrap(), &secret);
    }

    /// totp-rs 6 as an oracle, as far as it goes: it has neither ten digits nor HOTP, mOTP or Yandex.
    #[test]
    fn codes_equal_those_of_totp_rs(
        secret in secrets(), algorithm in algorithms(), digits in 4_u8..=9, period in periods(), unix in any::<u64>(),
    ) {
        let theirs = totp_rs::Builder::new()
            .with_algorithm(match algorithm {
                Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
                Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
                Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
            })
            .with_digits(digits)
            .with_step_duration(u64::from(period.get()))
            .with_secret(secret.expose_secret().to_vec())
            .build_noncompliant();
        let steam = totp_rs::Builder::new_steam().with_secret(secret.expose_secret().to_vec()).build_noncompliant();
        let generator = Generator::Totp { algorithm, digits: Digits::new(digits).unwrap(), period };
        let ours = Credential::new("", "", secret.clone(), generator);
        let ours_steam = Credential::new("", "", secret.clone(), Generator::Steam);
        prop_assert_eq!(code(&ours, unix), theirs.generate(unix).to_string());
        prop_assert_eq!(code(&ours_steam, unix), steam.generate(unix).to_string());
        // The code of a counter is that of the time at which TOTP counts to it.
        let step = unix / u64::from(period.get());
        let hotp = Generator::Hotp { algorithm, digits: Digits::new(digits).unwrap(), counter: step };
        let hotp = Credential::new("", "", secret, hotp);
        prop_assert_eq!(code(&hotp, 0), theirs.generate(unix).to_string());
    }
}
