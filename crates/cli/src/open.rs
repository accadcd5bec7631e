//! From a path to an unlocked vault, and every way in which that can fail, in words.
#![allow(
    clippy::needless_pass_by_value,
    reason = "the mappings are what map_err takes, and an error is used up by them"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use directories::BaseDirs;
use tessera_vault::{
    CreateError, Host, LockedVault, OpenError, Password, RecoveryCode, SalvageError, UnlockError, UnlockWith,
    Vault, VaultError, Warning,
};

use crate::clock;
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::password;
use crate::text::safe;

/// Our folder within the data and state folders; the desktop app uses the same.
const FOLDER: &str = "tessera";
/// The vault's name in the data folder.
const FILE: &str = "vault.tessera";
/// The state folder within a portable program's folder.
const STATE: &str = "state";
/// How often a person may type the password in one call.
const TRIES: u32 = 3;

/// The vault that is meant: `--vault`, `TESSERA_VAULT`, the one in the folder beside a portable program, or the one in the data folder.
pub(crate) fn path(context: &Context) -> Result<PathBuf, Failure> {
    match &context.global.vault {
        Some(path) => Ok(path.clone()),
        None => default_path(),
    }
}

/// The folder beside this program that holds everything, if there is one.
fn portable() -> Option<PathBuf> {
    tessera_vault::portable_folder(&std::env::current_exe().ok()?)
}

/// Where the vault lies if nobody says otherwise.
pub(crate) fn default_path() -> Result<PathBuf, Failure> {
    if let Some(folder) = portable() {
        return Ok(folder.join(FILE));
    }
    let dirs = BaseDirs::new().ok_or_else(|| {
        Failure::new(
            Code::Usage,
            "You have no home folder here, so --vault PATH must say where the vault is.",
        )
    })?;
    Ok(dirs.data_dir().join(FOLDER).join(FILE))
}

/// Where this device remembers what it saw of each vault.
pub(crate) fn state_dir() -> Option<PathBuf> {
    if let Some(folder) = portable() {
        return Some(folder.join(STATE));
    }
    let dirs = BaseDirs::new()?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join(FOLDER))
}

/// The machine's clocks, randomness and state folder.
#[allow(clippy::disallowed_types, reason = "the command line's door to randomness")]
pub(crate) fn host() -> Host {
    // A machine without randomness cannot be used safely: stopping is right.
    let rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    let host = Host::new(Arc::new(clock::unix_now), Box::new(rng)).with_monotonic(Arc::new(clock::monotonic));
    match state_dir() {
        Some(folder) => host.with_state_dir(folder),
        None => host,
    }
}

/// The vault, unlocked with its password.
pub(crate) fn unlock(context: &Context) -> Result<Vault, Failure> {
    unlock_keeping_password(context).map(|(vault, _)| vault)
}

/// The same, with the password that opened it, for commands that need it again.
pub(crate) fn unlock_keeping_password(context: &Context) -> Result<(Vault, Password), Failure> {
    let path = path(context)?;
    let mut tries = 0;
    loop {
        // Opened anew for each try: another program may have failed, or changed the password, meanwhile.
        let locked = locked(&path)?;
        let given = password::present(context, "Password: ")?;
        tries += 1;
        let may_retry = tries < TRIES && context.global.password_file.is_none() && context.input.has_person();
        match with_delay(context, &locked, &UnlockWith::Password(&given)) {
            Ok(vault) => {
                tell_warnings(context, &vault);
                return Ok((vault, given));
            }
            Err(UnlockError::WrongPassword) if may_retry => context.out.say("The password is wrong."),
            Err(error) => return Err(unlock_failure(error)),
        }
    }
}

/// The vault, unlocked with a recovery code.
pub(crate) fn unlock_with_code(context: &Context, code: &RecoveryCode) -> Result<Vault, Failure> {
    let locked = locked(&path(context)?)?;
    let vault = with_delay(context, &locked, &UnlockWith::RecoveryCode(code)).map_err(unlock_failure)?;
    tell_warnings(context, &vault);
    Ok(vault)
}

