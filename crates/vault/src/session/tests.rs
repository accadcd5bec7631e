//! What a person and other programs do with a vault.

use tessera_otp::Generator;
use tessera_testkit::sample;

use crate::testing::{NOW, Scene, hotp, ids, password, weak};
use crate::{
    AuditEvent, CreateError, EntryId, LockedVault, OpenError, Password, SlotKind, SortOrder, UnlockError,
    UnlockWith, Vault, VaultError, Warning,
};

#[test]
fn a_vault_opens_with_its_password_and_its_recovery_code_and_holds_what_was_put_in() {
    let (scene, vault) = Scene::with(40);
    let before: Vec<_> = vault.entries().map(|found| (found.id, found.entry.clone())).collect();
    assert_eq!(before.len(), 40);
    drop(vault);
    for with in [
        UnlockWith::Password(&password()),
        UnlockWith::RecoveryCode(&scene.code),
        UnlockWith::VaultKey(&scene.key),
    ] {
        let vault = scene.unlock(&with).unwrap();
        let after: Vec<_> = vault.entries().map(|found| (found.id, found.entry.clone())).collect();
        assert_eq!(before, after);
        assert_eq!(vault.warnings(), [Warning::WeakKdf(weak())]);
        assert!(vault.check().unwrap().is_clean(), "{:?}", vault.check().unwrap());
    }
}

