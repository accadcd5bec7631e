//! The app's own database, as it lies on a rooted phone while it has no password.

use std::collections::HashMap;

use super::{FORMAT, Parts, one_category_is_the_group};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::sqlite::{Database, Row};
use crate::{Answers, Found, Place, ReadError, Reason};

pub(super) fn open(bytes: &[u8]) -> Option<Database> {
    let database = Database::open(bytes)?;
    database.has_columns("authenticator", &["type", "secret", "algorithm", "counter"]).then_some(database)
}

pub(super) fn read(database: &Database, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let (rows, whole) = database.rows("authenticator");
    let (categories, members) = (database.rows("category").0, database.rows("authenticatorcategory").0);
    let icons = database.rows("customicon").0;
    let names: HashMap<&str, &str> =
        categories.iter().filter_map(|row| Some((row.text("id").ok()?, row.text("name").ok()?))).collect();
    let mut categories_of: HashMap<&str, Vec<&str>> = HashMap::new();
    for member in &members {
        if let (Ok(secret), Ok(category)) = (member.text("authenticatorsecret"), member.text("categoryid")) {
            categories_of.entry(secret).or_default().push(category);
        }
    }
    // The first of an id counts.
    let icons: HashMap<&str, &Row> =
        icons.iter().rev().filter_map(|icon| Some((icon.text("id").ok()?, icon))).collect();
    let mut collector = Collector::new();
    for (index, row) in rows.iter().enumerate() {
        let shown = |field| row.text(field).unwrap_or_default();
        let place = Place::entry(index).with_names(shown("issuer"), shown("username"));
        let made = draft(row).map(|mut draft| {
            let secret = row.text("secret").unwrap_or_default();
            let of_this = categories_of.get(secret).into_iter().flatten();
            draft.tags = of_this.filter_map(|id| names.get(id)).map(|name| (*name).to_owned()).collect();
            draft.icon = icon(row, &icons);
            one_category_is_the_group(draft).entry(answers.now)
        });
        collector.take(place, made);
    }
    if !whole {
        collector.take(Place::entry(rows.len()), Err(crate::sqlite::CUT));
    }
    collector.finish(&FORMAT)
}

fn icon(row: &Row, icons: &HashMap<&str, &Row>) -> Option<Vec<u8>> {
    let id = row.text("icon").ok()?.strip_prefix('@')?;
    let icon = icons.get(id)?;
    Some(icon.opt_bytes("data").ok()??.to_vec())
}

fn draft(row: &Row) -> Result<Draft, Reason> {
    let parts = Parts {
        kind: row.opt_number("type")?.ok_or(Reason::Missing { field: "type" })?,
        issuer: row.opt_text("issuer")?.unwrap_or_default(),
        account: row.opt_text("username")?.unwrap_or_default(),
        secret: row.text("secret")?,
        pin: row.opt_text("pin")?,
        pin_apart: row.has("pin"),
        algorithm: row.opt_number("algorithm")?,
        digits: row.opt_number("digits")?,
        period: row.opt_number("period")?,
        counter: row.opt_number("counter")?,
    };
    parts.draft()
}
