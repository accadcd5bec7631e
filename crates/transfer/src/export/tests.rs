//! Out and back: what a format says that it can carry comes back as it was.

use proptest::prelude::*;
use tessera_otp::{Credential, Digits, Entry, Generator, Period, Pin, Secret};
use tessera_testkit::{SeededRng, sample};

use super::*;
use crate::testing::NOW;
use crate::{Answers, inspect};

/// An entry as the format keeps it: without the parts that it loses, made when it was read.
fn kept(export: &Export, entry: &Entry) -> Entry {
    let mut kept = entry.clone();
    for lost in (export.lost)(entry) {
        match lost {
            Lost::Part("group") => kept.group = None,
            Lost::Part("tags") => kept.tags.clear(),
            Lost::Part("note") => kept.note.clear(),
            Lost::Part("icon") => kept.icon = None,
            Lost::Part("favorite mark") => kept.favorite = false,
            other => panic!("{other:?}"),
        }
    }
    kept.created = NOW;
    kept.modified = NOW;
    kept.deleted = None;
    kept
}

fn out_and_back(export: &Export, entries: &[Entry]) {
    // A sheet is for people: its codes are scanned from paper, and no format here reads the page. Its own tests read it.
    if export.id.starts_with("sheet-") {
        return;
    }
    let password = Password::new("correct horse \u{1F40E} battery");
    let mut rng = SeededRng::new(1);
    let making = Making { now: NOW, password: export.encrypted.then_some(&password), rng: &mut rng };
    let carried: Vec<Entry> =
        entries.iter().filter(|entry| export.carries(entry)).map(|entry| kept(export, entry)).collect();
    let bytes = match export.write(entries, making) {
        Err(WriteError::Nothing) if carried.is_empty() => return,
        written => written.unwrap(),
    };
    let answers = Answers { password: export.encrypted.then_some(&password), ..Answers::at(NOW) };
    let found = inspect(&bytes, "", &answers).unwrap();
    assert_eq!(found.problems, [], "{}", export.id);
    let back: Vec<Entry> = found.entries.into_iter().map(|found| found.entry).collect();
    for (back, carried) in back.iter().zip(&carried) {
        assert_eq!(back, carried, "{}: {} / {}", export.id, back.note, carried.note);
    }
    assert_eq!(back.len(), carried.len(), "{}", export.id);
}

#[test]
fn what_a_format_carries_of_our_sample_entries_comes_back() {
    let entries = sample::entries(200);
    for export in EXPORTS {
        out_and_back(export, &entries);
    }
}

#[test]
fn a_sheet_carries_every_entry() {
    let entries = sample::entries(200);
    for export in EXPORTS.iter().filter(|export| export.id.starts_with("sheet-")) {
        assert!(entries.iter().all(|entry| export.carries(entry)));
        let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(1) };
        assert!(export.write(&entries, making).is_ok_and(|sheet| sheet.len() > 100 * entries.len()));
    }
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let digits = (4_u8..=10).prop_map(|digits| Digits::new(digits).unwrap());
    let algorithm = prop::sample::select(&tessera_otp::Algorithm::ALL);
    let pin = prop::option::of("[0-9]{4,16}".prop_map(|pin| Pin::new(&pin).unwrap()));
    let generator = prop_oneof![
        3 => Just(Generator::default()),
        2 => (algorithm.clone(), digits.clone(), 1_u32..=86_400)
            .prop_map(|(algorithm, digits, period)| Generator::Totp { algorithm, digits, period: Period::new(period).unwrap() }),
        2 => (algorithm, digits, any::<u64>())
            .prop_map(|(algorithm, digits, counter)| Generator::Hotp { algorithm, digits, counter }),
        1 => Just(Generator::Steam),
        1 => pin.clone().prop_map(|pin| Generator::Motp { pin }),
        1 => pin.prop_map(|pin| Generator::Yandex { pin }),
    ];
    let names = ("\\PC{0,20}", prop_oneof!["\\PC{0,20}", "[a-c:]{0,6}"]);
    let words = (
        prop::option::of("\\PC{1,10}"),
        prop::collection::vec("\\PC{1,8}", 0..4),
        "[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]{0,40}",
    );
    (names, generator, prop::collection::vec(any::<u8>(), 1..64), words, any::<bool>(), any::<bool>())
        .prop_map(|((issuer, account), generator, bytes, (group, tags, note), favorite, icon)| {
            let bytes = if let Generator::Yandex { .. } = generator {
                bytes.repeat(16)[..16].to_vec()
            } else {
                bytes
            };
            let credential =
                Credential::new(&issuer, &account, Secret::from_bytes(&bytes).unwrap(), generator);
            let mut entry = Entry::new(credential, NOW);
            entry.group = group;
            entry.tags = tags;
            entry.note = note;
            entry.favorite = favorite;
            entry.icon = icon.then(|| sample::ICON.to_vec());
            entry.tidied()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_a_format_carries_of_any_entries_comes_back(entries in prop::collection::vec(any_entry(), 1..20)) {
        for export in EXPORTS.iter().filter(|export| !export.encrypted) {
            out_and_back(export, &entries);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn encrypted_formats_carry_any_entries_too(entries in prop::collection::vec(any_entry(), 1..20)) {
        for export in EXPORTS.iter().filter(|export| export.encrypted) {
            out_and_back(export, &entries);
        }
    }
}

#[test]
fn every_format_names_what_it_loses_before_it_is_written() {
    let entries = sample::entries(60);
    for export in EXPORTS {
        let losses = export.losses(&entries);
        let left_out = losses.iter().filter(|loss| matches!(loss.lost, Lost::Entry(_))).count();
        let carried = entries.iter().filter(|entry| export.carries(entry)).count();
        assert_eq!(left_out + carried, entries.len(), "{}", export.id);
        assert!(losses.iter().all(|loss| loss.index < entries.len()));
        assert!(!losses.is_empty(), "{} loses something of our sample", export.id);
    }
}

#[test]
fn an_encrypted_format_without_a_password_is_not_written() {
    for export in EXPORTS.iter().filter(|export| export.encrypted) {
        for password in [None, Some(&Password::new(""))] {
            let mut rng = SeededRng::new(1);
            let error =
                export.write(&sample::entries(3), Making { now: NOW, password, rng: &mut rng }).unwrap_err();
            assert_eq!(error, WriteError::PasswordNeeded);
        }
    }
}

#[test]
fn an_encrypted_file_shows_nothing_and_opens_with_its_password_alone() {
    let entries = sample::entries(5);
    let password = Password::new("right");
    for export in EXPORTS.iter().filter(|export| export.encrypted) {
        let mut rng = SeededRng::new(1);
        let bytes =
            export.write(&entries, Making { now: NOW, password: Some(&password), rng: &mut rng }).unwrap();
        let text = core::str::from_utf8(&bytes).unwrap();
        assert!(!text.contains(&*entries[0].credential.secret.to_base32()), "{}", export.id);
        let needed = inspect(&bytes, "", &Answers::at(NOW)).unwrap_err();
        assert!(matches!(needed, crate::ReadError::PasswordNeeded { .. }), "{needed}");
        let wrong = crate::testing::open(&bytes, "wrong").unwrap_err();
        assert!(matches!(wrong, crate::ReadError::WrongPassword { .. }), "{wrong}");
    }
}
