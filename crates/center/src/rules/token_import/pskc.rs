//! PSKC (RFC 6030): one `Key` after another, whatever the length of the container.
//!
//! Names are taken without their prefixes. A document type or an entity of its own ends the reading: no vendor's file has
//! any, and both are how XML attacks its readers.

use std::io::{BufReader, Read};

use data_encoding::BASE64;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use tessera_otp::{Algorithm, Digits, Period, Secret};
use zeroize::Zeroizing;

use super::cipher::{self, Authentication, Encryption, FileKey, PresharedKey};
use super::derivation::Derivation;
use super::limited::Limited;
use super::{Failure, ImportError, Imported, Source, serial};
use crate::store::tables::otp_token::{Moving, Seed};

/// The deepest nesting: PSKC itself needs ten.
const DEPTH: usize = 32;
/// The longest text of an element that is kept.
const TEXT: usize = 16 * 1024;

pub(super) struct Pskc<R> {
    reader: Reader<BufReader<Limited<R>>>,
    given: Option<FileKey>,
    path: Vec<String>,
    text: Zeroizing<String>,
    buffer: Vec<u8>,
    began: bool,
    container: Container,
    package: Package,
}

/// What holds for all keys.
#[derive(Default)]
struct Container {
    /// The key of all secrets: told, or derived.
    key: Option<PresharedKey>,
    derivation: Option<Derivation>,
    encryption: Option<Encryption>,
    authentication: Option<Authentication>,
    mac_key: Option<Zeroizing<Vec<u8>>>,
}

/// One key package, as far as it was read.
#[derive(Default)]
struct Package {
    number: u64,
    serial: String,
    id: String,
    algorithm: String,
    length: Option<String>,
    encoding: Option<String>,
    suite: Option<String>,
    plain: Option<Zeroizing<String>>,
    encryption: Option<Encryption>,
    encrypted: Option<Zeroizing<String>>,
    mac: Option<Zeroizing<String>>,
    counter: Option<String>,
    interval: Option<String>,
    drift: Option<String>,
    hidden_parameter: bool,
}

impl<R: Read + Send> Pskc<R> {
    pub(super) fn new(file: BufReader<Limited<R>>, given: Option<FileKey>) -> Self {
        let key = match &given {
            Some(FileKey::Preshared(key)) => Some(key.clone()),
            Some(FileKey::Password(_)) | None => None,
        };
        Self {
            reader: Reader::from_reader(file),
            given,
            path: Vec::new(),
            text: Zeroizing::new(String::new()),
            buffer: Vec::new(),
            began: false,
            container: Container { key, ..Container::default() },
            package: Package::default(),
        }
    }

    fn place(&self) -> String {
        format!("byte {}", self.reader.buffer_position())
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), ImportError> {
        let name = String::from_utf8_lossy(element.local_name().as_ref()).into_owned();
        if !self.began {
            if name != "KeyContainer" {
                return Err(ImportError::UnknownFormat);
            }
            self.began = true;
        }
        if self.path.len() >= DEPTH {
            return Err(ImportError::Hostile { place: self.place(), what: "such deep nesting" });
        }
        self.path.push(name);
        self.text.clear();
        let attribute = |wanted: &str| {
            element
                .attributes()
                .flatten()
                .find(|one| one.key.local_name().as_ref() == wanted.as_bytes())
                .map(|one| String::from_utf8_lossy(&one.value).trim().chars().take(256).collect::<String>())
        };
        if self.is(&["EncryptionKey", "DerivedKey"]) {
            self.container.derivation = Some(Derivation::default());
        } else if self.is(&["DerivedKey"]) {
            return Err(ImportError::Unsupported("a derived key for some of the secrets alone".into()));
        } else if let Some(derivation) = &mut self.container.derivation
            && self.path.last().is_some_and(|name| name == "KeyDerivationMethod")
        {
            derivation.method = attribute("Algorithm").unwrap_or_default();
        } else if let Some(derivation) = &mut self.container.derivation
            && self.path.last().is_some_and(|name| name == "PRF")
        {
            derivation.function = attribute("Algorithm");
        } else if self.is(&["KeyPackage"]) {
            self.package = Package { number: self.package.number, ..Package::default() };
        } else if self.is(&["KeyPackage", "Key"]) {
            self.package.number += 1;
            self.package.id = attribute("Id").unwrap_or_default();
            self.package.algorithm = attribute("Algorithm").unwrap_or_default();
        } else if self.is(&["AlgorithmParameters", "ResponseFormat"]) {
            self.package.length = attribute("Length");
            self.package.encoding = attribute("Encoding");
        } else if self.is(&["MACMethod"]) {
            let uri = attribute("Algorithm").unwrap_or_default();
            self.container.authentication = Some(Authentication::from_uri(&uri)?);
        } else if self.is(&["MACKey", "EncryptionMethod"]) {
            let uri = attribute("Algorithm").unwrap_or_default();
            self.container.encryption = Some(Encryption::from_uri(&uri)?);
        } else if self.is(&["EncryptedValue", "EncryptionMethod"]) {
            let uri = attribute("Algorithm").unwrap_or_default();
            self.package.encryption = Some(Encryption::from_uri(&uri)?);
        } else if self.is(&["EncryptedValue"]) && !self.is(&["Secret", "EncryptedValue"]) {
            self.package.hidden_parameter = true;
        }
        Ok(())
    }

