//! What somebody without the key can do to the file, and how each of it is noticed and named.

use tessera_testkit::sample;

use crate::envelope::Label;
use crate::store::Sheet;
use crate::testing::{NOW, Scene, copy, ids, password, weak};
use crate::{
    EntryId, Finding, LockedVault, Password, QuarantineReason, SalvageError, Settle, Take, UnlockError,
    UnlockWith, Vault, VaultError, Warning, salvage,
};

fn row_of(scene: &Scene, id: EntryId) -> (i64, Vec<u8>) {
    let rows = scene.rows(Sheet::Entry);
    let vault = LockedVault::open(&scene.path).unwrap().id();
    rows.into_iter()
        .find(|(_, body)| Label::read(body, vault).is_some_and(|label| label.id == *id.as_bytes()))
        .unwrap()
}

fn reasons(vault: &Vault) -> Vec<(EntryId, QuarantineReason)> {
    vault.quarantine().iter().map(|quarantined| (quarantined.id, quarantined.reason)).collect()
}

fn scene() -> (Scene, Vec<EntryId>) {
    let (scene, vault) = Scene::with(6);
    (scene, ids(&vault))
}

#[test]
fn a_removed_record_is_missing_until_a_person_lets_it_go() {
    let (scene, ids) = scene();
    let (row, _) = row_of(&scene, ids[2]);
    scene.meddle(|connection| {
        connection.execute("DELETE FROM entry WHERE row = ?1", [row]).unwrap();
    });
    let mut vault = scene.open();
    assert_eq!(reasons(&vault), [(ids[2], QuarantineReason::Missing)]);
    assert!(vault.warnings().contains(&Warning::QuarantinedRecords(1)));
    vault.add(sample::entries(1)).unwrap();
    assert_eq!(reasons(&scene.open()), [(ids[2], QuarantineReason::Missing)], "a change keeps the line");
    let key = vault.quarantine()[0].key;
    assert!(matches!(vault.settle(&[key], Settle::Accept).unwrap_err(), VaultError::CannotSettle));
    vault.settle(&[key], Settle::Keep).unwrap();
    assert_eq!(vault.quarantine().len(), 1);
    vault.settle(&[key], Settle::Drop).unwrap();
    assert!(vault.quarantine().is_empty());
    assert!(scene.check().is_clean());
}

#[test]
fn a_damaged_record_is_named_and_kept_byte_for_byte() {
    let (scene, ids) = scene();
    let (row, mut body) = row_of(&scene, ids[1]);
    *body.last_mut().unwrap() ^= 1;
    scene.set_row(Sheet::Entry, row, &body);
    let mut vault = scene.open();
    assert_eq!(reasons(&vault), [(ids[1], QuarantineReason::Damaged)]);
    assert_eq!(vault.entries().count(), 5, "one bad record does not lock out the others");
    vault.add(sample::entries(2)).unwrap();
    assert_eq!(scene.rows(Sheet::Entry).into_iter().find(|(found, _)| *found == row).unwrap().1, body);
    let key = vault.quarantine()[0].key;
    vault.settle(&[key], Settle::Drop).unwrap();
    assert!(scene.check().is_clean());
}

#[test]
fn an_older_revision_put_back_is_a_replay_and_can_be_taken() {
    let (scene, ids) = scene();
    let (row, old) = row_of(&scene, ids[0]);
    let mut vault = scene.open();
    vault.edit(ids[0], |entry| entry.note = "new".into()).unwrap();
    drop(vault);
    scene.set_row(Sheet::Entry, row, &old);
    let mut vault = scene.open();
    assert_eq!(reasons(&vault), [(ids[0], QuarantineReason::Replayed { listed: 2, found: 1 })]);
    assert!(vault.quarantine()[0].entry.is_some());
    let key = vault.quarantine()[0].key;
    vault.settle(&[key], Settle::Accept).unwrap();
    assert_ne!(vault.entry(ids[0]).unwrap().entry.note, "new");
    assert!(vault.quarantine().is_empty());
    let report = scene.check();
    assert!(report.is_clean(), "{report:?}");
}

