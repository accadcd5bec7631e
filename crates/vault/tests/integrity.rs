//! What is done to a vault file without its key is noticed and named, costs at most what was hit, and never panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::pages::{self, Body};
use common::{all, host, place, unlock};
use rusqlite::Connection;
use tessera_otp::Entry;
use tessera_vault::{
    AuditRecord, EntryId, Finding, KdfParams, LockedVault, Password, QuarantineReason, Settings, Settle,
    Table, UnlockWith, Vault, VaultKey, Warning, salvage,
};

/// All that a vault says, to be compared.
#[derive(Debug, PartialEq)]
struct Content {
    entries: Vec<(EntryId, Entry)>,
    uses: Vec<(EntryId, u64, Option<u64>)>,
    order: Vec<EntryId>,
    settings: Settings,
    log: Vec<AuditRecord>,
    slots: Vec<String>,
}

fn content(vault: &Vault) -> Content {
    let mut uses: Vec<_> = vault.entries().map(|at| (at.id, at.uses, at.last_used)).collect();
    uses.sort_unstable();
    let mut slots: Vec<_> = vault.slots().iter().map(|slot| format!("{slot:?}")).collect();
    slots.sort_unstable();
    Content {
        entries: all(vault),
        uses,
        order: vault.order().to_vec(),
        settings: vault.settings().clone(),
        log: vault.audit_log(usize::MAX).unwrap(),
        slots,
    }
}

/// What a session without writing tells of a file.
enum Told {
    /// An error, a warning, a quarantined record or a finding. With the entries that are still there.
    Wrong(Vec<(EntryId, Entry)>),
    /// The file does not open.
    Refused,
    /// Nothing wrong, and this content.
    Right(Box<Content>),
}

fn look(path: &Path, key: &VaultKey) -> Told {
    let Ok(locked) = LockedVault::open_read_only(path) else { return Told::Refused };
    let Ok(vault) = locked.unlock(&UnlockWith::VaultKey(key), host()) else { return Told::Refused };
    let warned = vault
        .warnings()
        .iter()
        .any(|warning| !matches!(warning, Warning::ReadOnly | Warning::FailedUnlocks(_)));
    let clean = vault.check().is_ok_and(|report| report.is_clean());
    if warned || !vault.quarantine().is_empty() || !clean {
        return Told::Wrong(all(&vault));
    }
    Told::Right(Box::new(content(&vault)))
}

/// A small vault with a record of every kind: entries, one of them on overflow pages, settings, order, a log, and a
/// sealed event that waits.
fn small(path: &Path) -> (VaultKey, Content) {
    let (mut vault, _) = common::create(path);
    let mut entries = common::entries();
    entries.truncate(5);
    let ids = vault.add(entries).unwrap();
    vault.record_use(ids[2]);
    vault.set_order(vec![ids[2], ids[0]]);
    vault.flush_usage(true).unwrap();
    let mut settings = vault.settings().clone();
    settings.clipboard_s = 11;
    vault.set_settings(settings).unwrap();
    let key = vault.vault_key();
    drop(vault);
    let locked = LockedVault::open(path).unwrap();
    assert!(locked.unlock(&UnlockWith::Password(&Password::new("wrong".into())), host()).is_err());
    let looked =
        LockedVault::open_read_only(path).unwrap().unlock(&UnlockWith::VaultKey(&key), host()).unwrap();
    let content = content(&looked);
    assert_eq!(content.entries.len(), 5);
    (key, content)
}

/// The entry ids whose records stand, in whole or in part, where a body is.
fn entry_of(body: &Body, file: &[u8]) -> Option<EntryId> {
    (body.table == "entry").then(|| EntryId::from_bytes(body.read(file)[32..48].try_into().unwrap()))
}

/// Runs `each` for every number below `count`, on two threads.
fn on_two_threads(count: usize, each: impl Fn(&Path, usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let folder = common::scratch();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    each(folder.path(), number);
                }
            });
        }
    });
}

