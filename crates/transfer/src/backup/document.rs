//! The JSON inside a backup.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::Value;
use sha2::Sha256;
use tessera_otp::{Entry, Pin, Secret};
use tessera_vault::{EntryId, SettingValue, Settings, Vault, VaultId};
use zeroize::Zeroizing;

use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::export::{WriteError, json_bytes};
use crate::fields::Fields;
use crate::input::Json;
use crate::{Place, Problem, Reason};

/// The newest version of the document.
pub(crate) const VERSION: u64 = 1;
/// How every document of ours begins, up to the digits of the MAC.
const BEGINNING: &str = "{\n  \"tessera_backup\": 1,\n  \"mac\": \"";
/// The digits of the MAC.
const MAC_DIGITS: usize = 64;

/// Everything that a backup holds.
#[derive(Debug)]
pub struct Backup {
    /// When it was made, in Unix seconds.
    pub made: u64,
    /// The vault it was made of.
    pub vault: VaultId,
    /// How many transactions that vault had seen.
    pub generation: u64,
    /// All entries by their ids, those in the trash too.
    pub entries: BTreeMap<EntryId, Entry>,
    /// The settings inside the vault.
    pub settings: Settings,
}

/// Whose backup it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This vault made it under its present key, and nobody changed it since.
    Own,
    /// Its MAC is not this vault's: it is of another vault, of this one before it was re-keyed, or it was changed.
    Foreign,
}

#[derive(Serialize)]
struct Document<'a> {
    tessera_backup: u64,
    mac: String,
    made: u64,
    vault: String,
    generation: u64,
    settings: BTreeMap<String, Value>,
    entries: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    #[serde(rename = "type")]
    kind: String,
    secret: Zeroizing<String>,
    algorithm: Option<&'static str>,
    digits: u8,
    period: Option<u32>,
    counter: Option<u64>,
    pin: Option<&'a str>,
    group: Option<&'a str>,
    tags: &'a [String],
    note: &'a str,
    favorite: bool,
    icon: Option<String>,
    created: u64,
    modified: u64,
    deleted: Option<u64>,
}

impl<'a> Row<'a> {
    fn of(id: EntryId, entry: &'a Entry) -> Self {
        let generator = &entry.credential.generator;
        Self {
            id: id.to_string(),
            issuer: &entry.credential.issuer,
            account: &entry.credential.account,
            kind: generator.kind().name().to_ascii_lowercase(),
            // A backup keeps the secrets; the document is encrypted before it goes anywhere.
            secret: entry.credential.secret.to_base32(),
            algorithm: generator.algorithm().map(tessera_otp::Algorithm::name),
            digits: generator.code_length(),
            period: generator.period().map(tessera_otp::Period::get),
            counter: generator.counter(),
            // As the secret.
            pin: generator.pin().map(Pin::expose_secret),
            group: entry.group.as_deref(),
            tags: &entry.tags,
            note: &entry.note,
            favorite: entry.favorite,
            icon: entry.icon.as_ref().map(|icon| BASE64.encode(icon)),
            created: entry.created,
            modified: entry.modified,
            deleted: entry.deleted,
        }
    }
}

impl Backup {
    /// What an open vault holds now.
    pub fn of(vault: &Vault, now: u64) -> Self {
        let entries = vault.entries_by_id().into_iter().map(|(id, entry)| (id, entry.clone())).collect();
        Self {
            made: now,
            vault: vault.id(),
            generation: vault.generation(),
            entries,
            settings: vault.settings().clone(),
        }
    }

    /// Writes the document, with its MAC under the vault's key for backups ([`Vault::backup_mac_key`]).
    ///
    /// # Errors
    /// [`WriteError::TooMuch`] if it cannot be written as text.
    pub fn write(&self, mac_key: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let mut text = self.text(self.made, self.generation)?;
        let mac = HEXLOWER.encode(&mac_over(&text, mac_key).finalize().into_bytes());
        let digits = BEGINNING.len()..BEGINNING.len() + MAC_DIGITS;
        text.get_mut(digits).ok_or(WriteError::TooMuch)?.copy_from_slice(mac.as_bytes());
        Ok(text)
    }

