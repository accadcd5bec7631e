//! Several vaults: which were used here, another one in place of this, entries moved to another one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tauri::command;
use tessera_vault::{LockedVault, UnlockWith, VaultError};

use super::password as opened;
use crate::{
    convert,
    dto::{EntryId, ErrorCode, Failure, LockReason, Sealed, Task, VaultRow},
    shell::{App, Notice, Shell, held, run},
};

#[command]
pub(crate) async fn vaults(shell: App<'_>) -> Result<Vec<VaultRow>, Failure> {
    run(&shell, |shell| {
        let (current, known) = {
            let config = held(&shell.config);
            (config.vault_path().to_owned(), config.vaults())
        };
        let row = |path: PathBuf| VaultRow {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            current: path == current,
            there: fs::exists(&path).unwrap_or(false),
            path: path.to_string_lossy().into_owned(),
        };
        Ok(known.into_iter().map(row).collect())
    })
    .await
}

/// One of the vaults that were used here; the page can name no other file.
fn known(shell: &Shell, path: &str) -> Result<PathBuf, Failure> {
    let found = held(&shell.config).vaults().into_iter().find(|known| known.to_string_lossy() == path);
    found.ok_or_else(|| Failure::new(ErrorCode::InvalidRequest, "That vault is not on the list."))
}

/// Locks this vault and goes on with another one that was used here.
#[command]
pub(crate) async fn switch_vault(shell: App<'_>, path: String) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let path = known(shell, &path)?;
        LockedVault::open(&path)?;
        shell.go_on_with(path)
    })
    .await
}

/// Takes a vault off the list. Its file stays.
#[command]
pub(crate) async fn forget_vault(shell: App<'_>, path: String) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let path = known(shell, &path)?;
        held(&shell.config).forget_vault(&path)
    })
    .await
}

/// Moves entries into another vault, which is opened with its password for that: written there first, then they go to the trash
/// here, so that at no time they are nowhere. Tells how many.
#[command]
pub(crate) async fn move_to_vault(
    shell: App<'_>,
    ids: Vec<EntryId>,
    path: String,
    password: Sealed,
) -> Result<u32, Failure> {
    run(&shell, move |shell| {
        let password = opened(shell, &password)?;
        let path = known(shell, &path)?;
        shell.move_to_vault(&convert::entry_ids(&ids)?, &path, &password)
    })
    .await
}

impl Shell {
    /// Locks the vault that is open, if one is, and goes on with the file at `path`.
    pub(super) fn go_on_with(&self, path: PathBuf) -> Result<(), Failure> {
        // Before anything is locked.
        held(&self.config).may_choose_vault()?;
        self.lock(LockReason::Asked);
        self.forget_tries();
        let kept = held(&self.config).set_vault_path(path);
        // Also when it could not be written down: in this run it is the vault all the same.
        self.tell(Notice::ReplacePage);
        kept
    }

    fn move_to_vault(
        &self,
        ids: &[tessera_vault::EntryId],
        path: &Path,
        password: &tessera_vault::Password,
    ) -> Result<u32, Failure> {
        if self.with_vault(|open| Ok(open.vault.path() == path))? {
            return Err(Failure::new(ErrorCode::InvalidRequest, "The entries are in that vault already."));
        }
        let locked = LockedVault::open(path)?;
        let wait = locked.delay().as_secs();
        if wait > 0 {
            let message = format!("The next try is taken in {wait} s.");
            return Err(Failure::with(ErrorCode::Delayed, message, wait));
        }
        self.tell_progress(Task::Deriving);
        let host = self.clock.host(held(&self.config).state_dir());
        let mut other = locked.unlock(&UnlockWith::Password(password), host)?;
        self.with_vault(|open| {
            if other.id() == open.vault.id() {
                return Err(Failure::new(
                    ErrorCode::CopyOfVault,
                    "That file is a copy of this vault: compare the two instead.",
                ));
            }
            // Before anything is written there: what cannot go to the trash here would be in both.
            if open.vault.read_only() {
                return Err(VaultError::ReadOnly.into());
            }
            let mut entries = Vec::with_capacity(ids.len());
            for id in ids {
                let found = open.vault.entry(*id).ok_or(VaultError::NotFound)?;
                entries.push(found.entry.clone());
            }
            other.add(entries)?;
            open.vault.move_to_trash(ids)?;
            Ok(convert::small(ids.len()))
        })
    }
}

#[cfg(test)]
mod tests {
    use tessera_testkit::sample;
    use zeroize::Zeroizing;

