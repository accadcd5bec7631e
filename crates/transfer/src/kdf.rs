//! Keys from passwords, with costs that come from files and are capped before anything is computed.

use argon2::Argon2;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::{Format, ReadError};

/// A cap of what a file may ask for. The fuzzers get a small one instead: what they look for is not the time of a hash, which
/// the caps' own tests bound.
pub(crate) const fn honest(cap: u64, fuzzed: u64) -> u64 {
    if cfg!(fuzzing) { fuzzed } else { cap }
}

/// The most rounds of PBKDF2. Bitwarden lets its users choose up to two million.
const PBKDF2_ROUNDS_MAX: u64 = honest(2_000_000, 10_000);
/// The most memory that scrypt may take, in bytes: eight times what Aegis and Ente ask for.
const SCRYPT_MEMORY_MAX: u64 = honest(256 * 1024 * 1024, 1024 * 1024);
/// The most memory times lanes of scrypt: its work.
const SCRYPT_WORK_MAX: u64 = honest(1024 * 1024 * 1024, 4 * 1024 * 1024);
/// The most memory that Argon2 may take, in KiB, as for a vault's own slots.
const ARGON2_MEMORY_MAX: u64 = honest(1024 * 1024, 8 * 1024);
/// The most passes of Argon2. On a phone with little memory Ente makes up for it with passes.
const ARGON2_PASSES_MAX: u64 = 128;
/// The most lanes of Argon2.
const ARGON2_LANES_MAX: u64 = 16;
/// The most memory times passes of Argon2, in KiB: four passes over the most memory.
const ARGON2_WORK_MAX: u64 = honest(4 * ARGON2_MEMORY_MAX, ARGON2_MEMORY_MAX);

/// The hash under the HMAC of PBKDF2.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

/// PBKDF2 (RFC 8018, §5.2) into `key`.
pub(crate) fn pbkdf2(
    format: &'static Format,
    prf: Prf,
    password: &[u8],
    salt: &[u8],
    rounds: u64,
    key: &mut [u8],
) -> Result<(), ReadError> {
    let small = u32::try_from(rounds).ok().filter(|_| (1..=PBKDF2_ROUNDS_MAX).contains(&rounds));
    let rounds =
        small.ok_or_else(|| ReadError::TooCostly { format, what: format!("{rounds} rounds of PBKDF2") })?;
    match prf {
        Prf::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, key),
        Prf::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, key),
        Prf::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, key),
    }
    Ok(())
}

/// scrypt (RFC 7914) into `key`; `n` is the cost itself, a power of two.
pub(crate) fn scrypt(
    format: &'static Format,
    password: &[u8],
    salt: &[u8],
    (n, r, p): (u64, u64, u64),
    key: &mut [u8],
) -> Result<(), ReadError> {
    let too_costly = || ReadError::TooCostly { format, what: format!("scrypt with N={n}, r={r}, p={p}") };
    let memory = n.checked_mul(r).and_then(|blocks| blocks.checked_mul(128)).ok_or_else(too_costly)?;
    let work = memory.checked_mul(p).ok_or_else(too_costly)?;
    if memory > SCRYPT_MEMORY_MAX || work > SCRYPT_WORK_MAX {
        return Err(too_costly());
    }
    if n < 2 || !n.is_power_of_two() {
        return Err(format.damaged(format_args!("scrypt cannot have the cost {n}")));
    }
    let log_n = u8::try_from(n.ilog2()).map_err(|_| too_costly())?;
    let (r, p) = (u32::try_from(r).map_err(|_| too_costly())?, u32::try_from(p).map_err(|_| too_costly())?);
    let params =
        scrypt::Params::new(log_n, r, p).map_err(|_| format.damaged("scrypt's parameters are impossible"))?;
    scrypt::scrypt(password, salt, &params, key)
        .map_err(|_| format.damaged("scrypt's parameters are impossible"))
}

/// Argon2id 1.3 (RFC 9106) into `key`; memory in KiB.
pub(crate) fn argon2id(
    format: &'static Format,
    password: &[u8],
    salt: &[u8],
    (memory, passes, lanes): (u64, u64, u64),
    key: &mut [u8],
) -> Result<(), ReadError> {
    let too_costly = || ReadError::TooCostly {
        format,
        what: format!("Argon2 with {memory} KiB, {passes} passes and {lanes} lanes"),
    };
    if memory > ARGON2_MEMORY_MAX
        || passes > ARGON2_PASSES_MAX
        || lanes > ARGON2_LANES_MAX
        || memory * passes > ARGON2_WORK_MAX
    {
        return Err(too_costly());
    }
    let small = |number: u64| u32::try_from(number).map_err(|_| too_costly());
    argon2::Params::new(small(memory)?, small(passes)?, small(lanes)?, Some(key.len()))
        .and_then(|params| {
            Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
                .hash_password_into(password, salt, key)
        })
        .map_err(|_| format.damaged("Argon2's parameters are impossible, or there is not enough memory"))
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::FORMATS;

    fn key<const N: usize>(derive: impl FnOnce(&mut [u8]) -> Result<(), ReadError>) -> String {
        let mut key = [0; N];
        derive(&mut key).unwrap();
        HEXLOWER.encode(&key)
    }

    #[test]
    fn they_give_what_their_rfcs_give() {
        let format = FORMATS[0];
        // RFC 6070, test case 2.
        let pbkdf2 = key::<20>(|key| pbkdf2(format, Prf::Sha1, b"password", b"salt", 2, key));
        assert_eq!(pbkdf2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
        // RFC 7914, §12, the second vector.
        let scrypt = key::<64>(|key| scrypt(format, b"password", b"NaCl", (1024, 8, 16), key));
        assert!(scrypt.starts_with("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"));
    }

    #[test]
    fn costs_beyond_the_caps_are_refused_before_they_are_paid() {
        let format = FORMATS[0];
        let mut key = [0; 32];
        for rounds in [0, PBKDF2_ROUNDS_MAX + 1, u64::MAX] {
            let error = pbkdf2(format, Prf::Sha256, b"x", b"salt", rounds, &mut key).unwrap_err();
            assert!(matches!(error, ReadError::TooCostly { .. }), "{rounds}: {error}");
        }
        for cost in [(1 << 30, 8, 1), (1 << 15, 8, 1000), (1 << 63, u64::MAX, 1), (2, 1, u64::MAX)] {
            let error = scrypt(format, b"x", b"salt", cost, &mut key).unwrap_err();
            assert!(matches!(error, ReadError::TooCostly { .. }), "{cost:?}: {error}");
        }
        for cost in [(0, 8, 1), (3, 8, 1), (1024, 0, 1), (1024, 8, 0)] {
            let error = scrypt(format, b"x", b"salt", cost, &mut key).unwrap_err();
            assert!(matches!(error, ReadError::Damaged { .. }), "{cost:?}: {error}");
        }
        for cost in [(1 << 21, 1, 1), (64, 129, 1), (1024, 1, 17), (1 << 20, 5, 1), (u64::MAX, 1, 1)] {
            let error = argon2id(format, b"x", b"saltsalt", cost, &mut key).unwrap_err();
            assert!(matches!(error, ReadError::TooCostly { .. }), "{cost:?}: {error}");
        }
        for cost in [(0, 1, 1), (64, 0, 1), (64, 1, 0)] {
            let error = argon2id(format, b"x", b"saltsalt", cost, &mut key).unwrap_err();
            assert!(matches!(error, ReadError::Damaged { .. }), "{cost:?}: {error}");
        }
    }
}
