//! Making a vault: whole and private from its first moment, or not at all.

use std::fs;
use std::io;
use std::path::Path;

use crate::change::{Change, Writer};
use crate::hazmat::StretchError;
use crate::head::Head;
use crate::keys::{Keys, VaultKey};
use crate::load::load;
use crate::slot::Slot;
use crate::state::State;
use crate::store::{self, Access, Store};
use crate::{
    AuditEvent, CreateError, Host, KdfParams, Password, RecoveryCode, Settings, UnlockError, Vault,
    VaultError, VaultId,
};

impl Vault {
    /// Makes a vault and opens it. The recovery code is nowhere but in the result: show it, and ask it back.
    ///
    /// The file is written under another name in the same folder, private to its owner, and gets its own name when it is
    /// whole. A file that is there already is never overwritten; when something fails, nothing is left behind.
    ///
    /// # Errors
    /// Each [`CreateError`].
    pub fn create(
        path: &Path,
        password: &Password,
        kdf: KdfParams,
        mut host: Host,
    ) -> Result<(Self, RecoveryCode), CreateError> {
        if password.is_empty() {
            return Err(CreateError::EmptyPassword);
        }
        // Asked early, so that nobody waits for a key in vain; what counts is asked again when the file gets its name.
        if fs::symlink_metadata(path).is_ok() {
            return Err(CreateError::Exists);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let unfinished = tempfile::Builder::new().prefix(".tessera-").suffix(".new").tempfile_in(folder);
        // Closed before SQLite opens it: closing it later would drop SQLite's locks (see `store`).
        let unfinished = unfinished.map_err(CreateError::from)?.into_temp_path();
        let vault = VaultId::generate(host.rng.as_mut());
        let (keys, recovery_code) = fill(&unfinished, vault, password, kdf, &mut host)?;
        unfinished.persist_noclobber(path).map_err(|error| CreateError::from(error.error))?;
        let opened = open_new(path, vault, keys, host);
        if opened.is_err() {
            // The file is ours and nobody was told its password.
            let _ = fs::remove_file(path);
        }
        Ok((opened?, recovery_code))
    }
}

/// Writes everything that a new vault holds.
fn fill(
    path: &Path,
    vault: VaultId,
    password: &Password,
    kdf: KdfParams,
    host: &mut Host,
) -> Result<(Keys, RecoveryCode), CreateError> {
    let now = host.now();
    let rng = host.rng.as_mut();
    let keys = Keys::derive(&VaultKey::generate(rng), vault);
    let recovery_code = RecoveryCode::generate(rng);
    let by_password =
        Slot::for_password(password, kdf, keys.vault_key(), vault, rng).map_err(|error| match error {
            StretchError::NoMemory | StretchError::BeyondCap => CreateError::NoMemory { m_kib: kdf.m_kib() },
        })?;
    let by_code = Slot::for_recovery_code(&recovery_code, keys.vault_key(), vault, rng);
    let mut change = Change::default();
    change.rebuild_on(Head::before_first(vault));
    change.set_slots(vec![by_password, by_code]);
    change.put_settings(Settings::default());
    change.note(AuditEvent::Created, None);
    let mut failed = None;
    let created = store::create(path, |store| {
        let state = State::empty(vault);
        let written = Writer { store, keys: &keys, state: &state, rng, now }.write(change);
        if let Err(error) = written {
            failed = Some(error);
            return Err(rusqlite::Error::ExecuteReturnedResults);
        }
        Ok(())
    });
    match (failed, created) {
        (Some(error), _) => Err(CreateError::from(error)),
        (None, Err(error)) => Err(CreateError::from(VaultError::from(error))),
        (None, Ok(())) => Ok((keys, recovery_code)),
    }
}

/// Reads back what was written, with everything verified as at any unlocking.
fn open_new(path: &Path, vault: VaultId, keys: Keys, host: Host) -> Result<Vault, CreateError> {
    let store = Store::open(path, Access::Write).map_err(|error| CreateError::Io(error.into()))?;
    let state = {
        let _reading = store.begin_reading().map_err(VaultError::from)?;
        load(&store, &keys, vault).map_err(VaultError::from)?
    };
    if !state.manifest_whole() || !state.quarantine.is_empty() || state.damaged_file {
        return Err(CreateError::Io("the vault does not read back as it was written".into()));
    }
    Vault::start(store, keys, state, host, None).map_err(|error| match error {
        UnlockError::NoRoom => CreateError::NoRoom,
        other => CreateError::Io(other.into()),
    })
}

impl From<io::Error> for CreateError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoFolder,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission(error.into())
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom,
            _ => Self::Io(error.into()),
        }
    }
}

impl From<VaultError> for CreateError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoRoom => Self::NoRoom,
            VaultError::ReadOnly => Self::Permission(error.into()),
            other => Self::Io(other.into()),
        }
    }
}