#[test]
fn a_wrong_password_opens_nothing_delays_the_next_try_and_is_told_at_the_next_unlocking() {
    let (scene, vault) = Scene::with(1);
    drop(vault);
    let locked = scene.try_open().unwrap();
    assert_eq!(locked.delay().as_secs(), 0);
    let mut delays = Vec::new();
    for _ in 0..12 {
        let error =
            locked.unlock(&UnlockWith::Password(&Password::new("wrong".into())), scene.host(9)).unwrap_err();
        assert!(matches!(error, UnlockError::WrongPassword));
        delays.push(locked.delay().as_secs());
    }
    assert_eq!(delays, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    assert_eq!(scene.try_open().unwrap().failed_unlocks(), 12, "another program sees them");
    let vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
    assert!(vault.warnings().contains(&Warning::FailedUnlocks(12)));
    assert_eq!(scene.try_open().unwrap().failed_unlocks(), 0);
    let log = vault.audit_log(100).unwrap();
    let failed =
        log.iter().filter(|record| record.event == AuditEvent::FailedUnlock && record.happened == Some(NOW));
    assert_eq!(failed.count(), 12);
    assert!(vault.check().unwrap().is_clean());
}

#[test]
fn at_most_256_failed_tries_are_noted() {
    let (scene, vault) = Scene::with(0);
    drop(vault);
    let locked = scene.try_open().unwrap();
    let wrong = crate::RecoveryCode::generate(&mut tessera_testkit::SeededRng::new(99));
    for _ in 0..260 {
        locked.unlock(&UnlockWith::RecoveryCode(&wrong), scene.host(9)).unwrap_err();
    }
    assert_eq!(scene.try_open().unwrap().failed_unlocks(), 256);
    let vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
    assert!(vault.warnings().contains(&Warning::FailedUnlocks(256)));
    assert!(vault.warnings().contains(&Warning::SealedDropped));
}

#[test]
fn create_never_overwrites_and_leaves_nothing_behind() {
    let (scene, vault) = Scene::with(1);
    drop(vault);
    let before = std::fs::read(&scene.path).unwrap();
    let error = Vault::create(&scene.path, &password(), weak(), scene.host(5)).unwrap_err();
    assert!(matches!(error, CreateError::Exists));
    assert_eq!(std::fs::read(&scene.path).unwrap(), before);
    let nowhere = scene.folder.path().join("missing").join("vault.tessera");
    assert!(matches!(
        Vault::create(&nowhere, &password(), weak(), scene.host(5)).unwrap_err(),
        CreateError::NoFolder
    ));
    let empty = Password::new(String::new());
    let other = scene.folder.path().join("other");
    assert!(matches!(
        Vault::create(&other, &empty, weak(), scene.host(5)).unwrap_err(),
        CreateError::EmptyPassword
    ));
    let left: Vec<_> =
        std::fs::read_dir(scene.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["vault.tessera"]);
}

#[cfg(unix)]
#[test]
fn a_new_vault_is_private_to_its_owner_and_one_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (scene, _vault) = Scene::with(3);
    assert_eq!(std::fs::metadata(&scene.path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(scene.folder.path()).unwrap().count(), 1);
}

#[test]
fn what_is_no_vault_is_named() {
    let (scene, vault) = Scene::with(2);
    drop(vault);
    let good = std::fs::read(&scene.path).unwrap();
    let write = |bytes: &[u8]| std::fs::write(&scene.path, bytes).unwrap();
    let missing = LockedVault::open(&scene.folder.path().join("none")).unwrap_err();
    assert!(matches!(missing, OpenError::NotFound));
    assert!(matches!(LockedVault::open(scene.folder.path()).unwrap_err(), OpenError::NotAVault));
    for nothing in [b"".as_slice(), b"x", &[0; 5000], b"SQLite format 3\0", &good[..50]] {
        write(nothing);
        assert!(matches!(scene.try_open().unwrap_err(), OpenError::NotAVault), "{} bytes", nothing.len());
    }
    for length in [100, 2000, 4096, 8192, good.len() / 2, good.len() - 4096] {
        write(&good[..length]);
        let error = scene.try_open().unwrap_err();
        assert!(
            matches!(error, OpenError::Truncated { expected, found } if expected == good.len() as u64 && found == length as u64),
            "{length}: {error:?}"
        );
    }
    write(&good);
    scene.meddle(|connection| connection.pragma_update(None, "user_version", 2).unwrap());
    assert!(matches!(scene.try_open().unwrap_err(), OpenError::NewerFormat { found: 2 }));
    scene.meddle(|connection| connection.pragma_update(None, "user_version", 0).unwrap());
    assert!(matches!(scene.try_open().unwrap_err(), OpenError::Damaged(_)));
    scene.meddle(|connection| connection.pragma_update(None, "application_id", 7).unwrap());
    assert!(matches!(scene.try_open().unwrap_err(), OpenError::ForeignFile { application_id: 7 }));
}

#[test]
fn entries_are_changed_moved_to_the_trash_restored_and_deleted() {
    let (scene, mut vault) = Scene::with(5);
    let ids = ids(&vault);
    vault.edit(ids[0], |entry| entry.note = "changed".into()).unwrap();
    vault.move_to_trash(&[ids[1], ids[2], ids[2]]).unwrap();
    vault.restore(&[ids[2]]).unwrap();
    vault.delete_forever(&[ids[3]]).unwrap();
    let generation = vault.generation();
    vault.edit(ids[0], |_| {}).unwrap();
    vault.move_to_trash(&[ids[1]]).unwrap();
    assert_eq!(vault.generation(), generation, "nothing changed, nothing written");
    let unknown = EntryId::from_bytes([0xee; 16]);
    assert!(matches!(vault.move_to_trash(&[ids[0], unknown]).unwrap_err(), VaultError::NotFound));
    assert!(vault.entry(ids[0]).unwrap().entry.deleted.is_none(), "all or nothing");
    drop(vault);
    let vault = scene.open();
    assert_eq!(vault.entry(ids[0]).unwrap().entry.note, "changed");
    assert_eq!(vault.trash().map(|found| found.id).collect::<Vec<_>>(), [ids[1]]);
    assert_eq!(vault.entries().count(), 3);
    assert!(vault.entry(ids[3]).is_none());
    assert!(scene.check().is_clean());
}

#[test]
fn the_trash_is_kept_for_30_days_and_then_emptied_at_unlocking() {
    let (scene, mut vault) = Scene::with(2);
    let ids = ids(&vault);
    let unlock = || scene.unlock(&UnlockWith::Password(&password())).unwrap();
    vault.move_to_trash(&[ids[0]]).unwrap();
    drop(vault);
    scene.clock.advance(super::TRASH_SECONDS - 1);
    assert_eq!(unlock().trash().count(), 1);
    scene.clock.advance(1);
    let vault = unlock();
    assert_eq!(vault.trash().count(), 0);
    assert_eq!(vault.entries().count(), 1);
    assert!(vault.audit_log(3).unwrap().iter().any(|record| {
        (record.event, record.subject) == (AuditEvent::EntryDeleted, Some(*ids[0].as_bytes()))
    }));
}

#[test]
fn a_clock_that_jumped_ahead_once_does_not_empty_the_trash() {
    let (scene, mut vault) = Scene::with(2);
    let ids = ids(&vault);
    let unlock = || scene.unlock(&UnlockWith::Password(&password())).unwrap().trash().count();
    vault.move_to_trash(&[ids[0]]).unwrap();
    drop(vault);
    scene.clock.advance(400 * 24 * 60 * 60);
    assert_eq!(unlock(), 1, "nothing tells a jump from a long absence at once");
    scene.clock.rewind(400 * 24 * 60 * 60);
    assert_eq!(unlock(), 1, "and when the clock is right again, nothing was lost");
}

#[test]
fn an_entry_that_breaks_a_rule_is_refused_and_nothing_of_its_batch_is_added() {
    let (_scene, mut vault) = Scene::with(0);
    let mut entries = sample::entries(3);
    entries[2].note = "x".repeat(20_000);
    assert!(matches!(vault.add(entries).unwrap_err(), VaultError::BadEntry(_)));
    assert_eq!(vault.entries().count(), 0);
}

#[test]
fn a_counter_is_on_the_disk_before_its_code_is_returned_and_two_programs_never_get_the_same() {
    let (scene, mut first) = Scene::with(0);
    let id = first.add(vec![hotp()]).unwrap()[0];
    let mut second = scene.open();
    // RFC 4226, appendix D.
    let expected = ["755224", "287082", "359152", "969429", "338314", "254676"];
    for pair in expected.chunks(2) {
        assert_eq!(first.advance_hotp(id).unwrap().text(), pair[0]);
        assert_eq!(second.advance_hotp(id).unwrap().text(), pair[1]);
    }
    assert_eq!(scene.open().entry(id).unwrap().entry.credential.generator.counter(), Some(6));
    assert!(scene.check().is_clean());
}

#[test]
fn a_counter_at_its_end_and_an_entry_without_one_are_refused() {
    let (_scene, mut vault) = Scene::with(0);
    let mut last = hotp();
    if let Generator::Hotp { counter, .. } = &mut last.credential.generator {
        *counter = u64::MAX;
    }
    let mut totp = hotp();
    totp.credential.generator = Generator::default();
    let ids = vault.add(vec![last, totp]).unwrap();
    assert!(matches!(vault.advance_hotp(ids[0]).unwrap_err(), VaultError::HotpExhausted));
    assert!(matches!(vault.advance_hotp(ids[1]).unwrap_err(), VaultError::NotHotp));
}

#[test]
fn readers_see_what_others_wrote_and_writers_build_on_it() {
    let (scene, mut first) = Scene::with(3);
    let mut second = scene.open();
    assert!(!second.refresh().unwrap());
    first.add(sample::entries(2)).unwrap();
    assert_eq!(second.entries().count(), 3);
    assert!(second.refresh().unwrap());
    assert_eq!(second.entries().count(), 5);
    first.add(sample::entries(1)).unwrap();
    second.add(sample::entries(1)).unwrap();
    assert_eq!(second.entries().count(), 7, "the writer took over the other's entry first");
    assert!(first.refresh().unwrap());
    assert_eq!(first.entries().count(), 7);
    assert!(scene.check().is_clean());
}

#[test]
fn many_threads_on_one_file_lose_nothing() {
    let (scene, mut vault) = Scene::with(0);
    let id = vault.add(vec![hotp()]).unwrap()[0];
    drop(vault);
    let codes = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let mut vault = scene.open();
                scope.spawn(move || {
                    (0..10).map(|_| vault.advance_hotp(id).unwrap().text().to_owned()).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(codes.len(), 40);
    assert_eq!(scene.open().entry(id).unwrap().entry.credential.generator.counter(), Some(40));
}

#[test]
fn a_second_writer_waits_and_is_told_that_the_vault_is_busy() {
    let (scene, mut vault) = Scene::with(1);
    let other = rusqlite::Connection::open(&scene.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    vault.store.connection().busy_timeout(std::time::Duration::from_millis(20)).unwrap();
    assert!(matches!(vault.add(sample::entries(1)).unwrap_err(), VaultError::Busy));
    assert_eq!(vault.entries().count(), 1, "reading goes on");
    other.execute_batch("COMMIT").unwrap();
    vault.add(sample::entries(1)).unwrap();
    assert_eq!(vault.entries().count(), 2);
}

#[test]
fn a_full_disk_loses_nothing() {
    let (scene, mut vault) = Scene::with(1);
    let pages: i64 = vault.store.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = |vault: &Vault, pages: i64| {
        vault
            .store
            .connection()
            .query_row(&format!("PRAGMA max_page_count={pages}"), [], |_| Ok(()))
            .unwrap();
    };
    limit(&vault, pages);
    assert!(matches!(vault.add(sample::entries(200)).unwrap_err(), VaultError::NoRoom));
    assert_eq!(vault.entries().count(), 1);
    assert!(scene.check().is_clean());
    limit(&vault, 1_000_000);
    vault.add(sample::entries(200)).unwrap();
    assert_eq!(vault.entries().count() + vault.trash().count(), 201);
    assert!(scene.check().is_clean());
}

#[test]
fn a_file_put_in_the_vault_s_place_is_noticed_and_read_anew() {
    let (scene, mut vault) = Scene::with(2);
    let copy = scene.folder.path().join("copy");
    crate::testing::copy(&scene.path, &copy);
    // A sync program brings a copy that another device changed.
    let mut elsewhere =
        LockedVault::open(&copy).unwrap().unlock(&UnlockWith::VaultKey(&scene.key), scene.host(7)).unwrap();
    elsewhere.add(sample::entries(3)).unwrap();
    drop(elsewhere);
    std::fs::rename(&copy, &scene.path).unwrap();
    vault.add(sample::entries(1)).unwrap();
    assert_eq!(vault.entries().count(), 6);
    std::fs::remove_file(&scene.path).unwrap();
    assert!(matches!(vault.add(sample::entries(1)).unwrap_err(), VaultError::Replaced(OpenError::NotFound)));
    assert_eq!(vault.entries().count(), 6, "what was read is still shown");
}

#[test]
fn uses_are_written_once_a_minute_and_those_of_two_programs_add_up() {
    let (scene, mut first) = Scene::with(2);
    let ids = ids(&first);
    let mut second = scene.open();
    first.record_use(ids[0]);
    second.record_use(ids[0]);
    second.record_use(ids[1]);
    assert_eq!(first.entry(ids[0]).unwrap().uses, 1);
    first.flush_usage(false).unwrap();
    second.flush_usage(false).unwrap();
    assert_eq!((second.entry(ids[0]).unwrap().uses, second.entry(ids[1]).unwrap().uses), (2, 1));
    assert_eq!(second.entry(ids[0]).unwrap().last_used, Some(NOW));
    let generation = second.generation();
    second.record_use(ids[0]);
    second.flush_usage(false).unwrap();
    assert_eq!(second.generation(), generation, "not within the minute");
    scene.clock.advance(60);
    second.flush_usage(false).unwrap();
    second.set_order(vec![ids[1], ids[0]]);
    second.flush_usage(true).unwrap();
    assert_eq!(second.generation(), generation + 2);
    drop(second);
    let mut vault = scene.open();
    assert_eq!(vault.entry(ids[0]).unwrap().uses, 3);
    assert_eq!(vault.order(), [ids[1], ids[0]]);
    vault.delete_forever(&[ids[1]]).unwrap();
    vault.record_use(ids[0]);
    vault.flush_usage(true).unwrap();
    assert_eq!(vault.order(), [ids[0]], "what is gone is forgotten");
}

#[test]
fn settings_are_kept_inside_the_vault() {
    let (scene, mut vault) = Scene::with(0);
    let mut settings = vault.settings().clone();
    settings.clipboard_s = 5;
    settings.sort = SortOrder::Own;
    vault.set_settings(settings.clone()).unwrap();
    let generation = vault.generation();
    vault.set_settings(settings.clone()).unwrap();
    assert_eq!(vault.generation(), generation);
    drop(vault);
    assert_eq!(*scene.open().settings(), settings);
}

#[test]
fn a_changed_password_opens_the_vault_and_the_old_one_no_longer() {
    let (scene, mut vault) = Scene::with(3);
    let new = Password::new("new password".into());
    assert!(matches!(
        vault.change_password(&Password::new(String::new()), weak(), false).unwrap_err(),
        VaultError::EmptyPassword
    ));
    assert!(vault.change_password(&new, weak(), false).unwrap().is_none());
    assert!(vault.verify_password(&new).unwrap());
    assert!(!vault.verify_password(&password()).unwrap());
    drop(vault);
    assert!(matches!(
        scene.unlock(&UnlockWith::Password(&password())).unwrap_err(),
        UnlockError::WrongPassword
    ));
    assert_eq!(scene.unlock(&UnlockWith::Password(&new)).unwrap().entries().count(), 3);
    assert_eq!(scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).unwrap().entries().count(), 3);
}

#[test]
fn a_new_recovery_code_replaces_the_old_one() {
    let (scene, mut vault) = Scene::with(1);
    let code = vault.new_recovery_code().unwrap();
    assert!(vault.verify_recovery_code(&code));
    assert!(!vault.verify_recovery_code(&scene.code));
    drop(vault);
    assert!(matches!(
        scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).unwrap_err(),
        UnlockError::WrongRecoveryCode
    ));
    assert!(scene.unlock(&UnlockWith::RecoveryCode(&code)).is_ok());
}

#[test]
fn the_last_way_in_cannot_be_removed() {
    let (scene, mut vault) = Scene::with(1);
    let slot =
        |vault: &Vault, kind| vault.slots().into_iter().find(|slot| slot.kind == kind).map(|slot| slot.id);
    let by_password = slot(&vault, SlotKind::Password).unwrap();
    vault.remove_slot(by_password, None).unwrap();
    assert!(matches!(vault.remove_slot(by_password, None).unwrap_err(), VaultError::NotFound));
    let by_code = slot(&vault, SlotKind::RecoveryCode).unwrap();
    assert!(matches!(vault.remove_slot(by_code, None).unwrap_err(), VaultError::LastWayIn));
    drop(vault);
    assert!(matches!(scene.unlock(&UnlockWith::Password(&password())).unwrap_err(), UnlockError::NoSuchSlot));
    assert!(scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).is_ok());
}

#[test]
fn removing_a_recovery_code_with_rekeying_leaves_the_password_alone_as_a_way_in() {
    let (scene, mut vault) = Scene::with(3);
    let before = vault.vault_key();
    let by_code = vault.slots().into_iter().find(|slot| slot.kind == SlotKind::RecoveryCode).unwrap().id;
    let wrong = Password::new("wrong".into());
    assert!(matches!(
        vault.remove_slot(by_code, Some((&wrong, weak()))).unwrap_err(),
        VaultError::WrongPassword
    ));
    assert!(vault.remove_slot(by_code, Some((&password(), weak()))).unwrap().is_none());
    assert_ne!(vault.vault_key().expose_secret(), before.expose_secret());
    let events: Vec<AuditEvent> = vault.audit_log(2).unwrap().iter().map(|record| record.event).collect();
    assert_eq!(events, [AuditEvent::Rekeyed, AuditEvent::SlotRemoved]);
    let left = vault.slots()[0].id;
    assert!(matches!(
        vault.remove_slot(left, Some((&password(), weak()))).unwrap_err(),
        VaultError::LastWayIn
    ));
    drop(vault);
    assert!(matches!(
        scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).unwrap_err(),
        UnlockError::NoSuchSlot
    ));
    let vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
    assert_eq!((vault.slots().len(), vault.entries().count()), (1, 3));
    assert!(vault.check().unwrap().is_clean());
}

