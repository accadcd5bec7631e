//! Backups are made: when a person asks, and when they are due.
//!
//! The vault is held only while it is copied and while the result is noted; codes never wait for a folder.

use std::{
    path::PathBuf,
    sync::{TryLockError, Weak},
    thread,
    time::Duration,
};

use tessera_transfer::backup::{
    Backup, BackupIdentity, Made, Patience, Recipient, Standing, create_for, list_within, own_identity,
};
use tessera_vault::{BackupSchedule, BackupTarget, BackupWay, LastBackup, RecordId, Vault, VaultError};
use zeroize::Zeroizing;

use super::{COST, Failed, Seen, failures::target_gone};
use crate::{
    clock,
    dto::{ErrorCode, Failure},
    shell::{Notice, Shell, held},
};

const TICK: Duration = Duration::from_secs(1);
/// How often the folder of a scheduled target is looked into.
const LOOK: Duration = Duration::from_hours(24);

/// Makes what is due until the shell is gone. A thread of its own: a folder may take a minute to answer.
pub(crate) fn start(shell: Weak<Shell>) {
    thread::spawn(move || {
        while let Some(shell) = shell.upgrade() {
            tick(&shell);
            drop(shell);
            clock::wait(TICK);
        }
    });
}

/// What the vault holds, taken out of it for a moment.
struct Held {
    backup: Backup,
    mac_key: Zeroizing<[u8; 32]>,
}

impl Held {
    fn of(vault: &Vault, now: u64) -> Self {
        Self { backup: Backup::of(vault, now), mac_key: Zeroizing::new(*vault.backup_mac_key()) }
    }

    fn digest(&self) -> Result<[u8; 32], Failure> {
        self.backup
            .digest(&self.mac_key)
            .map_err(|_| Failure::new(ErrorCode::BackupFailed, "The vault is too large for a backup."))
    }
}

/// One look. What fails is noted with its target, and shown there.
pub(super) fn tick(shell: &Shell) {
    let epoch = shell.backups.epoch();
    let known = held(&shell.backups.watched).seen.as_ref().map(|seen| seen.generation);
    let found = shell.with_vault(|open| {
        let targets: Vec<_> = open.vault.backup_targets().map(|(id, target)| (id, target.clone())).collect();
        let generation = open.vault.generation();
        let news = !targets.is_empty() && known != Some(generation);
        let held = news.then(|| Held::of(&open.vault, shell.clock.unix()));
        Ok((targets, generation, held))
    });
    let Ok((targets, generation, held_now)) = found else { return };
    if let Some(Ok(digest)) = held_now.map(|held| held.digest()) {
        see(shell, generation, digest, epoch);
    }
    for (id, target) in targets {
        if target.schedule == BackupSchedule::ByHand {
            continue;
        }
        look_into_folder(shell, id, &target, epoch);
        make_if_due(shell, id, epoch);
    }
}

/// Not while another one is made: what is due then is due at the next look too.
fn make_if_due(shell: &Shell, id: RecordId, epoch: u64) {
    let _turn = match shell.backups.turn.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return,
    };
    // Read again: one may have been made since.
    let target = shell.with_vault(|open| Ok(open.vault.backup_target(id).cloned()));
    if let Ok(Some(target)) = target
        && is_due(shell, id, &target)
        && shell.backups.epoch() == epoch
    {
        // Told by its card.
        let _ = make_in_turn(shell, id);
    }
}

fn see(shell: &Shell, generation: u64, digest: [u8; 32], epoch: u64) {
    let now = shell.clock.steady();
    let mut watched = held(&shell.backups.watched);
    if shell.backups.epoch() != epoch {
        return;
    }
    let same = watched.seen.as_ref().filter(|seen| seen.digest == digest).map(|seen| seen.changed);
    let news = same.is_none();
    watched.seen = Some(Seen { generation, digest, changed: same.unwrap_or(now) });
    drop(watched);
    if news {
        shell.tell(Notice::Backups);
    }
}

/// Whether the folder and the newest backup are there is looked up once a day: a stick that is gone is told before it is
/// needed, not after.
fn look_into_folder(shell: &Shell, id: RecordId, target: &BackupTarget, epoch: u64) {
    let now = shell.clock.steady();
    {
        let watched = held(&shell.backups.watched);
        let health = watched.targets.get(&id);
        if health.and_then(|health| health.looked).is_some_and(|looked| now.saturating_sub(looked) < LOOK) {
            return;
        }
    }
    let go_on = || shell.backups.epoch() == epoch;
    let patience = Patience { limit: shell.backups.limit, go_on: &go_on };
    let listed = list_within(&PathBuf::from(&target.folder), None, &patience);
    let mut watched = held(&shell.backups.watched);
    if !go_on() {
        return;
    }
    let health = watched.targets.entry(id).or_default();
    health.looked = Some(now);
    let news = match listed {
        Ok(listed) => {
            let is_there = |last: &LastBackup| {
                listed.iter().any(|copy| copy.path.file_name().is_some_and(|name| name == last.file.as_str()))
            };
            health.gone = health.with_unnoted(target).last.as_ref().is_some_and(|last| !is_there(last));
            health.gone
        }
        Err(error) => {
            note_failure(shell, &mut health.failed, error.into());
            true
        }
    };
    drop(watched);
    if news {
        shell.tell(Notice::Backups);
    }
}

