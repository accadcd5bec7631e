//! The entries of an Aegis vault.

use std::collections::HashMap;

use data_encoding::BASE64;
use serde_json::Value;
use tessera_otp::{Kind, Pin, Secret};

use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::Fields;
use crate::{Place, Reason};

/// Names of groups by their ids.
type Groups<'a> = HashMap<&'a str, &'a str>;

pub(super) fn entries(db: Fields<'_>, now: u64, collector: &mut Collector) -> Result<(), Reason> {
    let mut groups = Groups::new();
    for group in db.opt_list("groups")?.into_iter().flatten() {
        // One that has no id or no name costs its entries their group and nothing else.
        if let (Some(id), Some(name)) = (group["uuid"].as_str(), group["name"].as_str()) {
            groups.insert(id, name);
        }
    }
    for (index, value) in db.list("entries")?.iter().enumerate() {
        let place = Place::entry(index).with_names(
            value["issuer"].as_str().unwrap_or_default(),
            value["name"].as_str().unwrap_or_default(),
        );
        let made = entry(value, &groups, &place, collector);
        collector.take(place, made.map(|draft| draft.entry(now)));
    }
    Ok(())
}

fn entry(
    value: &Value,
    groups: &Groups<'_>,
    place: &Place,
    collector: &mut Collector,
) -> Result<Draft, Reason> {
    let entry = Fields::of(value, "entries")?;
    let info = entry.object("info")?;
    let kind = draft::kind(entry.text("type")?)?;
    let issuer = entry.opt_text("issuer")?.unwrap_or_default();
    let account = entry.opt_text("name")?.unwrap_or_default();
    let mut draft = Draft::new(issuer, account, Secret::from_base32(info.text("secret")?)?);
    draft.kind = kind;
    if matches!(kind, Kind::Totp | Kind::Hotp) {
        draft.algorithm = draft::algorithm(info.text("algo")?)?;
        draft.digits = draft::digits(info.number("digits")?)?;
    }
    match kind {
        Kind::Totp => draft.period = draft::period(info.number("period")?)?,
        Kind::Hotp => draft.counter = info.number("counter")?,
        Kind::Motp | Kind::Yandex => {
            draft.pin = info.opt_text("pin")?.filter(|pin| !pin.is_empty()).map(Pin::new).transpose()?;
        }
        Kind::Steam => {}
    }
    entry.opt_text("note")?.unwrap_or_default().clone_into(&mut draft.note);
    draft.favorite = entry.opt_bool("favorite")?.unwrap_or_default();
    // Aegis knows any number of groups of an entry: the first becomes the group, the others tags. Content version 1 and
    // 2 have one, by its name.
    let mut names = entry.opt_text("group")?.into_iter().map(str::to_owned).collect::<Vec<_>>();
    for id in entry.opt_list("groups")?.into_iter().flatten() {
        match id.as_str().and_then(|id| groups.get(id)) {
            Some(name) => names.push((*name).to_owned()),
            None => {
                collector
                    .lacks(place.clone(), Reason::Other("It is in a group that the file does not name."));
            }
        }
    }
    let mut names = names.into_iter();
    draft.group = names.next();
    draft.tags = names.collect();
    match icon(entry) {
        Ok(icon) => draft.icon = icon,
        Err(reason) => collector.lacks(place.clone(), reason),
    }
    Ok(draft)
}

fn icon(entry: Fields<'_>) -> Result<Option<Vec<u8>>, Reason> {
    let Some(icon) = entry.opt_text("icon")? else { return Ok(None) };
    // Vaults before content version 2 have JPEGs and do not say so.
    if entry.opt_text("icon_mime")? != Some("image/png") {
        return Err(Reason::Other("Its icon is no PNG picture and was left out."));
    }
    let icon = BASE64.decode(icon.as_bytes());
    icon.map(Some).map_err(|_| Reason::Other("Its icon is damaged and was left out."))
}
