//! The client against the real server, and against servers that lie.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod accounts;
mod documents;
mod harness;
mod liars;
