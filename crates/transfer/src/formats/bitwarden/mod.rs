//! Bitwarden's and Bitwarden Authenticator's exports: JSON in clear or with a password of its own, and CSV.
//!
//! Logins without codes are no problem and left out. An export that is encrypted with the account's own key opens only
//! at Bitwarden. The format: <https://bitwarden.com/help/export-your-data/> and
//! <https://bitwarden.com/help/encrypted-export/>.

mod encrypted;
mod table;

use std::collections::HashMap;

use serde_json::Value;
use tessera_otp::Entry;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::fields::Fields;
use crate::input::Json;
use crate::{Answers, Found, Input, Place, ReadError, Reason, logins};

pub(super) static FORMAT: Format = Format { id: "bitwarden", name: "Bitwarden", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    match input.json() {
        Some(json) if json.get("encrypted").is_some_and(Value::is_boolean) => {
            let certain = json.get("items").is_some_and(Value::is_array)
                || json.get("encKeyValidation_DO_NOT_EDIT").is_some();
            certain.then_some(Likeness::Certain)
        }
        Some(_) => None,
        None => table::recognize(input.text()?),
    }
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let Some(json) = input.json() else {
        let text = input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
        return table::read(text, answers);
    };
    if json.get("encrypted").and_then(Value::as_bool) != Some(true) {
        return items(json, answers);
    }
    let plain = encrypted::open(json, answers)?;
    let text = core::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("what was encrypted is not text"))?;
    let json = Json::read(text).ok_or_else(|| FORMAT.damaged("what was encrypted is not JSON"))?;
    items(&json.0, answers)
}

fn items(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let wrong = |reason: Reason| FORMAT.damaged(reason);
    let export = Fields::of(json, "export").map_err(|_| ReadError::OtherFormat { format: &FORMAT })?;
    let folders = names(export.opt_list("folders").map_err(wrong)?);
    let collections = names(export.opt_list("collections").map_err(wrong)?);
    let mut collector = Collector::new();
    for (index, item) in export.list("items").map_err(wrong)?.iter().enumerate() {
        let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
        let place = Place::entry(index).with_names(name, "");
        if let Some(made) = entry(item, &folders, &collections, answers.now).transpose() {
            collector.take(place, made);
        }
    }
    collector.finish(&FORMAT)
}

/// The names of folders or collections by their ids.
fn names<'a>(list: Option<&'a Vec<Value>>) -> HashMap<&'a str, &'a str> {
    let text = |one: &'a Value, field: &str| one.get(field).and_then(Value::as_str);
    list.into_iter().flatten().filter_map(|one| Some((text(one, "id")?, text(one, "name")?))).collect()
}

fn entry(
    item: &Value,
    folders: &HashMap<&str, &str>,
    collections: &HashMap<&str, &str>,
    now: u64,
) -> Result<Option<Entry>, Reason> {
    let item = Fields::of(item, "item")?;
    let Some(login) = item.opt_object("login")? else { return Ok(None) };
    let totp = login.opt_text("totp")?.unwrap_or_default();
    if totp.trim().is_empty() {
        return Ok(None);
    }
    let user = login.opt_text("username")?.unwrap_or_default();
    let mut entry = logins::entry(totp, item.opt_text("name")?.unwrap_or_default(), user, now)?;
    entry.favorite = item.opt_bool("favorite")?.unwrap_or_default();
    item.opt_text("notes")?.unwrap_or_default().clone_into(&mut entry.note);
    entry.group = item.opt_text("folderId")?.and_then(|id| folders.get(id)).map(|name| (*name).to_owned());
    for id in item.opt_list("collectionIds")?.into_iter().flatten().filter_map(Value::as_str) {
        entry.tags.extend(collections.get(id).map(|name| (*name).to_owned()));
    }
    Ok(Some(entry))
}
