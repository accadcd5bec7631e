//! Credentials and entries to try, always the same ones.
//!
//! The first of them are one of each kind of trouble ([`nasty_names`] and every type of credential); the rest are
//! plausible and all different, so that `entries(10_000)` is a full vault.

// What stands here is fixed and tested: that it does not hold is a mistake in this file, and a test may stop at it.
#![allow(clippy::expect_used, clippy::missing_panics_doc)]

use rand_core::Rng as _;
use tessera_otp::{Algorithm, Credential, Digits, Entry, Generator, Period, Pin, Secret};

use crate::SeededRng;

/// The Unix time at which the sample entries were made, plus their index.
pub const MADE_AT: u64 = 1_700_000_000;

/// Pairs of issuer and account that programs stumble over: empty, right-to-left, emoji with joiners, combining marks,
/// 300 characters, reserved characters of URIs, markup, quotes, bidirectional controls, a name that is only spaces
/// between.
pub fn nasty_names() -> Vec<(String, String)> {
    let pair = |issuer: &str, account: &str| (issuer.to_owned(), account.to_owned());
    vec![
        pair("", "alice@example.org"),
        pair("Example", ""),
        pair("", ""),
        pair(
            "\u{628}\u{646}\u{643} \u{627}\u{644}\u{627}\u{62E}\u{62A}\u{628}\u{627}\u{631}",
            "\u{645}\u{631}\u{64A}\u{645}@example.org",
        ),
        pair("\u{5D1}\u{5E0}\u{5E7} 42", "\u{5D3}\u{5E0}\u{5D4}"),
        pair(
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466} Family",
            "\u{1F1EB}\u{1F1EE} \u{1F642}\u{1F3FD}",
        ),
        pair("Cafe\u{301}", "Zoe\u{308}"),
        pair("Caf\u{E9}", "Zo\u{EB}"),
        (format!("Long {}", "i".repeat(295)), format!("{}@example.org", "a".repeat(288))),
        pair("A:B", "c:d:e"),
        pair("Q&A? #1 + 100% = /ok/", "a+b@example.org"),
        pair("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"),
        pair("O'Neil \"Bank\"; DROP TABLE entry;--", "\\\\server\\share"),
        pair("\u{202E}gnp.tset", "safe\u{202C}\u{2066}mixed\u{2069}"),
        pair("Steam", "not really Steam"),
        pair("\u{6A2A}\u{6D5C}\u{9280}\u{884C}", "\u{592A}\u{90CE}"),
    ]
}

/// The first `count` of an endless list of credentials, all with different secrets.
pub fn credentials(count: usize) -> Vec<Credential> {
    let names = nasty_names();
    (0..count)
        .map(|index| {
            let (issuer, account) = names.get(index).cloned().unwrap_or_else(|| {
                (format!("Service {:03}", index % 250), format!("user{index}@example.org"))
            });
            Credential::new(&issuer, &account, secret(index), generator(index))
        })
        .collect()
}

/// The first `count` of an endless list of entries: [`credentials`] with groups, tags, notes, an icon, favorites and,
/// for a few, a place in the trash.
pub fn entries(count: usize) -> Vec<Entry> {
    const GROUPS: [&str; 4] = ["Work", "Home", "\u{5BB6}\u{65CF}", "Bank \u{1F3E6}"];
    credentials(count)
        .into_iter()
        .zip(MADE_AT..)
        .enumerate()
        .map(|(index, (credential, made))| {
            let mut entry = Entry::new(credential, made);
            entry.group = (!index.is_multiple_of(3)).then(|| GROUPS[index % GROUPS.len()].to_owned());
            if index.is_multiple_of(5) {
                entry.tags = vec!["two-factor".to_owned(), format!("tag {}", index % 7)];
            }
            if index % 8 == 1 {
                entry.note = format!("Line one of entry {index}\nLine two: \u{1F511}\ttab");
            }
            entry.icon = (index == 2).then(|| ICON.to_vec());
            entry.favorite = index % 11 == 4;
            entry.modified = made + u64::from(index.is_multiple_of(2)) * 60;
            entry.deleted = (index % 50 == 49).then_some(made + 120);
            entry
        })
        .collect()
}

/// A PNG of one gray pixel.
pub const ICON: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00,
    0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81,
    0xDA, 0x45, 0x08, 0x3B, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// Lengths that occur: 20 bytes mostly, 10, 16, 32 and 64 at times; Yandex has 16.
fn secret(index: usize) -> Secret {
    const LENGTHS: [usize; 8] = [20, 20, 10, 20, 16, 32, 20, 64];
    let length = if index % 16 == 9 { 16 } else { LENGTHS[index % LENGTHS.len()] };
    let mut bytes = vec![0; length];
    SeededRng::with_label(index as u64, "sample secret").fill_bytes(&mut bytes);
    Secret::from_bytes(&bytes).expect("10 to 64 bytes are a secret")
}

/// Mostly plain TOTP, with every type and every corner among the first sixteen and every sixteen after.
fn generator(index: usize) -> Generator {
    let digits = |number| Digits::new(number).expect("4 to 10 digits");
    let period = |seconds| Period::new(seconds).expect("1 to 86,400 seconds");
    let pin = |text| Pin::new(text).expect("4 to 16 digits");
    match index % 16 {
        1 => Generator::Totp { algorithm: Algorithm::Sha256, digits: digits(8), period: period(60) },
        2 => Generator::Totp { algorithm: Algorithm::Sha512, digits: digits(10), period: period(1) },
        3 => Generator::Totp { algorithm: Algorithm::Sha1, digits: digits(4), period: period(86_400) },
        5 => Generator::Hotp { algorithm: Algorithm::Sha1, digits: digits(6), counter: index as u64 },
        6 => Generator::Hotp { algorithm: Algorithm::Sha256, digits: digits(8), counter: u64::MAX - 1 },
        7 => Generator::Steam,
        8 => Generator::Motp { pin: Some(pin("1234")) },
        9 => Generator::Yandex { pin: Some(pin("5210481216086702")) },
        10 => Generator::Motp { pin: None },
        _ => Generator::default(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_sample_entry_may_be_written_to_a_vault() {
        for (index, entry) in entries(2_000).iter().enumerate() {
            assert_eq!(entry.check(), Ok(()), "entry {index}");
            assert_eq!(entry.clone().tidied(), *entry, "entry {index}");
        }
    }

    #[test]
    fn a_longer_list_begins_with_the_shorter_one() {
        assert_eq!(entries(300)[..20], entries(20));
    }

    #[test]
    fn all_secrets_differ() {
        let all = credentials(2_000);
        let different: HashSet<&[u8]> =
            all.iter().map(|credential| credential.secret.expose_secret()).collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn every_type_and_every_nasty_name_is_among_the_first_sixteen() {
        let first = credentials(16);
        let kinds: HashSet<_> = first.iter().map(Credential::kind).collect();
        assert_eq!(kinds.len(), 5);
        assert_eq!(first.len(), nasty_names().len());
    }

    #[test]
    fn every_sample_credential_survives_its_uri() {
        for credential in credentials(500) {
            assert_eq!(Credential::from_uri(&credential.to_uri()), Ok(credential));
        }
    }
}
