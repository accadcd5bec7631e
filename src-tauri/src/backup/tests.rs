use std::{fs, path::Path, sync::Arc, time::Duration};

use tessera_testkit::sample;
use tessera_transfer::backup::{BackupError, Patience};

use super::{making, restore::Key};
use crate::{
    dto::{
        BackupSchedule, BackupTarget, BackupTargetEdit, BackupWay, DrillProof, ErrorCode, Failure,
        LockReason, RestoreKind, RestoreNeeds,
    },
    session::tests::opened,
    shell::{Notice, tests::Fixture},
};
use tessera_vault::RecordId;
use zeroize::Zeroizing;

const PASSPHRASE: &str = "orchard violin seventeen";

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// An open vault with some entries and a folder that a person picked.
struct Scene {
    home: tempfile::TempDir,
    folder: tempfile::TempDir,
    fixture: Fixture,
}

impl Scene {
    fn new(entries: usize) -> Self {
        Self::with_limit(entries, Patience::default().limit)
    }

    /// With another limit for what a folder may take.
    fn with_limit(entries: usize, limit: Duration) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut fixture = Fixture::new(home.path());
        Arc::get_mut(&mut fixture.shell).unwrap().backups.limit = limit;
        opened(&fixture);
        let scene = Self { home, folder: tempfile::tempdir().unwrap(), fixture };
        scene.add_entries(entries);
        scene.pick(scene.folder.path());
        scene
    }

    fn add_entries(&self, count: usize) {
        self.fixture
            .shell
            .with_vault(|open| {
                open.vault.add(sample::entries(count))?;
                Ok(())
            })
            .unwrap();
    }

    fn pick(&self, folder: &Path) {
        self.fixture.shell.backups.pick(folder);
    }

    fn edit(&self, schedule: BackupSchedule) -> BackupTargetEdit {
        BackupTargetEdit {
            folder: self.folder.path().to_str().unwrap().to_owned(),
            keep: 3,
            schedule,
            way: BackupWay::Passphrase,
            recipients: Vec::new(),
        }
    }

    fn target(&self, schedule: BackupSchedule) -> RecordId {
        self.fixture.shell.add_backup_target(&self.edit(schedule), Some(typed(PASSPHRASE))).unwrap()
    }

    fn row(&self) -> BackupTarget {
        let rows = self.fixture.shell.backup_rows().unwrap();
        assert_eq!(rows.len(), 1);
        rows.into_iter().next().unwrap()
    }

    fn tick(&self) {
        making::tick(&self.fixture.shell);
    }

    fn files(&self) -> usize {
        fs::read_dir(self.folder.path()).map_or(0, Iterator::count)
    }

    fn failed(&self) -> Option<ErrorCode> {
        self.row().failed.map(|failed| failed.failure.code)
    }
}

fn code<T>(result: Result<T, Failure>) -> ErrorCode {
    result.err().unwrap().code
}

#[test]
fn a_change_is_backed_up_after_a_pause_and_only_once() {
    let scene = Scene::new(3);
    scene.target(BackupSchedule::OnChange);
    scene.tick();
    scene.fixture.pass(59);
    scene.tick();
    assert_eq!(scene.files(), 0);
    assert_eq!(scene.row().up_to_date, Some(false));
    scene.fixture.pass(1);
    scene.tick();
    let row = scene.row();
    assert_eq!((scene.files(), row.up_to_date, row.running), (1, Some(true), false));
    assert_eq!(row.last.unwrap().entries, 3);

    // Noting the backup changed the file, and nothing that a backup holds.
    for _ in 0..3 {
        scene.fixture.pass(700);
        scene.tick();
    }
    assert_eq!(scene.files(), 1);

    scene.add_entries(1);
    scene.tick();
    assert_eq!(scene.row().up_to_date, Some(false));
    scene.fixture.pass(60);
    scene.tick();
    assert_eq!((scene.files(), scene.row().last.unwrap().entries), (2, 4));
}

