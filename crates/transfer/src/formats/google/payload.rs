//! One part of a transfer: a protobuf message in base64 in an address.

use data_encoding::BASE64_NOPAD;
use percent_encoding::percent_decode_str;
use prost::Message;
use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};
use zeroize::{Zeroize as _, Zeroizing};

use crate::Reason;

/// What the addresses begin with.
pub(super) const SCHEME: &str = "otpauth-migration://";
/// The longest address. The largest QR code holds 2,953 bytes.
const ADDRESS_MAX: usize = 64 * 1024;
/// The most parts of a batch; Google Authenticator puts ten accounts into one.
const PARTS_MAX: i32 = 10_000;

/// The message. Its fields are the app's own, as its users read them out of its codes.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Payload {
    #[prost(message, repeated, tag = "1")]
    pub(super) accounts: Vec<Account>,
    #[prost(int32, tag = "2")]
    pub(super) version: i32,
    #[prost(int32, tag = "3")]
    pub(super) batch_size: i32,
    #[prost(int32, tag = "4")]
    pub(super) batch_index: i32,
    #[prost(int32, tag = "5")]
    pub(super) batch_id: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Account {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) secret: Vec<u8>,
    #[prost(string, tag = "2")]
    pub(super) name: String,
    #[prost(string, tag = "3")]
    pub(super) issuer: String,
    #[prost(int32, tag = "4")]
    pub(super) algorithm: i32,
    #[prost(int32, tag = "5")]
    pub(super) digits: i32,
    #[prost(int32, tag = "6")]
    pub(super) kind: i32,
    #[prost(int64, tag = "7")]
    pub(super) counter: i64,
}

/// A part as it was read.
pub(super) struct Part {
    pub(super) batch: i32,
    /// How many parts the batch has.
    pub(super) size: i32,
    /// Which of them this is, from 0.
    pub(super) index: i32,
    pub(super) credentials: Vec<Result<Credential, Reason>>,
}

/// Whether a text is an address of Google Authenticator's transfer: one part of it, with several accounts.
pub fn is_migration(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

impl Part {
    /// Reads an address.
    pub(super) fn read(address: &str) -> Result<Self, Reason> {
        if address.len() > ADDRESS_MAX {
            return Err(Reason::Other("The address is longer than any QR code."));
        }
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let data = query.split('&').find_map(|pair| pair.strip_prefix("data="));
        let data = data.ok_or(Reason::Missing { field: "data" })?;
        let bytes =
            Zeroizing::new(decode(data).ok_or(Reason::WrongType { field: "data", expected: "base64" })?);
        let mut payload = Payload::decode(bytes.as_slice())
            .map_err(|_| Reason::Other("The QR code is damaged: its content cannot be taken apart."))?;
        if payload.version > 2 {
            return Err(Reason::Other("The QR code has a newer version than those that are known."));
        }
        // Codes of a single part may leave these out.
        let size = payload.batch_size.max(1);
        if size > PARTS_MAX || !(0..size).contains(&payload.batch_index) {
            return Err(Reason::Other("The QR code's part number is impossible."));
        }
        let credentials = payload.accounts.iter_mut().map(Account::credential).collect();
        Ok(Self { batch: payload.batch_id, size, index: payload.batch_index, credentials })
    }
}

impl Account {
    /// Takes the credential out; the secret is wiped.
    fn credential(&mut self) -> Result<Credential, Reason> {
        let secret = Secret::from_bytes(&self.secret);
        self.secret.zeroize();
        let secret = secret?;
        let algorithm = match self.algorithm {
            0 | 1 => Algorithm::Sha1,
            2 => Algorithm::Sha256,
            3 => Algorithm::Sha512,
            4 => return Err(Reason::UnknownAlgorithm { found: "MD5".to_owned() }),
            other => return Err(Reason::UnknownAlgorithm { found: other.to_string() }),
        };
        let digits = match self.digits {
            0 | 1 => Digits::SIX,
            2 => Digits::new(8)?,
            other => return Err(Reason::OutOfRange { field: "digits", found: other.to_string() }),
        };
        let generator = match self.kind {
            0 | 2 => Generator::Totp { algorithm, digits, period: Period::THIRTY },
            1 => {
                let counter = u64::try_from(self.counter)
                    .map_err(|_| Reason::OutOfRange { field: "counter", found: self.counter.to_string() })?;
                Generator::Hotp { algorithm, digits, counter }
            }
            other => return Err(Reason::UnknownType { found: other.to_string() }),
        };
        // The name repeats the issuer when the account was scanned from a code that did.
        let (issuer, account) = if self.issuer.is_empty() {
            self.name.split_once(':').unwrap_or(("", &self.name))
        } else {
            let rest = self.name.strip_prefix(&self.issuer).and_then(|rest| rest.strip_prefix(':'));
            (self.issuer.as_str(), rest.unwrap_or(&self.name))
        };
        Ok(Credential::new(issuer, account, secret, generator))
    }
}

/// Base64 in a query: percent-encoded, padded or not, in either alphabet, a plus perhaps turned into a space.
fn decode(data: &str) -> Option<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(data.len()));
    text.extend(percent_decode_str(data).filter_map(|byte| match byte {
        b' ' | b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'=' => None,
        other => Some(other),
    }));
    BASE64_NOPAD.decode(&text).ok()
}
