//! Photographs from a public collection of QR test images, each with its expected text.

use std::process::Command;

use crate::process::{Outcome, run as run_command};
use crate::workspace;

pub(super) fn run() -> Outcome {
    let Some(folder) = workspace::shared().map(|shared| shared.join("qr")).filter(|folder| folder.is_dir())
    else {
        println!(
            "    skipped: the photographs are not beside this checkout (../shared/qr); they are not ours to ship"
        );
        return Ok(());
    };
    // It prints each set's share, and fails below the shares that were reached when it was written, on a panic of a decoder,
    // and when an image takes longer than a second.
    run_command(Command::new(workspace::built("quick", "examples/qr_share")).arg(folder))
}
