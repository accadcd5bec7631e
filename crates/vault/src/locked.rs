//! A vault file without its key, and how it is unlocked.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::audit;
use crate::hazmat::StretchError;
use crate::head::Head;
use crate::keys::Keys;
use crate::load::{load, rows_of};
use crate::sealed::{self, WAITING_MAX};
use crate::slot::Slot;
use crate::store::{Access, Sheet, Store};
use crate::{
    AuditEvent, Host, KdfParams, OpenError, Password, RecoveryCode, SlotInfo, SlotKind, UnlockError, Vault,
    VaultId, VaultKey, migrate,
};

/// The most slots that are tried. A vault has two or three; each of a forged thousand would cost a key derivation.
const SLOTS_TRIED: usize = 16;
/// The longest wait before a next try.
const DELAY_MAX: u64 = 60;

/// A file that was recognized as a vault. Nothing private of it can be read yet.
#[derive(Debug)]
pub struct LockedVault {
    path: PathBuf,
    access: Access,
    id: VaultId,
    slots: Vec<SlotInfo>,
    failed: AtomicU32,
}

/// What a vault is unlocked with.
#[derive(Debug)]
pub enum UnlockWith<'a> {
    /// The password.
    Password(&'a Password),
    /// The recovery code.
    RecoveryCode(&'a RecoveryCode),
    /// The bare vault key. Only tests and tools that hold it already have a use for this. It is not noted in the log.
    VaultKey(&'a VaultKey),
}

impl LockedVault {
    /// Recognizes a vault file. A file or folder that may not be written is opened for reading.
    ///
    /// # Errors
    /// Each [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::recognize(path, Access::Write)
    }

    /// As `open`, for a session that does not write, not even to the log: to check a file without touching it.
    ///
    /// # Errors
    /// Each [`OpenError`].
    pub fn open_read_only(path: &Path) -> Result<Self, OpenError> {
        Self::recognize(path, Access::Read)
    }

    fn recognize(path: &Path, access: Access) -> Result<Self, OpenError> {
        if access == Access::Write {
            migrate::bring_up_to_date(path)?;
        }
        let store = Store::open(path, access)?;
        let open = |error: rusqlite::Error| crate::store::Fault::of(&error).open(error.into());
        let reading = store.begin_reading().map_err(open)?;
        let id = vault_id(&store).map_err(open)?;
        let id =
            id.ok_or_else(|| OpenError::Damaged("no slot, head or record says which vault this is".into()))?;
        let slots = found_slots(&store, id).map_err(open)?;
        let failed = store.count(Sheet::Sealed).unwrap_or_default();
        drop(reading);
        Ok(Self {
            path: path.to_owned(),
            access: store.access(),
            id,
            slots: slots.iter().map(Slot::info).collect(),
            failed: AtomicU32::new(u32::try_from(failed).unwrap_or(u32::MAX)),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The vault's id.
    pub const fn id(&self) -> VaultId {
        self.id
    }

    /// How many failed tries there were since the last unlocking.
    pub fn failed_unlocks(&self) -> u32 {
        self.failed.load(Ordering::Relaxed)
    }

    /// How long to wait before the next try: nothing for the first three, then 1, 2, 4 seconds and so on, at most 60. It
    /// is for the program to wait; the library does not.
    pub fn delay(&self) -> Duration {
        let doublings = match self.failed_unlocks() {
            0..3 => return Duration::ZERO,
            failed => failed - 3,
        };
        let seconds = 1_u64.checked_shl(doublings).unwrap_or(DELAY_MAX).min(DELAY_MAX);
        Duration::from_secs(if doublings >= u64::BITS { DELAY_MAX } else { seconds })
    }

    /// Whether the file or its folder may only be read.
    pub fn read_only(&self) -> bool {
        self.access == Access::Read
    }

    /// The slots as the file shows them; only unlocking can tell whether they are genuine.
    pub fn slots(&self) -> Vec<SlotInfo> {
        self.slots.clone()
    }

    /// Unlocks the vault. A failed try is sealed into the file, and never erases anything.
    ///
    /// # Errors
    /// Each [`UnlockError`].
    pub fn unlock(&self, with: &UnlockWith<'_>, mut host: Host) -> Result<Vault, UnlockError> {
        let store = Store::open(&self.path, self.access).map_err(UnlockError::Changed)?;
        if vault_id(&store)? != Some(self.id) {
            return Err(UnlockError::Changed(OpenError::NotAVault));
        }
        // A second round only if another program gave the vault other slots while the key was derived.
        let mut slots = found_slots(&store, self.id)?;
        loop {
            let key = match self.find_key(&store, &slots, with) {
                Ok(key) => key,
                Err(error) => {
                    if matches!(error, UnlockError::WrongPassword | UnlockError::WrongRecoveryCode) {
                        self.note_failure(&store, &mut host);
                    }
                    return Err(error);
                }
            };
            let keys = Keys::derive(&key, self.id);
            drop(key);
            let state = {
                let _reading = store.begin_reading()?;
                load(&store, &keys, self.id)?
            };
            if state.head.is_none() {
                let now = found_slots(&store, self.id)?;
                if now != slots {
                    slots = now;
                    continue;
                }
                // A slot from before a re-keying, put back into the file, still unwraps its key, and that key opens nothing.
                // To show an empty vault with a failed manifest would invite a person to accept it.
                let opens_nothing = state.entries.is_empty()
                    && state.private_places().next().is_none()
                    && audit::all(&store, &keys, self.id)?.0.is_empty();
                if opens_nothing {
                    let wrong = match with {
                        UnlockWith::Password(_) => UnlockError::WrongPassword,
                        UnlockWith::RecoveryCode(_) => UnlockError::WrongRecoveryCode,
                        UnlockWith::VaultKey(_) => return Err(UnlockError::WrongKey),
                    };
                    self.note_failure(&store, &mut host);
                    return Err(wrong);
                }
            }
            let how = match with {
                UnlockWith::Password(_) => Some(AuditEvent::UnlockedWithPassword),
                UnlockWith::RecoveryCode(_) => Some(AuditEvent::UnlockedWithRecoveryCode),
                UnlockWith::VaultKey(_) => None,
            };
            return Vault::start(store, keys, state, host, how);
        }
    }

    /// The vault key. A slot's tag alone does not commit to it, so that one whose key verifies a head goes before one
    /// whose does not.
    fn find_key(
        &self,
        store: &Store,
        slots: &[Slot],
        with: &UnlockWith<'_>,
    ) -> Result<VaultKey, UnlockError> {
        let heads = claimed_heads(store, self.id)?;
        let proves = |key: &VaultKey| {
            let keys = Keys::derive(key, self.id);
            heads.iter().any(|head| head.verify(keys.manifest()))
        };
        find_key(slots, with, &proves)
    }

    /// Notes a failed try. When it cannot be noted, the vault is as locked as before.
    fn note_failure(&self, store: &Store, host: &mut Host) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        if self.access == Access::Read {
            return;
        }
        let now = host.now();
        let noted = (|| -> Result<(), UnlockError> {
            let transaction = store.begin_writing()?;
            let heads = claimed_heads(store, self.id)?;
            if store.count(Sheet::Sealed)? < WAITING_MAX {
                for head in heads {
                    let event = AuditEvent::FailedUnlock;
                    if let Some(body) = sealed::seal(&head.log_key(), self.id, now, event, host.rng.as_mut())
                    {
                        store.insert(Sheet::Sealed, &body)?;
                        break;
                    }
                }
            }
            Ok(transaction.commit()?)
        })();
        // Wrong is wrong, noted or not; the count of this process goes on.
        drop(noted);
    }
}

/// Tries the slots of the kind that is asked for.
pub(crate) fn find_key(
    slots: &[Slot],
    with: &UnlockWith<'_>,
    proves: &dyn Fn(&VaultKey) -> bool,
) -> Result<VaultKey, UnlockError> {
    let (kind, wrong) = match with {
        UnlockWith::Password(_) => (SlotKind::Password, UnlockError::WrongPassword),
        UnlockWith::RecoveryCode(_) => (SlotKind::RecoveryCode, UnlockError::WrongRecoveryCode),
        UnlockWith::VaultKey(key) => return Ok(VaultKey::from_bytes(key.expose_secret())),
    };
    let mut unproved = None;
    let (mut tried, mut refused) = (0, None);
    for slot in slots.iter().filter(|slot| slot.info().kind == kind).take(SLOTS_TRIED) {
        let opened = match with {
            UnlockWith::Password(password) => slot.open_with_password(password),
            UnlockWith::RecoveryCode(code) => Ok(slot.open_with_recovery_code(code)),
            UnlockWith::VaultKey(_) => Ok(None),
        };
        match opened {
            Ok(Some(key)) if proves(&key) => return Ok(key),
            Ok(Some(key)) => unproved = unproved.or(Some(key)),
            Ok(None) => tried += 1,
            Err(error) => refused = refused.or(slot.info().kdf.map(|kdf| error.of_unlock(kdf))),
        }
    }
    match (unproved, refused) {
        (Some(key), _) => Ok(key),
        // What could not be tried may have been the right one: then nobody can say that the password is wrong.
        (None, Some(refused)) if tried == 0 || matches!(refused, UnlockError::NoMemory { .. }) => {
            Err(refused)
        }
        (None, None) if tried == 0 => Err(UnlockError::NoSuchSlot),
        _ => Err(wrong),
    }
}

impl StretchError {
    const fn of_unlock(self, kdf: KdfParams) -> UnlockError {
        match self {
            Self::BeyondCap => UnlockError::KdfBeyondCap { m_kib: kdf.m_kib(), t: kdf.t(), p: kdf.p() },
            Self::NoMemory => UnlockError::NoMemory { m_kib: kdf.m_kib() },
        }
    }
}

/// Both copies of the head, unverified.
pub(crate) fn claimed_heads(store: &Store, vault: VaultId) -> rusqlite::Result<Vec<Head>> {
    let mut heads = Vec::new();
    for sheet in [Sheet::HeadA, Sheet::HeadB] {
        let rows = rows_of(store, sheet, &mut false)?;
        heads.extend(rows.iter().filter_map(|(_, body)| Head::read(body, vault)));
    }
    Ok(heads)
}

/// The slots of both copies, unverified; those that stand in both come first.
fn found_slots(store: &Store, vault: VaultId) -> rusqlite::Result<Vec<Slot>> {
    let read = |sheet| -> rusqlite::Result<Vec<Slot>> {
        Ok(rows_of(store, sheet, &mut false)?
            .iter()
            .filter_map(|(_, body)| Slot::read(body, vault))
            .collect())
    };
    let (a, b) = (read(Sheet::SlotA)?, read(Sheet::SlotB)?);
    let (mut slots, only_a): (Vec<Slot>, Vec<Slot>) = a.into_iter().partition(|slot| b.contains(slot));
    let only_b = b.into_iter().filter(|slot| !slots.contains(slot)).collect::<Vec<_>>();
    slots.extend(only_a.into_iter().chain(only_b));
    Ok(slots)
}

/// Which vault this is: what most bodies of heads and slots say, so that a flipped bit in one of them changes nothing.
fn vault_id(store: &Store) -> rusqlite::Result<Option<VaultId>> {
    use crate::body::Body;
    let mut votes: Vec<(VaultId, usize)> = Vec::new();
    let sheets = [
        (Sheet::HeadA, Body::Head),
        (Sheet::HeadB, Body::Head),
        (Sheet::SlotA, Body::Slot),
        (Sheet::SlotB, Body::Slot),
    ];
    for (sheet, kind) in sheets {
        for (_, body) in rows_of(store, sheet, &mut false)? {
            let Some((_, vault)) = kind.read(&body) else { continue };
            match votes.iter_mut().find(|(known, _)| *known == vault) {
                Some((_, count)) => *count += 1,
                None => votes.push((vault, 1)),
            }
        }
    }
    Ok(votes.into_iter().max_by_key(|(_, count)| *count).map(|(vault, _)| vault))
}
