use super::*;
use crate::export::Making;
use crate::testing::{NOW, credentials, problems, read_credentials};
use crate::{inspect, inspect_codes};
use tessera_testkit::SeededRng;
use zeroize::Zeroizing;

/// The parts of a transfer of so many accounts that the app knows.
fn parts(count: usize, seed: u64) -> Vec<Zeroizing<String>> {
    let entries: Vec<Entry> = credentials(count * 3)
        .into_iter()
        .map(|credential| Entry::new(credential, NOW))
        .filter(|entry| write::EXPORT.carries(entry))
        .take(count)
        .collect();
    let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(seed) };
    let bytes = write::EXPORT.write(&entries, making).unwrap();
    let text = core::str::from_utf8(&bytes).unwrap();
    text.lines().map(|line| Zeroizing::new(line.to_owned())).collect()
}

#[test]
fn parts_are_read_in_any_order_and_each_once() {
    let mut parts = parts(35, 1);
    assert!(parts.len() >= 4);
    let forward = inspect_codes(&parts, NOW).unwrap();
    parts.reverse();
    parts.push(parts[0].clone());
    let backward = inspect_codes(&parts, NOW).unwrap();
    assert_eq!((forward.problems, backward.problems), (Vec::new(), Vec::new()));
    assert_eq!(forward.entries.len(), 35);
    assert_eq!(backward.entries.len(), 35);
}

#[test]
fn missing_parts_are_named_and_the_others_are_read() {
    let mut parts = parts(35, 1);
    let size = parts.len();
    parts.remove(1);
    let found = inspect_codes(&parts, NOW).unwrap();
    assert!(found.entries.len() < 35 && !found.entries.is_empty());
    let missing = Reason::PartMissing.to_string();
    assert_eq!(problems(&found), [(format!("QR code 2 of {size}"), missing)]);
}

#[test]
fn a_part_of_thousands_names_the_first_that_are_missing() {
    use prost::Message as _;
    let message = payload::Payload { version: 1, batch_size: 10_000, batch_index: 2, ..Default::default() };
    let data = data_encoding::BASE64.encode(&message.encode_to_vec());
    let found =
        inspect_codes(&[Zeroizing::new(format!("otpauth-migration://offline?data={data}"))], NOW).unwrap();
    assert_eq!(found.problems.len(), MISSING_NAMED + 1);
    assert_eq!(found.problems[2].place.to_string(), "QR code 4 of 10000");
    let last = &found.problems[MISSING_NAMED].place;
    assert_eq!(last.to_string(), format!("QR code {} of 10000, and others after it", MISSING_NAMED + 2));
}

#[test]
fn parts_of_two_transfers_do_not_fill_each_others_gaps() {
    let (one, two) = (parts(35, 1), parts(35, 2));
    let found = inspect_codes(&[one[0].clone(), two[1].clone()], NOW).unwrap();
    let size = one.len();
    assert_eq!(found.problems.len(), 2 * (size - 1));
}

#[test]
fn a_text_may_mix_both_kinds_of_addresses() {
    let plain = &credentials(1)[0];
    let text = format!("{}\n{}\nnothing\n", &*plain.to_uri(), &*parts(2, 1)[0]);
    let found = inspect(text.as_bytes(), "", &Answers::at(NOW)).unwrap();
    assert_eq!(found.format.id, "google-authenticator");
    assert_eq!(found.entries.len(), 3);
    assert_eq!(read_credentials(&found)[0], *plain);
    assert_eq!(found.problems.len(), 1);
    assert_eq!(found.problems[0].place.to_string(), "line 3");
}

#[test]
fn what_the_message_cannot_mean_is_a_problem_of_its_account_alone() {
    use prost::Message as _;
    let good = payload::Account {
        secret: vec![7; 20],
        name: "Example:alice".to_owned(),
        issuer: "Example".to_owned(),
        algorithm: 1,
        digits: 1,
        kind: 2,
        counter: 0,
    };
    let bad = |change: fn(&mut payload::Account)| {
        let mut account = good.clone();
        change(&mut account);
        account
    };
    let accounts = vec![
        good.clone(),
        bad(|account| account.secret.clear()),
        bad(|account| account.algorithm = 4),
        bad(|account| account.algorithm = 9),
        bad(|account| account.digits = 3),
        bad(|account| account.kind = 7),
        bad(|account| (account.kind, account.counter) = (1, -1)),
    ];
    let message = payload::Payload { accounts, version: 1, batch_size: 0, batch_index: 0, batch_id: 0 };
    let data = data_encoding::BASE64.encode(&message.encode_to_vec());
    // Not percent-encoded, as some programs write it.
    let text = Zeroizing::new(format!("otpauth-migration://offline?data={data}"));
    let found = inspect_codes(&[text], NOW).unwrap();
    let read = read_credentials(&found);
    assert_eq!((read.len(), read[0].issuer.as_str(), read[0].account.as_str()), (1, "Example", "alice"));
    assert_eq!(found.problems.len(), 6);
    assert_eq!(found.problems[0].place.to_string(), "QR code 1, account 2");
}

#[test]
fn damaged_addresses_are_refused_in_words() {
    for address in [
        "otpauth-migration://offline",
        "otpauth-migration://offline?data=",
        "otpauth-migration://offline?data=%%%",
        "otpauth-migration://offline?data=AAAA",
        "otpauth-migration://offline?data=GAEgBQ", // part 5 of 1
    ] {
        let found = inspect_codes(&[Zeroizing::new(address.to_owned())], NOW).unwrap();
        assert_eq!(found.entries.len(), 0, "{address}");
        if address != "otpauth-migration://offline?data=" {
            assert_eq!(found.problems.len(), 1, "{address}");
        }
    }
}