    /// The document with zeros for its MAC.
    fn text(&self, made: u64, generation: u64) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let document = Document {
            tessera_backup: VERSION,
            mac: "0".repeat(MAC_DIGITS),
            made,
            vault: self.vault.to_string(),
            generation,
            settings: self
                .settings
                .to_stored()
                .into_iter()
                .map(|(name, value)| (name, json(value)))
                .collect(),
            entries: self.entries.iter().map(|(id, entry)| Row::of(*id, entry)).collect(),
        };
        json_bytes(&document)
    }

    /// Stands for what the backup holds, whenever it was made: equal if and only if entries and settings are.
    ///
    /// # Errors
    /// [`WriteError::TooMuch`] if it cannot be written as text.
    pub fn digest(&self, mac_key: &[u8; 32]) -> Result<[u8; 32], WriteError> {
        let text = self.text(0, 0)?;
        Ok(mac_over(&text, mac_key).finalize().into_bytes().into())
    }

    /// Reads a document. What is wrong with single entries is told beside; what is wrong with the document as a whole is the
    /// error, in words that go into [`ReadError::Damaged`](crate::ReadError::Damaged).
    pub(crate) fn read(value: &Value) -> Result<(Self, Vec<Problem>), Reason> {
        let document = Fields::of(value, "document")?;
        let vault = document.text("vault")?;
        let vault = vault
            .parse()
            .map_err(|_| Reason::WrongType { field: "vault", expected: "32 hexadecimal digits" })?;
        let made = document.number("made")?;
        let mut problems = Vec::new();
        let mut entries = BTreeMap::new();
        for (index, value) in document.list("entries")?.iter().enumerate() {
            let place = place(index, value);
            let mut collector = Collector::new();
            let id = Fields::of(value, "entries").and_then(|fields| {
                let id = fields.text("id")?.parse::<EntryId>();
                id.map_err(|_| Reason::WrongType { field: "id", expected: "32 hexadecimal digits" })
            });
            match id {
                Ok(id) if entries.contains_key(&id) => {
                    collector.take(place, Err(Reason::Other("An entry before it has the same id.")));
                }
                Ok(id) => {
                    let made = entry(value, made);
                    collector.take(place, made);
                    if let Some(read) = collector.take_entry() {
                        entries.insert(id, read);
                    }
                }
                Err(reason) => collector.take(place, Err(reason)),
            }
            problems.extend(collector.into_problems());
        }
        let settings = document.opt_object("settings")?.map(settings).unwrap_or_default();
        let generation = document.number("generation")?;
        Ok((Self { made, vault, generation, entries, settings: Settings::from_stored(settings) }, problems))
    }

    /// Reads the text of a document, as `age -d` prints it.
    ///
    /// # Errors
    /// A sentence for each fault: that it is no document of ours, a newer version, or what is missing in it.
    pub fn parse(text: &[u8]) -> Result<(Self, Vec<Problem>), Reason> {
        let json = core::str::from_utf8(text).ok().and_then(Json::read);
        let json = json.ok_or(Reason::Other("It is no backup of Tessera: it is no JSON object."))?;
        match json.0["tessera_backup"].as_u64() {
            None => Err(Reason::Other("It is no backup of Tessera.")),
            Some(version) if version > VERSION => {
                Err(Reason::Other("A newer version of Tessera made it, and only that can read it."))
            }
            Some(_) => Self::read(&json.0),
        }
    }

    /// Whose it is, by the MAC over its text.
    pub fn origin(text: &[u8], mac_key: &[u8; 32]) -> Origin {
        let digits = BEGINNING.len()..BEGINNING.len() + MAC_DIGITS;
        let said = text.get(digits.clone()).filter(|_| text.starts_with(BEGINNING.as_bytes()));
        let Some(said) = said.and_then(|said| HEXLOWER.decode(said).ok()) else { return Origin::Foreign };
        let mut blank = Zeroizing::new(text.to_vec());
        if let Some(place) = blank.get_mut(digits) {
            place.fill(b'0');
        }
        match mac_over(&blank, mac_key).verify_slice(&said) {
            Ok(()) => Origin::Own,
            Err(_) => Origin::Foreign,
        }
    }
}