#[test]
fn removing_a_password_with_rekeying_brings_a_new_recovery_code() {
    let (scene, mut vault) = Scene::with(1);
    let by_password = vault.slots().into_iter().find(|slot| slot.kind == SlotKind::Password).unwrap().id;
    let code = vault.remove_slot(by_password, Some((&password(), weak()))).unwrap().unwrap();
    drop(vault);
    assert!(matches!(scene.unlock(&UnlockWith::Password(&password())).unwrap_err(), UnlockError::NoSuchSlot));
    assert!(matches!(
        scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).unwrap_err(),
        UnlockError::WrongRecoveryCode
    ));
    assert!(scene.unlock(&UnlockWith::RecoveryCode(&code)).is_ok());
}

#[test]
fn a_weak_key_derivation_opens_with_a_warning_and_can_be_strengthened() {
    let (scene, mut vault) = Scene::with(1);
    assert!(vault.warnings().contains(&Warning::WeakKdf(weak())));
    let stronger = crate::KdfParams::from_stored(128, 2, 1);
    let wrong = Password::new("wrong".into());
    assert!(matches!(vault.strengthen(&wrong, stronger).unwrap_err(), VaultError::WrongPassword));
    vault.strengthen(&password(), stronger).unwrap();
    drop(vault);
    let vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
    assert_eq!(vault.slots().iter().find_map(|slot| slot.kdf), Some(stronger));
}

