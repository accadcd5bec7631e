//! Microsoft Authenticator's database from a rooted Android phone (`PhoneFactor`). It has neither type, algorithm, digits nor
//! period: codes are TOTP, SHA-1, six digits, 30 seconds, and eight digits for Microsoft's own accounts.

use tessera_otp::{Digits, Secret};

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::sqlite::{CUT, Database, Row};
use crate::{Answers, Found, Input, Place, ReadError, Reason, base64};

pub(super) static FORMAT: Format =
    Format { id: "microsoft-authenticator-db", name: "Microsoft Authenticator", recognize, read };

fn open(input: &Input<'_>) -> Option<Database> {
    let database = Database::open(input.bytes())?;
    database
        .has_columns("accounts", &["name", "username", "oath_secret_key", "account_type"])
        .then_some(database)
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
        let place = Place::entry(index).with_names(shown("name"), shown("username"));
        collector.take(place, draft(row).map(|draft| draft.entry(answers.now)));
    }
    if !whole {
        collector.take(Place::entry(rows.len()), Err(CUT));
    }
    collector.finish(&FORMAT)
}

fn draft(row: &Row) -> Result<Draft, Reason> {
    let key = row.text("oath_secret_key")?;
    if key.is_empty() {
        return Err(match row.opt_text("encrypted_oath_secret_key")? {
            Some(hidden) if !hidden.is_empty() => Reason::Other(
                "It is encrypted with a key that never leaves the phone. Set it up anew at the service.",
            ),
            _ => Reason::NoCodes,
        });
    }
    // Accounts of type 1 are Microsoft's own; their keys are base64.
    let own = row.opt_number("account_type")? == Some(1);
    let secret = if own {
        let bytes = base64::decode(key);
        Secret::from_bytes(&bytes.ok_or(Reason::WrongType { field: "oath_secret_key", expected: "base64" })?)?
    } else {
        Secret::from_base32(key)?
    };
    let mut draft = Draft::new(row.text("name")?, row.text("username")?, secret);
    if own {
        draft.digits = Digits::new(8)?;
    }
    Ok(draft)
}