fn mac_over(text: &[u8], key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a short key up with zeros to the hash's block (RFC 2104, §2); doing it here leaves nothing that can fail.
    let mut block = Zeroizing::new([0; 64]);
    if let Some(place) = block.first_chunk_mut() {
        *place = *key;
    }
    Hmac::<Sha256>::new((&*block).into()).chain_update(text)
}

/// Whether JSON is such a document, of whatever version.
pub(crate) fn looks_like(value: &Value) -> bool {
    value.get("tessera_backup").is_some_and(Value::is_u64) && value.get("entries").is_some()
}

pub(crate) fn place(index: usize, value: &Value) -> Place {
    let name = |field: &str| value[field].as_str().unwrap_or_default();
    Place::entry(index).with_names(name("issuer"), name("account"))
}

/// Reads one entry.
pub(crate) fn entry(value: &Value, made: u64) -> Result<Entry, Reason> {
    let fields = Fields::of(value, "entries")?;
    let secret = Zeroizing::new(fields.text("secret")?.to_owned());
    let mut draft = Draft::new(
        fields.opt_text("issuer")?.unwrap_or_default(),
        fields.opt_text("account")?.unwrap_or_default(),
        Secret::from_base32(&secret)?,
    );
    draft.kind = draft::kind(fields.text("type")?)?;
    if let Some(algorithm) = fields.opt_text("algorithm")? {
        draft.algorithm = draft::algorithm(algorithm)?;
    }
    if matches!(draft.kind, tessera_otp::Kind::Totp | tessera_otp::Kind::Hotp) {
        draft.digits = draft::digits(fields.number("digits")?)?;
    }
    match draft.kind {
        tessera_otp::Kind::Totp => draft.period = draft::period(fields.number("period")?)?,
        tessera_otp::Kind::Hotp => draft.counter = fields.number("counter")?,
        _ => {}
    }
    draft.pin = fields.opt_text("pin")?.map(Pin::new).transpose()?;
    draft.group = fields.opt_text("group")?.map(str::to_owned);
    for tag in fields.opt_list("tags")?.into_iter().flatten() {
        let tag = tag.as_str().ok_or(Reason::WrongType { field: "tags", expected: "a list of texts" })?;
        draft.tags.push(tag.to_owned());
    }
    fields.opt_text("note")?.unwrap_or_default().clone_into(&mut draft.note);
    draft.favorite = fields.opt_bool("favorite")?.unwrap_or_default();
    let icon = fields.opt_text("icon")?.map(|icon| BASE64.decode(icon.as_bytes())).transpose();
    draft.icon = icon.map_err(|_| Reason::WrongType { field: "icon", expected: "base64" })?;
    let created = fields.opt_number("created")?.unwrap_or(made);
    draft.created = Some(created);
    let mut entry = draft.entry(made);
    entry.modified = fields.opt_number("modified")?.unwrap_or(created);
    entry.deleted = fields.opt_number("deleted")?;
    Ok(entry)
}

fn settings(fields: Fields<'_>) -> BTreeMap<String, SettingValue> {
    let value = |value: &Value| match value {
        Value::String(text) => Some(SettingValue::Text(text.clone())),
        Value::Bool(flag) => Some(SettingValue::Flag(*flag)),
        Value::Number(number) => number.as_u64().map(SettingValue::Number),
        _ => None,
    };
    fields.members().filter_map(|(name, found)| Some((name.clone(), value(found)?))).collect()
}

fn json(value: SettingValue) -> Value {
    match value {
        SettingValue::Text(text) => text.into(),
        SettingValue::Number(number) => number.into(),
        SettingValue::Flag(flag) => flag.into(),
    }
}