#[test]
fn every_flipped_byte_is_found_or_changes_nothing() {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (key, right) = small(&path);
    let file = fs::read(&path).unwrap();
    let bodies = pages::bodies(&path);
    let owners = pages::owners(file.len(), &bodies);
    let counts: Mutex<BTreeMap<&str, usize>> = Mutex::new(BTreeMap::new());
    let count = |what: &'static str| *counts.lock().unwrap().entry(what).or_default() += 1;

    on_two_threads(file.len(), |folder, at| {
        let mut bytes = file.clone();
        // Another bit in each place, so that all eight are tried everywhere.
        bytes[at] ^= 1 << ((at + at / 256) % 8);
        let path = place(folder, "flipped", &bytes);
        let owner = owners[at].map(|index| &bodies[index]);
        let hit = owner.and_then(|body| entry_of(body, &file));
        match (look(&path, &key), owner) {
            (Told::Right(content), None) => {
                assert_eq!(*content, right, "byte {at}, outside of any body, changed the content unnoticed");
                count("outside of bodies: changes nothing");
            }
            (Told::Right(_), Some(body)) => {
                panic!("byte {at}, in {} row {}, was not found", body.table, body.row)
            }
            (Told::Wrong(_), None) => count("outside of bodies: reported"),
            (Told::Refused, None) => count("outside of bodies: refused"),
            (Told::Wrong(entries), Some(body)) => {
                count("in a body: found");
                // A leaf that fails takes its entries into quarantine, from which they are settled.
                if body.table != "leaf" {
                    for (id, entry) in &right.entries {
                        assert!(
                            Some(*id) == hit || entries.iter().any(|one| one == &(*id, entry.clone())),
                            "byte {at}, in {} row {}, cost entry {id}",
                            body.table,
                            body.row
                        );
                    }
                }
            }
            (Told::Refused, Some(body)) => {
                panic!("byte {at}, in {} row {}, locks the vault", body.table, body.row)
            }
        }
        let saved =
            salvage(&path, &UnlockWith::VaultKey(&key)).unwrap_or_else(|error| panic!("byte {at}: {error}"));
        let lost: Vec<_> = right
            .entries
            .iter()
            .filter(|(id, entry)| !saved.entries.iter().any(|one| one.id == *id && one.entry == *entry))
            .map(|(id, _)| *id)
            .collect();
        assert!(
            lost.len() <= 1 && (owner.is_none() || lost.iter().all(|id| Some(*id) == hit)),
            "byte {at}: salvage lost {lost:?}"
        );
        if !lost.is_empty() {
            count("salvage: the record that was hit is lost");
        }
    });
    println!("{} bytes: {:#?}", file.len(), counts.into_inner().unwrap());
}

#[test]
fn a_file_cut_short_anywhere_is_refused_in_words_and_what_is_left_can_be_salvaged() {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (key, right) = small(&path);
    let file = fs::read(&path).unwrap();
    let mut lengths: Vec<usize> = (0..file.len()).step_by(4096).collect();
    lengths.extend((0..file.len()).step_by(1_237)); // anywhere within a page
    lengths.extend([1, 15, 16, 17, 99, 100, 101, 511, file.len() - 1]);
    for length in lengths {
        let path = place(folder.path(), "cut", &file[..length]);
        match look(&path, &key) {
            Told::Refused => {}
            // SQLite takes a last page that is cut for one that ends in zeros: what stood there shows.
            Told::Wrong(_) if length > file.len() - 4096 => {}
            Told::Right(content) if length > file.len() - 4096 => {
                assert_eq!(*content, right, "cut to {length} bytes");
            }
            _ => panic!("a file cut to {length} bytes opens"),
        }
        // The records of which nothing is missing come back, however little is left. The key is given: the slots may be gone.
        let saved =
            salvage(&path, &UnlockWith::VaultKey(&key)).map(|saved| saved.entries).unwrap_or_default();
        let whole = pages::bodies(&folder.path().join("vault"))
            .into_iter()
            .filter(|body| body.at.iter().all(|range| range.end <= length))
            .filter_map(|body| entry_of(&body, &file));
        for id in whole {
            let entry = right.entries.iter().find(|(one, _)| *one == id).map(|(_, entry)| entry);
            assert!(
                saved.iter().any(|one| one.id == id && Some(&one.entry) == entry),
                "at {length} bytes, entry {id} is whole and was not salvaged"
            );
        }
        assert_eq!(
            fs::read(&path).unwrap(),
            &file[..length],
            "looking at a file cut to {length} bytes changed it"
        );
    }
}

