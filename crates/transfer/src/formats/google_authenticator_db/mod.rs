//! Google Authenticator's database from a rooted Android phone (`databases`). It has no algorithm, digits or period: its
//! codes are SHA-1, six digits, 30 seconds.

use tessera_otp::{Kind, Secret};

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::sqlite::{CUT, Database, Row};
use crate::{Answers, Found, Input, Place, ReadError, Reason};

pub(super) static FORMAT: Format =
    Format { id: "google-authenticator-db", name: "Google Authenticator (database)", recognize, read };

fn open(input: &Input<'_>) -> Option<Database> {
    let database = Database::open(input.bytes())?;
    database.has_columns("accounts", &["email", "secret", "type", "counter"]).then_some(database)
}

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    open(input).map(|_| Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let database = open(input).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let (rows, whole) = database.rows("accounts");
    let mut collector = Collector::new();
    for (index, row) in rows.iter().enumerate() {
        let shown = |field| row.text(field).unwrap_or_default();
        let place = Place::entry(index).with_names(shown("issuer"), account(row));
        collector.take(place, draft(row).map(|draft| draft.entry(answers.now)));
    }
    if !whole {
        collector.take(Place::entry(rows.len()), Err(CUT));
    }
    collector.finish(&FORMAT)
}

/// `email` is what is shown, and mostly reads `issuer:account`.
fn account(row: &Row) -> &str {
    let shown = row.text("email").unwrap_or_default();
    let issuer = row.text("issuer").unwrap_or_default();
    if issuer.is_empty() {
        return shown;
    }
    let rest = shown.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':'));
    rest.map_or(shown, str::trim)
}

fn draft(row: &Row) -> Result<Draft, Reason> {
    if row.opt_number("isencrypted")?.is_some_and(|encrypted| encrypted != 0) {
        return Err(Reason::Other(
            "It is encrypted with a key that never leaves the phone. Transfer it there by QR code.",
        ));
    }
    let secret = Secret::from_base32(row.text("secret")?)?;
    let issuer = row.opt_text("issuer")?.unwrap_or_default();
    let (issuer, account) = match account(row).split_once(':') {
        Some(names) if issuer.is_empty() => names,
        _ => (issuer, account(row)),
    };
    let mut draft = Draft::new(issuer, account, secret);
    match row.opt_number("type")?.unwrap_or(0) {
        0 => {}
        1 => {
            draft.kind = Kind::Hotp;
            draft.counter = row.opt_number("counter")?.unwrap_or_default();
        }
        other => return Err(Reason::UnknownType { found: other.to_string() }),
    }
    Ok(draft)
}
