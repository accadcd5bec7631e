//! The account center: accounts, contacts, MFA devices, login rules and recovery tickets, over HTTP.
//!
//! Rules are kept by single statements and constraints of the database, so that any number of servers may run side by
//! side; the time, randomness and the numbers of the rules come in from outside. The center never sees a vault, keeps no
//! password, code or token in clear, and opens no document that an applicant sealed.
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! use tessera_center::{Center, Config, serve::Server};
//!
//! let center = Center::open(Config::default()).await?;
//! let server = Server::start(center).await?;
//! println!("listening on {}", server.address());
//! server.stop().await;
//! # Ok(())
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod authorities;
pub mod backup;
mod center;
pub mod clock;
pub mod config;
pub mod contact;
pub mod demo;
pub mod documents;
pub mod http;
pub mod keys;
pub mod label;
pub mod logs;
pub mod metrics;
pub mod outbox;
pub mod password;
mod routes;
pub mod rules;
pub mod serve;
pub mod store;
pub mod token;
pub mod workers;

pub use center::{Center, OpenError};
pub use config::Config;
pub use http::openapi;