/// Recognizes the file.
pub(crate) fn locked(path: &Path) -> Result<LockedVault, Failure> {
    LockedVault::open(path).map_err(|error| open_failure(path, error))
}

/// Waits as long as the failed tries before ask for, and says so; then tries.
pub(crate) fn with_delay(
    context: &Context,
    locked: &LockedVault,
    with: &UnlockWith<'_>,
) -> Result<Vault, UnlockError> {
    let delay = locked.delay();
    if !delay.is_zero() {
        context.out.note(&format!(
            "Waiting {} s, because of {} failed tries to unlock this vault.",
            delay.as_secs_f32().ceil(),
            locked.failed_unlocks()
        ));
        clock::wait(delay);
    }
    locked.unlock(with, host())
}

/// What the person should know about the vault just opened.
pub(crate) fn tell_warnings(context: &Context, vault: &Vault) {
    for warning in vault.warnings() {
        context.out.warning(&warning_words(warning));
    }
}

/// A warning, what it means, and what to do.
pub(crate) fn warning_words(warning: &Warning) -> String {
    match warning {
        Warning::RolledBack { seen, found } => format!(
            "This file is older than the vault last seen on this device (change {found}, seen {seen}): an older copy was put in its place. `tessera merge` brings in what another copy holds; `tessera settle --newest` goes on with this one."
        ),
        Warning::Fork { seen, found } => format!(
            "This file and the copy last seen on this device were changed apart from each other (change {found}, seen {seen}). `tessera merge OTHER` brings them together; `tessera settle --newest` goes on with this one."
        ),
        Warning::WeakKdf(params) => format!(
            "The password is protected by a key derivation weaker than today's least ({} MiB, {} passes, {} lanes). `tessera passwd` renews it.",
            params.m_kib() / 1024,
            params.t(),
            params.p()
        ),
        Warning::DamagedCopy { table } => {
            format!("One of the two copies of the vault's administration ({table}) is damaged; the next change repairs it.")
        }
        Warning::QuarantinedRecords(count) => {
            format!("{count} records of the vault failed their check and are set aside. `tessera settle` shows them.")
        }
        Warning::ManifestFailed => "The vault's list of records fails its check: someone without the key may have changed the file. It is only read until you accept what is there: `tessera settle` shows it, `tessera settle --manifest` accepts it.".to_owned(),
        Warning::SlotsFailed => "Neither copy of the vault's key slots is the one it should be. It is only read until `tessera settle --manifest` accepts them.".to_owned(),
        Warning::DamagedFile => "The vault file is damaged and is only read. `tessera salvage` brings what is left into a new one.".to_owned(),
        Warning::ReadOnly => "The vault can only be read here: its file or folder is write-protected.".to_owned(),
        Warning::FailedUnlocks(count) => format!("Failed tries to unlock this vault since it was last open: {count}. `tessera log` shows when."),
        Warning::SealedDropped => "Some notes of failed tries to unlock could not be kept.".to_owned(),
        Warning::RekeyDue => "So much was written under this vault's key that it should be renewed: `tessera passwd --rekey`.".to_owned(),
        Warning::SeenNotKept => "This device's memory of the vault could not be written: an older copy put in its place might not be noticed.".to_owned(),
        Warning::NotCompacted => "The vault has its new key, but the file could not be compacted; old ciphertext may remain in it.".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Why a file was not taken for a vault.
pub(crate) fn open_failure(path: &Path, error: OpenError) -> Failure {
    let code = match &error {
        OpenError::NotFound => Code::NoVault,
        OpenError::NotAVault | OpenError::ForeignFile { .. } => Code::NotAVault,
        OpenError::NewerFormat { .. } => Code::NewerFormat,
        OpenError::Truncated { .. } | OpenError::Damaged(_) => Code::Damaged,
        OpenError::Busy => Code::Busy,
        OpenError::Permission(_) => Code::Permission,
        OpenError::NoRoom => Code::NoRoom,
        _ => Code::Failed,
    };
    let failure = said_of(path, code, &error);
    match code {
        Code::NoVault => {
            failure.with_advice("`tessera init` makes one; --vault or TESSERA_VAULT names another place.")
        }
        Code::Damaged => failure.with_advice(SALVAGE),
        Code::NewerFormat => failure.with_advice("Update Tessera to open it; nothing was changed."),
        Code::Busy => failure.with_advice("Try again in a moment."),
        _ => failure,
    }
}

const SALVAGE: &str = "A backup is the best way back; `tessera salvage --into NEW` reads what is left.";

/// Why a vault did not open.
pub(crate) fn unlock_failure(error: UnlockError) -> Failure {
    let code = match &error {
        UnlockError::WrongPassword => Code::WrongPassword,
        UnlockError::WrongRecoveryCode => Code::WrongRecovery,
        UnlockError::KdfBeyondCap { .. } => Code::KdfBeyondCap,
        UnlockError::Damaged(_) => Code::Damaged,
        UnlockError::Busy => Code::Busy,
        UnlockError::NoRoom => Code::NoRoom,
        _ => Code::Failed,
    };
    let failure = Failure::from_error(code, &error);
    match code {
        Code::WrongPassword => failure
            .with_advice("Nothing was changed; `tessera recovery-code use` gets in with the recovery code."),
        Code::Damaged => failure.with_advice(SALVAGE),
        Code::Busy => failure.with_advice("Try again in a moment."),
        _ => failure,
    }
}

/// Why no vault was made.
pub(crate) fn create_failure(path: &Path, error: CreateError) -> Failure {
    let code = match &error {
        CreateError::Exists => Code::VaultExists,
        CreateError::Permission(_) => Code::Permission,
        CreateError::NoRoom => Code::NoRoom,
        CreateError::EmptyPassword => Code::BadInput,
        _ => Code::Failed,
    };
    said_of(path, code, &error)
}

/// Why something was not done with an open vault.
pub(crate) fn vault_failure(error: VaultError) -> Failure {
    let code = match &error {
        VaultError::ReadOnly => Code::ReadOnly,
        VaultError::Busy => Code::Busy,
        VaultError::NoRoom => Code::NoRoom,
        VaultError::Damaged(_) => Code::Damaged,
        VaultError::NotFound => Code::NotFound,
        VaultError::WrongPassword => Code::WrongPassword,
        VaultError::KdfBeyondCap { .. } => Code::KdfBeyondCap,
        VaultError::Code(tessera_otp::CodeError::PinNeeded(_)) => Code::PinNeeded,
        VaultError::BadEntry(_) | VaultError::EmptyPassword | VaultError::TooLarge { .. } => Code::BadInput,
        _ => Code::Failed,
    };
    let failure = Failure::from_error(code, &error);
    match &error {
        VaultError::ReadOnly => failure.with_advice("Nothing was changed; `tessera check` tells more."),
        VaultError::Busy => failure.with_advice("Nothing was changed; try again in a moment."),
        VaultError::Quarantined(_) => failure.with_advice("`tessera settle` shows them."),
        VaultError::BadEntry(reason) => Failure::from_error(code, reason),
        VaultError::Code(reason) => Failure::from_error(code, reason),
        _ => failure,
    }
}

/// Why nothing was salvaged.
pub(crate) fn salvage_failure(path: &Path, error: SalvageError) -> Failure {
    match error {
        SalvageError::Unlock(error) => unlock_failure(error),
        SalvageError::NotFound => said_of(path, Code::NoVault, &error),
        SalvageError::NothingFound => said_of(path, Code::Damaged, &error),
        _ => said_of(path, Code::Failed, &error),
    }
}

fn said_of(path: &Path, code: Code, error: &dyn Error) -> Failure {
    let mut failure = Failure::from_error(code, error);
    failure.message = format!("{}: {}", safe(&path.display().to_string()), failure.message);
    failure
}
