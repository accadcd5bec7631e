//! A backup is chosen, opened, compared and brought back: into the open vault or into a new one.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use tessera_transfer::{
    INPUT_MAX, Password, Problem,
    backup::{
        self, Backup, BackupIdentity, OpenError, OpenWith, Origin, Patience, differences, entries_of,
        in_vault_elsewhere,
    },
};
use tessera_vault::{EntryId, MergeChoice, MergeItem, MergeKind, RecordId, Take, Vault};
use zeroize::Zeroizing;

use super::failures::target_gone;
use crate::{
    convert,
    dto::{
        ErrorCode, Failure, RecoveryShown, RestoreDone, RestoreFile, RestoreKind, RestoreNeeds,
        RestorePreview, RestoreRow, Task,
    },
    shell::{Shell, held},
};

/// Far more than a file of keys ever holds.
const KEY_FILE_MAX: u64 = 64 * 1024;

/// A backup that a person chose.
pub(super) struct Restoring {
    name: String,
    sealed: Zeroizing<Vec<u8>>,
    opened: Option<Opened>,
}

/// What was in a backup.
pub(super) struct Opened {
    pub(super) backup: Backup,
    pub(super) problems: Vec<Problem>,
    pub(super) document: Zeroizing<Vec<u8>>,
}

/// What a person gives to open it.
pub(crate) enum Key {
    /// A typed passphrase.
    Passphrase(Zeroizing<String>),
    /// A file of age keys.
    File(PathBuf),
    /// What the open vault keeps.
    Own,
}

impl Opened {
    /// Decrypts and reads a backup.
    pub(super) fn open(sealed: &[u8], key: Key, own: Option<BackupIdentity>) -> Result<Self, Failure> {
        let document = match key {
            Key::Passphrase(mut typed) => {
                let password = Password::new(std::mem::take(&mut *typed));
                backup::open(sealed, OpenWith::Passphrase(&password))
            }
            Key::File(path) => backup::open(sealed, OpenWith::Identities(&read_keys(&path)?)),
            Key::Own => {
                let own: Vec<BackupIdentity> = own.into_iter().collect();
                backup::open(sealed, OpenWith::Identities(&own))
            }
        }?;
        let (backup, problems) = Backup::parse(&document)
            .map_err(|reason| Failure::new(ErrorCode::NotABackup, reason.to_string()))?;
        Ok(Self { backup, problems, document })
    }

    /// What it holds beside what the vault holds.
    pub(super) fn preview(&self, name: &str, vault: Option<&Vault>) -> RestorePreview {
        let items = vault.map(|vault| differences(vault, &self.backup)).unwrap_or_default();
        let known = vault.map(|vault| in_vault_elsewhere(vault, &self.backup, &items)).unwrap_or_default();
        RestorePreview {
            name: name.to_owned(),
            made: self.backup.made,
            entries: convert::small(self.backup.entries.len()),
            own: vault.map(|vault| Backup::origin(&self.document, vault.backup_mac_key()) == Origin::Own),
            problems: self
                .problems
                .iter()
                .map(|problem| format!("{}: {}", problem.place, problem.reason))
                .collect(),
            rows: items.iter().map(|item| row(item, known.contains(&item.id))).collect(),
        }
    }
}

fn row(item: &MergeItem, already_there: bool) -> RestoreRow {
    let entry = item.theirs.as_ref().or(item.ours.as_ref());
    let kind = match item.kind {
        MergeKind::OnlyTheirs => RestoreKind::Added,
        MergeKind::Differs => RestoreKind::Changed,
        MergeKind::OnlyOurs => RestoreKind::Missing,
    };
    RestoreRow {
        id: convert::id(item.id),
        kind,
        issuer: entry.map(|entry| entry.credential.issuer.clone()).unwrap_or_default(),
        account: entry.map(|entry| entry.credential.account.clone()).unwrap_or_default(),
        in_trash: entry.is_some_and(|entry| entry.deleted.is_some()),
        ours: item.ours.as_ref().map(|entry| entry.modified),
        theirs: item.theirs.as_ref().map(|entry| entry.modified),
        already_there,
        proposed: kind != RestoreKind::Missing && item.proposed == Take::Theirs && !already_there,
    }
}

fn read_keys(path: &Path) -> Result<Vec<BackupIdentity>, Failure> {
    let bad = |why: &str| Failure::new(ErrorCode::BackupKeyFile, why);
    if fs::metadata(path).map_err(|error| bad(&error.to_string()))?.len() > KEY_FILE_MAX {
        return Err(bad("The file is too large to be a file of keys."));
    }
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|error| bad(&error.to_string()))?;
    BackupIdentity::parse_file(&text).ok_or_else(|| bad("There is no secret key of age in it."))
}

fn none_chosen() -> Failure {
    Failure::new(ErrorCode::InvalidRequest, "No backup is open: choose one first.")
}

impl Shell {
    /// The open vault's own key for backups, if a vault is open and has one.
    pub(super) fn own_backup_key(&self) -> Option<BackupIdentity> {
        self.with_vault(|open| Ok(open.vault.backup_identity().and_then(BackupIdentity::parse)))
            .ok()
            .flatten()
    }

