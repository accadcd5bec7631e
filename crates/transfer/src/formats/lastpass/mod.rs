//! LastPass Authenticator's export: JSON in clear.

use std::collections::HashMap;

use serde_json::Value;
use tessera_otp::Secret;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::{Answers, Found, Input, ReadError, Reason};

pub(super) static FORMAT: Format =
    Format { id: "lastpass-authenticator", name: "LastPass Authenticator", recognize, read };

/// The newest version that is known.
const VERSION: u64 = 3;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let json = input.json()?;
    let accounts = json.get("accounts")?.as_array()?;
    let certain = json.get("localDeviceId").is_some()
        || accounts.first().is_some_and(|first| first.get("originalIssuerName").is_some());
    certain.then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = || ReadError::OtherFormat { format: &FORMAT };
    let export = Fields::of(input.json().ok_or_else(other)?, "export").map_err(|_| other())?;
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    match export.opt_number("version").map_err(wrong)? {
        Some(found) if found > VERSION => {
            return Err(ReadError::NewerVersion { format: &FORMAT, found: found.to_string(), known: "3" });
        }
        _ => {}
    }
    let folders = folders(export);
    let mut collector = Collector::new();
    for (index, item) in export.list("accounts").map_err(wrong)?.iter().enumerate() {
        let made = draft(item, &folders).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, item, "issuerName", "userName"), made);
    }
    collector.finish(&FORMAT)
}

/// Folders by their ids, which are numbers or texts.
fn folders(export: Fields<'_>) -> HashMap<String, &str> {
    let list = export.get("folders").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|folder| Some((id(folder.get("id")?)?, folder.get("name")?.as_str()?))).collect()
}

fn id(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
}

fn draft(item: &Value, folders: &HashMap<String, &str>) -> Result<Draft, Reason> {
    let item = Fields::of(item, "account")?;
    // What a person changed goes before what was scanned.
    let first = |changed, scanned| {
        Ok::<_, Reason>(match item.opt_text(changed)? {
            Some(text) if !text.is_empty() => text,
            _ => item.opt_text(scanned)?.unwrap_or_default(),
        })
    };
    let issuer = first("issuerName", "originalIssuerName")?;
    let account = first("userName", "originalUserName")?;
    let mut draft = Draft::new(issuer, account, Secret::from_base32(item.text("secret")?)?);
    if let Some(name) = item.opt_text("algorithm")? {
        draft.algorithm = draft::algorithm(name)?;
    }
    if let Some(digits) = item.opt_number("digits")? {
        draft.digits = draft::digits(digits)?;
    }
    if let Some(period) = item.opt_number("timeStep")? {
        draft.period = draft::period(period)?;
    }
    draft.favorite = item.opt_bool("isFavorite")?.unwrap_or_default();
    // Milliseconds.
    draft.created = item.opt_number("creationTimestamp")?.filter(|made| *made > 0).map(|made| made / 1000);
    let folder = item.opt_object("folderData")?.and_then(|data| id(data.get("folderId")?));
    draft.group = folder.and_then(|folder| folders.get(&folder)).map(|name| (*name).to_owned());
    Ok(draft)
}
