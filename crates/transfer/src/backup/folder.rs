//! A folder of backups: made, proved, named, and the oldest dropped.
//!
//! What touches the folder runs within a time limit and holds ciphertext only ([`Patience`]).

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::Builder;
use tessera_vault::VaultId;
use zeroize::Zeroizing;

use super::document::{Backup, Origin};
use super::patience::{Patience, Waited};
use super::sealed::{OpenError, OpenWith, SealFor, open, seal};
use crate::input::INPUT_MAX;

/// What the names of backups end in.
const ENDING: &str = ".age";
/// What the names of those that are not proved yet end in.
const UNPROVED: &str = ".part";
/// A file that is not proved after so long was left behind by a program that is gone.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// Where backups of one vault are kept, and how many.
#[derive(Debug, Clone)]
pub struct Target {
    /// The folder; it is not made.
    pub folder: PathBuf,
    /// So many are kept; at least one.
    pub keep: usize,
}

/// A backup that was made, proved and named.
#[derive(Debug)]
pub struct Made {
    /// Its file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many entries it holds.
    pub entries: usize,
    /// Older backups that went.
    pub dropped: Vec<PathBuf>,
    /// Older backups that should have gone and could not.
    pub not_dropped: Vec<PathBuf>,
}

/// A file with a backup's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its file.
    pub path: PathBuf,
    /// The first eight digits of its vault's id.
    pub vault: String,
    /// When it was made, in Unix seconds.
    pub made: u64,
    /// The vault's generation.
    pub generation: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Why there is no new backup. The older ones are still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The folder is not there: unplugged, unmounted, renamed.
    #[error("The backup folder is not there. Is its drive connected?")]
    NoFolder(#[source] io::Error),
    /// The folder may not be written.
    #[error("The backup folder cannot be written. Choose another one, or allow writing to it.")]
    NotWritable(#[source] io::Error),
    /// There is no room.
    #[error("The backup folder's drive is full. Nothing was dropped; make room or choose another folder.")]
    NoRoom(#[source] io::Error),
    /// Anything else that went wrong with files.
    #[error("The backup could not be written.")]
    Io(#[source] io::Error),
    /// The document could not be made or encrypted.
    #[error("The backup could not be made: {0}")]
    NotMade(&'static str),
    /// The folder did not answer: a network drive that sleeps or is gone, a disk that fails.
    #[error("The backup folder did not answer in time. Wake or connect its drive, then try again.")]
    TooSlow,
    /// It was called off. What was written of it has no backup's name.
    #[error("The backup was called off.")]
    Stopped,
    /// What was read back is not what was written. The unproved file was removed.
    #[error(
        "The backup was written and could not be read back as it was: the drive may be failing. The older backups were kept."
    )]
    NotProved(#[source] Option<OpenError>),
}

impl From<Waited> for BackupError {
    fn from(waited: Waited) -> Self {
        match waited {
            Waited::TooLong => Self::TooSlow,
            Waited::Stopped => Self::Stopped,
            Waited::Broken => Self::Io(io::Error::other("its work was broken off")),
        }
    }
}

impl BackupError {
    fn of(error: io::Error) -> Self {
        match error.kind() {
            // A network drive whose server went away is not there either.
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::NotConnected
            | io::ErrorKind::StaleNetworkFileHandle
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => Self::NoFolder(error),
            io::ErrorKind::TimedOut => Self::TooSlow,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::NotWritable(error),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom(error),
            _ => Self::Io(error),
        }
    }
}

/// Makes a backup, reads it back, decrypts it, compares it, gives it its name, and then lets the oldest go.
///
/// `mac_key` is the vault's ([`Vault::backup_mac_key`](tessera_vault::Vault::backup_mac_key)). The folder gets a minute for
/// each step; [`create_within`] takes another limit.
///
/// # Errors
/// One variant of [`BackupError`] a fault. Whatever fails, and whenever the power goes: what has a backup's name was proved,
/// and the older ones are there.
pub fn create(
    backup: &Backup,
    mac_key: &[u8; 32],
    seal_for: SealFor<'_>,
    target: &Target,
) -> Result<Made, BackupError> {
    create_within(backup, mac_key, seal_for, target, &Patience::default())
}

/// The same, with a limit for what the folder may take, and a way to call it off.
///
/// # Errors
/// As [`create`]. After [`BackupError::TooSlow`] and [`BackupError::Stopped`] a thread may still wait for the folder; it holds
/// ciphertext only, and ends when the system gives up.
pub fn create_within(
    backup: &Backup,
    mac_key: &[u8; 32],
    seal_for: SealFor<'_>,
    target: &Target,
    patience: &Patience<'_>,
) -> Result<Made, BackupError> {
    let document = backup.write(mac_key).map_err(|_| BackupError::NotMade("it is too large"))?;
    let sealed = seal(&document, seal_for)
        .ok_or(BackupError::NotMade("no recipient was given, or one that cannot stand beside the others"))?;
    if sealed.len() > INPUT_MAX {
        return Err(BackupError::NotMade("it is larger than what is read back"));
    }
    let sealed = Arc::new(sealed);
    let (target, label) = (target.clone(), NameParts::of(backup));
    let (part, found) = {
        let (sealed, target, label) = (Arc::clone(&sealed), target.clone(), label.clone());
        patience.wait_for(move || write_part(&sealed, &label, &target))??
    };
    prove(&found, &document, mac_key, seal_for)?;
    let entries = backup.entries.len();
    let mut made = patience.wait_for(move || finish(part, &sealed, &label, &target))??;
    made.entries = entries;
    Ok(made)
}

/// Writes the file under a name that is no backup's, and reads it back.
fn write_part(
    sealed: &[u8],
    label: &NameParts,
    target: &Target,
) -> Result<(tempfile::NamedTempFile, Zeroizing<Vec<u8>>), BackupError> {
    // Asked first: a missing folder is told from everything else that can be missing.
    let metadata = fs::metadata(&target.folder).map_err(BackupError::of)?;
    if !metadata.is_dir() {
        return Err(BackupError::NoFolder(io::ErrorKind::NotADirectory.into()));
    }
    let prefix = format!(".{}-", label.stem);
    let mut part = Builder::new()
        .prefix(&prefix)
        .suffix(UNPROVED)
        .tempfile_in(&target.folder)
        .map_err(BackupError::of)?;
    part.write_all(sealed).and_then(|()| part.as_file().sync_all()).map_err(BackupError::of)?;
    let found = read(part.path()).map_err(BackupError::of)?;
    Ok((part, found))
}

/// Decrypts what was read back as its owner would, and compares it byte for byte.
fn prove(
    found: &[u8],
    document: &[u8],
    mac_key: &[u8; 32],
    seal_for: SealFor<'_>,
) -> Result<(), BackupError> {
    let opened = match seal_for {
        SealFor::Passphrase { password, .. } => open(found, OpenWith::Passphrase(password)),
        SealFor::Recipients { own, .. } => open(found, OpenWith::Identities(core::slice::from_ref(own))),
    };
    let opened = opened.map_err(|error| BackupError::NotProved(Some(error)))?;
    let whole = opened.as_slice() == document
        && Backup::origin(&opened, mac_key) == Origin::Own
        && Backup::parse(&opened).is_ok_and(|(_, problems)| problems.is_empty());
    if whole { Ok(()) } else { Err(BackupError::NotProved(None)) }
}

/// Gives a proved file its name, looks at it there, and lets the oldest go.
fn finish(
    part: tempfile::NamedTempFile,
    sealed: &[u8],
    label: &NameParts,
    target: &Target,
) -> Result<Made, BackupError> {
    let path = name_it(part, label, target)?;
    sync_folder(&target.folder);
    // The name is looked at too, before anything older goes: some network drives answer for what they have not stored.
    if read(&path).ok().is_none_or(|found| found.as_slice() != sealed) {
        return Err(BackupError::NotProved(None));
    }
    let mut made =
        Made { path, bytes: sealed.len() as u64, entries: 0, dropped: Vec::new(), not_dropped: Vec::new() };
    drop_oldest(&mut made, label, target);
    Ok(made)
}

/// What the name of a backup says.
#[derive(Debug, Clone)]
struct NameParts {
    vault: VaultId,
    stem: String,
    made: u64,
    generation: u64,
}

impl NameParts {
    fn of(backup: &Backup) -> Self {
        Self {
            vault: backup.vault,
            stem: stem(backup.vault),
            made: backup.made,
            generation: backup.generation,
        }
    }
}

/// The bytes of a file in a folder of backups, within a time limit.
///
/// # Errors
/// [`BackupError::TooSlow`], [`BackupError::Stopped`], and what reading a file may meet.
pub fn read_within(path: &Path, patience: &Patience<'_>) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let path = path.to_owned();
    patience.wait_for(move || read(&path))?.map_err(BackupError::of)
}

/// As [`list`], within a time limit.
///
/// # Errors
/// [`BackupError::TooSlow`], [`BackupError::Stopped`], and those of [`list`].
pub fn list_within(
    folder: &Path,
    vault: Option<VaultId>,
    patience: &Patience<'_>,
) -> Result<Vec<Listed>, BackupError> {
    let folder = folder.to_owned();
    patience.wait_for(move || list(&folder, vault))?
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes =
        Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0).min(INPUT_MAX) + 1));
    file.take(INPUT_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Gives a proved file its name, never over another file.
fn name_it(
    mut part: tempfile::NamedTempFile,
    label: &NameParts,
    target: &Target,
) -> Result<PathBuf, BackupError> {
    for attempt in 0..100_u32 {
        let path = target.folder.join(name(label, attempt));
        match part.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => part = error.file,
            // A file system without hard links, as on most memory sticks: looked at first and then renamed.
            Err(error) if !path.exists() => {
                return error.file.persist(&path).map(|_| path).map_err(|error| BackupError::of(error.error));
            }
            Err(error) => part = error.file,
        }
    }
    Err(BackupError::NotMade("there are a hundred backups of this second"))
}

/// A folder's list of names is data of its own; where it cannot be synced, the system does it in its time.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Lets the oldest go, and what a program that is gone left behind.
fn drop_oldest(made: &mut Made, label: &NameParts, target: &Target) {
    let mut listed = list(&target.folder, Some(label.vault)).unwrap_or_default();
    // The newest first; what was just made stays, whatever the clock said when the others were.
    listed.sort_by_key(|listed| {
        (listed.path != made.path, core::cmp::Reverse((listed.made, listed.generation)))
    });
    for old in listed.into_iter().skip(target.keep.max(1)) {
        match fs::remove_file(&old.path) {
            Ok(()) => made.dropped.push(old.path),
            Err(_) => made.not_dropped.push(old.path),
        }
    }
    let prefix = format!(".{}-", label.stem);
    let now = UNIX_EPOCH + Duration::from_secs(label.made);
    for file in fs::read_dir(&target.folder).into_iter().flatten().flatten() {
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        if name.starts_with(&prefix) && name.ends_with(UNPROVED) {
            let changed = file.metadata().and_then(|metadata| metadata.modified());
            if changed.is_ok_and(|changed| is_left_behind(changed, now)) {
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

fn is_left_behind(changed: SystemTime, now: SystemTime) -> bool {
    now.duration_since(changed).is_ok_and(|since| since > LEFT_BEHIND)
}

/// The backups in a folder, newest first: of one vault, or of all.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path, vault: Option<VaultId>) -> Result<Vec<Listed>, BackupError> {
    let mut found = Vec::new();
    let wanted = vault.map(stem);
    for file in fs::read_dir(folder).map_err(BackupError::of)? {
        let Ok(file) = file else { continue };
        let name = file.file_name();
        let Some(listed) = name.to_str().and_then(|name| Some((name, parse_name(name)?))) else { continue };
        let (name, (id, made, generation)) = listed;
        if wanted.as_ref().is_some_and(|stem| !name.starts_with(stem.as_str())) {
            continue;
        }
        let Ok(metadata) = file.metadata() else { continue };
        if metadata.is_file() {
            found.push(Listed { path: file.path(), vault: id, made, generation, bytes: metadata.len() });
        }
    }
    found.sort_by_key(|listed| core::cmp::Reverse((listed.made, listed.generation, listed.path.clone())));
    Ok(found)
}

/// How the names of a vault's backups begin.
fn stem(vault: VaultId) -> String {
    let id = vault.to_string();
    format!("tessera-{}", id.get(..8).unwrap_or(&id))
}

/// `tessera-0a1b2c3d-20261126T181500Z-42.age`: vault, time and generation; a number more if that name is taken.
fn name(label: &NameParts, attempt: u32) -> String {
    let time = i64::try_from(label.made).ok().and_then(|made| jiff::Timestamp::from_second(made).ok());
    let time = time.unwrap_or(jiff::Timestamp::UNIX_EPOCH).strftime("%Y%m%dT%H%M%SZ");
    let again = if attempt == 0 { String::new() } else { format!("-{}", attempt + 1) };
    format!("{}-{time}-{}{again}{ENDING}", label.stem, label.generation)
}

fn parse_name(name: &str) -> Option<(String, u64, u64)> {
    let rest = name.strip_prefix("tessera-")?.strip_suffix(ENDING)?;
    let mut parts = rest.split('-');
    let (vault, time, generation, again) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some()
        || again.is_some_and(|again| !digits(again))
        || !digits(generation)
        || vault.len() != 8
        || !vault.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", time).ok()?;
    let made = jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?.as_second();
    Some((vault.to_owned(), u64::try_from(made).ok()?, generation.parse().ok()?))
}