    /// A person chose a file: it is read and says what opens it.
    pub(crate) fn choose_backup(&self, path: &Path) -> Result<RestoreFile, Failure> {
        let epoch = self.backups.epoch();
        let go_on = || self.backups.epoch() == epoch;
        let patience = Patience { limit: self.backups.limit, go_on: &go_on };
        let sealed = backup::read_within(path, &patience)?;
        if sealed.len() > INPUT_MAX {
            return Err(OpenError::TooLarge.into());
        }
        let own: Vec<BackupIdentity> = self.own_backup_key().into_iter().collect();
        let needs = match backup::open(&sealed, OpenWith::Identities(&own)) {
            Ok(_) => RestoreNeeds::Nothing,
            Err(OpenError::NeedsPassphrase) => RestoreNeeds::Passphrase,
            Err(OpenError::OtherKeys) => RestoreNeeds::KeyFile,
            Err(error) => return Err(error.into()),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        *held(&self.backups.restoring) = Some(Restoring { name: name.clone(), sealed, opened: None });
        Ok(RestoreFile { name, needs })
    }

    /// One of the backups in the folder of a target, by its name.
    pub(crate) fn choose_copy(&self, id: RecordId, file: &str) -> Result<RestoreFile, Failure> {
        let folder = self.with_vault(|open| {
            open.vault.backup_target(id).map(|target| PathBuf::from(&target.folder)).ok_or_else(target_gone)
        })?;
        // Only what is listed there, so that the name is no way to other files.
        if !self.backup_copies(id)?.iter().any(|copy| copy.file == file) {
            return Err(Failure::new(ErrorCode::BackupNone, "That backup is not there any more."));
        }
        self.choose_backup(&folder.join(file))
    }

    /// Opens the chosen backup and compares it with the open vault, if there is one.
    pub(crate) fn open_backup(&self, key: Key) -> Result<RestorePreview, Failure> {
        let own = self.own_backup_key();
        let (name, sealed) = {
            let restoring = held(&self.backups.restoring);
            let chosen = restoring.as_ref().ok_or_else(none_chosen)?;
            (chosen.name.clone(), chosen.sealed.clone())
        };
        self.tell_progress(Task::Deriving);
        let opened = Opened::open(&sealed, key, own)?;
        let compared = self.with_vault(|open| Ok(opened.preview(&name, Some(&open.vault))));
        let preview = match compared {
            Ok(preview) => preview,
            Err(failure) if failure.code == ErrorCode::Locked => opened.preview(&name, None),
            Err(failure) => return Err(failure),
        };
        match held(&self.backups.restoring).as_mut() {
            Some(chosen) => chosen.opened = Some(opened),
            None => return Err(none_chosen()),
        }
        Ok(preview)
    }

    /// Nothing is restored.
    pub(crate) fn drop_backup(&self) {
        *held(&self.backups.restoring) = None;
    }

    fn take_opened(&self) -> Result<Opened, Failure> {
        let taken = held(&self.backups.restoring).take();
        taken.and_then(|restoring| restoring.opened).ok_or_else(none_chosen)
    }

    /// Brings the chosen entries into the open vault, in one transaction.
    pub(crate) fn restore_entries_of(&self, chosen: &BTreeSet<EntryId>) -> Result<RestoreDone, Failure> {
        let restoring = held(&self.backups.restoring);
        let opened = restoring.as_ref().and_then(|restoring| restoring.opened.as_ref());
        let opened = opened.ok_or_else(none_chosen)?;
        let report = self.with_vault(|open| {
            let mut choices = Vec::new();
            for item in differences(&open.vault, &opened.backup) {
                let take = match (item.kind, chosen.contains(&item.id)) {
                    (MergeKind::OnlyTheirs | MergeKind::Differs, true) => Take::Theirs,
                    // The vault's is kept; the higher of two counters counts all the same.
                    (MergeKind::Differs, false) => Take::Ours,
                    (MergeKind::OnlyTheirs | MergeKind::OnlyOurs, _) => continue,
                };
                choices.push(MergeChoice { id: item.id, take });
            }
            Ok(open.vault.restore_from(&entries_of(&opened.backup), &choices)?)
        })?;
        drop(restoring);
        self.drop_backup();
        Ok(RestoreDone { added: convert::small(report.added), changed: convert::small(report.changed) })
    }

    /// Makes a new vault of the opened backup. It is open afterwards, in place of the one that was.
    pub(crate) fn restore_into_new(
        &self,
        password: Zeroizing<String>,
        elsewhere: Option<&Path>,
    ) -> Result<RecoveryShown, Failure> {
        let opened = self.take_opened()?;
        let made = self.create_filled(password, elsewhere, |vault| {
            let entries = entries_of(&opened.backup);
            let items = differences(vault, &opened.backup);
            let choices: Vec<MergeChoice> =
                items.iter().map(|item| MergeChoice { id: item.id, take: Take::Theirs }).collect();
            vault.restore_from(&entries, &choices)?;
            Ok(vault.set_settings(opened.backup.settings.clone())?)
        });
        if made.is_err() {
            // It can be tried again, with another password or at another place.
            let (name, sealed) = (String::new(), Zeroizing::default());
            *held(&self.backups.restoring) = Some(Restoring { name, sealed, opened: Some(opened) });
        }
        made
    }
}
