//! Hardware tokens from a vendor's file: PSKC (RFC 6030) or CSV.
//!
//! The file is read piece by piece and written batch by batch, so that its length costs no memory. What cannot be taken is
//! named with its place and does not hold up the rest; a token that is there already is not doubled, so that the same file
//! may be given again after whatever went wrong.

mod cipher;
mod csv;
mod derivation;
mod limited;
mod pskc;

use std::io::{BufRead as _, BufReader, Read};

pub use cipher::{BadKey, FileKey, FilePassword, PresharedKey};
use limited::Limited;

use crate::Center;
use crate::store::tables::otp_token::{self, Seed};
use crate::store::{StoreError, Tx};

/// Tokens of one transaction.
const BATCH: usize = 500;
/// Failures that are told one by one; more are only counted.
const FAILURES: usize = 1000;

/// A token as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Imported {
    place: String,
    serial: String,
    seed: Seed,
    last: i64,
    drift: i64,
}

/// A token that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Where it stands in the file.
    pub place: String,
    /// Why it was not taken, in English, without anything secret.
    pub reason: String,
}

impl Failure {
    fn new(place: &str, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Tokens that are new.
    pub added: u64,
    /// Tokens that were there already, with the same secret.
    pub repeated: u64,
    /// The first thousand that were not taken.
    pub failures: Vec<Failure>,
    /// How many more.
    pub further_failures: u64,
}

impl Report {
    fn failed(&mut self, failure: Failure) {
        if self.failures.len() < FAILURES {
            self.failures.push(failure);
        } else {
            self.further_failures += 1;
        }
    }
}

/// Why reading the file stopped. What the report counts stands.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// Broken XML.
    #[error("{place}: this is not well-formed XML: {reason}")]
    Xml {
        /// Where.
        place: String,
        /// What the parser said.
        reason: String,
    },
    /// A document type, entities or nesting that no PSKC file needs.
    #[error("{place}: {what} has no business in a PSKC file; nothing after it was read")]
    Hostile {
        /// Where.
        place: String,
        /// What stands there.
        what: &'static str,
    },
    /// Neither of the two formats.
    #[error("this is no PSKC container (RFC 6030) and no CSV of serial,secret,type,digits,period,algorithm")]
    UnknownFormat,
    /// Its secrets are encrypted.
    #[error("the secrets are encrypted with a pre-shared key: name the file that holds it")]
    KeyNeeded,
    /// Its secrets are encrypted with a key that a password gives.
    #[error("the secrets are encrypted with a password: name the file that holds it")]
    PasswordNeeded,
    /// They are encrypted with another key.
    #[error("the pre-shared key or password does not open this file")]
    WrongKey,
    /// Encrypted or authenticated by something that is not supported.
    #[error("{0} is not supported: ask the vendor for AES-CBC with a pre-shared key and HMAC")]
    Unsupported(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One token, or why it was not taken; `None` at the end of the file.
trait Source: Send {
    fn next(&mut self) -> Result<Option<Result<Imported, Failure>>, ImportError>;
}

/// Imports all tokens of a file. The report counts what stands, also when the reading broke off.
pub async fn import(
    center: &Center,
    file: impl Read + Send + 'static,
    key: Option<&FileKey>,
) -> (Report, Result<(), ImportError>) {
    let mut report = Report::default();
    let done = run(center, file, key, &mut report).await;
    (report, done)
}

async fn run(
    center: &Center,
    file: impl Read + Send + 'static,
    key: Option<&FileKey>,
    report: &mut Report,
) -> Result<(), ImportError> {
    let mut file = BufReader::new(Limited::new(file));
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    let is_xml = file.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    let mut source: Box<dyn Source> =
        if is_xml { Box::new(pskc::Pskc::new(file, key.cloned())) } else { Box::new(csv::Csv::new(file)?) };
    loop {
        let (batch, last) = read_batch(&mut *source, report);
        if !batch.is_empty() {
            // Counted only when it stands.
            let mut counted = report.clone();
            let mut tx = center.begin().await?;
            for token in batch {
                put(&mut tx, center, token, &mut counted).await?;
            }
            tx.commit().await?;
            *report = counted;
        }
        match last {
            None => {}
            Some(end) => return end,
        }
    }
}

/// The next tokens, and with the last of them how the file ended.
fn read_batch(
    source: &mut dyn Source,
    report: &mut Report,
) -> (Vec<Imported>, Option<Result<(), ImportError>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while batch.len() < BATCH {
        match source.next() {
            Ok(Some(Ok(token))) => batch.push(token),
            Ok(Some(Err(failure))) => report.failed(failure),
            Ok(None) => return (batch, Some(Ok(()))),
            Err(error) => return (batch, Some(Err(error))),
        }
    }
    (batch, None)
}

async fn put(tx: &mut Tx, center: &Center, token: Imported, report: &mut Report) -> Result<(), StoreError> {
    let Imported { place, serial, seed, last, drift } = token;
    if otp_token::insert(tx, center, Some(&serial), &seed, last, drift).await?.is_some() {
        report.added += 1;
        return Ok(());
    }
    match otp_token::by_serial(tx, &center.keys, &serial).await? {
        Some(known) if known.seed == seed => report.repeated += 1,
        _ => report.failed(Failure::new(
            &place,
            "a token of this serial number is there already, with another secret; it was left as it is",
        )),
    }
    Ok(())
}

/// Reads a serial number.
fn serial(text: &str) -> Result<String, &'static str> {
    let serial = tessera_otp::clean_name(text);
    if otp_token::canonical_serial(&serial).is_empty() {
        return Err("it has no serial number");
    }
    if serial.chars().count() > crate::rules::label::LABEL_MAX {
        return Err("its serial number has more than 64 characters");
    }
    Ok(serial)
}
