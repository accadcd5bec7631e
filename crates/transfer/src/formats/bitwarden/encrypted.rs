//! The export with a password of its own: PBKDF2 or Argon2id, then HKDF into two keys, AES-CBC and HMAC.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::FORMAT;
use crate::cipher::{self, Plain};
use crate::fields::Fields;
use crate::kdf::{self, Prf};
use crate::{Answers, ReadError, Reason, base64};

pub(super) fn open(json: &Value, answers: &Answers<'_>) -> Result<Plain, ReadError> {
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    let export = Fields::of(json, "export").map_err(wrong)?;
    if export.opt_bool("passwordProtected").map_err(wrong)? != Some(true) {
        let what = "is encrypted with the key of your Bitwarden account, which only Bitwarden has; export again and \
                    choose a password of the file's own, or no encryption";
        return Err(ReadError::Unsupported { format: &FORMAT, what });
    }
    let (check, data) = (
        sealed(export.text("encKeyValidation_DO_NOT_EDIT").map_err(wrong)?)?,
        sealed(export.text("data").map_err(wrong)?)?,
    );
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    // The export's key is derived from the password's bytes.
    let password = password.expose_secret().as_bytes();
    // The salt is the text that stands there, not the bytes that it may encode.
    let salt = export.text("salt").map_err(wrong)?.as_bytes();
    let number = |field| export.opt_number(field).map_err(wrong);
    let rounds = number("kdfIterations")?;
    let mut master = Zeroizing::new([0; 32]);
    match number("kdfType")?.unwrap_or(0) {
        0 => kdf::pbkdf2(&FORMAT, Prf::Sha256, password, salt, rounds.unwrap_or(600_000), &mut *master)?,
        1 => {
            let kib = number("kdfMemory")?.unwrap_or(64).saturating_mul(1024);
            let cost = (kib, rounds.unwrap_or(3), number("kdfParallelism")?.unwrap_or(4));
            kdf::argon2id(&FORMAT, password, &Sha256::digest(salt), cost, &mut *master)?;
        }
        other => {
            return Err(ReadError::NewerVersion {
                format: &FORMAT,
                found: format!("of key derivation {other}"),
                known: "1, which is Argon2id",
            });
        }
    }
    check.open(&master).ok_or(ReadError::WrongPassword { format: &FORMAT })?;
    data.open(&master).ok_or_else(|| FORMAT.damaged("what is encrypted was changed"))
}

/// What Bitwarden writes as `2.iv|text|mac`.
struct Sealed {
    iv: [u8; 16],
    text: Zeroizing<Vec<u8>>,
    mac: [u8; 32],
}

fn sealed(text: &str) -> Result<Sealed, ReadError> {
    let damaged = || FORMAT.damaged("what is encrypted is not written as it should be");
    let (kind, rest) = text.split_once('.').ok_or_else(damaged)?;
    if kind != "2" {
        let known = "2";
        return Err(ReadError::NewerVersion {
            format: &FORMAT,
            found: format!("of encryption {kind}"),
            known,
        });
    }
    let mut parts = rest.splitn(3, '|');
    let mut part = || parts.next().ok_or_else(damaged);
    let iv = base64::decode_exactly(part()?).ok_or_else(damaged)?;
    let text = base64::decode(part()?).ok_or_else(damaged)?;
    let mac = base64::decode_exactly(part()?).ok_or_else(damaged)?;
    Ok(Sealed { iv, text, mac })
}

impl Sealed {
    fn open(&self, master: &[u8; 32]) -> Option<Plain> {
        let mut keys = [Zeroizing::new([0; 32]), Zeroizing::new([0; 32])];
        let expand = Hkdf::<Sha256>::from_prk(master).ok()?;
        for (key, purpose) in keys.iter_mut().zip([b"enc" as &[u8], b"mac"]) {
            expand.expand(purpose, key.as_mut()).ok()?;
        }
        let [encryption, authentication] = &keys;
        let mut mac = Hmac::<Sha256>::new_from_slice(authentication.as_ref()).ok()?;
        mac.update(&self.iv);
        mac.update(&self.text);
        mac.verify_slice(&self.mac).ok()?;
        cipher::open_cbc(encryption, &self.iv, &self.text)
    }
}
