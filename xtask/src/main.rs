//! `cargo xtask`: what a person types to run, test, check, measure and package Tessera.
//!
//! Every command first sees to what it needs itself (`setup/`): system packages, the UI's npm packages, and for the tests a
//! Python environment. It then runs the ordinary tools and prints each command line, so that it can be typed again by hand.
//! Nothing here is part of the product.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command's progress and failures are its output"
)]

mod bench;
mod check;
mod fuzz;
mod interop;
mod package;
mod postgres;
mod process;
mod run;
mod setup;
mod soak;
mod test;
mod ui;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use process::Outcome;

/// Run, test, check, measure and package Tessera.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the desktop app and open its window
    Run(run::Arguments),
    /// Run the tests that need nothing outside this checkout: Rust, the UI, the real window
    Test(test::Arguments),
    /// Everything CI checks but the tests: format, lints, types, layers, licenses
    Check(check::Arguments),
    /// Measure, always as a ratio to the bare primitive in the same run
    Bench(bench::Arguments),
    /// Build the deb and rpm packages into target/package
    Package(package::Arguments),
    /// Compare with the world: public QR photographs, oathtool, and a mail server, an object store and schemathesis beside the center
    Interop(interop::Arguments),
    /// The long runs: many property-test cases, many kills while writing
    Soak(soak::Arguments),
    /// Search for files that the parsers cannot stand, with cargo-fuzz on the nightly compiler
    Fuzz(fuzz::Arguments),
    /// Install what the other commands need, and nothing else
    Setup(setup::Arguments),
}

fn main() -> ExitCode {
    let outcome: Outcome = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Package(arguments) => package::run(&arguments),
        Command::Interop(arguments) => interop::run(&arguments),
        Command::Soak(arguments) => soak::run(&arguments),
        Command::Fuzz(arguments) => fuzz::run(&arguments),
        Command::Setup(arguments) => setup::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
