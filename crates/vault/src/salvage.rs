//! Reading what is left of a file that SQLite refuses.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use tessera_otp::Entry;
use zeroize::Zeroizing;

use crate::body::Body;
use crate::content::entry;
use crate::content::private::{self, Private};
use crate::envelope::{self, Label};
use crate::hazmat;
use crate::head::Head;
use crate::keys::Keys;
use crate::leaf::Lines;
use crate::locked::find_key;
use crate::slot::Slot;
use crate::{EntryId, SalvageError, Settings, Table, UnlockWith, VaultId, VaultKey, raw};

/// What was found in a damaged file.
#[derive(Debug)]
pub struct Salvaged {
    /// The entries, each in its newest revision, trash included.
    pub entries: Vec<SalvagedEntry>,
    /// The settings, if they were found.
    pub settings: Option<Settings>,
    /// How many entries the manifest lists that were not found. `None` when no head verified: then nobody knows.
    pub missing: Option<usize>,
    /// How many records were found that do not decrypt.
    pub unreadable: usize,
}

/// An entry found in a damaged file.
#[derive(Debug, Clone)]
pub struct SalvagedEntry {
    /// Its id.
    pub id: EntryId,
    /// Its revision.
    pub revision: u64,
    /// What it says.
    pub entry: Entry,
    /// Whether the manifest lists exactly this envelope. `None` when its leaf did not verify. What is not listed may have
    /// been deleted or replaced before the damage.
    pub listed: Option<bool>,
}

/// Scans the raw bytes of a file for slots, heads, leaves and records, and never writes to it. The file must not be open
/// in this process.
///
/// # Errors
/// Each [`SalvageError`].
pub fn salvage(path: &Path, with: &UnlockWith<'_>) -> Result<Salvaged, SalvageError> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SalvageError::NotFound,
        _ => SalvageError::Io(error),
    })?;
    if metadata.len() > raw::FILE_MAX {
        return Err(SalvageError::TooLarge);
    }
    let file = fs::read(path)?;
    let Remains { vault, slots, heads, leaves, records } =
        Remains::of(&file).ok_or(SalvageError::NothingFound)?;
    let proves = |key: &VaultKey| {
        let keys = Keys::derive(key, vault);
        heads.iter().any(|head| head.verify(keys.manifest()))
    };
    let key = find_key(&slots, with, &proves).map_err(SalvageError::Unlock)?;
    let keys = Keys::derive(&key, vault);
    let head = heads.into_iter().filter(|head| head.verify(keys.manifest())).max_by_key(Head::generation);
    let leaves = genuine_leaves(&keys, head.as_ref(), &leaves, vault);
    let mut salvaged = gather(&keys, vault, &records, &leaves);
    salvaged.missing = head.map(|_| {
        let listed = leaves.values().flat_map(Lines::iter).filter(|line| line.table() == Some(Table::Entry));
        listed.filter(|line| !salvaged.entries.iter().any(|found| *found.id.as_bytes() == line.id())).count()
    });
    Ok(salvaged)
}

/// All bodies of the vault that most bodies in the file belong to.
struct Remains {
    vault: VaultId,
    slots: Vec<Slot>,
    heads: Vec<Head>,
    leaves: Vec<Vec<u8>>,
    records: Vec<Vec<u8>>,
}

impl Remains {
    fn of(file: &[u8]) -> Option<Self> {
        let mut bodies: HashMap<VaultId, Vec<(Body, Vec<u8>)>> = HashMap::new();
        raw::bodies(file, |body| {
            let read = Body::ALL.iter().find_map(|kind| kind.read(body).map(|(_, vault)| (*kind, vault)));
            if let Some((kind, vault)) = read {
                bodies.entry(vault).or_default().push((kind, body.to_vec()));
            }
        });
        let (vault, bodies) = bodies.into_iter().max_by_key(|(_, bodies)| bodies.len())?;
        let mut remains =
            Self { vault, slots: Vec::new(), heads: Vec::new(), leaves: Vec::new(), records: Vec::new() };
        for (kind, body) in bodies {
            match kind {
                Body::Slot => remains.slots.extend(Slot::read(&body, vault)),
                Body::Head => remains.heads.extend(Head::read(&body, vault)),
                Body::Leaf => remains.leaves.push(body),
                Body::Record => remains.records.push(body),
                Body::Sealed => {}
            }
        }
        // Each stands twice; a third that differs is a damaged one. Those that agree are tried first.
        let count = |slot: &Slot, slots: &[Slot]| slots.iter().filter(|other| *other == slot).count();
        let all = remains.slots.clone();
        remains.slots.sort_by_key(|slot| std::cmp::Reverse(count(slot, &all)));
        remains.slots.dedup();
        Some(remains)
    }
}

fn genuine_leaves(
    keys: &Keys,
    head: Option<&Head>,
    leaves: &[Vec<u8>],
    vault: VaultId,
) -> BTreeMap<u8, Lines> {
    let mut genuine = BTreeMap::new();
    let Some(head) = head else { return genuine };
    for body in leaves {
        let Some((number, lines)) = Lines::read(body, vault) else { continue };
        if hazmat::same(&hazmat::mac(keys.manifest(), body), head.leaf_mac(number)) {
            genuine.insert(number, lines);
        }
    }
    genuine
}

fn gather(keys: &Keys, vault: VaultId, records: &[Vec<u8>], leaves: &BTreeMap<u8, Lines>) -> Salvaged {
    let mut plain = Zeroizing::new(Vec::with_capacity(4096));
    let mut entries: BTreeMap<EntryId, SalvagedEntry> = BTreeMap::new();
    let mut settings: Option<(u64, Settings)> = None;
    let mut unreadable = 0;
    for body in records {
        let Some(label) = Label::read(body, vault) else { continue };
        if label.table == Table::Audit {
            continue;
        }
        let Some(content) = envelope::open(keys.records(), body, &mut plain) else {
            unreadable += 1;
            continue;
        };
        match label.table {
            Table::Entry => {
                let Ok(entry) = entry::read(content) else {
                    unreadable += 1;
                    continue;
                };
                let id = EntryId::from_bytes(label.id);
                let listed = leaves.get(&label.id[0]).map(|lines| {
                    let line = lines.find(Table::Entry, &label.id).and_then(|at| lines.get(at));
                    line.is_some_and(|line| line.hash() == hazmat::hash(body))
                });
                let found = SalvagedEntry { id, revision: label.revision, entry, listed };
                let better = entries
                    .get(&id)
                    .is_none_or(|known| (found.listed, found.revision) > (known.listed, known.revision));
                if better {
                    entries.insert(id, found);
                }
            }
            Table::Private => {
                if let Ok(Private::Settings(found)) = private::read(content)
                    && settings.as_ref().is_none_or(|(revision, _)| label.revision > *revision)
                {
                    settings = Some((label.revision, found));
                }
            }
            Table::Audit => {}
        }
    }
    let settings = settings.map(|(_, settings)| settings);
    Salvaged { entries: entries.into_values().collect(), settings, missing: None, unreadable }
}