#[test]
fn the_audit_log_tells_what_happened_in_order() {
    let (scene, mut vault) = Scene::with(0);
    let id = vault.add(vec![hotp()]).unwrap()[0];
    vault.audit(AuditEvent::SecretShown, Some(id)).unwrap();
    drop(vault);
    let vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
    let log = vault.audit_log(10).unwrap();
    let told: Vec<_> = log.iter().map(|record| (record.number, record.event)).collect();
    let expected = [
        AuditEvent::Created,
        AuditEvent::EntryAdded,
        AuditEvent::SecretShown,
        AuditEvent::UnlockedWithPassword,
    ];
    assert_eq!(told, (1..).zip(expected).collect::<Vec<_>>());
    assert_eq!(vault.audit_log(2).unwrap().len(), 2);
}

#[test]
fn the_audit_log_keeps_its_newest_ten_thousand() {
    let (scene, mut vault) = Scene::with(0);
    vault
        .commit(|_, change, _| {
            (0..10_050).for_each(|_| change.note(AuditEvent::SecretShown, None));
            Ok(())
        })
        .unwrap();
    let log = vault.audit_log(usize::MAX).unwrap();
    assert_eq!((log.len(), log[0].number), (10_000, 52));
    let report = scene.check();
    assert!(report.is_clean(), "{:?}", &report.findings[..5.min(report.findings.len())]);
    assert_eq!(report.audit_events, 10_000);
}