#[test]
fn a_record_added_without_the_key_is_unlisted_and_can_be_taken_or_dropped() {
    for how in [Settle::Accept, Settle::Drop] {
        let (scene, ids) = scene();
        let (_, body) = row_of(&scene, ids[3]);
        let mut vault = scene.open();
        vault.delete_forever(&[ids[3]]).unwrap();
        drop(vault);
        scene.set_row(Sheet::Entry, 4711, &body);
        let mut vault = scene.open();
        assert_eq!(reasons(&vault), [(ids[3], QuarantineReason::Unlisted)]);
        let key = vault.quarantine()[0].key;
        vault.settle(&[key], how).unwrap();
        assert_eq!(vault.entry(ids[3]).is_some(), how == Settle::Accept);
        assert!(scene.check().is_clean());
    }
}

#[test]
fn a_second_copy_of_a_record_is_unlisted_and_dropping_it_leaves_the_first() {
    let (scene, ids) = scene();
    let (_, body) = row_of(&scene, ids[3]);
    scene.set_row(Sheet::Entry, 4711, &body);
    let mut vault = scene.open();
    assert_eq!(reasons(&vault), [(ids[3], QuarantineReason::Unlisted)]);
    let key = vault.quarantine()[0].key;
    vault.settle(&[key], Settle::Drop).unwrap();
    assert!(vault.entry(ids[3]).is_some());
    assert!(scene.check().is_clean());
}

#[test]
fn records_with_exchanged_ids_are_both_named() {
    let (scene, ids) = scene();
    let ((row_a, mut a), (row_b, mut b)) = (row_of(&scene, ids[0]), row_of(&scene, ids[1]));
    a[32..56].swap_with_slice(&mut b[32..56]);
    scene.set_row(Sheet::Entry, row_a, &a);
    scene.set_row(Sheet::Entry, row_b, &b);
    let mut named = reasons(&scene.open());
    named.sort_by_key(|(id, _)| *id);
    assert_eq!(named, [(ids[0], QuarantineReason::Damaged), (ids[1], QuarantineReason::Damaged)]);
}

#[test]
fn records_in_each_other_s_rows_are_the_same_content() {
    let (scene, ids) = scene();
    let ((row_a, a), (row_b, b)) = (row_of(&scene, ids[0]), row_of(&scene, ids[1]));
    scene.set_row(Sheet::Entry, row_a, &b);
    scene.set_row(Sheet::Entry, row_b, &a);
    assert!(scene.check().is_clean());
}

#[test]
fn a_record_of_another_vault_and_garbage_are_named() {
    let (scene, _) = scene();
    let (other, vault) = Scene::with(1);
    let foreign = ids(&vault)[0];
    drop(vault);
    scene.set_row(Sheet::Entry, 100, &row_of(&other, foreign).1);
    scene.set_row(Sheet::Private, 101, b"garbage");
    let mut vault = scene.open();
    assert_eq!(vault.quarantine().len(), 2);
    let keys: Vec<_> = vault.quarantine().iter().map(|quarantined| quarantined.key).collect();
    vault.settle(&keys, Settle::Drop).unwrap();
    assert!(scene.check().is_clean());
}

#[test]
fn a_record_in_the_wrong_table_is_named() {
    let (scene, ids) = scene();
    let (row, body) = row_of(&scene, ids[0]);
    scene.meddle(|connection| {
        connection.execute("DELETE FROM entry WHERE row = ?1", [row]).unwrap();
    });
    scene.set_row(Sheet::Private, 100, &body);
    let vault = scene.open();
    assert!(reasons(&vault).contains(&(ids[0], QuarantineReason::Missing)));
    assert!(reasons(&vault).contains(&(ids[0], QuarantineReason::Unlisted)));
}

#[test]
fn a_damaged_copy_of_a_head_or_slot_is_named_and_written_anew_by_the_next_change() {
    for sheet in [Sheet::HeadA, Sheet::HeadB, Sheet::SlotA, Sheet::SlotB] {
        for at in [0, 9, 13, 14, 20, 40, 90, 150] {
            let (scene, _) = scene();
            let (row, mut body) = scene.rows(sheet).remove(0);
            body[at] ^= 1;
            scene.set_row(sheet, row, &body);
            assert_eq!(scene.check().findings, [Finding::Copy { table: sheet.name() }], "byte {at}");
            let mut vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
            assert!(vault.warnings().contains(&Warning::DamagedCopy { table: sheet.name() }));
            vault.add(sample::entries(1)).unwrap();
            assert!(scene.check().is_clean(), "{} byte {at}", sheet.name());
        }
    }
}

