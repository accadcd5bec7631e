//! 2FAS Authenticator's backup, schemas 1 to 4, in clear or encrypted.
//!
//! Schema 1 keeps neither type nor parameters, schema 2 no counter-based codes. An encrypted backup holds the services as
//! `ciphertext:salt:nonce` in base64: AES-256-GCM with a key of 10,000 rounds of PBKDF2-HMAC-SHA256.

pub(crate) mod write;

use std::collections::HashMap;

use data_encoding::BASE64;
use serde_json::Value;
use tessera_otp::{Kind, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{KEY, open_gcm_tagged};
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::Fields;
use crate::input::Json;
use crate::kdf::{self, Prf};
use crate::{Answers, Found, Input, Password, Place, ReadError, Reason};

pub(super) static FORMAT: Format = Format { id: "2fas", name: "2FAS", recognize, read };

/// The newest schema.
const SCHEMA: u64 = 4;
/// The rounds of PBKDF2, which no file states.
const ROUNDS: u64 = 10_000;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let file = input.json()?.as_object()?;
    let has = |name| file.contains_key(name);
    if !has("services") && !has("servicesEncrypted") {
        None
    } else if has("schemaVersion") {
        Some(Likeness::Certain)
    } else {
        Some(Likeness::Likely)
    }
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let file = input.json().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let file = Fields::of(file, "file").map_err(|_| ReadError::OtherFormat { format: &FORMAT })?;
    let damaged = |reason| FORMAT.damaged(reason);
    let schema = file.opt_number("schemaVersion").map_err(damaged)?.unwrap_or(1);
    if schema > SCHEMA {
        return Err(ReadError::NewerVersion { format: &FORMAT, found: schema.to_string(), known: "4" });
    }
    let mut groups = HashMap::new();
    for group in file.opt_list("groups").map_err(damaged)?.into_iter().flatten() {
        if let (Some(id), Some(name)) = (group["id"].as_str(), group["name"].as_str()) {
            groups.insert(id, name);
        }
    }
    let reader = Reader { groups, now: answers.now };
    match file.opt_text("servicesEncrypted").map_err(damaged)? {
        Some(sealed) => {
            let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
            let text = open(sealed, password)?;
            let text = core::str::from_utf8(&text).map_err(|_| FORMAT.damaged("its content is no text"))?;
            let services = Json::read(text).ok_or_else(|| FORMAT.damaged("its content is no JSON"))?;
            let services = services.0.as_array().ok_or_else(|| FORMAT.damaged("its content is no list"))?;
            reader.services(services)
        }
        None => reader.services(file.list("services").map_err(damaged)?),
    }
}

fn open(sealed: &str, password: &Password) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let parts: Vec<Vec<u8>> = sealed
        .split(':')
        .map(|part| BASE64.decode(part.as_bytes()))
        .collect::<Result<_, _>>()
        .map_err(|_| FORMAT.damaged("its encrypted part is no base64"))?;
    let [text, salt, nonce] = parts.as_slice() else {
        return Err(FORMAT.damaged("its encrypted part has not three pieces"));
    };
    let mut key = Zeroizing::new([0; KEY]);
    // Deriving the key is what the password was given for.
    let password = password.expose_secret().as_bytes();
    kdf::pbkdf2(&FORMAT, Prf::Sha256, password, salt, ROUNDS, key.as_mut_slice())?;
    open_gcm_tagged(&key, nonce, text).ok_or(ReadError::WrongPassword { format: &FORMAT })
}

struct Reader<'a> {
    /// Names of groups by their ids.
    groups: HashMap<&'a str, &'a str>,
    now: u64,
}

impl Reader<'_> {
    fn services(&self, services: &[Value]) -> Result<Found, ReadError> {
        let mut collector = Collector::new();
        for (index, service) in services.iter().enumerate() {
            let place = Place::entry(index).with_names(
                service["name"].as_str().unwrap_or_default(),
                service["otp"]["account"].as_str().unwrap_or_default(),
            );
            let made = self.service(service);
            if let Ok((_, Some(reason))) = &made {
                collector.lacks(place.clone(), reason.clone());
            }
            collector.take(place, made.map(|(draft, _)| draft.entry(self.now)));
        }
        collector.finish(&FORMAT)
    }

    /// The entry, and what of it could not be kept.
    fn service(&self, service: &Value) -> Result<(Draft, Option<Reason>), Reason> {
        let service = Fields::of(service, "services")?;
        let otp = service.opt_object("otp")?;
        let text = |field| otp.map_or(Ok(None), |otp| otp.opt_text(field));
        let number = |field| otp.map_or(Ok(None), |otp| otp.opt_number(field));
        let name = service.opt_text("name")?.unwrap_or_default();
        // Schemas 1 to 3 have the account in the label alone if the person typed the entry.
        let account = match text("account")? {
            Some(account) => account,
            None => {
                text("label")?.map_or("", |label| label.split_once(':').map_or(label, |(_, account)| account))
            }
        };
        let issuer = match text("issuer")? {
            // A service always has a name; without an issuer, the account's stands there.
            Some("") if name == account => "",
            Some(issuer) if name.is_empty() => issuer,
            _ => name,
        };
        let mut draft = Draft::new(issuer, account, Secret::from_base32(service.text("secret")?)?);
        draft.kind = text("tokenType")?.map_or(Ok(Kind::Totp), draft::kind)?;
        if let Some(algorithm) = text("algorithm")? {
            draft.algorithm = draft::algorithm(algorithm)?;
        }
        if let Some(digits) = number("digits")? {
            draft.digits = draft::digits(digits)?;
        }
        if let Some(period) = number("period")? {
            draft.period = draft::period(period)?;
        }
        draft.counter = number("counter")?.unwrap_or_default();
        let mut lost = None;
        if let Some(id) = service.opt_text("groupId")? {
            draft.group = self.groups.get(id).map(|name| (*name).to_owned());
            if draft.group.is_none() {
                lost = Some(Reason::Other("It is in a group that the file does not name."));
            }
        }
        Ok((draft, lost))
    }
}

#[cfg(test)]
mod tests;