    use super::*;
    use crate::{session::tests::opened, shell::tests::Fixture};

    const OTHER: &str = "another lantern over the bridge";

    #[test]
    fn entries_go_to_another_vault_and_into_the_trash_here() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        let shell = &fixture.shell;
        opened(&fixture);
        let first = shell.with_vault(|open| Ok(open.vault.path().to_owned())).unwrap();
        shell.lock(LockReason::Asked);
        let second = folder.path().join("second.tessera");
        held(&shell.config).set_vault_path(second.clone()).unwrap();
        shell.create(Zeroizing::new(OTHER.to_owned())).unwrap();
        let ids = shell.with_vault(|open| Ok(open.vault.add(sample::entries(3))?)).unwrap();

        let wrong = tessera_vault::Password::new("not it".to_owned());
        assert_eq!(
            shell.move_to_vault(&ids[..2], &first, &wrong).unwrap_err().code,
            ErrorCode::WrongPassword
        );
        let right = tessera_vault::Password::new("quartz lantern under the bridge".to_owned());
        assert_eq!(
            shell.move_to_vault(&ids[..2], &second, &right).unwrap_err().code,
            ErrorCode::InvalidRequest
        );
        let moved: Vec<_> = shell
            .with_vault(|open| {
                Ok(ids[..2].iter().map(|id| open.vault.entry(*id).unwrap().entry.clone()).collect())
            })
            .unwrap();
        assert_eq!(shell.move_to_vault(&ids[..2], &first, &right).unwrap(), 2);
        let (left, trash) =
            shell.with_vault(|open| Ok((open.vault.entries().count(), open.vault.trash().count()))).unwrap();
        assert_eq!((left, trash), (1, 2));

        shell.lock(LockReason::Asked);
        held(&shell.config).set_vault_path(first).unwrap();
        shell.unlock(Zeroizing::new("quartz lantern under the bridge".to_owned())).unwrap();
        let there = shell
            .with_vault(|open| Ok(open.vault.entries().map(|found| found.entry.clone()).collect::<Vec<_>>()))
            .unwrap();
        assert_eq!(there.len(), 2);
        assert!(moved.iter().all(|entry| there.contains(entry)), "each equal in every field");
    }

    #[test]
    fn nothing_moves_to_a_copy_of_this_vault() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        let shell = &fixture.shell;
        opened(&fixture);
        let ids = shell.with_vault(|open| Ok(open.vault.add(sample::entries(1))?)).unwrap();
        let copy = folder.path().join("copy.tessera");
        fs::copy(held(&shell.config).vault_path(), &copy).unwrap();
        let password = tessera_vault::Password::new("quartz lantern under the bridge".to_owned());
        let refused = shell.move_to_vault(&ids, &copy, &password).unwrap_err();
        assert_eq!(refused.code, ErrorCode::CopyOfVault);
        assert_eq!(shell.with_vault(|open| Ok(open.vault.entries().count())).unwrap(), 1);
    }

    #[test]
    fn a_vault_that_the_environment_names_stays_open_and_in_use_when_another_one_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::named(folder.path());
        let shell = &fixture.shell;
        opened(&fixture);
        let named = held(&shell.config).vault_path().to_owned();
        let other = folder.path().join("second.tessera");
        assert_eq!(shell.go_on_with(other.clone()).unwrap_err().code, ErrorCode::VaultNamed);
        let password = Zeroizing::new(OTHER.to_owned());
        let made = shell.create_filled(password, Some(&other), |_| Ok(()));
        assert_eq!(made.map(|_| ()).unwrap_err().code, ErrorCode::VaultNamed);
        assert!(!other.exists());
        assert_eq!(shell.with_vault(|open| Ok(open.vault.path().to_owned())).unwrap(), named);
    }

    #[test]
    fn another_vault_is_gone_on_with_locked() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        let shell = &fixture.shell;
        opened(&fixture);
        let other = folder.path().join("second.tessera");
        shell.go_on_with(other.clone()).unwrap();
        assert_eq!(shell.with_vault(|_| Ok(())).unwrap_err().code, ErrorCode::Locked);
        assert_eq!(held(&shell.config).vault_path(), other);
    }

    #[test]
    fn the_page_can_name_only_vaults_that_were_used_here() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        assert_eq!(known(&fixture.shell, "/etc/passwd").unwrap_err().code, ErrorCode::InvalidRequest);
        let usual = held(&fixture.shell.config).vault_path().to_owned();
        assert_eq!(known(&fixture.shell, &usual.to_string_lossy()).unwrap(), usual);
    }
}