#[test]
fn both_copies_of_the_slots_damaged_in_different_slots_still_prove_each_other() {
    let (scene, _) = scene();
    for (sheet, index) in [(Sheet::SlotA, 0), (Sheet::SlotB, 1)] {
        let (row, mut body) = scene.rows(sheet).remove(index);
        body[120] ^= 1;
        scene.set_row(sheet, row, &body);
    }
    assert!(scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).is_ok());
    assert!(scene.unlock(&UnlockWith::Password(&password())).is_ok());
    assert!(scene.check().is_clean());
}

#[test]
fn an_old_slot_put_back_does_not_become_part_of_the_vault_again() {
    let (scene, vault) = Scene::with(1);
    let old = scene.rows(Sheet::SlotA);
    drop(vault);
    let mut vault = scene.open();
    vault.change_password(&Password::new("new".into()), weak(), false).unwrap();
    drop(vault);
    for sheet in [Sheet::SlotA, Sheet::SlotB] {
        for (row, body) in &old {
            scene.set_row(sheet, *row, body);
        }
    }
    let mut vault = scene.open();
    assert!(vault.warnings().contains(&Warning::SlotsFailed));
    vault.change_password(&Password::new("newest".into()), weak(), false).unwrap();
    assert!(!vault.warnings().contains(&Warning::SlotsFailed));
    drop(vault);
    assert!(matches!(
        scene.unlock(&UnlockWith::Password(&password())).unwrap_err(),
        UnlockError::WrongPassword
    ));
}

#[test]
fn a_slot_beyond_the_cap_is_refused_before_any_memory_is_taken() {
    let (scene, _) = scene();
    for sheet in [Sheet::SlotA, Sheet::SlotB] {
        for (row, mut body) in scene.rows(sheet) {
            if body[14] == 1 {
                body[48..52].copy_from_slice(&u32::MAX.to_le_bytes());
                scene.set_row(sheet, row, &body);
            }
        }
    }
    let error = scene.unlock(&UnlockWith::Password(&password())).unwrap_err();
    assert!(matches!(error, UnlockError::KdfBeyondCap { m_kib: u32::MAX, t: 1, p: 1 }));
    assert!(scene.unlock(&UnlockWith::RecoveryCode(&scene.code)).is_ok(), "the other way in still opens");
}

#[test]
fn a_damaged_leaf_is_proved_by_its_records() {
    let (scene, ids) = scene();
    let number = i64::from(ids[0].as_bytes()[0]);
    let (_, mut body) = scene.rows(Sheet::Leaf).into_iter().find(|(row, _)| *row == number).unwrap();
    body[40] ^= 1;
    scene.set_row(Sheet::Leaf, number, &body);
    assert_eq!(scene.check().findings, [Finding::Copy { table: "leaf" }]);
    let mut vault = scene.open();
    assert!(vault.quarantine().is_empty());
    vault.edit(ids[1], |entry| entry.note = "x".into()).unwrap();
    assert!(scene.check().is_clean(), "written anew by the next change");
}

#[test]
fn a_leaf_that_fails_leaves_its_records_unlisted_until_they_are_settled() {
    let (scene, ids) = scene();
    let number = i64::from(ids[0].as_bytes()[0]);
    let (row, _) = row_of(&scene, ids[0]);
    scene.meddle(|connection| {
        connection.execute("DELETE FROM leaf WHERE row = ?1", [number]).unwrap();
        connection.execute("DELETE FROM entry WHERE row = ?1", [row]).unwrap();
    });
    let mut vault = scene.open();
    assert!(vault.warnings().contains(&Warning::LeavesFailed(1)));
    assert_eq!(
        scene.check().findings,
        [Finding::Copy { table: "leaf" }, Finding::Leaf(ids[0].as_bytes()[0])][1..]
    );
    vault.accept_manifest().unwrap();
    assert!(scene.check().is_clean());
}