/// Two states of one vault, and what can be done with them in SQL, `older` being attached.
struct Two {
    folder: tempfile::TempDir,
    key: VaultKey,
    older: PathBuf,
    newer: PathBuf,
    ids: Vec<EntryId>,
}

fn two() -> Two {
    let folder = common::scratch();
    let (older, newer) = (folder.path().join("older"), folder.path().join("newer"));
    let (mut vault, _) = common::create(&newer);
    let ids = vault.add(common::entries()).unwrap();
    fs::copy(&newer, &older).unwrap();
    for id in &ids[..4] {
        let mut entry = vault.entry(*id).unwrap().entry.clone();
        entry.note = "newer".into();
        vault.update(*id, entry).unwrap();
    }
    vault.delete_forever(&ids[9..]).unwrap();
    Two { key: vault.vault_key(), folder, older, newer, ids }
}

impl Two {
    /// The newer file after some SQL was done to it.
    fn after(&self, sql: &str) -> PathBuf {
        let path = self.folder.path().join("tampered");
        fs::copy(&self.newer, &path).unwrap();
        let db = Connection::open(&path).unwrap();
        db.execute("ATTACH ?1 AS older", [self.older.to_str().unwrap()]).unwrap();
        db.execute_batch(sql).unwrap();
        path
    }

    /// SQL: the row of an entry, by its id.
    fn is(&self, index: usize) -> String {
        format!("substr(body, 33, 16) = x'{}'", self.ids[index])
    }

    /// What is in quarantine after some SQL, and that `check` finds just that.
    fn quarantined(&self, sql: &str) -> Vec<(Table, EntryId, QuarantineReason)> {
        let path = self.after(sql);
        let vault = LockedVault::open_read_only(&path)
            .unwrap()
            .unlock(&UnlockWith::VaultKey(&self.key), host())
            .unwrap();
        let quarantined: Vec<_> =
            vault.quarantine().iter().map(|one| (one.table, one.id, one.reason)).collect();
        assert!(vault.warnings().contains(&Warning::QuarantinedRecords(quarantined.len())));
        let mut found: Vec<_> = vault
            .check()
            .unwrap()
            .findings
            .into_iter()
            .map(|finding| match finding {
                Finding::Record { table, id, reason } => (table, id, reason),
                other => panic!("{other:?}"),
            })
            .collect();
        let mut expected = quarantined.clone();
        found.sort_by_key(|one| format!("{one:?}"));
        expected.sort_by_key(|one| format!("{one:?}"));
        assert_eq!(found, expected);
        quarantined
    }
}

#[test]
fn a_removed_record_is_named() {
    let two = two();
    let found = two.quarantined(&format!("DELETE FROM entry WHERE {}", two.is(1)));
    assert_eq!(found, [(Table::Entry, two.ids[1], QuarantineReason::Missing)]);
}

