//! What the fuzzers found (`finds/README.md`) is read or refused, and stops nothing any more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use tessera_transfer::{Answers, FORMATS, Password, ReadError, inspect};

/// The fuzzers' password, which is that of the fixtures.
const PASSWORD: &str = "correct horse \u{1F511}";

#[test]
fn what_was_found_is_refused_in_words_as_whatever_format_it_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/finds");
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "md") {
            continue;
        }
        count += 1;
        let bytes = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let password = Password::new(PASSWORD);
        for format in FORMATS.iter().copied().map(Some).chain([None]) {
            let answers = Answers { password: Some(&password), format, ..Answers::at(1_800_000_000) };
            match inspect(&bytes, name, &answers) {
                Ok(found) => assert!(found.entries.iter().all(|found| found.entry.check().is_ok()), "{name}"),
                Err(error) => assert!(!error.to_string().is_empty(), "{name}"),
            }
        }
    }
    assert!(count > 0);
}

#[test]
fn a_keepass_header_with_a_field_of_another_length_is_refused_in_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let whole = fs::read(folder.join("fixtures/keepass-3.kdbx")).unwrap();
    let password = Password::new(PASSWORD);
    let answers = Answers { password: Some(&password), ..Answers::at(1_800_000_000) };
    assert!(inspect(&whole, "", &answers).is_ok());
    // After the signatures and the version: a number of one byte, a length of two, and so many bytes.
    let mut at = 12;
    let mut refused = 0;
    while whole[at] != 0 {
        let length = usize::from(u16::from_le_bytes([whole[at + 1], whole[at + 2]]));
        for shorter in [0, length.saturating_sub(1)].into_iter().filter(|shorter| *shorter < length) {
            let mut changed = whole[..=at].to_vec();
            changed.extend(u16::try_from(shorter).unwrap().to_le_bytes());
            changed.extend(&whole[at + 3..at + 3 + shorter]);
            changed.extend(&whole[at + 3 + length..]);
            // What only begins the encrypted part, and the key of values that are protected once more, may have any length.
            if let Err(error) = inspect(&changed, "", &answers) {
                refused += 1;
                let told = matches!(error, ReadError::Damaged { .. } | ReadError::WrongPassword { .. });
                assert!(told, "field {}: {error}", whole[at]);
            }
        }
        at += 3 + length;
    }
    assert!(refused >= 12, "{refused}");
}
