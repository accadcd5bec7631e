//! `cargo xtask bench`: measured against the bare primitive in the same run, so that the machine does not matter.

use clap::ValueEnum;

use crate::process::{Outcome, cargo, heading, run as run_command};
use crate::setup;

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
}

impl Subject {
    /// The package, and its benchmark.
    const fn bench(self) -> [&'static str; 2] {
        match self {
            Self::Vault => ["tessera-vault", "vault"],
            Self::Scan => ["tessera-scan", "decode"],
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    setup::provide(setup::For::Building)?;
    let subjects =
        if arguments.subjects.is_empty() { Subject::value_variants() } else { &arguments.subjects };
    for subject in subjects {
        let [package, bench] = subject.bench();
        heading(package);
        run_command(cargo().args(["bench", "--package", package, "--bench", bench]))?;
    }
    Ok(())
}