#[test]
fn an_added_record_is_named_and_kept_apart() {
    let two = two();
    // A record that was deleted for good and is put back: genuine, and yet not of this state.
    let put_back = format!("INSERT INTO entry (body) SELECT body FROM older.entry WHERE {}", two.is(10));
    assert_eq!(two.quarantined(&put_back), [(Table::Entry, two.ids[10], QuarantineReason::Unlisted)]);
    let vault = unlock(&two.after(&put_back), &two.key);
    assert!(vault.entry(two.ids[10]).is_none());
    assert_eq!(all(&vault).len(), 9);
    assert!(vault.quarantine()[0].entry.is_some(), "a person is to see what it says");
    // Bytes that are nobody's.
    let found = two.quarantined("INSERT INTO entry (body) VALUES (randomblob(256))");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, Table::Entry);
}

#[test]
fn a_replayed_record_is_named_with_both_revisions() {
    let two = two();
    let sql =
        format!("UPDATE entry SET body = (SELECT body FROM older.entry WHERE {0}) WHERE {0}", two.is(2));
    assert_eq!(
        two.quarantined(&sql),
        [(Table::Entry, two.ids[2], QuarantineReason::Replayed { listed: 2, found: 1 })]
    );
}

#[test]
fn swapped_records_are_named() {
    let two = two();
    // Each with the other's ciphertext under its own header, and so of its own id and revision.
    let other = |mine, theirs| {
        format!(
            "UPDATE entry SET body = CAST(substr(body, 1, 56) || (SELECT substr(body, 57) FROM older.entry WHERE {}) AS BLOB) WHERE {};",
            two.is(theirs),
            two.is(mine)
        )
    };
    let mut found = two.quarantined(&format!("{}{}", other(6, 7), other(7, 6)));
    found.sort_by_key(|one| one.1);
    let mut expected = [6, 7].map(|index| (Table::Entry, two.ids[index], QuarantineReason::Damaged));
    expected.sort_by_key(|one| one.1);
    assert_eq!(found, expected);
    // Into another table.
    let moved = format!(
        "INSERT INTO private (body) SELECT body FROM entry WHERE {0}; DELETE FROM entry WHERE {0};",
        two.is(5)
    );
    let found = two.quarantined(&moved);
    assert!(found.contains(&(Table::Entry, two.ids[5], QuarantineReason::Missing)), "{found:?}");
    assert_eq!(found.len(), 2);
    // Whole bodies between rows of one table: the row says nothing, and so nothing changed.
    let path = two.after(
        "CREATE TEMP TABLE pair AS SELECT row, body FROM entry ORDER BY row LIMIT 2;
         UPDATE entry SET body = (SELECT p.body FROM pair p WHERE p.row <> entry.row) WHERE row IN (SELECT row FROM pair);",
    );
    let vault =
        LockedVault::open_read_only(&path).unwrap().unlock(&UnlockWith::VaultKey(&two.key), host()).unwrap();
    assert!(vault.check().unwrap().is_clean() && vault.quarantine().is_empty());
    assert_eq!(all(&vault), all(&unlock(&two.newer, &two.key)));
}

#[test]
fn a_record_doubled_counts_once_and_is_named() {
    let two = two();
    let path = two.after(&format!("INSERT INTO entry (body) SELECT body FROM entry WHERE {}", two.is(0)));
    let vault = unlock(&path, &two.key);
    assert!(!vault.check().unwrap().is_clean());
    assert_eq!(all(&vault), all(&unlock(&two.newer, &two.key)));
}

