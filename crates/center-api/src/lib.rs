//! What the account center's server and its clients say to each other: requests, responses, error codes, ticket kinds.
//!
//! The crate opens no connection and keeps no rule but one: how a list of reviewers' keys is signed and believed
//! ([`key_list`]), because server, client and the machine with the root key must agree on it. Every type is one JSON shape of the OpenAPI document that
//! `tessera-center openapi` prints; times are Unix seconds, identifiers of accounts are decimal numbers, tokens are
//! base64url without padding. Errors are RFC 9457 problems whose `code` is one of the closed list [`ErrorCode`].
//!
//! ```
//! use tessera_center_api::{ErrorCode, Problem};
//!
//! let problem: Problem = serde_json::from_str(
//!     r#"{"type":"about:blank","title":"Not signed in","status":401,"code":"not-signed-in","detail":"Sign in first."}"#,
//! )?;
//! assert_eq!(problem.code, ErrorCode::NotSignedIn);
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod about;
pub mod account;
pub mod contact;
pub mod document;
mod error;
pub mod export;
pub mod identity;
pub mod key_list;
pub mod login;
pub mod members;
pub mod mfa;
mod page;
pub mod password;
mod secret;
pub mod security;
pub mod session;
pub mod staff;
pub mod ticket;

pub use error::{ErrorCode, Problem};
pub use page::Page;
pub use secret::Hidden;
