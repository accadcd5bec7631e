//! What the tests of all formats need: our own entries, and words for how a reader failed.

use tessera_otp::Credential;
use tessera_testkit::sample;

use crate::{Answers, Found, Password, ReadError, inspect};

/// The time of the tests.
pub(crate) const NOW: u64 = 1_800_000_000;

/// Our own credentials, always the same.
pub(crate) fn credentials(count: usize) -> Vec<Credential> {
    sample::credentials(count)
}

/// Inspects with a password.
pub(crate) fn open(bytes: &[u8], password: &str) -> Result<Found, ReadError> {
    let password = Password::new(password);
    inspect(bytes, "", &Answers { password: Some(&password), ..Answers::at(NOW) })
}

/// What was read, without places.
pub(crate) fn read_credentials(found: &Found) -> Vec<Credential> {
    found.entries.iter().map(|found| found.entry.credential.clone()).collect()
}

/// Place and message of each problem.
pub(crate) fn problems(found: &Found) -> Vec<(String, String)> {
    found.problems.iter().map(|problem| (problem.place.to_string(), problem.reason.to_string())).collect()
}

/// A database of our own making, as a file's bytes.
pub(crate) fn database(sql: &str) -> Vec<u8> {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).unwrap();
    connection.serialize(rusqlite::MAIN_DB).unwrap().to_vec()
}

/// A zip of our own making, AES-encrypted if there is a password.
pub(crate) fn zipped(files: &[(&str, &[u8])], password: Option<&str>) -> Vec<u8> {
    use std::io::Write as _;

    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default();
        match password {
            Some(password) => {
                writer.start_file(*name, options.with_aes_encryption(zip::AesMode::Aes256, password))
            }
            None => writer.start_file(*name, options),
        }
        .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
