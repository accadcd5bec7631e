//! Tessera's own backup, as an age file or as the document in it: `docs/backup-format.md`.

use super::{Format, Likeness};
use crate::backup::{BackupIdentity, OpenError, OpenWith, is_age, looks_like, open};
use crate::collector::Collector;
use crate::input::Json;
use crate::{Answers, Found, Input, ReadError};

pub(crate) static FORMAT: Format = Format { id: "tessera", name: "Tessera", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    if is_age(input.bytes()) {
        return Some(Likeness::Certain);
    }
    looks_like(input.json()?).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    if !is_age(input.bytes()) {
        let json = input.json().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
        return content(json);
    }
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    // Deriving the key is what the password was given for; a secret key may stand in its place.
    let identities = BackupIdentity::parse_file(password.expose_secret());
    let with = identities.as_deref().map_or(OpenWith::Passphrase(password), OpenWith::Identities);
    let document = open(input.bytes(), with).map_err(|error| match error {
        OpenError::TooCostly => {
            ReadError::TooCostly { format: &FORMAT, what: "much work to try a passphrase".to_owned() }
        }
        OpenError::WrongPassphrase | OpenError::NeedsPassphrase | OpenError::OtherKeys => {
            ReadError::WrongPassword { format: &FORMAT }
        }
        other => FORMAT.damaged(other),
    })?;
    let text = core::str::from_utf8(&document).ok();
    let json = text.and_then(Json::read).filter(|json| looks_like(&json.0));
    let json = json.ok_or_else(|| FORMAT.damaged("the age file holds something else than a backup"))?;
    content(&json.0)
}

fn content(json: &serde_json::Value) -> Result<Found, ReadError> {
    if let Some(version) = json["tessera_backup"].as_u64().filter(|version| *version > crate::backup::VERSION)
    {
        return Err(ReadError::NewerVersion { format: &FORMAT, found: version.to_string(), known: "1" });
    }
    let list = json["entries"].as_array().ok_or_else(|| FORMAT.damaged("its entries are no list"))?;
    let made = json["made"].as_u64().unwrap_or_default();
    let mut collector = Collector::new();
    for (index, value) in list.iter().enumerate() {
        let place = crate::backup::place(index, value);
        // What was in the trash is not brought in among the others; restoring the backup is what brings it back.
        match crate::backup::entry(value, made) {
            Ok(entry) if entry.deleted.is_some() => {}
            made => collector.take(place, made),
        }
    }
    collector.finish(&FORMAT)
}
