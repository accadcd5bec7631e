//! Targets: as the page sees them, added, changed and forgotten.

use std::path::PathBuf;

use tessera_transfer::backup::{BackupIdentity, Patience, drill_is_due, list_within, retry_after};
use tessera_vault::{self as vault, RecordId, VaultError};
use zeroize::Zeroizing;

use super::{Health, Watched, failures::target_gone, making::parse_recipients};
use crate::{
    dto::{
        BackupCopy, BackupFailed, BackupMade, BackupSchedule, BackupTarget, BackupTargetEdit, BackupWay,
        DrillProof, DrillRow, ErrorCode, Failure,
    },
    shell::{Shell, held},
    strength,
};

/// More backups than anybody looks through.
const KEEP_MOST: u32 = 1000;
/// More places than anybody has.
const TARGETS_MOST: usize = 32;

impl Shell {
    /// The targets, in the order in which they were added.
    pub(crate) fn backup_rows(&self) -> Result<Vec<BackupTarget>, Failure> {
        let running = *held(&self.backups.running);
        let mut rows = self.with_vault(|open| {
            let watched = held(&self.backups.watched);
            let row = |(id, target): (RecordId, &vault::BackupTarget)| {
                (target.added, self.row(id, target, &watched, running))
            };
            Ok(open.vault.backup_targets().map(row).collect::<Vec<_>>())
        })?;
        rows.sort_by(|(a, first), (b, second)| (a, &first.id).cmp(&(b, &second.id)));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn row(
        &self,
        id: RecordId,
        target: &vault::BackupTarget,
        watched: &Watched,
        running: Option<RecordId>,
    ) -> BackupTarget {
        let health = watched.targets.get(&id);
        let with_unnoted = health.map(|health| health.with_unnoted(target));
        let target = with_unnoted.as_ref().unwrap_or(target);
        let digest = watched.seen.as_ref().map(|seen| seen.digest);
        let gone = health.is_some_and(|health| health.gone);
        BackupTarget {
            id: id.to_string(),
            folder: target.folder.clone(),
            keep: target.keep,
            schedule: schedule(target.schedule),
            way: match target.way {
                vault::BackupWay::Passphrase(_) => BackupWay::Passphrase,
                vault::BackupWay::Recipients(_) => BackupWay::Keys,
            },
            recipients: match &target.way {
                vault::BackupWay::Passphrase(_) => Vec::new(),
                vault::BackupWay::Recipients(recipients) => recipients.clone(),
            },
            last: target.last.as_ref().map(|last| BackupMade {
                made: last.made,
                file: last.file.clone(),
                entries: last.entries,
            }),
            up_to_date: digest
                .map(|digest| !gone && target.last.as_ref().is_some_and(|last| last.digest == digest)),
            running: running == Some(id),
            failed: health.and_then(|health| failed(health, target.schedule)),
            drill: target.drill.as_ref().map(drill_row),
            drill_failed: target.drill_failed,
            drill_due: drill_is_due(target, self.clock.unix()),
        }
    }

    /// Adds a place for backups.
    pub(crate) fn add_backup_target(
        &self,
        edit: &BackupTargetEdit,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<RecordId, Failure> {
        let way = self.way(edit, passphrase, None)?;
        self.check_edit(edit, None)?;
        let target = vault::BackupTarget {
            folder: edit.folder.clone(),
            keep: edit.keep,
            schedule: stored_schedule(edit.schedule),
            way,
            added: self.clock.unix(),
            last: None,
            drill: None,
            drill_failed: None,
            drill_after: None,
        };
        self.with_vault(|open| {
            if open.vault.backup_targets().count() >= TARGETS_MOST {
                return Err(Failure::field(
                    "folder",
                    "There are as many places for backups as there may be.",
                ));
            }
            Ok(open.vault.add_backup_target(target)?)
        })
    }

    /// Changes a place for backups. Without a new passphrase the kept one stays.
    pub(crate) fn edit_backup_target(
        &self,
        id: RecordId,
        edit: &BackupTargetEdit,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<(), Failure> {
        let old = self.with_vault(|open| open.vault.backup_target(id).cloned().ok_or_else(target_gone))?;
        let way = self.way(edit, passphrase, Some(&old.way))?;
        self.check_edit(edit, Some(id))?;
        self.with_vault(|open| {
            let changed = open.vault.edit_backup_target(id, |target| {
                // What was proved says nothing of another folder, nor of another way in.
                if target.folder != edit.folder || target.way != way {
                    target.last = None;
                    target.drill = None;
                    target.drill_failed = None;
                    target.drill_after = None;
                    target.added = self.clock.unix();
                }
                target.folder.clone_from(&edit.folder);
                target.keep = edit.keep;
                target.schedule = stored_schedule(edit.schedule);
                target.way = way;
            });
            changed.map_err(of_target)
        })?;
        held(&self.backups.watched).targets.remove(&id);
        Ok(())
    }

    /// Forgets a place for backups; what lies there stays.
    pub(crate) fn remove_backup_target(&self, id: RecordId) -> Result<(), Failure> {
        self.with_vault(|open| open.vault.remove_backup_target(id).map_err(of_target))?;
        held(&self.backups.watched).targets.remove(&id);
        Ok(())
    }

    /// The backups of this vault in the folder of a target, newest first.
    pub(crate) fn backup_copies(&self, id: RecordId) -> Result<Vec<BackupCopy>, Failure> {
        let (folder, vault) = self.with_vault(|open| {
            let target = open.vault.backup_target(id).ok_or_else(target_gone)?;
            Ok((PathBuf::from(&target.folder), open.vault.id()))
        })?;
        let epoch = self.backups.epoch();
        let go_on = || self.backups.epoch() == epoch;
        let patience = Patience { limit: self.backups.limit, go_on: &go_on };
        let copy = |listed: tessera_transfer::backup::Listed| BackupCopy {
            file: listed.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            made: listed.made,
            bytes: listed.bytes,
        };
        Ok(list_within(&folder, Some(vault), &patience)?.into_iter().map(copy).collect())
    }

    fn check_edit(&self, edit: &BackupTargetEdit, id: Option<RecordId>) -> Result<(), Failure> {
        if edit.keep == 0 || edit.keep > KEEP_MOST {
            return Err(Failure::field("keep", "1 to 1000 backups can be kept."));
        }
        self.with_vault(|open| {
            let present = id.and_then(|id| open.vault.backup_target(id));
            let same = present.is_some_and(|target| target.folder == edit.folder);
            if !same && !self.backups.was_picked(&PathBuf::from(&edit.folder)) {
                return Err(Failure::new(
                    ErrorCode::InvalidRequest,
                    "The folder was not chosen in a dialog.",
                ));
            }
            let mut others = open.vault.backup_targets().filter(|(other, _)| Some(*other) != id);
            if others.any(|(_, other)| other.folder == edit.folder) {
                return Err(Failure::new(ErrorCode::BackupFolderTaken, "Backups go there already."));
            }
            Ok(())
        })
    }

    fn way(
        &self,
        edit: &BackupTargetEdit,
        passphrase: Option<Zeroizing<String>>,
        old: Option<&vault::BackupWay>,
    ) -> Result<vault::BackupWay, Failure> {
        match (edit.way, passphrase, old) {
            (BackupWay::Passphrase, Some(mut typed), _) => {
                strength::require(&typed)?;
                Ok(vault::BackupWay::Passphrase(vault::KeptSecret::new(std::mem::take(&mut *typed))))
            }
            (BackupWay::Passphrase, None, Some(kept @ vault::BackupWay::Passphrase(_))) => Ok(kept.clone()),
            (BackupWay::Passphrase, None, _) => Err(Failure::field("passphrase", "A passphrase is missing.")),
            (BackupWay::Keys, _, _) => {
                if edit.recipients.is_empty() {
                    return Err(Failure::new(
                        ErrorCode::BackupRecipients,
                        "At least one public key is needed.",
                    ));
                }
                let own =
                    self.with_vault(|open| Ok(open.vault.backup_identity().and_then(BackupIdentity::parse)))?;
                let own = own.map(|own| own.recipient().to_string());
                let parsed = parse_recipients(&edit.recipients)?;
                let texts: Vec<String> = parsed.iter().map(ToString::to_string).collect();
                if texts.iter().all(|text| Some(text) == own.as_ref()) {
                    return Err(Failure::new(
                        ErrorCode::BackupRecipients,
                        "That is the vault's own key, which is lost together with the vault.",
                    ));
                }
                Ok(vault::BackupWay::Recipients(texts))
            }
        }
    }
}

pub(super) fn of_target(error: VaultError) -> Failure {
    match error {
        VaultError::NotFound => target_gone(),
        other => other.into(),
    }
}

fn failed(health: &Health, schedule: vault::BackupSchedule) -> Option<BackupFailed> {
    let failed = health.failed.as_ref()?;
    let again = (schedule != vault::BackupSchedule::ByHand).then(|| failed.at + retry_after(failed.times));
    Some(BackupFailed { failure: failed.failure.clone(), at: failed.at, again })
}

fn drill_row(drill: &vault::Drill) -> DrillRow {
    DrillRow {
        at: drill.at,
        made: drill.made,
        proof: proof(drill.proof),
        missing: drill.missing,
        changed: drill.changed,
    }
}

pub(super) fn proof(proof: vault::DrillProof) -> DrillProof {
    match proof {
        vault::DrillProof::Passphrase => DrillProof::Passphrase,
        vault::DrillProof::KeyFile => DrillProof::KeyFile,
        vault::DrillProof::OwnKey => DrillProof::OwnKey,
    }
}

fn schedule(schedule: vault::BackupSchedule) -> BackupSchedule {
    match schedule {
        vault::BackupSchedule::ByHand => BackupSchedule::ByHand,
        vault::BackupSchedule::OnChange => BackupSchedule::OnChange,
        vault::BackupSchedule::Daily => BackupSchedule::Daily,
    }
}

fn stored_schedule(schedule: BackupSchedule) -> vault::BackupSchedule {
    match schedule {
        BackupSchedule::ByHand => vault::BackupSchedule::ByHand,
        BackupSchedule::OnChange => vault::BackupSchedule::OnChange,
        BackupSchedule::Daily => vault::BackupSchedule::Daily,
    }
}