#[test]
fn one_by_hand_is_made_when_it_is_asked_for_and_never_else() {
    let scene = Scene::new(1);
    let id = scene.target(BackupSchedule::ByHand);
    for _ in 0..3 {
        scene.fixture.pass(90_000);
        scene.tick();
    }
    assert_eq!(scene.files(), 0);
    making::make(&scene.fixture.shell, id).unwrap();
    assert_eq!((scene.files(), scene.row().up_to_date), (1, Some(true)));
    let told = scene.fixture.notices.lock().unwrap();
    assert!(told.iter().any(|notice| matches!(notice, Notice::Backups)));
}

#[test]
fn a_folder_that_vanished_is_a_card_until_it_is_back() {
    let scene = Scene::new(1);
    scene.target(BackupSchedule::OnChange);
    let folder = scene.folder.path().to_owned();
    let away = folder.with_extension("away");
    fs::rename(&folder, &away).unwrap();
    scene.tick();
    assert_eq!(scene.failed(), Some(ErrorCode::BackupFolderGone), "told before anything has to be written");
    scene.fixture.pass(60);
    scene.tick();
    assert_eq!(scene.failed(), Some(ErrorCode::BackupFolderGone));
    let failed = scene.row().failed.unwrap();
    assert_eq!(failed.again, Some(failed.at + 300), "the second time in a row");
    fs::rename(&away, &folder).unwrap();
    scene.fixture.pass(299);
    scene.tick();
    assert_eq!(scene.files(), 0);
    scene.fixture.pass(1);
    scene.tick();
    assert_eq!((scene.files(), scene.failed()), (1, None));
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "a child of `a_drive_that_sleeps_is_a_card_and_holds_up_nothing_else`"]
fn child_backs_up_to_a_drive_that_sleeps() {
    use tessera_testkit::drive::SleepingDrive;

    let scene = Scene::with_limit(2, Duration::from_millis(300));
    scene.target(BackupSchedule::OnChange);
    scene.tick();
    scene.fixture.pass(60);
    scene.tick();
    assert_eq!((scene.files(), scene.failed()), (1, None));
    let drive = SleepingDrive::over(scene.folder.path());
    scene.add_entries(1);
    scene.fixture.pass(86_400);
    let shell = &scene.fixture.shell;
    std::thread::scope(|threads| {
        let looking = threads.spawn(|| scene.tick());
        // The session is not held while the drive is waited for.
        while !looking.is_finished() {
            shell.with_vault(|open| Ok(open.vault.entries().count())).unwrap();
            scene.row();
        }
    });
    assert_eq!(scene.failed(), Some(ErrorCode::BackupTooSlow));
    assert!(scene.row().failed.unwrap().again.is_some(), "it is tried again by itself");
    let lost = drive.lose();
    scene.fixture.pass(86_400);
    scene.tick();
    assert_eq!(scene.failed(), Some(ErrorCode::BackupFolderGone));
    lost.unmount();
    scene.fixture.pass(86_400);
    scene.tick();
    assert_eq!((scene.files(), scene.failed()), (2, None));
}

