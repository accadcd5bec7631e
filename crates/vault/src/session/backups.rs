//! Where backups go, and what is noted of them.

use super::Vault;
use crate::backup::{BackupTarget, Drill, LastBackup};
use crate::content::center::Kept;
use crate::{AuditEvent, RecordId, VaultError};

impl Vault {
    /// The targets, in the order of their ids.
    pub fn backup_targets(&self) -> impl Iterator<Item = (RecordId, &BackupTarget)> {
        self.state.kept_records.iter().filter_map(|(id, held)| match &held.value {
            Kept::Target(target) => Some((*id, target)),
            Kept::Center(_) | Kept::Ticket(_) | Kept::Known(_) => None,
        })
    }

    /// One target.
    pub fn backup_target(&self, id: RecordId) -> Option<&BackupTarget> {
        self.backup_targets().find(|(other, _)| *other == id).map(|(_, target)| target)
    }

    /// Keeps a target.
    ///
    /// # Errors
    /// What any change may meet.
    pub fn add_backup_target(&mut self, target: BackupTarget) -> Result<RecordId, VaultError> {
        self.commit(|_, change, rng| {
            let id = RecordId::generate(rng);
            change.put_kept(id, Kept::Target(target));
            change.note(AuditEvent::BackupTargetChanged, None);
            Ok(id)
        })
    }

    /// Changes a target, as the file has it now.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what any change may meet.
    pub fn edit_backup_target(
        &mut self,
        id: RecordId,
        edit: impl FnOnce(&mut BackupTarget),
    ) -> Result<(), VaultError> {
        self.change_target(id, Some(AuditEvent::BackupTargetChanged), edit)
    }

    /// Forgets a target. The backups in its folder stay.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what any change may meet.
    pub fn remove_backup_target(&mut self, id: RecordId) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            match ground.state.kept_records.get(&id).map(|held| &held.value) {
                Some(Kept::Target(_)) => {}
                _ => return Err(VaultError::NotFound),
            }
            change.drop_kept(id);
            change.note(AuditEvent::BackupTargetChanged, None);
            Ok(())
        })
    }

    /// Notes that a backup was made and proved.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when the target is gone, and what any change may meet.
    pub fn note_backup(&mut self, id: RecordId, last: LastBackup) -> Result<(), VaultError> {
        self.change_target(id, Some(AuditEvent::BackedUp), |target| target.last = Some(last))
    }

    /// Notes how a drill went: what it found, or that it opened nothing at this time (Unix seconds).
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when the target is gone, and what any change may meet.
    pub fn note_drill(&mut self, id: RecordId, went: Result<Drill, u64>) -> Result<(), VaultError> {
        self.change_target(id, Some(AuditEvent::BackupDrilled), |target| match went {
            Ok(drill) => {
                target.drill = Some(drill);
                target.drill_failed = None;
                target.drill_after = None;
            }
            Err(at) => target.drill_failed = Some(at),
        })
    }

    /// A drill is not asked for before that time, Unix seconds.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when the target is gone, and what any change may meet.
    pub fn put_off_drill(&mut self, id: RecordId, until: u64) -> Result<(), VaultError> {
        self.change_target(id, None, |target| target.drill_after = Some(until))
    }

    fn change_target(
        &mut self,
        id: RecordId,
        event: Option<AuditEvent>,
        edit: impl FnOnce(&mut BackupTarget),
    ) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let Some(Kept::Target(old)) = ground.state.kept_records.get(&id).map(|held| &held.value) else {
                return Err(VaultError::NotFound);
            };
            let mut target = old.clone();
            edit(&mut target);
            if target != *old {
                change.put_kept(id, Kept::Target(target));
                if let Some(event) = event {
                    change.note(event, None);
                }
            }
            Ok(())
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::testing::{Scene, password, weak};
    use crate::{
        AuditEvent, BackupSchedule, BackupTarget, BackupWay, Drill, DrillProof, KeptSecret, LastBackup,
        VaultError,
    };

    fn target(folder: &str) -> BackupTarget {
        BackupTarget {
            folder: folder.into(),
            keep: 3,
            schedule: BackupSchedule::OnChange,
            way: BackupWay::Passphrase(KeptSecret::new("kept-passphrase")),
            added: 1,
            last: None,
            drill: None,
            drill_failed: None,
            drill_after: None,
        }
    }

    #[test]
    fn targets_are_kept_noted_and_forgotten_and_each_step_is_in_the_log() {
        let (scene, mut vault) = Scene::with(2);
        let one = vault.add_backup_target(target("/one")).unwrap();
        let two = vault.add_backup_target(target("/two")).unwrap();
        let last = LastBackup { made: 5, file: "x.age".into(), entries: 2, digest: [1; 32] };
        vault.note_backup(one, last.clone()).unwrap();
        vault.note_drill(one, Err(6)).unwrap();
        assert_eq!(vault.backup_target(one).unwrap().drill_failed, Some(6));
        vault.put_off_drill(one, 9).unwrap();
        let drill = Drill { at: 7, made: 5, proof: DrillProof::Passphrase, missing: 0, changed: 0 };
        vault.note_drill(one, Ok(drill)).unwrap();
        vault.edit_backup_target(one, |target| target.keep = 9).unwrap();
        vault.remove_backup_target(two).unwrap();
        drop(vault);

        let mut vault = scene.open();
        let expected = BackupTarget { keep: 9, last: Some(last), drill: Some(drill), ..target("/one") };
        assert_eq!(vault.backup_targets().collect::<Vec<_>>(), [(one, &expected)]);
        assert!(vault.check().unwrap().is_clean());
        assert!(matches!(vault.remove_backup_target(two), Err(VaultError::NotFound)));
        assert!(matches!(vault.put_off_drill(two, 1), Err(VaultError::NotFound)));
        let count = |event| {
            let log = vault.audit_log(100).unwrap();
            log.iter().filter(|record| record.event == event).count()
        };
        assert_eq!(count(AuditEvent::BackupTargetChanged), 4);
        assert_eq!(count(AuditEvent::BackedUp), 1);
        assert_eq!(count(AuditEvent::BackupDrilled), 2);
    }

    #[test]
    fn a_kept_passphrase_is_not_readable_in_the_file_and_stays_through_rekeying() {
        let (scene, mut vault) = Scene::with(1);
        let id = vault.add_backup_target(target("/media/stick")).unwrap();
        vault.change_password(&password(), weak(), true).unwrap();
        assert_eq!(vault.backup_target(id), Some(&target("/media/stick")));
        drop(vault);
        let bytes = std::fs::read(&scene.path).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"kept-p" || window == b"/media"));
    }
}
