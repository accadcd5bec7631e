//! Stratum's backups, which was called Authenticator Pro: JSON in clear, both encrypted forms, and the database of a rooted
//! phone.
//!
//! The format: <https://github.com/stratumauth/app/blob/master/doc/BACKUP_FORMAT.md>.

mod database;
mod encrypted;

use std::collections::HashMap;

use serde_json::Value;
use tessera_otp::{Algorithm, Kind, Pin, Secret};

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::{Answers, Found, Input, ReadError, Reason, base64};

pub(super) static FORMAT: Format = Format { id: "stratum", name: "Stratum", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let json = || input.json()?.get("Authenticators").filter(|list| list.is_array());
    let certain =
        json().is_some() || encrypted::has_mark(input.bytes()) || database::open(input.bytes()).is_some();
    certain.then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    if let Some(json) = input.json() {
        return backup(json, answers);
    }
    if encrypted::has_mark(input.bytes()) {
        let plain = encrypted::open(input.bytes(), answers)?;
        let text = core::str::from_utf8(&plain).map_err(|_| ReadError::WrongPassword { format: &FORMAT })?;
        let json = Json::read(text).ok_or(ReadError::WrongPassword { format: &FORMAT })?;
        return backup(&json.0, answers);
    }
    match database::open(input.bytes()) {
        Some(found) => database::read(&found, answers),
        None => Err(ReadError::OtherFormat { format: &FORMAT }),
    }
}

fn backup(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    let backup = Fields::of(json, "backup").map_err(|_| ReadError::OtherFormat { format: &FORMAT })?;
    let list = backup.list("Authenticators").map_err(wrong)?;
    let categories = pairs(backup, "Categories", "Id", "Name");
    let icons = pairs(backup, "CustomIcons", "Id", "Data");
    let mut members: HashMap<&str, Vec<&str>> = HashMap::new();
    for member in backup.get("AuthenticatorCategories").and_then(Value::as_array).into_iter().flatten() {
        let text = |field| member.get(field).and_then(Value::as_str);
        if let (Some(secret), Some(category)) = (text("AuthenticatorSecret"), text("CategoryId")) {
            members.entry(secret).or_default().push(category);
        }
    }
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let made = draft(item).map(|mut draft| {
            let secret = item.get("Secret").and_then(Value::as_str).unwrap_or_default();
            let of_this = members.get(secret).into_iter().flatten();
            draft.tags = of_this.filter_map(|id| categories.get(id)).map(|name| (*name).to_owned()).collect();
            let icon = item.get("Icon").and_then(Value::as_str).and_then(|icon| icon.strip_prefix('@'));
            draft.icon = icon.and_then(|id| base64::decode(icons.get(id)?)).map(|icon| icon.to_vec());
            one_category_is_the_group(draft).entry(answers.now)
        });
        collector.take(fields::place(index, item, "Issuer", "Username"), made);
    }
    collector.finish(&FORMAT)
}

/// An entry may be in several categories. Where it is in one, that is its group; several are tags.
fn one_category_is_the_group(mut draft: Draft) -> Draft {
    if draft.tags.len() == 1 {
        draft.group = draft.tags.pop();
    }
    draft
}

/// Two texts of each member of a list.
fn pairs<'a>(backup: Fields<'a>, list: &'static str, key: &str, value: &str) -> HashMap<&'a str, &'a str> {
    let members = backup.get(list).and_then(Value::as_array).into_iter().flatten();
    members.filter_map(|one| Some((one.get(key)?.as_str()?, one.get(value)?.as_str()?))).collect()
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "entry")?;
    let parts = Parts {
        kind: item.number("Type")?,
        issuer: item.opt_text("Issuer")?.unwrap_or_default(),
        account: item.opt_text("Username")?.unwrap_or_default(),
        secret: item.text("Secret")?,
        pin: item.opt_text("Pin")?,
        pin_apart: item.has("Pin"),
        algorithm: item.opt_number("Algorithm")?,
        digits: item.opt_number("Digits")?,
        period: item.opt_number("Period")?,
        counter: item.opt_number("Counter")?,
    };
    parts.draft()
}

/// What backup and database both say of an entry.
struct Parts<'a> {
    kind: u64,
    issuer: &'a str,
    account: &'a str,
    secret: &'a str,
    pin: Option<&'a str>,
    /// Whether the version of the app that wrote it kept PINs apart from secrets.
    pin_apart: bool,
    algorithm: Option<u64>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
}

impl Parts<'_> {
    fn draft(&self) -> Result<Draft, Reason> {
        let kind = match self.kind {
            1 => Kind::Hotp,
            2 => Kind::Totp,
            3 => Kind::Motp,
            4 => Kind::Steam,
            5 => Kind::Yandex,
            other => return Err(Reason::UnknownType { found: other.to_string() }),
        };
        let (secret, pin) = match kind {
            // Versions before PINs had a place of their own wrote the four digits behind the secret.
            Kind::Motp if !self.pin_apart => {
                let cut = self.secret.len().checked_sub(4).filter(|cut| self.secret.is_char_boundary(*cut));
                let (secret, pin) = self.secret.split_at(cut.unwrap_or_default());
                (Secret::from_hex(secret)?, Some(pin))
            }
            Kind::Motp => (Secret::from_hex(self.secret)?, self.pin),
            _ => (Secret::from_base32(self.secret)?, self.pin),
        };
        let mut draft = Draft::new(self.issuer, self.account, secret);
        draft.kind = kind;
        draft.pin = pin.filter(|pin| !pin.is_empty()).map(Pin::new).transpose()?;
        draft.algorithm = match self.algorithm.unwrap_or(0) {
            0 => Algorithm::Sha1,
            1 => Algorithm::Sha256,
            2 => Algorithm::Sha512,
            other => return Err(Reason::UnknownAlgorithm { found: other.to_string() }),
        };
        if let Some(digits) = self.digits {
            draft.digits = draft::digits(digits)?;
        }
        if let Some(period) = self.period.filter(|_| kind == Kind::Totp) {
            draft.period = draft::period(period)?;
        }
        draft.counter = self.counter.unwrap_or_default();
        Ok(draft)
    }
}