#[cfg(target_os = "linux")]
#[test]
fn a_drive_that_sleeps_is_a_card_and_holds_up_nothing_else() {
    use tessera_testkit::drive::run_with_own_mounts;

    let folder = tempfile::tempdir().unwrap();
    let child = "backup::tests::child_backs_up_to_a_drive_that_sleeps";
    let Some(output) = run_with_own_mounts(child, folder.path()) else {
        println!("skipped: this system gives nobody a drive of their own");
        return;
    };
    let said =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn the_newest_backup_that_was_taken_away_is_made_again() {
    let scene = Scene::new(1);
    let id = scene.target(BackupSchedule::Daily);
    making::make(&scene.fixture.shell, id).unwrap();
    scene.tick();
    fs::remove_file(scene.folder.path().join(scene.row().last.unwrap().file)).unwrap();
    scene.fixture.pass(86_400);
    scene.tick();
    assert_eq!((scene.files(), scene.row().up_to_date), (1, Some(true)));
}

#[test]
fn what_a_vault_that_can_only_be_read_could_not_note_counts_all_the_same() {
    let scene = Scene::new(2);
    let id = scene.target(BackupSchedule::Daily);
    let shell = &scene.fixture.shell;
    making::make(shell, id).unwrap();
    let noted = shell.with_vault(|open| Ok(open.vault.backup_target(id).unwrap().last.clone())).unwrap();
    // As if it had not been noted, and another place had taken its record over.
    shell
        .edit_backup_target(id, &scene.edit(BackupSchedule::Daily), Some(typed("orchard violin eighteen")))
        .unwrap();
    scene.tick();
    assert_eq!(scene.files(), 2, "a changed passphrase begins anew");
    shell.edit_backup_target(id, &scene.edit(BackupSchedule::Daily), Some(typed(PASSPHRASE))).unwrap();
    crate::shell::held(&shell.backups.watched).targets.entry(id).or_default().unnoted = noted;
    for _ in 0..3 {
        scene.fixture.pass(5);
        scene.tick();
    }
    assert_eq!((scene.files(), scene.row().up_to_date), (2, Some(true)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_told_as_that() {
    let scene = Scene::new(1);
    // Where nobody may make a file, the super-user neither.
    scene.pick(Path::new("/sys"));
    let edit = BackupTargetEdit { folder: "/sys".into(), ..scene.edit(BackupSchedule::ByHand) };
    let id = scene.fixture.shell.add_backup_target(&edit, Some(typed(PASSPHRASE))).unwrap();
    assert_eq!(code(making::make(&scene.fixture.shell, id)), ErrorCode::BackupNotWritable);
    assert_eq!(scene.failed(), Some(ErrorCode::BackupNotWritable));
    assert_eq!(scene.row().failed.unwrap().again, None, "nothing is tried by itself");
}

#[test]
fn each_way_a_folder_fails_has_its_own_code() {
    let io = |kind: std::io::ErrorKind| std::io::Error::from(kind);
    for (error, code) in [
        (BackupError::NoFolder(io(std::io::ErrorKind::NotFound)), ErrorCode::BackupFolderGone),
        (BackupError::NotWritable(io(std::io::ErrorKind::ReadOnlyFilesystem)), ErrorCode::BackupNotWritable),
        (BackupError::NoRoom(io(std::io::ErrorKind::StorageFull)), ErrorCode::BackupNoRoom),
        (BackupError::TooSlow, ErrorCode::BackupTooSlow),
        (BackupError::NotProved(None), ErrorCode::BackupNotProved),
        (BackupError::Io(io(std::io::ErrorKind::Other)), ErrorCode::BackupFailed),
    ] {
        assert_eq!(Failure::from(error).code, code);
    }
}

#[test]
fn locking_calls_a_backup_off_and_forgets_what_was_seen() {
    let scene = Scene::new(1);
    let shell = &scene.fixture.shell;
    let id = scene.target(BackupSchedule::OnChange);
    let making = making::prepare(shell, id).unwrap();
    shell.lock(LockReason::Asked);
    assert_eq!(code(making::write(shell, &making).map(|_| ())), ErrorCode::Locked);
    assert_eq!(code(making::make(shell, id)), ErrorCode::Locked);
    scene.tick();
    assert_eq!(scene.files(), 0);
    assert!(!shell.backups.was_picked(scene.folder.path()));
}

#[test]
fn a_place_is_a_folder_that_was_picked_and_each_is_one_place() {
    let scene = Scene::new(0);
    let shell = &scene.fixture.shell;
    let strange = BackupTargetEdit { folder: "/tmp".into(), ..scene.edit(BackupSchedule::Daily) };
    assert_eq!(code(shell.add_backup_target(&strange, Some(typed(PASSPHRASE)))), ErrorCode::InvalidRequest);
    let edit = scene.edit(BackupSchedule::Daily);
    assert_eq!(code(shell.add_backup_target(&edit, None)), ErrorCode::InvalidEntry);
    assert_eq!(code(shell.add_backup_target(&edit, Some(typed("password")))), ErrorCode::WeakPassword);
    let id = scene.target(BackupSchedule::Daily);
    assert_eq!(code(shell.add_backup_target(&edit, Some(typed(PASSPHRASE)))), ErrorCode::BackupFolderTaken);
    let keys = |recipients: &[&str]| BackupTargetEdit {
        way: BackupWay::Keys,
        recipients: recipients.iter().map(|&text| text.to_owned()).collect(),
        ..edit.clone()
    };
    assert_eq!(code(shell.edit_backup_target(id, &keys(&[]), None)), ErrorCode::BackupRecipients);
    assert_eq!(code(shell.edit_backup_target(id, &keys(&["age1x"]), None)), ErrorCode::BackupRecipients);
    let secret = tessera_transfer::backup::BackupIdentity::generate();
    let public = secret.recipient().to_string();
    shell.edit_backup_target(id, &keys(&[&public]), None).unwrap();
    assert_eq!(scene.row().recipients, [public]);
    shell.remove_backup_target(id).unwrap();
    assert!(shell.backup_rows().unwrap().is_empty());
    assert_eq!(code(shell.remove_backup_target(id)), ErrorCode::BackupTargetGone);
}

#[test]
fn a_drill_asks_for_what_a_person_has_and_says_what_a_restore_would_miss() {
    let scene = Scene::new(3);
    let shell = &scene.fixture.shell;
    let id = scene.target(BackupSchedule::ByHand);
    assert_eq!(code(shell.drill(id, Key::Passphrase(typed(PASSPHRASE)))), ErrorCode::BackupNone);
    making::make(shell, id).unwrap();
    assert!(scene.row().drill_due, "one that opened nothing is asked for again");
    assert_eq!(
        code(shell.drill(id, Key::Own)),
        ErrorCode::InvalidEntry,
        "the kept passphrase proves nothing"
    );
    scene.add_entries(2);
    assert_eq!(
        code(shell.drill(id, Key::Passphrase(typed("another one")))),
        ErrorCode::BackupWrongPassphrase
    );
    assert!(scene.row().drill_failed.is_some());

    let report = shell.drill(id, Key::Passphrase(typed(PASSPHRASE))).unwrap();
    assert_eq!(
        (report.proof, report.preview.own, report.preview.entries),
        (DrillProof::Passphrase, Some(true), 3)
    );
    let row = scene.row();
    let drill = row.drill.unwrap();
    assert_eq!((drill.missing, drill.changed, row.drill_failed, row.drill_due), (2, 0, None, false));
    scene.fixture.pass(90 * 86_400);
    assert!(scene.row().drill_due);
    shell.put_off_drill(id).unwrap();
    assert!(!scene.row().drill_due);
}

#[test]
fn with_keys_the_own_key_checks_the_file_and_a_key_file_proves_the_key() {
    let scene = Scene::new(2);
    let shell = &scene.fixture.shell;
    let secret = tessera_transfer::backup::BackupIdentity::generate();
    let edit = BackupTargetEdit {
        way: BackupWay::Keys,
        recipients: vec![secret.recipient().to_string()],
        ..scene.edit(BackupSchedule::ByHand)
    };
    let id = shell.add_backup_target(&edit, None).unwrap();
    making::make(shell, id).unwrap();
    assert_eq!(shell.drill(id, Key::Own).unwrap().proof, DrillProof::OwnKey);
    let file = scene.home.path().join("key.txt");
    // What a person keeps elsewhere.
    fs::write(&file, format!("# made by a test\n{}\n", *secret.expose_secret())).unwrap();
    assert_eq!(shell.drill(id, Key::File(file.clone())).unwrap().proof, DrillProof::KeyFile);
    fs::write(&file, "no key").unwrap();
    assert_eq!(code(shell.drill(id, Key::File(file))), ErrorCode::BackupKeyFile);
    assert_eq!(scene.row().drill_failed, None, "a file that is no key says nothing of the backup");
}

/// The newest backup of the only target.
fn newest(scene: &Scene) -> std::path::PathBuf {
    scene.folder.path().join(scene.row().last.unwrap().file)
}

#[test]
fn what_was_chosen_comes_back_and_nothing_else() {
    let scene = Scene::new(3);
    let shell = &scene.fixture.shell;
    let id = scene.target(BackupSchedule::ByHand);
    making::make(shell, id).unwrap();
    let lost: Vec<_> = shell.with_vault(|open| Ok(open.vault.entries_by_id().into_keys().collect())).unwrap();
    shell.with_vault(|open| Ok(open.vault.delete_forever(&lost)?)).unwrap();
    scene.add_entries(1);

    let file = scene.row().last.unwrap().file;
    assert_eq!(code(shell.choose_copy(id, "../../etc/passwd")), ErrorCode::BackupNone);
    assert_eq!(shell.choose_copy(id, &file).unwrap().needs, RestoreNeeds::Passphrase);
    assert_eq!(code(shell.open_backup(Key::Passphrase(typed("wrong")))), ErrorCode::BackupWrongPassphrase);
    let preview = shell.open_backup(Key::Passphrase(typed(PASSPHRASE))).unwrap();
    let kinds = |kind| preview.rows.iter().filter(|row| row.kind == kind).count();
    assert_eq!((kinds(RestoreKind::Added), kinds(RestoreKind::Missing)), (3, 1));
    assert!(preview.rows.iter().all(|row| row.proposed == (row.kind == RestoreKind::Added)));
    let done = shell.restore_entries_of(&lost[..2].iter().copied().collect()).unwrap();
    assert_eq!((done.added, done.changed), (2, 0));
    let now =
        shell.with_vault(|open| Ok(open.vault.entries_by_id().into_keys().collect::<Vec<_>>())).unwrap();
    assert_eq!(now.len(), 3);
    assert!(now.contains(&lost[0]) && now.contains(&lost[1]) && !now.contains(&lost[2]));
    // It is closed by that.
    assert_eq!(code(shell.restore_entries_of(&lost.into_iter().collect())), ErrorCode::InvalidRequest);
}

#[test]
fn a_new_vault_is_made_of_a_backup_on_a_computer_that_has_none() {
    let scene = Scene::new(4);
    let id = scene.target(BackupSchedule::ByHand);
    making::make(&scene.fixture.shell, id).unwrap();
    let backup = newest(&scene);

    let home = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(home.path());
    let shell = &fixture.shell;
    assert_eq!(shell.choose_backup(&backup).unwrap().needs, RestoreNeeds::Passphrase);
    let preview = shell.open_backup(Key::Passphrase(typed(PASSPHRASE))).unwrap();
    assert_eq!((preview.entries, preview.own, preview.rows.len()), (4, None, 0));
    assert_eq!(code(shell.restore_into_new(typed("password"), None)), ErrorCode::WeakPassword);
    shell.restore_into_new(typed("quartz lantern under the bridge"), None).unwrap();
    let (count, targets) = shell
        .with_vault(|open| Ok((open.vault.entries().count(), open.vault.backup_targets().count())))
        .unwrap();
    assert_eq!((count, targets), (4, 0), "where backups went is the old computer's");
    assert_eq!(code(shell.choose_backup(home.path())), ErrorCode::BackupFailed);
}

#[test]
fn a_new_vault_elsewhere_takes_the_place_of_the_open_one_which_stays_as_it_is() {
    let scene = Scene::new(2);
    let shell = &scene.fixture.shell;
    let id = scene.target(BackupSchedule::ByHand);
    making::make(shell, id).unwrap();
    shell.choose_backup(&newest(&scene)).unwrap();
    shell.open_backup(Key::Passphrase(typed(PASSPHRASE))).unwrap();
    let old = shell.with_vault(|open| Ok(open.vault.path().to_owned())).unwrap();
    let before = fs::read(&old).unwrap();
    assert_eq!(
        code(shell.restore_into_new(typed("quartz lantern under the bridge"), Some(old.as_path()))),
        ErrorCode::VaultExists
    );
    let place = scene.home.path().join("second/vault.tessera");
    shell.restore_into_new(typed("quartz lantern under the bridge"), Some(place.as_path())).unwrap();
    let (path, count) =
        shell.with_vault(|open| Ok((open.vault.path().to_owned(), open.vault.entries().count()))).unwrap();
    assert_eq!((path, count), (place, 2));
    assert_eq!(fs::read(&old).unwrap(), before);
}
