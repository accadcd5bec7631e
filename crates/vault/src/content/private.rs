//! The content of private records: settings, order and use, and what `center` and `backup` keep.

use std::collections::BTreeMap;

use minicbor::data::Type;
use zeroize::Zeroizing;

use super::backup::{self, TARGET};
use super::center::{self, CENTER, KNOWN, Kept, TICKET};
use super::{Malformed, MapWriter, always, array_length, read_map};
use crate::{Density, EntryId, SettingValue, Settings, SortOrder};

const SETTINGS: u64 = 1;
const USAGE: u64 = 2;
const BACKUP_IDENTITY: u64 = 10;

/// What a private record holds.
pub(crate) enum Private {
    Settings(Settings),
    Usage(Usage),
    /// What is kept of a center or of backups, each record for itself.
    Kept(Box<Kept>),
    /// The age identity that every backup to recipients is also made for, as text.
    BackupIdentity(Zeroizing<String>),
    /// What a later writer of format 1 keeps here. Its bytes stay as they are.
    Other,
}

/// Uses and the person's own order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) uses: BTreeMap<EntryId, Use>,
    pub(crate) order: Vec<EntryId>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) count: u64,
    pub(crate) last: u64,
}

pub(crate) fn read(content: &[u8]) -> Result<Private, Malformed> {
    let mut what = None;
    let mut settings = None;
    let mut usage = Usage::default();
    let mut identity = None;
    read_map(content, |key, value| {
        match (key, what) {
            (0, _) => what = Some(value.u64()?),
            (_, None) => return Err(Malformed),
            (1, Some(SETTINGS)) => settings = Some(read_settings(value)?),
            (1, Some(BACKUP_IDENTITY)) => identity = Some(Zeroizing::new(value.str()?.to_owned())),
            (1, Some(USAGE)) => {
                for _ in 0..array_length(value)? {
                    if array_length(value)? != 3 {
                        return Err(Malformed);
                    }
                    let id = read_id(value)?;
                    usage.uses.insert(id, Use { count: value.u64()?, last: value.u64()? });
                }
            }
            (2, Some(USAGE)) => {
                for _ in 0..array_length(value)? {
                    usage.order.push(read_id(value)?);
                }
            }
            _ => value.skip()?,
        }
        Ok(())
    })?;
    let understood = |kept: Option<Kept>| kept.map_or(Private::Other, |kept| Private::Kept(Box::new(kept)));
    match what.ok_or(Malformed)? {
        CENTER => Ok(understood(center::read_center(content)?.map(Kept::Center))),
        TICKET => Ok(understood(center::read_ticket(content)?.map(Kept::Ticket))),
        TARGET => Ok(understood(backup::read(content)?.map(Kept::Target))),
        KNOWN => Ok(understood(center::read_known(content)?.map(Kept::Known))),
        SETTINGS => Ok(Private::Settings(Settings::from_stored(settings.unwrap_or_default()))),
        USAGE => Ok(Private::Usage(usage)),
        BACKUP_IDENTITY => identity.map(Private::BackupIdentity).ok_or(Malformed),
        _ => Ok(Private::Other),
    }
}

fn read_id(value: &mut minicbor::Decoder<'_>) -> Result<EntryId, Malformed> {
    Ok(EntryId::from_bytes(value.bytes()?.try_into().map_err(|_| Malformed)?))
}

fn read_settings(value: &mut minicbor::Decoder<'_>) -> Result<BTreeMap<String, SettingValue>, Malformed> {
    let mut stored = BTreeMap::new();
    for _ in 0..value.map()?.ok_or(Malformed)? {
        let name = value.str()?.to_owned();
        let setting = match value.datatype()? {
            Type::String => SettingValue::Text(value.str()?.to_owned()),
            Type::Bool => SettingValue::Flag(value.bool()?),
            _ => SettingValue::Number(value.u64()?),
        };
        stored.insert(name, setting);
    }
    Ok(stored)
}

pub(crate) fn write_settings(settings: &Settings) -> Zeroizing<Vec<u8>> {
    let stored = settings.to_stored();
    let mut map = MapWriter::new(1024);
    map.uint(0, SETTINGS);
    let values = map.key(1);
    always(values.map(stored.len() as u64).map(|_| ()));
    for (name, value) in &stored {
        always(values.str(name).map(|_| ()));
        always(match value {
            SettingValue::Text(text) => values.str(text).map(|_| ()),
            SettingValue::Number(number) => values.u64(*number).map(|_| ()),
            SettingValue::Flag(flag) => values.bool(*flag).map(|_| ()),
        });
    }
    map.finish()
}

pub(crate) fn write_backup_identity(identity: &str) -> Zeroizing<Vec<u8>> {
    let mut map = MapWriter::new(128);
    map.uint(0, BACKUP_IDENTITY);
    map.text(1, identity);
    map.finish()
}

pub(crate) fn write_usage(usage: &Usage) -> Zeroizing<Vec<u8>> {
    let mut map = MapWriter::new(64 + usage.uses.len() * 36 + usage.order.len() * 17);
    map.uint(0, USAGE);
    let uses = map.key(1);
    always(uses.array(usage.uses.len() as u64).map(|_| ()));
    for (id, used) in &usage.uses {
        always(uses.array(3).and_then(|e| e.bytes(id.as_bytes())).map(|_| ()));
        always(uses.u64(used.count).and_then(|e| e.u64(used.last)).map(|_| ()));
    }
    let order = map.key(2);
    always(order.array(usage.order.len() as u64).map(|_| ()));
    usage.order.iter().for_each(|id| always(order.bytes(id.as_bytes()).map(|_| ())));
    map.finish()
}

