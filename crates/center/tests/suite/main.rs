//! The rules of the center over its own HTTP router, on SQLite and, when `TESSERA_TEST_POSTGRES` names a server, on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

mod account;
mod audit;
mod backup;
mod contacts;
mod contract;
mod delivery;
mod desk;
mod documents;
mod harness;
mod identity;
mod key_list;
mod keys;
mod login;
mod login_clock;
mod login_races;
mod login_second_step;
mod login_unknown;
mod members;
mod mfa_devices;
mod password;
mod post;
#[cfg(unix)]
mod processes;
mod protection;
mod recovery_codes;
mod registration;
mod released_schemas;
mod retrieve;
mod second_factor;
#[allow(dead_code, reason = "the tests beside peers use more of it")]
mod secrecy;
mod secrecy_itself;
#[cfg(unix)]
#[path = "../program/server.rs"]
#[allow(dead_code, reason = "the program's own tests use more of it")]
mod server;
mod sessions;
mod staff;
mod store;
mod ticket_hold;
mod ticket_review;
mod tickets;
mod token_import;
mod trusted_devices;
mod undo;
mod watch;
