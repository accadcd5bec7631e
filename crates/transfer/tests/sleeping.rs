//! A drive that sleeps, and then is gone, under a folder of backups.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::cell::Cell;
use std::time::Duration;

use tessera_testkit::drive::{SleepingDrive, given_folder, run_with_own_mounts};
use tessera_testkit::sample;
use tessera_transfer::backup::{
    Backup, BackupError, BackupIdentity, Patience, SealFor, Target, create, create_within, list, list_within,
    read_within,
};
use tessera_vault::{EntryId, Settings, VaultId};

const VAULT: VaultId = VaultId::from_bytes([0x5A; 16]);
const KEY: [u8; 32] = [7; 32];

fn backup(generation: u64) -> Backup {
    let entries = (0_u8..).zip(sample::entries(5));
    let entries = entries.map(|(index, entry)| (EntryId::from_bytes([index; 16]), entry)).collect();
    let made = 1_800_000_000 + generation;
    Backup { made, vault: VAULT, generation, entries, settings: Settings::default() }
}

#[test]
#[ignore = "a child of `a_drive_that_sleeps_is_given_up_or_left_and_one_that_is_gone_is_said_so`"]
fn child_backs_up_to_a_drive_that_sleeps() {
    let folder = given_folder();
    let own = BackupIdentity::generate();
    let recipients = [own.recipient()];
    let seal_for = SealFor::Recipients { recipients: &recipients, own: &own };
    let target = Target { folder: folder.clone(), keep: 2 };
    let made = create(&backup(1), &KEY, seal_for, &target).unwrap();

    let drive = SleepingDrive::over(&folder);
    let patience = Patience { limit: Duration::from_millis(200), go_on: &|| true };
    let slow = |error: BackupError| assert!(matches!(error, BackupError::TooSlow), "{error}");
    slow(create_within(&backup(2), &KEY, seal_for, &target, &patience).unwrap_err());
    slow(list_within(&folder, Some(VAULT), &patience).unwrap_err());
    slow(read_within(&made.path, &patience).unwrap_err());
    // Who locks the vault does not wait for the drive either.
    let asked = Cell::new(0);
    let go_on = || asked.replace(asked.get() + 1) < 1;
    let patience = Patience { limit: Duration::MAX, go_on: &go_on };
    let error = create_within(&backup(2), &KEY, seal_for, &target, &patience).unwrap_err();
    assert!(matches!(error, BackupError::Stopped), "{error}");

    let lost = drive.lose();
    let error = create(&backup(2), &KEY, seal_for, &target).unwrap_err();
    assert!(matches!(error, BackupError::NoFolder(_)), "{error:?}");
    assert!(matches!(list(&folder, Some(VAULT)), Err(BackupError::NoFolder(_))));

    // It is there again, with the backup that it had, and nothing of those that were given up.
    lost.unmount();
    let paths: Vec<_> = list(&folder, Some(VAULT)).unwrap().into_iter().map(|listed| listed.path).collect();
    assert_eq!(paths, [made.path]);
    create(&backup(2), &KEY, seal_for, &target).unwrap();
    assert_eq!(list(&folder, Some(VAULT)).unwrap().len(), 2);
}

#[test]
fn a_drive_that_sleeps_is_given_up_or_left_and_one_that_is_gone_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let Some(output) = run_with_own_mounts("child_backs_up_to_a_drive_that_sleeps", folder.path()) else {
        println!("skipped: this system gives nobody a drive of their own");
        return;
    };
    let said =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
