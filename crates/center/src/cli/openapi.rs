//! `tessera-center openapi`

use super::{Failure, Outcome};

pub(super) fn run() -> Outcome {
    let contract = tessera_center::openapi().to_pretty_json().map_err(Failure::from)?;
    println!("{contract}");
    Ok(())
}