impl Settings {
    /// Takes what this version knows out of the stored values; the rest is kept as it is, also a known name with a
    /// value that this version does not know.
    pub fn from_stored(mut stored: BTreeMap<String, SettingValue>) -> Self {
        let mut settings = Self::default();
        let mut other = BTreeMap::new();
        while let Some((name, value)) = stored.pop_first() {
            if !settings.take(&name, &value) {
                other.insert(name, value);
            }
        }
        settings.other = other;
        settings
    }

    fn take(&mut self, name: &str, value: &SettingValue) -> bool {
        match (name, value) {
            ("auto_lock_s", SettingValue::Number(seconds)) => store_u32(&mut self.auto_lock_s, *seconds),
            ("clipboard_s", SettingValue::Number(seconds)) => store_u32(&mut self.clipboard_s, *seconds),
            ("lock_on_screen_lock", SettingValue::Flag(flag)) => {
                store(&mut self.lock_on_screen_lock, Some(*flag))
            }
            ("lock_on_suspend", SettingValue::Flag(flag)) => store(&mut self.lock_on_suspend, Some(*flag)),
            ("hide_codes", SettingValue::Flag(flag)) => store(&mut self.hide_codes, Some(*flag)),
            ("next_code", SettingValue::Flag(flag)) => store(&mut self.next_code, Some(*flag)),
            ("sort", SettingValue::Text(name)) => store(&mut self.sort, SortOrder::from_name(name)),
            ("density", SettingValue::Text(name)) => store(&mut self.density, Density::from_name(name)),
            _ => false,
        }
    }

    /// All settings by the names under which they are stored: for backups.
    pub fn to_stored(&self) -> BTreeMap<String, SettingValue> {
        let mut stored = self.other.clone();
        let mut put = |name: &str, value| stored.insert(name.to_owned(), value);
        put("auto_lock_s", SettingValue::Number(self.auto_lock_s.into()));
        put("clipboard_s", SettingValue::Number(self.clipboard_s.into()));
        put("lock_on_screen_lock", SettingValue::Flag(self.lock_on_screen_lock));
        put("lock_on_suspend", SettingValue::Flag(self.lock_on_suspend));
        put("hide_codes", SettingValue::Flag(self.hide_codes));
        put("next_code", SettingValue::Flag(self.next_code));
        put("sort", SettingValue::Text(self.sort.name().to_owned()));
        put("density", SettingValue::Text(self.density.name().to_owned()));
        stored
    }
}

fn store<T>(place: &mut T, value: Option<T>) -> bool {
    let known = value.is_some();
    if let Some(value) = value {
        *place = value;
    }
    known
}

fn store_u32(place: &mut u32, value: u64) -> bool {
    store(place, u32::try_from(value).ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn settings_come_back_and_unknown_ones_are_kept() {
        let mut settings =
            Settings { clipboard_s: 7, sort: SortOrder::Own, hide_codes: true, ..Settings::default() };
        settings.other.insert("future".into(), SettingValue::Text("x".into()));
        settings.other.insert("number".into(), SettingValue::Number(u64::MAX));
        let Private::Settings(read) = read(&write_settings(&settings)).unwrap() else { unreachable!() };
        assert_eq!(read, settings);
    }

    #[test]
    fn a_known_setting_with_an_unknown_value_becomes_the_default_and_is_kept_aside() {
        let stored = BTreeMap::from([("sort".to_owned(), SettingValue::Text("by moon".into()))]);
        let settings = Settings::from_stored(stored);
        assert_eq!(settings.sort, SortOrder::default());
        assert!(settings.other.contains_key("sort"));
    }

    #[test]
    fn order_and_use_come_back() {
        let id = |n| EntryId::from_bytes([n; 16]);
        let usage = Usage {
            uses: (0..50).map(|n| (id(n), Use { count: u64::from(n), last: 1_700_000_000 })).collect(),
            order: (0..50).rev().map(id).collect(),
        };
        let Private::Usage(read) = read(&write_usage(&usage)).unwrap() else { unreachable!() };
        assert_eq!(read, usage);
    }

    #[test]
    fn the_backup_identity_comes_back() {
        let Private::BackupIdentity(identity) = read(&write_backup_identity("AGE-SECRET-KEY-1")).unwrap()
        else {
            unreachable!()
        };
        assert_eq!(*identity, "AGE-SECRET-KEY-1");
        assert!(read(&[0xa1, 0, 10]).is_err());
    }

    #[test]
    fn a_record_of_a_later_kind_is_neither_refused_nor_understood() {
        assert!(matches!(read(&[0xa2, 0, 9, 1, 0x60]).unwrap(), Private::Other));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(content in proptest::collection::vec(any::<u8>(), 0..512), what in 0_u8..4) {
            let _ = read(&content);
            let mut shaped = vec![0xa3, 0, what, 1];
            shaped.extend(content);
            let _ = read(&shaped);
        }
    }
}
