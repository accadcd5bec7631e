//! 1Password's export (1PUX): a zip with JSON in clear. Items without a one-time password are left out.
//!
//! The format: <https://support.1password.com/1pux-format/>.

use serde_json::Value;
use tessera_otp::Entry;

use super::{Format, Likeness};
use crate::archive::Archive;
use crate::collector::Collector;
use crate::fields::Fields;
use crate::input::Json;
use crate::{Answers, Found, Input, Place, ReadError, Reason, logins};

pub(super) static FORMAT: Format = Format { id: "1password", name: "1Password", recognize, read };

const DATA: &str = "export.data";
const ATTRIBUTES: &str = "export.attributes";
const VERSION: u64 = 3;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    Archive::open(input.bytes())?.find(|name| name == DATA).map(|_| Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let other = || ReadError::OtherFormat { format: &FORMAT };
    let mut archive = Archive::open(input.bytes()).ok_or_else(other)?;
    let mut unpack = |index| {
        let unpacked = archive.unpack(index, &FORMAT, answers)?;
        let json = core::str::from_utf8(&unpacked).ok().and_then(Json::read);
        json.ok_or_else(|| FORMAT.damaged("a file in it is no JSON"))
    };
    let names = Archive::open(input.bytes()).ok_or_else(other)?;
    if let Some(index) = names.find(|name| name == ATTRIBUTES) {
        match unpack(index)?.0.get("version").and_then(Value::as_u64) {
            Some(found) if found > VERSION => {
                return Err(ReadError::NewerVersion {
                    format: &FORMAT,
                    found: found.to_string(),
                    known: "3",
                });
            }
            _ => {}
        }
    }
    let json = unpack(names.find(|name| name == DATA).ok_or_else(other)?)?;
    let accounts = json.0.get("accounts").and_then(Value::as_array);
    let accounts = accounts.ok_or_else(|| FORMAT.damaged(Reason::Missing { field: "accounts" }))?;
    let vaults = accounts.iter().filter_map(|account| account.get("vaults")?.as_array()).flatten();
    let mut collector = Collector::new();
    for vault in vaults {
        let name =
            vault.get("attrs").and_then(|attributes| attributes.get("name")?.as_str()).unwrap_or_default();
        let items = vault.get("items").and_then(Value::as_array).into_iter().flatten();
        for (index, item) in items.enumerate() {
            take(item, index, name, answers.now, &mut collector);
        }
    }
    collector.finish(&FORMAT)
}

/// An item may have several one-time passwords.
fn take(item: &Value, index: usize, vault: &str, now: u64, into: &mut Collector) {
    let title = item.get("overview").and_then(|overview| overview.get("title")?.as_str()).unwrap_or_default();
    let place = Place::entry(index).with_names(vault, title);
    let sections = item.get("details").and_then(|details| details.get("sections")?.as_array());
    let fields =
        sections.into_iter().flatten().filter_map(|section| section.get("fields")?.as_array()).flatten();
    for totp in fields.filter_map(|field| field.get("value")?.get("totp")) {
        let Some(text) = totp.as_str() else {
            into.take(place.clone(), Err(Reason::WrongType { field: "totp", expected: "a text" }));
            continue;
        };
        if !text.trim().is_empty() {
            into.take(place.clone(), entry(item, text, title, vault, now));
        }
    }
}

fn entry(item: &Value, totp: &str, title: &str, vault: &str, now: u64) -> Result<Entry, Reason> {
    let item = Fields::of(item, "item")?;
    let details = item.object("details")?;
    let user = details.opt_list("loginFields")?.into_iter().flatten();
    let mut user = user.filter(|field| field.get("designation").and_then(Value::as_str) == Some("username"));
    let user = user.find_map(|field| field.get("value")?.as_str()).unwrap_or_default();
    let mut entry = logins::entry(totp, title, user, now)?;
    entry.favorite = item.opt_number("favIndex")?.is_some_and(|index| index > 0);
    details.opt_text("notesPlain")?.unwrap_or_default().clone_into(&mut entry.note);
    entry.group = Some(vault.to_owned());
    if let Some(overview) = item.opt_object("overview")? {
        let tags = overview.opt_list("tags")?.into_iter().flatten();
        entry.tags = tags.filter_map(Value::as_str).map(str::to_owned).collect();
    }
    if let Some(made) = item.opt_number("createdAt")?.filter(|made| *made > 0) {
        entry.created = made;
        entry.modified = item.opt_number("updatedAt")?.unwrap_or(made).max(made);
    }
    Ok(entry)
}
