//! The TOTP secret of a staff member: SHA-1, six digits, 30 seconds, one step of drift each way.

use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};
use zeroize::Zeroizing;

use crate::Center;
use crate::clock::NoRandomness;

const PERIOD: i64 = 30;
const BYTES: usize = 20;

/// A new seed.
pub(super) fn generate(center: &Center) -> Result<Zeroizing<Vec<u8>>, NoRandomness> {
    let mut seed = Zeroizing::new(vec![0; BYTES]);
    center.random.fill(&mut seed)?;
    Ok(seed)
}

/// The credential of a seed, for an otpauth URI and for codes. `None` for what no seed is.
pub(super) fn credential(center: &Center, email: &str, seed: &[u8]) -> Option<Credential> {
    let generator =
        Generator::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
    Some(Credential::new(&center.config.name, email, Secret::from_bytes(seed).ok()?, generator))
}

/// The step whose code this is, among those near now; the latest, should two have the same code.
pub(super) fn step_of(center: &Center, seed: &[u8], code: &str) -> Option<i64> {
    let drift = center.config.rules.totp_drift;
    let here = center.now() / PERIOD;
    (here - drift..=here + drift).rev().find(|&step| is_code(center, seed, step, code))
}

/// Whether two codes stand at steps that follow each other, the second near now; gives the second's step.
pub(super) fn consecutive(center: &Center, seed: &[u8], first: &str, second: &str) -> Option<i64> {
    let drift = center.config.rules.totp_drift;
    let here = center.now() / PERIOD;
    (here - drift..=here + drift + 1)
        .find(|&step| is_code(center, seed, step - 1, first) && is_code(center, seed, step, second))
}

fn is_code(center: &Center, seed: &[u8], step: i64, code: &str) -> bool {
    let (Some(credential), Ok(at)) =
        (credential(center, "", seed), u64::try_from(step.saturating_mul(PERIOD)))
    else {
        return false;
    };
    // The code is compared, in a time that tells nothing, and goes nowhere.
    credential.code_at(at).is_ok_and(|right| crate::keys::same(right.text().as_bytes(), code.as_bytes()))
}
