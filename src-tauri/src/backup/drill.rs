//! The drill: the newest backup of a target is opened as after a loss, and compared with the vault.

use std::path::PathBuf;

use tessera_transfer::backup::{DRILL_PUT_OFF_S, Patience, list_within, read_within};
use tessera_vault::{BackupWay, Drill, DrillProof, RecordId, VaultError};

use super::{
    failures::target_gone,
    restore::{Key, Opened},
    rows,
};
use crate::{
    dto::{DrillReport, ErrorCode, Failure, RestoreKind, Task},
    shell::{Notice, Shell},
};

impl Shell {
    /// Opens the newest backup of a target with what a person gave, and notes what a restore would miss.
    pub(crate) fn drill(&self, id: RecordId, key: Key) -> Result<DrillReport, Failure> {
        let proof = match &key {
            Key::Passphrase(_) => DrillProof::Passphrase,
            Key::File(_) => DrillProof::KeyFile,
            Key::Own => DrillProof::OwnKey,
        };
        let (folder, vault) = self.with_vault(|open| {
            let target = open.vault.backup_target(id).ok_or_else(target_gone)?;
            // The kept passphrase proves nothing: what counts is the one that a person still has.
            if proof == DrillProof::OwnKey && matches!(target.way, BackupWay::Passphrase(_)) {
                return Err(Failure::field("passphrase", "The passphrase is missing."));
            }
            Ok((PathBuf::from(&target.folder), open.vault.id()))
        })?;
        let epoch = self.backups.epoch();
        let go_on = || self.backups.epoch() == epoch;
        let patience = Patience { limit: self.backups.limit, go_on: &go_on };
        // A folder that cannot be reached says nothing of the backups in it: that is its card's to tell.
        let newest = list_within(&folder, Some(vault), &patience)?.into_iter().next();
        self.tell_progress(Task::Deriving);
        let opened = newest
            .ok_or_else(|| {
                Failure::new(ErrorCode::BackupNone, "There is no backup of this vault in the folder.")
            })
            .and_then(|newest| {
                let sealed = read_within(&newest.path, &patience)?;
                let name = newest.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Ok((name, Opened::open(&sealed, key, self.own_backup_key())?))
            });
        let (name, opened) = match opened {
            Ok(opened) => opened,
            Err(failure) => {
                if tells_of_backup(failure.code) {
                    self.note_drill(id, Err(self.clock.unix()))?;
                }
                return Err(failure);
            }
        };
        let preview = self.with_vault(|open| Ok(opened.preview(&name, Some(&open.vault))))?;
        let count = |kind| preview.rows.iter().filter(|row| row.kind == kind).count() as u64;
        self.note_drill(
            id,
            Ok(Drill {
                at: self.clock.unix(),
                made: opened.backup.made,
                proof,
                missing: count(RestoreKind::Missing),
                changed: count(RestoreKind::Changed),
            }),
        )?;
        Ok(DrillReport { preview, proof: rows::proof(proof) })
    }

    /// It is asked for again in some days.
    pub(crate) fn put_off_drill(&self, id: RecordId) -> Result<(), Failure> {
        let until = self.clock.unix() + DRILL_PUT_OFF_S;
        self.with_vault(|open| open.vault.put_off_drill(id, until).map_err(rows::of_target))
    }

    fn note_drill(&self, id: RecordId, went: Result<Drill, u64>) -> Result<(), Failure> {
        self.with_vault(|open| match open.vault.note_drill(id, went) {
            // Shown, and not kept: the vault can only be read here.
            Ok(()) | Err(VaultError::ReadOnly) => Ok(()),
            Err(error) => Err(rows::of_target(error)),
        })?;
        self.tell(Notice::Backups);
        Ok(())
    }
}

/// Whether a failure says that the backup would not help, rather than that it was not looked at.
fn tells_of_backup(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::BackupNone
            | ErrorCode::BackupWrongPassphrase
            | ErrorCode::BackupOtherKeys
            | ErrorCode::BackupNeedsPassphrase
            | ErrorCode::BackupDamaged
            | ErrorCode::NotABackup
    )
}