#[test]
fn a_manifest_that_fails_is_read_only_until_it_is_accepted() {
    let (scene, ids) = scene();
    for sheet in [Sheet::HeadA, Sheet::HeadB] {
        let (row, mut body) = scene.rows(sheet).remove(0);
        body[8900] ^= 1;
        scene.set_row(sheet, row, &body);
    }
    let mut vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
    assert!(vault.read_only() && vault.warnings().contains(&Warning::ManifestFailed));
    assert_eq!(vault.entries().count(), 6, "shown by their own authentication");
    assert!(matches!(vault.edit(ids[0], |entry| entry.note = "x".into()).unwrap_err(), VaultError::ReadOnly));
    vault.accept_manifest().unwrap();
    vault.edit(ids[0], |entry| entry.note = "x".into()).unwrap();
    assert!(vault.generation() > 3, "it goes on from where it was");
    drop(vault);
    let report = scene.check();
    assert!(report.is_clean(), "{report:?}");
    assert!(scene.unlock(&UnlockWith::Password(&password())).is_ok());
}

#[test]
fn an_audit_event_removed_changed_or_exchanged_is_named() {
    let (scene, mut vault) = Scene::with(0);
    for _ in 0..5 {
        vault.add(sample::entries(1)).unwrap();
    }
    drop(vault);
    let rows = scene.rows(Sheet::Audit);
    assert_eq!(rows.len(), 6);
    let good = std::fs::read(&scene.path).unwrap();
    for (row, body) in &rows {
        let number = u64::try_from(*row).unwrap();
        std::fs::write(&scene.path, &good).unwrap();
        scene.meddle(|connection| {
            connection.execute("DELETE FROM audit WHERE row = ?1", [*row]).unwrap();
        });
        assert_eq!(scene.check().findings, [Finding::AuditEvent { number }]);
        let mut body = body.clone();
        body[100] ^= 1;
        scene.set_row(Sheet::Audit, *row, &body);
        assert!(scene.check().findings.contains(&Finding::AuditEvent { number }));
    }
    std::fs::write(&scene.path, &good).unwrap();
    scene.set_row(Sheet::Sealed, 1, b"garbage");
    assert_eq!(scene.check().findings, [Finding::Sealed { row: 1 }]);
}

#[test]
fn an_older_copy_of_the_whole_file_is_noticed_until_it_is_accepted() {
    let (scene, mut vault) = Scene::remembering(2);
    let older = scene.folder.path().join("older");
    copy(&scene.path, &older);
    let found = vault.generation();
    vault.add(sample::entries(1)).unwrap();
    let seen = vault.generation();
    drop(vault);
    assert!(scene.open().warnings().iter().all(|warning| !matches!(warning, Warning::RolledBack { .. })));
    copy(&older, &scene.path);
    let rolled_back = Warning::RolledBack { seen, found };
    assert!(scene.open().warnings().contains(&rolled_back));
    let mut vault = scene.open();
    assert!(vault.warnings().contains(&rolled_back), "it is said until somebody answers");
    vault.accept_as_newest().unwrap();
    drop(vault);
    assert!(!scene.open().warnings().contains(&rolled_back));
}

#[test]
fn a_rollback_under_an_open_session_is_noticed() {
    let (scene, mut vault) = Scene::with(2);
    let older = scene.folder.path().join("older");
    copy(&scene.path, &older);
    vault.add(sample::entries(1)).unwrap();
    std::fs::rename(&older, &scene.path).unwrap();
    assert!(vault.refresh().unwrap());
    assert!(vault.warnings().iter().any(|warning| matches!(warning, Warning::RolledBack { .. })));
}