#[test]
fn deleting_very_many_entries_at_once_does_not_push_out_the_log() {
    let (_scene, mut vault) = Scene::with(150);
    let all = ids(&vault);
    vault.move_to_trash(&all[..100]).unwrap();
    vault.delete_forever(&all).unwrap();
    let log = vault.audit_log(usize::MAX).unwrap();
    let trashed = log.iter().filter(|record| record.event == AuditEvent::EntryTrashed).count();
    let deleted: Vec<_> = log.iter().filter(|record| record.event == AuditEvent::EntryDeleted).collect();
    assert_eq!((trashed, deleted.len(), deleted[0].subject), (100, 1, None));
}

#[test]
fn a_read_only_session_shows_everything_and_writes_nothing() {
    let (scene, vault) = Scene::with(4);
    drop(vault);
    let before = std::fs::read(&scene.path).unwrap();
    let locked = LockedVault::open_read_only(&scene.path).unwrap();
    assert!(locked.read_only());
    locked.unlock(&UnlockWith::Password(&Password::new("wrong".into())), scene.host(8)).unwrap_err();
    assert_eq!(locked.failed_unlocks(), 1, "this program still counts");
    let mut vault = locked.unlock(&UnlockWith::Password(&password()), scene.host(8)).unwrap();
    assert!(vault.read_only() && vault.warnings().contains(&Warning::ReadOnly));
    assert_eq!(vault.entries().count(), 4);
    assert!(matches!(vault.add(sample::entries(1)).unwrap_err(), VaultError::ReadOnly));
    drop(vault);
    assert_eq!(std::fs::read(&scene.path).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_opens_for_reading() {
    use std::os::unix::fs::PermissionsExt as _;
    let (scene, vault) = Scene::with(4);
    drop(vault);
    let allow =
        |mode| std::fs::set_permissions(scene.folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    allow(0o500);
    // The superuser may write everywhere; there the session of the test above has to do.
    let is_superuser = std::fs::write(scene.folder.path().join("probe"), b"").is_ok();
    let opened = scene.unlock(&UnlockWith::Password(&password()));
    allow(0o700);
    let vault = opened.unwrap();
    assert_eq!(vault.entries().count(), 4);
    assert_eq!(vault.read_only(), !is_superuser);
}