fn note_failure(shell: &Shell, place: &mut Option<Failed>, failure: Failure) {
    let times = place.as_ref().map_or(0, |failed| failed.times).saturating_add(1);
    *place = Some(Failed { failure, at: shell.clock.unix(), steady: shell.clock.steady(), times });
}

fn is_due(shell: &Shell, id: RecordId, target: &BackupTarget) -> bool {
    let now = shell.clock.steady();
    let mut watched = held(&shell.backups.watched);
    let Some((digest, changed)) = watched.seen.as_ref().map(|seen| (seen.digest, seen.changed)) else {
        return false;
    };
    let health = watched.targets.entry(id).or_default();
    let target = health.with_unnoted(target);
    let mut standing = Standing {
        target: &target,
        digest,
        gone: health.gone,
        since_change_s: now.saturating_sub(changed).as_secs(),
        since_first_change_s: 0,
        failed: health
            .failed
            .as_ref()
            .map(|failed| (failed.times, now.saturating_sub(failed.steady).as_secs())),
    };
    if standing.is_up_to_date() {
        health.behind = None;
        return false;
    }
    standing.since_first_change_s = now.saturating_sub(*health.behind.get_or_insert(now)).as_secs();
    standing.is_due(shell.clock.unix())
}

/// What a backup is made of, outside of the vault.
pub(super) struct Making {
    target: BackupTarget,
    held: Held,
    own: Option<BackupIdentity>,
    epoch: u64,
}

/// Makes a backup for a target now, and notes how it went.
pub(crate) fn make(shell: &Shell, id: RecordId) -> Result<(), Failure> {
    let _turn = held(&shell.backups.turn);
    make_in_turn(shell, id)
}

/// Shows that one is being made, however it ends.
struct Running<'a>(&'a Shell);

impl<'a> Running<'a> {
    fn of(shell: &'a Shell, id: RecordId) -> Self {
        *held(&shell.backups.running) = Some(id);
        shell.tell(Notice::Backups);
        Self(shell)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *held(&self.0.backups.running) = None;
        self.0.tell(Notice::Backups);
    }
}

/// Whatever fails is noted, so that it is shown, and tried again later and not at once.
fn make_in_turn(shell: &Shell, id: RecordId) -> Result<(), Failure> {
    let _running = Running::of(shell, id);
    let epoch = shell.backups.epoch();
    let went = prepare_and_write(shell, id);
    let mut watched = held(&shell.backups.watched);
    if shell.backups.epoch() != epoch {
        return Err(Failure::new(ErrorCode::Locked, "The vault was locked meanwhile."));
    }
    let health = watched.targets.entry(id).or_default();
    match &went {
        Ok(unnoted) => {
            health.failed = None;
            health.gone = false;
            health.unnoted.clone_from(unnoted);
        }
        Err(failure) if is_of_vault(failure.code) => {}
        Err(failure) => note_failure(shell, &mut health.failed, failure.clone()),
    }
    went.map(|_| ())
}

/// Whether a failure says nothing of the place: there is no open vault, or no such place in it.
fn is_of_vault(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Locked | ErrorCode::MustSetPassword | ErrorCode::BackupTargetGone)
}

/// Makes it and notes it in the vault; gives back what could not be noted because the vault can only be read.
fn prepare_and_write(shell: &Shell, id: RecordId) -> Result<Option<LastBackup>, Failure> {
    let making = prepare(shell, id)?;
    let digest = making.held.digest()?;
    let made = write(shell, &making)?;
    let when = making.held.backup.made;
    drop(making);
    let file = made.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let last = LastBackup { made: when, file, entries: made.entries as u64, digest };
    shell.with_vault(|open| match open.vault.note_backup(id, last.clone()) {
        Ok(()) => Ok(None),
        Err(VaultError::ReadOnly) => Ok(Some(last)),
        Err(VaultError::NotFound) => Err(target_gone()),
        Err(error) => Err(error.into()),
    })
}

/// Copies what is needed out of the vault.
pub(super) fn prepare(shell: &Shell, id: RecordId) -> Result<Making, Failure> {
    shell.with_vault(|open| {
        let target = open.vault.backup_target(id).cloned().ok_or_else(target_gone)?;
        let own = match target.way {
            BackupWay::Passphrase(_) => None,
            BackupWay::Recipients(_) => own_identity(&mut open.vault)?,
        };
        let epoch = shell.backups.epoch();
        Ok(Making { target, held: Held::of(&open.vault, shell.clock.unix()), own, epoch })
    })
}

/// Writes and proves it. Called off when the vault is locked.
pub(super) fn write(shell: &Shell, making: &Making) -> Result<Made, Failure> {
    let go_on = || shell.backups.epoch() == making.epoch;
    let patience = Patience { limit: shell.backups.limit, go_on: &go_on };
    let Held { backup, mac_key } = &making.held;
    Ok(create_for(&making.target, backup, mac_key, making.own.as_ref(), COST, &patience)?)
}

/// Recipients as they stand in a target.
pub(super) fn parse_recipients(texts: &[String]) -> Result<Vec<Recipient>, Failure> {
    let parse = |text: &String| {
        text.parse::<Recipient>()
            .map_err(|error| Failure::new(ErrorCode::BackupRecipients, error.to_string()))
    };
    texts.iter().map(parse).collect()
}
