//! `cargo xtask interop`: compared with the world outside. What is compared with is not ours to ship, and not everyone has it.

mod backups;
mod center;
mod codes;
mod exports;
mod qr;
mod sheet;

use clap::ValueEnum;

use crate::process::{Outcome, cargo, heading, run as run_command};
use crate::setup;

/// Compare with the world: public QR photographs, codes against oathtool, other apps' exports, backups against age, the center's server beside
/// other people's programs.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these; all of them when nothing is named
    #[arg(value_enum)]
    subjects: Vec<Subject>,
    /// What schemathesis guesses for each operation of the center's contract, as each of four callers
    #[arg(long, default_value_t = 12)]
    examples: u64,
    /// The seed of these guesses, to repeat a run; each run prints its own
    #[arg(long)]
    seed: Option<u64>,
}

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// The share of public QR photographs that is read
    Qr,
    /// Codes of the real `tessera` for random secrets, against oathtool
    Codes,
    /// Exports of other authenticators, entry by entry
    Exports,
    /// A backup of the real `tessera`, opened by the `age` tool
    Backups,
    /// A sheet of the real `tessera` to print, read by poppler and zbar
    Sheet,
    /// The account center's server with a mail server, an object store and schemathesis
    Center,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let wants = |subject| arguments.subjects.is_empty() || arguments.subjects.contains(&subject);
    setup::provide(setup::For::Testing)?;
    if [Subject::Qr, Subject::Codes, Subject::Exports, Subject::Backups, Subject::Sheet]
        .into_iter()
        .any(wants)
    {
        heading("Building");
        // The scanner and its decoders are optimized in debug builds too (Cargo.toml), so what the tests built will do. With
        // --workspace, cargo settles on the same features as for them.
        run_command(cargo().args(["build", "--workspace", "--bin", "tessera", "--example", "qr_share"]))?;
    }
    if wants(Subject::Qr) {
        heading("Public QR photographs");
        qr::run()?;
    }
    if wants(Subject::Codes) {
        heading("Codes against oathtool");
        codes::run()?;
    }
    if wants(Subject::Exports) {
        heading("Exports of other authenticators");
        exports::run()?;
    }
    if wants(Subject::Backups) {
        heading("Backups against age");
        backups::run()?;
    }
    if wants(Subject::Sheet) {
        heading("A sheet to print against poppler and zbar");
        sheet::run()?;
    }
    if wants(Subject::Center) {
        heading("The account center beside a mail server, an object store and schemathesis");
        center::run(arguments)?;
    }
    Ok(())
}
