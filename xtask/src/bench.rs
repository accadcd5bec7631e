//! `cargo xtask bench`: measured against the bare primitive in the same run, so that the machine does not matter.

use clap::ValueEnum;

use crate::process::{Outcome, cargo, heading, run as run_command};
use crate::{postgres, setup};

/// Measure, always as a ratio to the bare primitive in the same run.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these; all of them when nothing is named
    #[arg(value_enum)]
    subjects: Vec<Subject>,
}

/// What can be measured.
#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    /// Opening, codes and changes with 10,000 entries, against bare Argon2id and bare HMACs
    Vault,
    /// Decoding frames, against the bare decoders, and the rate of the preview
    Scan,
    /// Importing 10,000 entries in one transaction, against writing as much to bare SQLite
    Transfer,
    /// The account center: logins against bare Argon2id, reads against the bare driver, 1,000 accounts against 1,000,000, on
    /// SQLite and PostgreSQL; known names against unknown ones. Draws docs/measurements/center.svg
    Center,
}

impl Subject {
    fn measure(self) -> Outcome {
        match self {
            Self::Vault => bench("tessera-vault", "vault"),
            Self::Scan => bench("tessera-scan", "decode"),
            Self::Transfer => transfer(),
            Self::Center => center(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    setup::provide(setup::For::Building)?;
    let subjects =
        if arguments.subjects.is_empty() { Subject::value_variants() } else { &arguments.subjects };
    for subject in subjects {
        subject.measure()?;
    }
    Ok(())
}

fn bench(package: &str, name: &str) -> Outcome {
    heading(package);
    run_command(cargo().args(["bench", "--package", package, "--bench", name]))
}

/// With the profile for trials: linking all of it into one does nothing for what is measured.
fn transfer() -> Outcome {
    heading("tessera-transfer");
    run_command(cargo().args([
        "bench",
        "--profile",
        "quick",
        "--package",
        "tessera-transfer",
        "--bench",
        "import",
    ]))
}

/// The server of the measurement is the program itself, built with the profile for such trials.
fn center() -> Outcome {
    heading("tessera-center");
    let postgres = postgres::start()?;
    let mut measuring = cargo();
    measuring.args(["bench", "--profile", "quick", "--package", "tessera-center", "--bench", "center", "--"]);
    measuring.arg("--plot").arg(crate::workspace::root().join("docs/measurements/center.svg"));
    postgres.tell(&mut measuring);
    run_command(&mut measuring)
}
