//! The typed client of an account center, and the sealing of documents for its reviewers.
//!
//! A [`CenterAddress`] says where a center is and which staff root key it must have; a [`Center`] asks it; a
//! [`Session`], an [`Applicant`] or a [`Staff`] asks it as somebody. Every request has time-outs and a bound on its answer,
//! follows no redirect, and is called off by dropping it. What went wrong is a [`ClientError`].
//!
//! Documents ([`document`]) are drawn anew without what was hidden in them, then sealed with age to the reviewers' keys of a
//! list that the pinned root key signed. The crate keeps no state on disk, prints nothing, and never opens a vault.
//!
//! ```
//! use tessera_center_client::CenterAddress;
//!
//! let address: CenterAddress = "https://center.example".parse()?;
//! assert_eq!(address.link(), "tessera-center://center.example/");
//! assert!("http://center.example".parse::<CenterAddress>().is_err(), "in clear on this machine only");
//! # Ok::<(), tessera_center_client::AddressError>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod account;
mod address;
mod center;
mod contact;
pub mod document;
mod error;
mod exchange;
mod identity;
mod intent;
mod login;
mod members;
mod message_link;
mod mfa;
mod password;
mod pinned;
mod registration;
mod review;
mod secret;
mod session;
mod staff;
mod ticket;
mod ticket_draft;
mod trust;
mod upload;

pub use address::{AddressError, CenterAddress, Fingerprint};
pub use center::{Applicant, Center, Session, Staff};
pub use error::{BadAnswer, ClientError};
pub use exchange::Versioned;
pub use intent::Intent;
pub use login::{Begun, LoginAttempt, SignIn, device_name};
pub use message_link::MessageLink;
pub use pinned::{PinnedKeys, RootKeyError};
pub use registration::NewAccount;
pub use review::QueueFilter;
pub use secret::{QueryCode, SessionToken, StaffToken, TrustedDeviceToken};
pub use ticket::Filed;
pub use ticket_draft::{DRAFT_BYTES, DraftError, TicketDraft};
pub use trust::{Authority, AuthorityError};
pub use upload::{Progress, Upload};
