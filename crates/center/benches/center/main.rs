//! `cargo xtask bench center`: what the account center costs beside what it cannot do without.
//!
//! The real program, `tessera-center serve`, is asked over HTTP on this machine, on SQLite and, when `TESSERA_TEST_POSTGRES`
//! names a server, on PostgreSQL, with few and with many accounts:
//! - logins a second, against bare Argon2id runs with the same parameters on as many threads as there are cores;
//! - `GET /v1/account`, against a minimal axum handler that sends the very same query through the bare driver: a connection of
//!   sqlx's for that database, kept open; on SQLite also through rusqlite, called in place;
//! - how all grow with the number of accounts;
//! - the time of answers for names that are known and unknown, with wrong, empty and over-long passwords.
//!
//! What is compared is measured in turn in one run, so that a slow or a busy machine slows all of it alike. Exits with 1 when a
//! goal is missed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it measures, so it reads the clock")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::unchecked_time_subtraction,
    reason = "counts, pixels and processor time that only grows: all small"
)]
#![allow(clippy::format_push_string, clippy::single_match_else, reason = "read once in a while, by a person")]
#![allow(clippy::zombie_processes, reason = "every server is waited for when it is dropped")]

mod bare;
mod client;
mod database;
mod logins;
mod people;
mod plot;
mod reads;
mod result;
mod server;
mod times;
mod turns;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use database::Kind;
use result::Results;

/// Measures the center.
#[derive(Parser)]
struct Arguments {
    /// Only these; all of them when nothing is named
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// How many accounts: the few and the many
    #[arg(long, num_args = 2, default_values_t = [1_000, 1_000_000])]
    accounts: Vec<u32>,
    /// How often each is measured
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Reads of one turn
    #[arg(long, default_value_t = 1_000)]
    reads: usize,
    /// How often each kind of answer is timed
    #[arg(long, default_value_t = 500)]
    tries: usize,
    /// Draw the results here, as SVG
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Be the minimal handler over this database
    #[arg(long, hide = true)]
    bare: Option<String>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Logins against bare Argon2id
    Logins,
    /// Authenticated reads against the bare driver
    Reads,
    /// Known against unknown names
    Times,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Some(url) = &arguments.bare {
        runtime.block_on(bare::serve(url));
        return ExitCode::SUCCESS;
    }
    let does = |part| arguments.parts.is_empty() || arguments.parts.contains(&part);
    let mut results = Results::default();
    for kind in Kind::at_hand() {
        println!("\n{}", kind.name());
        let few = runtime.block_on(people::settle(kind, arguments.accounts[0]));
        if does(Part::Reads) || does(Part::Logins) {
            let many = runtime.block_on(people::settle(kind, arguments.accounts[1]));
            if does(Part::Reads) {
                reads::measure([&few, &many], arguments.rounds, arguments.reads, &mut results);
            }
            if does(Part::Logins) {
                logins::measure(&few, &many, arguments.rounds, &mut results);
            }
            runtime.block_on(many.remove());
        }
        // At the end: its wrong passwords lock somebody out.
        if does(Part::Times) {
            times::measure(&few, arguments.tries, &mut results);
        }
        runtime.block_on(few.remove());
    }
    if let Some(path) = &arguments.plot {
        plot::draw(path, &results.ratios()).unwrap();
        println!("\ndrawn in {}", path.display());
    }
    if results.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