    /// Whether the path ends so.
    fn is(&self, tail: &[&str]) -> bool {
        self.path.len() >= tail.len()
            && self.path.iter().rev().zip(tail.iter().rev()).all(|(here, wanted)| here == wanted)
    }

    fn end(&mut self) -> Result<Option<Result<Imported, Failure>>, ImportError> {
        let text = || Zeroizing::new(self.text.trim().to_owned());
        let mut found = None;
        if self.is(&["DeviceInfo", "SerialNo"]) {
            self.package.serial = text().to_string();
        } else if self.is(&["AlgorithmParameters", "Suite"]) {
            self.package.suite = Some(text().to_string());
        } else if self.is(&["Secret", "PlainValue"]) {
            self.package.plain = Some(text());
        } else if self.is(&["Secret", "EncryptedValue", "CipherData", "CipherValue"]) {
            self.package.encrypted = Some(text());
        } else if self.is(&["Secret", "ValueMAC"]) {
            self.package.mac = Some(text());
        } else if self.is(&["Counter", "PlainValue"]) {
            self.package.counter = Some(text().to_string());
        } else if self.is(&["TimeInterval", "PlainValue"]) {
            self.package.interval = Some(text().to_string());
        } else if self.is(&["TimeDrift", "PlainValue"]) {
            self.package.drift = Some(text().to_string());
        } else if self.is(&["PBKDF2-params", "Salt", "Specified"]) {
            let salt = base64(&text());
            self.derivation().salt = salt;
        } else if self.is(&["PBKDF2-params", "IterationCount"]) {
            let count = text().to_string();
            self.derivation().iterations = Some(count);
        } else if self.is(&["PBKDF2-params", "KeyLength"]) {
            let length = text().to_string();
            self.derivation().length = Some(length);
        } else if self.is(&["EncryptionKey", "DerivedKey"]) {
            let Some(FileKey::Password(password)) = &self.given else {
                return Err(ImportError::PasswordNeeded);
            };
            let derivation = self.container.derivation.take().unwrap_or_default();
            self.container.key = Some(derivation.key_of(password)?);
        } else if self.is(&["MACKey", "CipherData", "CipherValue"]) {
            let value = base64(&text()).ok_or(ImportError::WrongKey)?;
            let key = self.container.key.as_ref().ok_or(ImportError::KeyNeeded)?;
            let encryption = self.container.encryption.unwrap_or(Encryption::Aes128Cbc);
            self.container.mac_key = Some(encryption.open(key, &value).ok_or(ImportError::WrongKey)?);
        } else if self.is(&["KeyPackage", "Key"]) {
            found = Some(self.token()?);
            // The next key of this package has its own.
            let Package { number, serial, .. } = std::mem::take(&mut self.package);
            self.package = Package { number, serial, ..Package::default() };
        }
        self.text.clear();
        self.path.pop();
        Ok(found)
    }

    fn derivation(&mut self) -> &mut Derivation {
        self.container.derivation.get_or_insert_default()
    }

    fn token(&self) -> Result<Result<Imported, Failure>, ImportError> {
        let package = &self.package;
        let id: String = tessera_otp::clean_name(&package.id).chars().take(64).collect();
        let place = format!("key {} ({id})", package.number);
        let secret = match self.secret()? {
            Ok(secret) => secret,
            Err(reason) => return Ok(Err(Failure::new(&place, reason))),
        };
        Ok(package.read(&place, &secret).map_err(|reason| Failure::new(&place, reason)))
    }

    /// The secret in clear. A missing key or method is the file's fault, a wrong value the token's.
    fn secret(&self) -> Result<Result<Zeroizing<Vec<u8>>, &'static str>, ImportError> {
        const BASE64_WANTED: &str = "its secret is not base64";
        let package = &self.package;
        let Some(encrypted) = &package.encrypted else {
            let plain = package.plain.as_ref().map(|plain| base64(plain).ok_or(BASE64_WANTED));
            return Ok(plain.unwrap_or(Err("it has no secret")));
        };
        let key = self.container.key.as_ref().ok_or(ImportError::KeyNeeded)?;
        let Some(authentication) = self.container.authentication else {
            return Err(ImportError::Unsupported("encryption without a MAC".into()));
        };
        let Some(value) = base64(encrypted) else { return Ok(Err(BASE64_WANTED)) };
        let Some(mac) = package.mac.as_ref().and_then(|mac| base64(mac)) else {
            return Ok(Err("its secret has no MAC"));
        };
        let mac_key = self.container.mac_key.clone().unwrap_or_else(|| cipher::of_key(key));
        if !authentication.is_of(&mac_key, &value, &mac) {
            return Ok(Err(
                "its MAC does not fit: the pre-shared key is another one, or the value was changed",
            ));
        }
        let encryption = package.encryption.unwrap_or(Encryption::Aes128Cbc);
        Ok(encryption.open(key, &value).ok_or("its secret does not open with the pre-shared key"))
    }
}

