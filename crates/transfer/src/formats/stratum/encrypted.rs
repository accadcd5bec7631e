//! Two forms, told apart by the case of their mark: Argon2id and AES-GCM, and before that PBKDF2 and AES-CBC.

use zeroize::Zeroizing;

use super::FORMAT;
use crate::cipher::{self, Plain};
use crate::kdf::{self, Prf};
use crate::{Answers, ReadError};

const MARK: &[u8; 16] = b"AUTHENTICATORPRO";
const OLD_MARK: &[u8; 16] = b"AuthenticatorPro";
/// KiB, passes, lanes.
const COST: (u64, u64, u64) = (1 << 16, 3, 4);
const OLD_ROUNDS: u64 = 64_000;

pub(super) fn has_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(MARK) || bytes.starts_with(OLD_MARK)
}

pub(super) fn open(bytes: &[u8], answers: &Answers<'_>) -> Result<Plain, ReadError> {
    let short = || FORMAT.damaged("it is cut short");
    let wrong = ReadError::WrongPassword { format: &FORMAT };
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    // The key is derived from the password's bytes.
    let password = password.expose_secret().as_bytes();
    let mut key = Zeroizing::new([0; 32]);
    if let Some(rest) = bytes.strip_prefix(MARK) {
        let (salt, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
        let (nonce, sealed) = rest.split_first_chunk::<12>().ok_or_else(short)?;
        kdf::argon2id(&FORMAT, password, salt, COST, &mut *key)?;
        cipher::open_gcm_tagged(&key, nonce, sealed).ok_or(wrong)
    } else {
        let rest = bytes.strip_prefix(OLD_MARK).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
        let (salt, rest) = rest.split_first_chunk::<20>().ok_or_else(short)?;
        let (iv, sealed) = rest.split_first_chunk::<16>().ok_or_else(short)?;
        kdf::pbkdf2(&FORMAT, Prf::Sha1, password, salt, OLD_ROUNDS, &mut *key)?;
        cipher::open_cbc(&key, iv, sealed).ok_or(wrong)
    }
}