#[test]
fn heads_and_slots_put_back_are_named() {
    let two = two();
    let look = |sql: &str| {
        let path = two.after(sql);
        let vault = LockedVault::open_read_only(&path)
            .unwrap()
            .unlock(&UnlockWith::VaultKey(&two.key), host())
            .unwrap();
        (vault.check().unwrap().findings, vault.warnings().to_vec(), all(&vault))
    };
    let right = all(&unlock(&two.newer, &two.key));
    for table in ["head_a", "head_b", "slot_a", "slot_b"] {
        for sql in [
            format!("DELETE FROM {table}"),
            format!(
                "UPDATE {table} SET body = CAST(substr(body, 1, 100) || x'ff' || substr(body, 102) AS BLOB)"
            ),
        ] {
            let (findings, warnings, entries) = look(&sql);
            assert_eq!(findings, [Finding::Copy { table }], "{sql}");
            assert_eq!(
                warnings.iter().filter(|one| **one == Warning::DamagedCopy { table }).count(),
                1,
                "{sql}: {warnings:?}"
            );
            assert_eq!(entries, right);
        }
    }
    for table in ["head_a", "head_b"] {
        let (findings, _, entries) =
            look(&format!("UPDATE {table} SET body = (SELECT body FROM older.{table})"));
        assert_eq!(findings, [Finding::Copy { table }], "an older copy that verifies was put back");
        assert_eq!(entries, right);
    }
    // Both heads put back: the leaves that changed since then fail, and their records are in quarantine.
    let heads = "UPDATE head_a SET body = (SELECT body FROM older.head_a); UPDATE head_b SET body = (SELECT body FROM older.head_b);";
    let (findings, _, entries) = look(heads);
    assert!(findings.iter().any(|one| matches!(one, Finding::Leaf(_))), "{findings:?}");
    assert!(entries.len() < right.len());
    // No head at all: nothing is written until a person accepts what is there.
    let path = two.after("DELETE FROM head_a; DELETE FROM head_b;");
    match LockedVault::open(&path).unwrap().unlock(&UnlockWith::VaultKey(&two.key), host()) {
        Ok(mut vault) => {
            assert!(vault.warnings().contains(&Warning::ManifestFailed));
            assert!(vault.add(common::entries()).is_err());
            vault.accept_manifest().unwrap();
            assert_eq!(all(&vault), right);
            assert!(vault.check().unwrap().is_clean());
            vault.add(common::entries()).unwrap();
        }
        Err(error) => panic!("the vault does not open without its heads: {error}"),
    }
}

#[test]
fn a_slot_put_back_after_re_keying_opens_nothing_of_the_vault() {
    let folder = common::scratch();
    let (path, copy) = (folder.path().join("vault"), folder.path().join("copy"));
    let (mut vault, _) = common::create(&path);
    vault.add(common::entries()).unwrap();
    fs::copy(&path, &copy).unwrap();
    vault.change_password(&Password::new("new".into()), KdfParams::FLOOR, true).unwrap();
    drop(vault);
    let db = Connection::open(&path).unwrap();
    db.execute("ATTACH ?1 AS older", [copy.to_str().unwrap()]).unwrap();
    db.execute_batch("INSERT INTO slot_a (body) SELECT body FROM older.slot_a; INSERT INTO slot_b (body) SELECT body FROM older.slot_b;")
        .unwrap();
    drop(db);
    let locked = LockedVault::open(&path).unwrap();
    if let Ok(vault) = locked.unlock(&UnlockWith::Password(&common::password()), host()) {
        panic!("the old password opened {} entries", all(&vault).len());
    }
    let vault = locked.unlock(&UnlockWith::Password(&Password::new("new".into())), host()).unwrap();
    assert_eq!(all(&vault).len(), common::entries().len());
}

