//! The age file around a document (<https://c2sp.org/age>).

use std::io::{Read as _, Write as _};

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use super::keys::{BackupIdentity, Recipient};
use crate::Password;
use crate::input::INPUT_MAX;

/// The work factor that a passphrase costs: 2 to the power of it, as the `age` tool's own default; 256 MiB.
pub const WORK_FACTOR: u8 = 18;
/// The highest one that is opened: 1 GiB, as for a vault's own slots.
const WORK_FACTOR_MAX: u8 = if cfg!(fuzzing) { 10 } else { 20 };
/// How an age file begins, and how one in letters does.
const BEGINNINGS: [&[u8]; 2] = [b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----"];

/// Who is to open it. age mixes a passphrase with nothing else.
#[derive(Clone, Copy)]
pub enum SealFor<'a> {
    /// Whoever knows the passphrase.
    Passphrase {
        /// The passphrase.
        password: &'a Password,
        /// What it costs to try one, as the exponent of 2; [`WORK_FACTOR`] outside of tests.
        work_factor: u8,
    },
    /// Whoever has the secret key of one of these, and the vault with its own identity.
    Recipients {
        /// The others' public keys, at least one.
        recipients: &'a [Recipient],
        /// The vault's own.
        own: &'a BackupIdentity,
    },
}

/// What to open it with.
#[derive(Clone, Copy)]
pub enum OpenWith<'a> {
    /// A passphrase.
    Passphrase(&'a Password),
    /// Secret keys, any of which may be the one.
    Identities(&'a [BackupIdentity]),
}

/// Why an age file was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not an age file.
    #[error("this is no age file")]
    NotAge,
    /// The passphrase is wrong.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// It was made for a passphrase, and none was given.
    #[error("it was made for a passphrase, not for keys")]
    NeedsPassphrase,
    /// It was made for keys, and none of those given is one.
    #[error("it was made for other keys than those at hand")]
    OtherKeys,
    /// The passphrase costs more than any file of ours.
    #[error("its passphrase costs more work to try than any backup of Tessera")]
    TooCostly,
    /// It ends early or was changed.
    #[error("it is damaged: it ends early, or was changed")]
    Damaged,
    /// More than can be read.
    #[error("it is larger than any backup of Tessera")]
    TooLarge,
}

/// Whether bytes are an age file.
pub(crate) fn is_age(bytes: &[u8]) -> bool {
    BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning))
}

/// Encrypts a document. The `age` crate takes keys and nonces from the system's randomness itself.
///
/// `None` if no recipient is given, or one cannot be combined with the others.
pub fn seal(document: &[u8], seal_for: SealFor<'_>) -> Option<Vec<u8>> {
    let encryptor = match seal_for {
        SealFor::Passphrase { password, work_factor } => {
            let mut recipient = scrypt::Recipient::new(passphrase(password));
            recipient.set_work_factor(work_factor.clamp(1, WORK_FACTOR_MAX));
            Encryptor::with_recipients(core::iter::once(&recipient as &dyn age::Recipient)).ok()?
        }
        SealFor::Recipients { recipients, own } => {
            if recipients.is_empty() {
                return None;
            }
            let own = own.recipient();
            let all = recipients.iter().chain(core::iter::once(&own)).map(Recipient::as_age);
            Encryptor::with_recipients(all).ok()?
        }
    };
    let mut sealed = Vec::with_capacity(document.len() + document.len() / 1000 + 4096);
    let mut writer = encryptor.wrap_output(&mut sealed).ok()?;
    writer.write_all(document).ok()?;
    writer.finish().ok()?;
    Some(sealed)
}

/// Decrypts an age file of at most 64 MiB.
///
/// # Errors
/// One variant of [`OpenError`] a fault.
pub fn open(sealed: &[u8], with: OpenWith<'_>) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if !is_age(sealed) {
        return Err(OpenError::NotAge);
    }
    if sealed.len() > INPUT_MAX {
        return Err(OpenError::TooLarge);
    }
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(sealed)).map_err(|_| OpenError::Damaged)?;
    let scrypt = decryptor.is_scrypt();
    let reader = match with {
        OpenWith::Passphrase(password) => {
            let mut identity = scrypt::Identity::new(passphrase(password));
            identity.set_max_work_factor(WORK_FACTOR_MAX);
            decryptor.decrypt(core::iter::once(&identity as &dyn age::Identity))
        }
        OpenWith::Identities(identities) => decryptor.decrypt(identities.iter().map(BackupIdentity::as_age)),
    };
    let mut reader = reader.map_err(|error| match (error, with) {
        (DecryptError::ExcessiveWork { .. }, _) => OpenError::TooCostly,
        (DecryptError::NoMatchingKeys, OpenWith::Identities(_)) if scrypt => OpenError::NeedsPassphrase,
        (DecryptError::NoMatchingKeys, _) => OpenError::OtherKeys,
        (DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed, OpenWith::Passphrase(_)) => {
            OpenError::WrongPassphrase
        }
        _ => OpenError::Damaged,
    })?;
    // What is encrypted is shorter than the file: the buffer never grows, and no copy stays behind.
    let mut document = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut document).map_err(|_| OpenError::Damaged)?;
    Ok(document)
}

fn passphrase(password: &Password) -> SecretString {
    // The age crate derives the key; it wipes its copy.
    SecretString::from(password.expose_secret().to_owned())
}
