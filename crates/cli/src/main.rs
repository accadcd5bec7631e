//! `tessera`, the command line over the vault that the desktop app uses. `docs/cli.md` says what each command takes, prints and
//! exits with; `args` is the same as clap sees it.
//!
//! Results go to stdout, everything said to a person (questions, notes, warnings, errors) to stderr. Secrets are printed by
//! `show` alone (and by `inspect --reveal`, of a file), recovery codes where one is made, and what a picture says by `scan`.

use std::process::ExitCode;

mod args;
mod candidates;
mod center;
mod clock;
mod commands;
mod copy;
mod desktop;
mod failure;
mod harden;
mod input;
mod open;
mod output;
mod password;
mod query;
mod recovery;
mod sources;
mod text;
mod transfer;
mod wall_clock;

/// Everything that is freed is overwritten first, whoever allocated it: JSON text, clap's copies of arguments, the decoders' buffers.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    let cli = match args::parse() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    harden::start(cli.command.asks_the_portal());
    let context = commands::Context::new(cli.global);
    match commands::run(cli.command, &context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            context.out.failure(&failure);
            ExitCode::from(failure.code.exit())
        }
    }
}
