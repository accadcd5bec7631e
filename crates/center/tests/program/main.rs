//! The real program: started with nothing, told to stop, killed, and asked badly. What several of them do together on one
//! database is in the suite, with the requests that it makes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "what another process does is waited for on the real clock")]

#[path = "../suite/post.rs"]
#[allow(dead_code, reason = "the suite uses more of it")]
mod post;

mod commands;
mod configured;
mod life;
mod messages;
mod observed;
mod requests;
#[allow(dead_code, reason = "the suite uses more of it")]
mod server;