#[test]
fn a_replayed_file_is_a_warning_and_a_fork_is_another() {
    let folder = common::scratch();
    let (path, state) = (folder.path().join("vault"), folder.path().join("state"));
    fs::create_dir(&state).unwrap();
    let host = || common::host().with_state_dir(state.clone());
    let (mut vault, _) = Vault::create(&path, &common::password(), KdfParams::FLOOR, host()).unwrap();
    let key = vault.vault_key();
    let before = fs::read(&path).unwrap();
    vault.add(common::entries()).unwrap();
    vault.add(common::entries()).unwrap();
    let seen = vault.generation();
    drop(vault);
    let newest = fs::read(&path).unwrap();
    let opened =
        |path: &Path| LockedVault::open(path).unwrap().unlock(&UnlockWith::VaultKey(&key), host()).unwrap();
    assert_eq!(opened(&path).warnings(), []);

    fs::write(&path, &before).unwrap();
    let vault = opened(&path);
    assert!(
        vault.warnings().iter().any(|one| matches!(one, Warning::RolledBack { seen: s, .. } if *s == seen)),
        "{:?}",
        vault.warnings()
    );
    drop(vault);

    // The older copy goes its own way on another device and comes back.
    fs::write(&path, &before).unwrap();
    let mut elsewhere = common::unlock(&path, &key);
    for _ in 0..3 {
        elsewhere.add(common::entries()).unwrap();
    }
    drop(elsewhere);
    fs::copy(&path, folder.path().join("forked")).unwrap();
    let vault = opened(&path);
    assert!(
        vault.warnings().iter().any(|one| matches!(one, Warning::Fork { seen: s, .. } if *s == seen)),
        "{:?}",
        vault.warnings()
    );
    drop(vault);
    fs::write(&path, &newest).unwrap();
    assert_eq!(all(&opened(&path)).len(), 2 * common::entries().len());
}

#[test]
fn the_old_password_opens_nothing_after_re_keying_and_its_slot_is_nowhere_in_the_file() {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (mut vault, old_code) = common::create(&path);
    vault.add(common::entries()).unwrap();
    let old_key = vault.vault_key();
    let before = fs::read(&path).unwrap();
    let old: Vec<(String, Vec<u8>)> =
        pages::bodies(&path).iter().map(|body| (body.table.clone(), body.read(&before))).collect();
    let new = Password::new("another one".into());
    let new_code = vault.change_password(&new, KdfParams::FLOOR, true).unwrap().unwrap();
    drop(vault);

    let locked = LockedVault::open(&path).unwrap();
    for with in [
        UnlockWith::Password(&common::password()),
        UnlockWith::RecoveryCode(&old_code),
        UnlockWith::VaultKey(&old_key),
    ] {
        assert!(locked.unlock(&with, host()).is_err(), "{with:?} still opens the vault");
    }
    salvage(&path, &UnlockWith::Password(&common::password())).unwrap_err();
    let saved =
        salvage(&path, &UnlockWith::VaultKey(&old_key)).map(|saved| saved.entries).unwrap_or_default();
    assert!(saved.is_empty(), "the old key still reads {} entries", saved.len());
    for with in [UnlockWith::Password(&new), UnlockWith::RecoveryCode(&new_code)] {
        assert_eq!(all(&locked.unlock(&with, host()).unwrap()).len(), common::entries().len());
    }

    let after = fs::read(&path).unwrap();
    let is_there = |needle: &[u8]| after.windows(needle.len()).any(|window| window == needle);
    for (table, body) in old {
        let fields: &[(&str, std::ops::Range<usize>)] = match table.as_str() {
            "slot_a" | "slot_b" => &[
                ("id", 32..48),
                ("salt", 64..96),
                ("nonce", 96..108),
                ("wrapped key", 108..140),
                ("tag", 140..156),
            ],
            "entry" | "private" | "audit" => &[("nonce", 56..68), ("ciphertext", 68..100), ("end", 200..232)],
            "head_a" | "head_b" => &[("slots' hash", 40..72), ("root", 8880..8912)],
            _ => &[],
        };
        for (name, range) in fields {
            assert!(!is_there(&body[range.clone()]), "the old {name} of a {table} row is still in the file");
        }
    }
    assert!(!folder.path().join("vault-journal").exists() && !folder.path().join("vault-wal").exists());
}

