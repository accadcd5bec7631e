//! Bitwarden's JSON export in clear: logins with nothing but a name, a user name and the code's address.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tessera_otp::{Entry, Generator};
use zeroize::Zeroizing;

use crate::export::{Export, Lost, Making, WriteError, json_bytes, lost_parts, uuid};
use crate::input::Json;

pub(super) static EXPORT: Export =
    Export { id: "bitwarden", name: "Bitwarden", extension: "json", encrypted: false, lost, write };

fn lost(entry: &Entry) -> Vec<Lost> {
    match entry.credential.generator {
        Generator::Totp { .. } | Generator::Steam => lost_parts(entry, &["group", "note", "favorite mark"]),
        Generator::Hotp { .. } => vec![Lost::Entry("Bitwarden has no counter-based codes")],
        Generator::Motp { .. } => vec![Lost::Entry("Bitwarden has no mOTP")],
        Generator::Yandex { .. } => vec![Lost::Entry("Bitwarden has no Yandex codes")],
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the shape of every format's writer")]
fn write(entries: &[&Entry], making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut folders: BTreeMap<&str, String> = BTreeMap::new();
    let mut items = Vec::new();
    for entry in entries {
        let credential = &entry.credential;
        // An export is what the secrets are for.
        let totp = match credential.generator {
            Generator::Steam => Zeroizing::new(format!("steam://{}", *credential.secret.to_base32())),
            _ => credential.to_uri(),
        };
        let folder = entry
            .group
            .as_deref()
            .map(|group| folders.entry(group).or_insert_with(|| uuid(making.rng)).clone());
        let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        items.push(json!({
            "id": uuid(making.rng),
            "organizationId": null,
            "folderId": folder,
            "type": 1,
            "reprompt": 0,
            "name": credential.issuer,
            "notes": text(&entry.note),
            "favorite": entry.favorite,
            "login": {
                "uris": [],
                "username": text(&credential.account),
                "password": null,
                "totp": *totp,
            },
            "collectionIds": null,
        }));
    }
    let folders: Vec<Value> =
        folders.into_iter().map(|(name, id)| json!({ "id": id, "name": name })).collect();
    let file = Json(json!({ "encrypted": false, "folders": folders, "items": items }));
    json_bytes(&file.0)
}
