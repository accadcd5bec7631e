//! The account center's real program beside other people's: a mail server, an object store, a tester of contracts.

use super::Arguments;
use crate::process::{Outcome, cargo, run as run_command};
use crate::setup;

/// The variable that the tests read: a Python that has the peers.
const PYTHON: &str = "TESSERA_PEERS_PYTHON";

pub(super) fn run(arguments: &Arguments) -> Outcome {
    if !cfg!(unix) {
        println!("    skipped: these tests start and kill programs as Unix does");
        return Ok(());
    }
    let python = setup::peers_python()?;
    let mut tests = cargo();
    // With --workspace, cargo settles on the same features as for all other tests. There is one such test in it.
    tests.args(["test", "--workspace", "--test", "peers", "--", "--nocapture", "--test-threads=2"]);
    tests.env(PYTHON, python);
    tests.env("TESSERA_CONTRACT_EXAMPLES", arguments.examples.to_string());
    if let Some(seed) = arguments.seed {
        tests.env("TESSERA_CONTRACT_SEED", seed.to_string());
    }
    run_command(&mut tests)
}
