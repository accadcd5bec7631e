//! What every part of Tessera speaks of: secrets, entries, otpauth URIs and the one-time codes they give.
//!
//! The crate is pure. It reads no clock, no file and no network: time is an argument, in Unix seconds. It never
//! panics on what a QR code or a person gives it, and secrets are types that are wiped when dropped, have no
//! `Display` and a redacted `Debug`; whoever needs the bytes calls `expose_secret` and says why.
//!
//! ```
//! use tessera_otp::Credential;
//!
//! let credential = Credential::from_uri("otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8")?;
//! assert_eq!(credential.issuer, "Example");
//! let code = credential.code_at(59)?;
//! assert_eq!(code.text(), "94287082"); // RFC 6238, appendix B
//! assert_eq!(code.valid_until(), Some(60));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod algorithms;
mod base32;
mod code;
mod credential;
mod entry;
mod generator;
mod name;
mod pin;
mod secret;
mod uri;
mod yandex;

pub use code::{Code, CodeError};
pub use credential::Credential;
pub use entry::{Entry, EntryError, Field, ICON_BYTES_MAX, ICON_SIDE_MAX, TAGS_MAX};
pub use generator::{
    Algorithm, AlgorithmError, Digits, DigitsError, Generator, Kind, KindError, Period, PeriodError,
};
pub use name::{NAME_MAX, clean_name, clean_text};
pub use pin::{Pin, PinError};
pub use secret::{Secret, SecretError};
pub use uri::{UriError, UriPart};
pub use yandex::YandexSecretError;