#[test]
fn copies_that_went_different_ways_are_a_fork_and_merge_entry_by_entry() {
    let (scene, mut ours) = Scene::remembering(0);
    let ids = ours.add(vec![crate::testing::hotp(), crate::testing::hotp(), crate::testing::hotp()]).unwrap();
    drop(ours);
    let other = scene.folder.path().join("other");
    copy(&scene.path, &other);
    let mut ours = scene.open();
    ours.advance_hotp(ids[0]).unwrap();
    ours.advance_hotp(ids[0]).unwrap();
    ours.edit(ids[1], |entry| (entry.note, entry.modified) = ("ours".into(), NOW + 1)).unwrap();
    let mut theirs = {
        let host = crate::Host::new(scene.clock.as_fn(), Box::new(tessera_testkit::SeededRng::new(77)));
        LockedVault::open(&other).unwrap().unlock(&UnlockWith::VaultKey(&scene.key), host).unwrap()
    };
    theirs.advance_hotp(ids[0]).unwrap();
    theirs.edit(ids[0], |entry| (entry.note, entry.modified) = ("theirs".into(), NOW + 2)).unwrap();
    theirs.edit(ids[1], |entry| (entry.note, entry.modified) = ("theirs".into(), NOW)).unwrap();
    theirs.delete_forever(&[ids[2]]).unwrap();
    let added = theirs.add(sample::entries(1)).unwrap()[0];
    let items = ours.compare_with(&theirs);
    assert_eq!(items.len(), 4);
    let proposed: Vec<_> =
        items.iter().map(|item| crate::MergeChoice { id: item.id, take: item.proposed }).collect();
    let report = ours.merge(&theirs, &proposed).unwrap();
    assert_eq!((report.added, report.changed, report.trashed), (1, 1, 0));
    let entry = |id| ours.entry(id).unwrap().entry;
    assert_eq!(
        (entry(ids[0]).note.as_str(), entry(ids[0]).credential.generator.counter()),
        ("theirs", Some(2)),
        "the higher counter counts"
    );
    assert_eq!(entry(ids[1]).note, "ours");
    assert!(ours.entry(ids[2]).is_some() && ours.entry(added).is_some());
    let both = crate::MergeChoice { id: ids[1], take: Take::Both };
    assert_eq!(ours.merge(&theirs, &[both]).unwrap().added, 1);
    drop((ours, theirs));
    // The other copy in this one's place: the device saw another state of the same age or later.
    copy(&other, &scene.path);
    let forked = scene.open();
    assert!(
        forked
            .warnings()
            .iter()
            .any(|warning| matches!(warning, Warning::Fork { .. } | Warning::RolledBack { .. }))
    );
}

#[test]
fn a_vault_that_is_no_copy_is_not_merged() {
    let ((_a, mut first), (_b, second)) = (Scene::with(1), Scene::with(1));
    // Seeded alike: give the second another id by making it on its own seed.
    if first.id() == second.id() {
        let (scene, _) = scene();
        let path = scene.folder.path().join("own");
        let (other, _) = Vault::create(&path, &password(), weak(), scene.host(4242)).unwrap();
        assert!(matches!(first.merge(&other, &[]).unwrap_err(), VaultError::OtherVault));
    }
}

#[test]
fn re_keying_leaves_nothing_that_the_old_password_opens() {
    let (scene, mut vault) = Scene::with(30);
    vault.record_use(ids(&vault)[0]);
    vault.flush_usage(true).unwrap();
    let wrong = Password::new("wrong".into());
    scene.try_open().unwrap().unlock(&UnlockWith::Password(&wrong), scene.host(8)).unwrap_err();
    let before: Vec<_> = vault.entries().map(|found| (found.id, found.entry.clone(), found.uses)).collect();
    let old: Vec<Vec<u8>> =
        Sheet::ALL.iter().flat_map(|sheet| scene.rows(*sheet)).map(|(_, body)| body).collect();
    let mut elsewhere = scene.open();
    let new = Password::new("new password".into());
    let code = vault.change_password(&new, weak(), true).unwrap().unwrap();
    let after: Vec<_> = vault.entries().map(|found| (found.id, found.entry.clone(), found.uses)).collect();
    assert_eq!(before, after);
    assert!(matches!(elsewhere.refresh().unwrap_err(), VaultError::KeyChanged));
    assert!(matches!(elsewhere.add(sample::entries(1)).unwrap_err(), VaultError::KeyChanged));
    drop((vault, elsewhere));
    for with in [
        UnlockWith::Password(&password()),
        UnlockWith::RecoveryCode(&scene.code),
        UnlockWith::VaultKey(&scene.key),
    ] {
        scene.unlock(&with).unwrap_err();
    }
    let file = std::fs::read(&scene.path).unwrap();
    // A leaf without lines is nothing but the common start.
    for body in old.into_iter().filter(|body| body.len() > 32) {
        // Past the common start: ids stay, but no salt, nonce, wrapped key or ciphertext does.
        let tail = &body[body.len() - 32..];
        assert!(!file.windows(32).any(|window| window == tail), "old bytes are left in the file");
    }
    let vault = scene.unlock(&UnlockWith::RecoveryCode(&code)).unwrap();
    assert_eq!(vault.entries().count(), before.len());
    assert!(vault.check().unwrap().is_clean(), "{:?}", vault.check().unwrap());
    assert!(scene.unlock(&UnlockWith::Password(&new)).is_ok());
}

