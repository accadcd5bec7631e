//! The real program against a real center in this process: every command of `tessera center`, its JSON and its exit codes, as
//! `docs/cli.md` promises them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, dead_code)]

mod accounts;
mod authority;
mod connections;
mod desk;
mod members;
mod mfa;
#[path = "../cli/sandbox.rs"]
mod sandbox;
mod scene;
mod signing_in;
mod tickets;
