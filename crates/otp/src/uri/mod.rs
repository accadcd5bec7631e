//! otpauth URIs: read as they are found in the wild, written in one form.

mod error;
mod query;
mod read;
mod write;

pub use error::{UriError, UriPart};
