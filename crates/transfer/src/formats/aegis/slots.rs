//! The slots of an encrypted Aegis vault: copies of one master key, each wrapped by another way in.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use serde_json::Value;
use zeroize::Zeroizing;

use super::FORMAT;
use crate::cipher::{KEY, open_gcm};
use crate::fields::Fields;
use crate::{Password, ReadError, Reason, kdf};

/// A slot that a password opens; 0 is a key as it is, 2 a fingerprint.
const PASSWORD: u64 = 1;
/// So many password slots are tried. Aegis makes two: the password, and one for backups.
const SLOTS_MAX: usize = 16;

/// Decrypts the content with a master key from any of the slots that the password opens.
pub(super) fn open(
    slots: &[Value],
    header: Fields<'_>,
    db: &str,
    password: Option<&Password>,
) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let password = password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    let damaged = |reason| FORMAT.damaged(reason);
    let params = header.object("params").and_then(Sealed::of).map_err(damaged)?;
    let db = BASE64.decode(db.as_bytes()).map_err(|_| FORMAT.damaged("its content is no base64"))?;
    let mut tried = 0;
    for slot in slots {
        let slot = Fields::of(slot, "slots").map_err(damaged)?;
        if slot.number("type").map_err(damaged)? != PASSWORD {
            continue;
        }
        tried += 1;
        if tried > SLOTS_MAX {
            return Err(ReadError::TooCostly {
                format: &FORMAT,
                what: format!("more than {SLOTS_MAX} slots to be tried"),
            });
        }
        if let Some(master) = unwrap(slot, password)? {
            return open_gcm(&master, &params.nonce, &db, &params.tag)
                .ok_or_else(|| FORMAT.damaged("its content does not match its key"));
        }
    }
    if tried == 0 {
        return Err(ReadError::Unsupported {
            format: &FORMAT,
            what: "opens only with a fingerprint; in Aegis, export it with a password",
        });
    }
    Err(ReadError::WrongPassword { format: &FORMAT })
}

/// The master key, if the password opens this slot.
fn unwrap(slot: Fields<'_>, password: &Password) -> Result<Option<Zeroizing<[u8; KEY]>>, ReadError> {
    let damaged = |reason| FORMAT.damaged(reason);
    let wrapped = hex(slot, "key").map_err(damaged)?;
    let sealed = slot.object("key_params").and_then(Sealed::of).map_err(damaged)?;
    let salt = hex(slot, "salt").map_err(damaged)?;
    let number = |field| slot.number(field).map_err(damaged);
    let cost = (number("n")?, number("r")?, number("p")?);
    let mut key = Zeroizing::new([0; KEY]);
    // Deriving the slot's key is what the password was given for.
    kdf::scrypt(&FORMAT, password.expose_secret().as_bytes(), &salt, cost, key.as_mut_slice())?;
    let Some(master) = open_gcm(&key, &sealed.nonce, &wrapped, &sealed.tag) else { return Ok(None) };
    let mut whole = Zeroizing::new([0; KEY]);
    if master.len() != KEY {
        return Err(FORMAT.damaged("its master key has another length than 256 bits"));
    }
    whole.copy_from_slice(&master);
    Ok(Some(whole))
}

/// Nonce and tag of something encrypted.
struct Sealed {
    nonce: Vec<u8>,
    tag: Vec<u8>,
}

impl Sealed {
    fn of(fields: Fields<'_>) -> Result<Self, Reason> {
        Ok(Self { nonce: hex(fields, "nonce")?, tag: hex(fields, "tag")? })
    }
}

fn hex(fields: Fields<'_>, field: &'static str) -> Result<Vec<u8>, Reason> {
    HEXLOWER_PERMISSIVE
        .decode(fields.text(field)?.as_bytes())
        .map_err(|_| Reason::WrongType { field, expected: "hexadecimal" })
}