#[test]
fn settled_quarantine_leaves_a_clean_vault() {
    let two = two();
    let path = two.after(&format!(
        "DELETE FROM entry WHERE {}; INSERT INTO entry (body) SELECT body FROM older.entry WHERE {};
         UPDATE entry SET body = (SELECT body FROM older.entry WHERE {2}) WHERE {2};",
        two.is(1),
        two.is(10),
        two.is(2)
    ));
    let mut vault = unlock(&path, &two.key);
    assert_eq!(vault.quarantine().len(), 3);
    // Other changes go on meanwhile, and leave the quarantine as it is.
    vault.add(common::entries()).unwrap();
    assert_eq!(vault.quarantine().len(), 3);
    let keys: Vec<_> = vault.quarantine().iter().map(|one| (one.key, one.reason)).collect();
    for (key, reason) in keys {
        let how = if reason == QuarantineReason::Missing { Settle::Drop } else { Settle::Accept };
        vault.settle(&[key], how).unwrap();
    }
    assert!(vault.quarantine().is_empty());
    assert_eq!(vault.check().unwrap().findings, []);
    assert!(vault.entry(two.ids[1]).is_none() && vault.entry(two.ids[10]).is_some());
    drop(vault);
    assert!(unlock(&path, &two.key).check().unwrap().is_clean());
}

#[test]
fn what_is_no_vault_is_said_to_be_none() {
    use tessera_vault::OpenError;
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (vault, _) = common::create(&path);
    drop(vault);
    let file = fs::read(&path).unwrap();
    let open = |bytes: &[u8]| LockedVault::open(&place(folder.path(), "other", bytes)).map(|_| ());
    assert!(matches!(
        LockedVault::open(&folder.path().join("nothing")).map(|_| ()),
        Err(OpenError::NotFound)
    ));
    assert!(matches!(open(b""), Err(OpenError::NotAVault)));
    assert!(matches!(open(b"otpauth://totp/x?secret=A"), Err(OpenError::NotAVault)));
    assert!(matches!(open(&[0; 8192]), Err(OpenError::NotAVault)));
    let with = |sql: &str| {
        let path = place(folder.path(), "sql", &file);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        LockedVault::open(&path).map(|_| ())
    };
    assert!(matches!(with("PRAGMA user_version = 2"), Err(OpenError::NewerFormat { found: 2 })));
    assert!(matches!(with("PRAGMA application_id = 1"), Err(OpenError::ForeignFile { application_id: 1 })));
    let foreign = folder.path().join("foreign");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        .unwrap();
    assert!(matches!(
        LockedVault::open(&foreign).map(|_| ()),
        Err(OpenError::ForeignFile { application_id: 0 } | OpenError::NotAVault)
    ));
    with("PRAGMA user_version = 1").unwrap();
}

#[test]
fn a_slot_that_asks_for_too_much_is_refused_before_it_costs_anything() {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (vault, code) = common::create(&path);
    drop(vault);
    let file = fs::read(&path).unwrap();
    for (cost, at) in
        [("ffffffff", 49), ("00001000", 53), ("11000000", 57), ("00000000", 53), ("01001000", 49)]
    {
        let path = place(folder.path(), "costly", &file);
        let db = Connection::open(&path).unwrap();
        for table in ["slot_a", "slot_b"] {
            let sql = format!(
                "UPDATE {table} SET body = CAST(substr(body, 1, {0}) || x'{cost}' || substr(body, {1}) AS BLOB) WHERE substr(body, 15, 1) = x'01'",
                at - 1,
                at + 4
            );
            db.execute_batch(&sql).unwrap();
        }
        drop(db);
        let locked = LockedVault::open(&path).unwrap();
        let refused = locked.unlock(&UnlockWith::Password(&common::password()), host()).map(|_| ());
        assert!(
            matches!(refused, Err(tessera_vault::UnlockError::KdfBeyondCap { .. })),
            "{cost}: {refused:?}"
        );
    }
    // The other way in is not hurt.
    LockedVault::open(&folder.path().join("costly"))
        .unwrap()
        .unlock(&UnlockWith::RecoveryCode(&code), host())
        .unwrap();
}