impl Package {
    fn read(&self, place: &str, secret: &[u8]) -> Result<Imported, &'static str> {
        let kind = self.algorithm.rsplit([':', '#']).next().unwrap_or_default().to_ascii_lowercase();
        if self.hidden_parameter {
            return Err("its counter or time is encrypted, which is not supported");
        }
        let number = |text: &Option<String>, default: i64| {
            text.as_deref()
                .map_or(Ok(default), |text| text.parse::<i64>().map_err(|_| "one of its numbers is none"))
        };
        let (moving, last, drift) = match kind.as_str() {
            "hotp" => {
                let counter = number(&self.counter, 0)?;
                if counter < 0 {
                    return Err("its counter is negative");
                }
                (Moving::Counter, counter - 1, 0)
            }
            "totp" => {
                let period = u32::try_from(number(&self.interval, 30)?)
                    .ok()
                    .and_then(|period| Period::new(period).ok())
                    .ok_or("its time interval is not 1 to 86400 seconds")?;
                let drift = number(&self.drift, 0)?;
                if drift.abs() > 10_000 {
                    return Err("its time drift is beyond all clocks");
                }
                (Moving::Time(period), -1, drift)
            }
            _ => return Err("it is neither a TOTP nor an HOTP key"),
        };
        if self.encoding.as_deref().is_some_and(|encoding| !encoding.eq_ignore_ascii_case("DECIMAL")) {
            return Err("its codes are not decimal");
        }
        let digits = u8::try_from(number(&self.length, 6)?)
            .ok()
            .and_then(|digits| Digits::new(digits).ok())
            .ok_or("it has another number of digits than 4 to 10")?;
        let algorithm = match self.suite.as_deref() {
            None | Some("") => Algorithm::Sha1,
            Some(suite) => {
                suite.parse().map_err(|_| "its suite is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512")?
            }
        };
        // Taken over into the type that seals it.
        let secret = Secret::from_bytes(secret).map_err(|_| "its secret is empty or too long")?;
        let serial = serial(if self.serial.is_empty() { &self.id } else { &self.serial })?;
        Ok(Imported {
            place: place.into(),
            serial,
            seed: Seed { secret, algorithm, digits, moving },
            last,
            drift,
        })
    }
}

impl<R: Read + Send> Source for Pskc<R> {
    fn next(&mut self) -> Result<Option<Result<Imported, Failure>>, ImportError> {
        loop {
            self.reader.get_mut().get_mut().next_piece();
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            let event = match event {
                Ok(event) => event,
                Err(quick_xml::Error::Io(error)) => {
                    return Err(ImportError::Read(std::io::Error::new(error.kind(), error.to_string())));
                }
                Err(error) => {
                    return Err(ImportError::Xml { place: self.place(), reason: error.to_string() });
                }
            };
            let mut found = None;
            match &event {
                Event::Start(element) => self.start(element)?,
                Event::Empty(element) => {
                    self.start(element)?;
                    found = self.end()?;
                }
                Event::End(_) => found = self.end()?,
                Event::Text(text) => self.add(&String::from_utf8_lossy(text)),
                Event::CData(text) => self.add(&String::from_utf8_lossy(text)),
                Event::GeneralRef(reference) => {
                    let letter = reference.resolve_char_ref().ok().flatten();
                    let letter = letter.or(match &**reference {
                        b"amp" => Some('&'),
                        b"lt" => Some('<'),
                        b"gt" => Some('>'),
                        b"quot" => Some('"'),
                        b"apos" => Some('\''),
                        _ => None,
                    });
                    let Some(letter) = letter else {
                        return Err(ImportError::Hostile {
                            place: self.place(),
                            what: "an entity of its own",
                        });
                    };
                    self.add(letter.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) => {
                    return Err(ImportError::Hostile { place: self.place(), what: "a document type" });
                }
                Event::Eof if self.path.is_empty() && self.began => return Ok(None),
                Event::Eof => {
                    return Err(ImportError::Xml {
                        place: self.place(),
                        reason: "the file ends in the middle".into(),
                    });
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
            drop(event);
            self.buffer = buffer;
            if found.is_some() {
                return Ok(found);
            }
        }
    }
}

impl<R> Pskc<R> {
    fn add(&mut self, text: &str) {
        // More than any value needs is no value; what is kept is then no base64 and no number.
        if self.text.len() <= TEXT {
            self.text.push_str(text);
        }
    }
}

/// Base64 as XML has it: with line breaks and spaces anywhere.
fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let plain: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    BASE64.decode(&plain).ok().map(Zeroizing::new)
}
