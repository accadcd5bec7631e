//! CSV: `serial,secret,type,digits,period,algorithm,counter`, by a heading in any order or without one in this.

use std::io::{BufReader, Read};

use csv::{Reader, ReaderBuilder, StringRecord, Trim};
use tessera_otp::{Algorithm, Digits, Period, Secret};

use super::limited::Limited;
use super::{Failure, ImportError, Imported, Source, serial};
use crate::store::tables::otp_token::{Moving, Seed};

const COLUMNS: [&str; 7] = ["serial", "secret", "type", "digits", "period", "algorithm", "counter"];

pub(super) struct Csv<R> {
    reader: Reader<BufReader<Limited<R>>>,
    /// Which column of [`COLUMNS`] stands where.
    places: [Option<usize>; COLUMNS.len()],
    /// The first line, where it is no heading.
    first: Option<StringRecord>,
}

impl<R: Read + Send> Csv<R> {
    pub(super) fn new(file: BufReader<Limited<R>>) -> Result<Self, ImportError> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .comment(Some(b'#'))
            .from_reader(file);
        let mut first = StringRecord::new();
        if !reader.read_record(&mut first).map_err(broken)? {
            return Err(ImportError::UnknownFormat);
        }
        let place = |name: &str| first.iter().position(|column| column.eq_ignore_ascii_case(name));
        let headed = COLUMNS.map(place);
        if let [Some(_), Some(_), ..] = headed {
            return Ok(Self { reader, places: headed, first: None });
        }
        if first.len() < 2 || first.len() > COLUMNS.len() {
            return Err(ImportError::UnknownFormat);
        }
        let mut places = [None; COLUMNS.len()];
        places.iter_mut().enumerate().for_each(|(place, column)| *column = Some(place));
        Ok(Self { reader, places, first: Some(first) })
    }

    fn read(&self, place: &str, record: &StringRecord) -> Result<Imported, Failure> {
        let failed = |reason: &str| Failure::new(place, reason);
        let column = |which: usize| -> &str {
            self.places.get(which).copied().flatten().and_then(|at| record.get(at)).unwrap_or_default()
        };
        let number = |which: usize, default: u64, name: &str| match column(which) {
            "" => Ok(default),
            text => text.parse::<u64>().map_err(|_| failed(&format!("its {name} is no number"))),
        };
        let secret = match column(1) {
            hex if hex.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x")) => {
                Secret::from_hex(hex.get(2..).unwrap_or_default())
            }
            base32 => Secret::from_base32(base32),
        };
        // Not the parser's own words: they quote a character of the secret.
        let secret = secret.map_err(|_| failed("its secret is neither base32 nor, after 0x, hexadecimal"))?;
        let digits = u8::try_from(number(3, 6, "number of digits")?)
            .ok()
            .and_then(|digits| Digits::new(digits).ok())
            .ok_or_else(|| failed("it has another number of digits than 4 to 10"))?;
        let period = u32::try_from(number(4, 30, "period")?)
            .ok()
            .and_then(|period| Period::new(period).ok())
            .ok_or_else(|| failed("its period is not 1 to 86400 seconds"))?;
        let algorithm: Algorithm = match column(5) {
            "" => Algorithm::Sha1,
            text => text.parse().map_err(|_| failed("its algorithm is none of SHA1, SHA256, SHA512"))?,
        };
        let (moving, last) = match column(2).to_ascii_lowercase().as_str() {
            "" | "totp" => (Moving::Time(period), -1),
            "hotp" => {
                let counter = i64::try_from(number(6, 0, "counter")?)
                    .map_err(|_| failed("its counter is too large"))?;
                (Moving::Counter, counter - 1)
            }
            _ => return Err(failed("its type is neither totp nor hotp")),
        };
        let serial = serial(column(0)).map_err(failed)?;
        Ok(Imported {
            place: place.into(),
            serial,
            seed: Seed { secret, algorithm, digits, moving },
            last,
            drift: 0,
        })
    }
}

impl<R: Read + Send> Source for Csv<R> {
    fn next(&mut self) -> Result<Option<Result<Imported, Failure>>, ImportError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(self.read("line 1", &first)));
        }
        self.reader.get_mut().get_mut().next_piece();
        let line = self.reader.position().line();
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                return Ok(Some(Err(Failure::new(&format!("line {line}"), "it is not UTF-8"))));
            }
            Err(error) => return Err(broken(error)),
        }
        let line = record.position().map_or(line, csv::Position::line);
        Ok(Some(self.read(&format!("line {line}"), &record)))
    }
}

fn broken(error: csv::Error) -> ImportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ImportError::Read(error),
        _ => ImportError::UnknownFormat,
    }
}
