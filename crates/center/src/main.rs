//! `tessera-center`: the account center's server and what its operator types beside it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what a command says is its output")]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
