//! The real binary: every command, its JSON shape and its exit codes, as `docs/cli.md` promises them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod adding;
mod backups;
mod bad_input;
mod codes;
mod damage;
mod keys;
mod managing;
mod moving;
mod sandbox;
mod standalone;