#[test]
fn re_keying_waits_until_quarantined_records_are_settled() {
    let (scene, ids) = scene();
    let (row, mut body) = row_of(&scene, ids[1]);
    body[70] ^= 1;
    scene.set_row(Sheet::Entry, row, &body);
    let mut vault = scene.open();
    let error = vault.change_password(&password(), weak(), true).unwrap_err();
    assert!(matches!(error, VaultError::Quarantined(1)));
    assert!(scene.unlock(&UnlockWith::Password(&password())).is_ok());
}

#[test]
fn salvage_reads_entries_out_of_a_file_that_sqlite_refuses() {
    let (scene, mut vault) = Scene::with(50);
    let mut large = crate::testing::hotp();
    large.note = "long ".repeat(1500);
    vault.add(vec![large]).unwrap();
    let expected: Vec<_> = vault.entries().chain(vault.trash()).map(|found| found.entry.clone()).collect();
    drop(vault);
    let mut file = std::fs::read(&scene.path).unwrap();
    file[..100].fill(0xff);
    std::fs::write(&scene.path, file).unwrap();
    assert!(scene.try_open().is_err());
    for with in [
        UnlockWith::Password(&password()),
        UnlockWith::RecoveryCode(&scene.code),
        UnlockWith::VaultKey(&scene.key),
    ] {
        let salvaged = salvage(&scene.path, &with).unwrap();
        assert_eq!((salvaged.entries.len(), salvaged.missing, salvaged.unreadable), (51, Some(0), 0));
        assert!(
            salvaged
                .entries
                .iter()
                .all(|found| found.listed == Some(true) && expected.contains(&found.entry))
        );
        assert!(salvaged.settings.is_some());
    }
    let wrong = Password::new("wrong".into());
    assert!(matches!(
        salvage(&scene.path, &UnlockWith::Password(&wrong)).unwrap_err(),
        SalvageError::Unlock(UnlockError::WrongPassword)
    ));
    std::fs::write(&scene.path, b"nothing at all").unwrap();
    assert!(matches!(
        salvage(&scene.path, &UnlockWith::VaultKey(&scene.key)).unwrap_err(),
        SalvageError::NothingFound
    ));
}

#[test]
fn a_file_that_sqlite_reads_only_in_part_opens_read_only_with_all_that_the_manifest_proves() {
    let (scene, vault) = Scene::with(60);
    let expected = vault.entries().count() + vault.trash().count();
    drop(vault);
    let mut root = 0_usize;
    scene.meddle(|connection| {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'";
        let page: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        root = usize::try_from(page).unwrap();
    });
    let mut file = std::fs::read(&scene.path).unwrap();
    file[(root - 1) * 4096] = 0xff; // no type that a page can have
    std::fs::write(&scene.path, file).unwrap();
    let mut vault = scene.open();
    assert!(vault.read_only() && vault.warnings().contains(&Warning::DamagedFile));
    assert_eq!(vault.entries().count() + vault.trash().count(), expected);
    assert!(vault.quarantine().is_empty());
    assert!(matches!(vault.add(sample::entries(1)).unwrap_err(), VaultError::ReadOnly));
    assert!(vault.check().unwrap().findings.iter().any(|finding| matches!(finding, Finding::Structure(_))));
}

#[test]
fn a_schema_with_something_else_in_it_is_only_read() {
    let (scene, _) = scene();
    scene.meddle(|connection| {
        connection
            .execute_batch("CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM leaf; END")
            .unwrap();
    });
    let vault = scene.open();
    assert!(vault.read_only());
    assert_eq!(vault.entries().count(), 6);
    assert!(vault.check().unwrap().findings.iter().any(|finding| matches!(finding, Finding::Schema(_))));
}
