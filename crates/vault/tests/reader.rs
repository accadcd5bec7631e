//! The second reader (`tests/reader/tessera_reader.py`, written from `docs/vault-format.md` alone) opens what this crate
//! writes and agrees on every field; this crate opens what that document's second writer makes; and the second reader
//! notices what is done to a file without the key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::{NOW, PASSWORD, With, all, hex, read_with_python};
use rusqlite::Connection;
use serde_json::{Value, json};
use tessera_otp::{Entry, Generator};
use tessera_vault::{
    AuditEvent, EntryId, KdfParams, LockedVault, Password, RecoveryCode, SettingValue, SlotKind, UnlockWith,
    Vault, VaultKey, Warning,
};

/// What the second reader should print of an entry, but for id, revision and state.
fn as_printed(entry: &Entry) -> Value {
    let credential = &entry.credential;
    let (kind, period, counter) = match credential.generator {
        Generator::Totp { period, .. } => ("totp", Some(period.get()), None),
        Generator::Hotp { counter, .. } => ("hotp", None, Some(counter)),
        Generator::Steam => ("steam", None, None),
        Generator::Motp { .. } => ("motp", None, None),
        Generator::Yandex { .. } => ("yandex", None, None),
    };
    let digits = match credential.generator {
        Generator::Totp { digits, .. } | Generator::Hotp { digits, .. } => Some(digits.get()),
        _ => None,
    };
    json!({
        "issuer": credential.issuer, "account": credential.account,
        // Comparing every field is what the test is for.
        "secret": hex(credential.secret.expose_secret()),
        "type": kind, "algorithm": credential.generator.algorithm().map(tessera_otp::Algorithm::name),
        "digits": digits, "period": period, "counter": counter,
        "pin": credential.generator.pin().map(|pin| pin.expose_secret().to_owned()),
        "group": entry.group, "tags": entry.tags, "note": entry.note, "icon": entry.icon.as_deref().map(hex),
        "favorite": entry.favorite, "created": entry.created, "modified": entry.modified, "deleted": entry.deleted,
    })
}

/// The reader opens the vault without a finding and agrees with `vault` on everything that it says.
fn agree(path: &Path, with: &With<'_>, vault: &Vault) -> Value {
    let (code, read) = read_with_python(path, with, None);
    assert_eq!((code, &read["findings"]), (0, &json!([])), "{}", read["error"]);
    assert_eq!(read["vault_id"], vault.id().to_string());
    assert_eq!(read["generation"], vault.generation());
    let entries = all(vault);
    assert_eq!(read["entries"].as_array().unwrap().len(), entries.len());
    for (printed, (id, entry)) in read["entries"].as_array().unwrap().iter().zip(&entries) {
        let mut printed = printed.clone();
        let fields = printed.as_object_mut().unwrap();
        assert_eq!(fields.remove("id").unwrap(), id.to_string());
        assert_eq!(fields.remove("state").unwrap(), "listed");
        assert!(fields.remove("revision").unwrap().as_u64().unwrap() >= 1);
        assert_eq!(printed, as_printed(entry));
    }
    let mut slots: Vec<_> = vault.slots();
    slots.sort_by_key(|slot| slot.id);
    let slots: Vec<Value> = slots
        .iter()
        .map(|slot| {
            let kind = match slot.kind {
                SlotKind::Password => "password",
                SlotKind::RecoveryCode => "recovery code",
                SlotKind::Keyring => "OS keyring",
            };
            let costs = slot.kdf.map_or((0, 0, 0), |kdf| (kdf.m_kib(), kdf.t(), kdf.p()));
            json!({"id": slot.id.to_string(), "kind": kind, "memory_kib": costs.0, "passes": costs.1, "lanes": costs.2})
        })
        .collect();
    assert_eq!(read["slots"], json!(slots));
    let events: Vec<_> =
        read["audit"].as_array().unwrap().iter().map(|event| (&event["number"], &event["time"])).collect();
    let mut log = vault.audit_log(usize::MAX).unwrap();
    log.sort_by_key(|event| event.number);
    let log: Vec<_> = log.iter().map(|event| (json!(event.number), json!(event.time))).collect();
    assert_eq!(events, log.iter().map(|(number, time)| (number, time)).collect::<Vec<_>>());
    for (name, value) in &vault.settings().other {
        let value = match value {
            SettingValue::Text(text) => json!(text),
            SettingValue::Number(number) => json!(number),
            SettingValue::Flag(flag) => json!(flag),
        };
        assert_eq!(read["settings"][name], value, "{name}");
    }
    read
}

fn events(read: &Value) -> Vec<u64> {
    read["audit"].as_array().unwrap().iter().map(|event| event["event"].as_u64().unwrap()).collect()
}

#[test]
fn both_readers_agree_on_a_vault_through_its_life() {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (mut vault, code) = common::create(&path);
    agree(&path, &With::RecoveryCode(&code.to_text()), &vault);

    let ids = vault.add(common::entries()).unwrap();
    let mut settings = vault.settings().clone();
    settings.other.insert("from later".into(), SettingValue::Text("\u{2603}".into()));
    settings.other.insert("flag".into(), SettingValue::Flag(true));
    settings.other.insert("number".into(), SettingValue::Number(u64::MAX));
    vault.set_settings(settings).unwrap();
    agree(&path, &With::Password(PASSWORD), &vault);

    // The order and the uses are one record.
    let mut order = ids.clone();
    order.reverse();
    vault.set_order(order.clone());
    vault.record_use(ids[3]);
    vault.record_use(ids[3]);
    vault.flush_usage(true).unwrap();
    let read = agree(&path, &With::Password(PASSWORD), &vault);
    assert_eq!(read["order"]["order"], json!(order.iter().map(EntryId::to_string).collect::<Vec<_>>()));
    let used: Vec<_> =
        read["order"]["uses"].as_array().unwrap().iter().filter(|used| used["uses"] != 0).collect();
    assert_eq!(used, [&json!({"id": ids[3].to_string(), "uses": 2, "last_used": NOW})]);

    // Every kind of change of an entry.
    let mut changed = vault.entry(ids[0]).unwrap().entry.clone();
    changed.note = "n".repeat(9_000); // and so larger than a page
    changed.icon = None;
    vault.update(ids[0], changed).unwrap();
    vault.move_to_trash(&[ids[2], ids[3]]).unwrap();
    vault.restore(&[ids[2]]).unwrap();
    vault.delete_forever(&[ids[3]]).unwrap();
    let hotp = *ids
        .iter()
        .find(|id| vault.entry(**id).is_some_and(|at| at.entry.credential.generator.counter() == Some(0)))
        .unwrap();
    vault.advance_hotp(hotp).unwrap();
    vault.advance_hotp(hotp).unwrap();
    let read = agree(&path, &With::Password(PASSWORD), &vault);
    let printed =
        read["entries"].as_array().unwrap().iter().find(|entry| entry["id"] == hotp.to_string()).unwrap();
    assert_eq!((&printed["counter"], &printed["revision"]), (&json!(2), &json!(3)));
    let [made, added, changed, trashed, restored, deleted] = [1, 11, 12, 13, 14, 15];
    for event in [made, added, changed, trashed, restored, deleted] {
        assert!(events(&read).contains(&event), "event {event} is missing from {:?}", events(&read));
    }

    // A failed try leaves a sealed event, which the next unlocking takes into the log.
    drop(vault);
    let locked = LockedVault::open(&path).unwrap();
    assert!(locked.unlock(&UnlockWith::Password(&Password::new("wrong".into())), common::host()).is_err());
    let (code_of_reader, read) = read_with_python(&path, &With::Password(PASSWORD), None);
    assert_eq!((code_of_reader, &read["sealed"]), (0, &json!([{"time": NOW, "event": 2}])));
    let mut vault = locked.unlock(&UnlockWith::Password(&common::password()), common::host()).unwrap();
    let read = agree(&path, &With::Password(PASSWORD), &vault);
    assert_eq!(read["sealed"], json!([]));
    let failed = read["audit"].as_array().unwrap().iter().find(|event| event["event"] == 2).unwrap();
    assert_eq!(failed["happened"], NOW);

    // Re-keying: everything anew, the same content, and only the new ways in.
    let before = all(&vault);
    let old_key = vault.vault_key();
    let new = Password::new("another one".into());
    let code = vault
        .change_password(&new, KdfParams::FLOOR, true)
        .unwrap()
        .expect("re-keying makes a new recovery code");
    assert_eq!(all(&vault), before);
    let read = agree(&path, &With::Password("another one"), &vault);
    assert!(events(&read).contains(&8));
    agree(&path, &With::RecoveryCode(&code.to_text()), &vault);
    let key = vault.vault_key();
    agree(&path, &With::Key(&key), &vault);
    assert_eq!(read_with_python(&path, &With::Password(PASSWORD), None).0, 3);
    assert_eq!(read_with_python(&path, &With::Key(&old_key), None).0, 3);
    // And the life goes on after it.
    vault.add(common::entries()).unwrap();
    vault.audit(AuditEvent::SecretShown, Some(ids[0])).unwrap();
    let read = agree(&path, &With::Key(&key), &vault);
    let shown = read["audit"].as_array().unwrap().iter().find(|event| event["event"] == 9).unwrap();
    assert_eq!(shown["about"], ids[0].to_string());
}

#[test]
fn what_the_second_writer_makes_opens() {
    let folder = common::scratch();
    let path = folder.path().join("made");
    let secret = |byte: u8, length: usize| json!({"hex": hex(&vec![byte; length])});
    let description = json!({
        "password": PASSWORD, "recovery": "00ff10203040506070809fa0b0c0d0e0f1011121", "now": NOW,
        "entries": [
            {"0": "Everything", "1": "alice", "2": secret(1, 20), "3": 1, "4": 2, "5": 8, "6": 86_400, "9": "group",
             "10": ["a", "b"], "11": "note", "12": {"hex": hex(&common::icon(6_000))}, "13": true, "14": 1, "15": 2, "16": NOW},
            // Nothing that may be absent.
            {"2": secret(2, 1), "3": 2, "4": 1, "5": 4, "7": u64::MAX, "14": 0, "15": 0},
            // Everything empty that may be.
            {"0": "", "1": "", "2": secret(3, 1024), "3": 3, "10": [], "11": "", "13": false, "14": 0, "15": 0},
            {"2": secret(4, 16), "3": 4, "8": "0000", "14": 0, "15": 0},
            {"2": secret(5, 16), "3": 5, "8": "1234567890123456", "14": 0, "15": 0},
        ],
        "settings": {"from later": "kept", "number": 7, "flag": false},
        "sealed": [[NOW - 2, 2], [NOW - 1, 2]],
    });
    let (code, made) =
        common::python("tessera_writer.py", &[path.to_str().unwrap().into()], &description.to_string());
    assert_eq!(code, 0);
    let made = made.unwrap();
    let id = made["vault_id"].as_str().unwrap();
    let locked = LockedVault::open(&path).unwrap();
    assert_eq!((locked.id().to_string(), locked.failed_unlocks()), (id.to_owned(), 2));

    // Without writing first, so that it is still the other program's file that is checked.
    let looked = LockedVault::open_read_only(&path).unwrap();
    let vault = looked.unlock(&UnlockWith::Password(&common::password()), common::host()).unwrap();
    let report = vault.check().unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.slots, report.leaves, report.records, report.generation), (2, 256, 6, 1));
    agree_on_entries(&path, &vault);
    drop(vault);

    let code = RecoveryCode::parse(made["recovery_code"].as_str().unwrap()).unwrap();
    let mut vault = locked.unlock(&UnlockWith::RecoveryCode(&code), common::host()).unwrap();
    assert!(
        vault.warnings().iter().all(|warning| matches!(warning, Warning::FailedUnlocks(2))),
        "{:?}",
        vault.warnings()
    );
    assert_eq!(hex(vault.vault_key().expose_secret()), made["vault_key"].as_str().unwrap());
    vault.add(common::entries()).unwrap();
    let read = agree(&path, &With::Password(PASSWORD), &vault);
    assert_eq!(read["settings"]["number"], 7);
    assert_eq!(events(&read).iter().filter(|event| **event == 2).count(), 2);
}

/// Entries alone: for a session that may not write, whose log the file does not hold.
fn agree_on_entries(path: &Path, vault: &Vault) {
    let (code, read) = read_with_python(path, &With::Password(PASSWORD), None);
    assert_eq!((code, &read["findings"]), (0, &json!([])));
    let printed = read["entries"].as_array().unwrap();
    assert_eq!(printed.len(), all(vault).len());
    for (printed, (id, entry)) in printed.iter().zip(all(vault)) {
        assert_eq!(printed["id"], id.to_string());
        for (field, value) in as_printed(&entry).as_object().unwrap() {
            assert_eq!(&printed[field], value, "{field} of {id}");
        }
    }
}

/// A vault with a few entries, its bytes, and its key.
struct Sample {
    folder: tempfile::TempDir,
    bytes: Vec<u8>,
    older: Vec<u8>,
    key: VaultKey,
}

fn sample() -> Sample {
    let folder = common::scratch();
    let path = folder.path().join("vault");
    let (mut vault, _) = common::create(&path);
    let ids = vault.add(common::entries()).unwrap();
    let older = fs::read(&path).unwrap();
    for id in ids {
        let mut entry = vault.entry(id).unwrap().entry.clone();
        entry.note = "newer".into();
        vault.update(id, entry).unwrap();
    }
    Sample { bytes: fs::read(&path).unwrap(), older, key: vault.vault_key(), folder }
}

impl Sample {
    /// The codes of what the reader finds in the vault after `tamper`.
    fn found(&self, tamper: impl FnOnce(&Connection)) -> Vec<String> {
        let path = common::place(self.folder.path(), "tampered", &self.bytes);
        let db = Connection::open(&path).unwrap();
        let older = common::place(self.folder.path(), "older", &self.older);
        db.execute("ATTACH ?1 AS older", [older.to_str().unwrap()]).unwrap();
        tamper(&db);
        drop(db);
        let (code, read) = read_with_python(&path, &With::Key(&self.key), None);
        let mut codes: Vec<String> = read["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect();
        codes.dedup();
        assert_eq!(code, i32::from(!codes.is_empty()), "{read}");
        codes
    }
}

#[test]
fn the_second_reader_names_what_was_done_without_the_key() {
    let sample = sample();
    let sql = |statement: &'static str| sample.found(|db| db.execute_batch(statement).unwrap());
    let none: &[&str] = &[];
    assert_eq!(sql(""), none);
    assert_eq!(sql("DELETE FROM entry WHERE row = (SELECT max(row) FROM entry)"), ["record.missing"]);
    assert_eq!(sql("DELETE FROM audit WHERE row = (SELECT max(row) FROM audit)"), ["audit.missing"]);
    assert_eq!(sql("DELETE FROM head_a"), ["head.rows"]);
    assert_eq!(sql("DELETE FROM slot_b WHERE row = (SELECT max(row) FROM slot_b)"), ["slot.missing"]);
    // Whichever lists no record: ids are random, and the records of a leaf that failed are reported besides.
    let empty = "DELETE FROM leaf WHERE row = (SELECT min(row) FROM leaf WHERE printf('%02X', row) NOT IN
                 (SELECT hex(substr(body, 33, 1)) FROM entry UNION ALL SELECT hex(substr(body, 33, 1)) FROM private))";
    assert_eq!(sql(empty), ["leaf.failed"]);
    assert_eq!(sql("INSERT INTO entry (body) SELECT body FROM entry LIMIT 1"), ["record.twice"]);
    assert_eq!(sql("CREATE TABLE more (x)"), ["container.schema"]);
    // One record put back; then with its leaf; then with its leaf and one head; then the heads alone.
    let replay = "UPDATE entry SET body = (SELECT o.body FROM older.entry o WHERE substr(o.body, 33, 16) = substr(entry.body, 33, 16))
                  WHERE row = (SELECT min(row) FROM entry);";
    let leaves = "UPDATE leaf SET body = (SELECT o.body FROM older.leaf o WHERE o.row = leaf.row);";
    assert_eq!(sql(replay), ["record.replayed"]);
    assert!(
        sample
            .found(|db| db.execute_batch(&format!("{replay}{leaves}")).unwrap())
            .contains(&"leaf.failed".into())
    );
    assert_eq!(sql("UPDATE head_b SET body = (SELECT body FROM older.head_b)"), ["head.copy"]);
    let heads = "UPDATE head_a SET body = (SELECT body FROM older.head_a); UPDATE head_b SET body = (SELECT body FROM older.head_b);";
    assert!(sample.found(|db| db.execute_batch(heads).unwrap()).contains(&"leaf.failed".into()));
    // The two halves of two entries exchanged: each is the other's ciphertext under its own header.
    let swap = "CREATE TEMP TABLE two AS SELECT row, body FROM entry ORDER BY length(body), row LIMIT 2;
        UPDATE entry SET body = CAST(substr(body, 1, 56) || (SELECT substr(t.body, 57) FROM two t WHERE t.row <> entry.row) AS BLOB)
        WHERE row IN (SELECT row FROM two);";
    assert_eq!(sql(swap), ["record.damaged"]);
    // Whole rows exchanged between rows is no change: the row means nothing.
    assert_eq!(
        sql("CREATE TEMP TABLE two AS SELECT row, body FROM entry ORDER BY row LIMIT 2;
             UPDATE entry SET body = (SELECT t.body FROM two t WHERE t.row <> entry.row) WHERE row IN (SELECT row FROM two);"),
        none
    );
    assert!(
        sql("INSERT INTO private (body) SELECT body FROM entry LIMIT 1").contains(&"record.malformed".into())
    );
}

#[test]
fn the_second_reader_finds_a_flip_in_any_field_of_a_body() {
    let sample = sample();
    let path = common::place(sample.folder.path(), "flipped", &sample.bytes);
    let bodies = common::pages::bodies(&path);
    for table in ["head_a", "head_b", "slot_a", "slot_b", "leaf", "entry", "private", "audit"] {
        let body = bodies
            .iter()
            .filter(|body| body.table == table)
            .max_by_key(|body| body.read(&sample.bytes).len())
            .unwrap();
        let places: Vec<usize> = body.at.iter().cloned().flatten().collect();
        // One byte of each field that the document names, and the last one.
        for offset in [0, 8, 12, 14, 15, 16, 32, 48, 56, 60, 64, 70, places.len() - 1] {
            let mut bytes = sample.bytes.clone();
            bytes[places[offset]] ^= 0x10;
            fs::write(&path, &bytes).unwrap();
            let (code, read) = read_with_python(&path, &With::Key(&sample.key), None);
            assert_eq!(code, 1, "byte {offset} of {table} {}: {}", body.row, read["error"]);
            assert_eq!(
                read["entries"].as_array().unwrap().len() + usize::from(table == "entry"),
                common::entries().len()
            );
        }
    }
}

#[test]
fn the_second_reader_tells_a_rollback_and_a_fork_from_the_state_outside() {
    let folder = common::scratch();
    let (path, state) = (folder.path().join("vault"), folder.path().join("state"));
    fs::create_dir(&state).unwrap();
    let host = || common::host().with_state_dir(state.clone());
    let (mut vault, _) = Vault::create(&path, &common::password(), KdfParams::FLOOR, host()).unwrap();
    let key = vault.vault_key();
    let before = fs::read(&path).unwrap();
    vault.add(common::entries()).unwrap();
    drop(vault);
    let (code, read) = read_with_python(&path, &With::Key(&key), Some(&state));
    assert_eq!((code, &read["seen"]["state"]), (0, &json!("current")));
    let old = common::place(folder.path(), "old", &before);
    let (code, read) = read_with_python(&old, &With::Key(&key), Some(&state));
    assert_eq!((code, &read["findings"][0]["code"]), (1, &json!("seen.rolled_back")));
    // The older copy goes its own way, on another device.
    let mut forked = common::unlock(&old, &key);
    forked.add(common::entries().split_off(3)).unwrap();
    forked.add(common::entries().split_off(5)).unwrap();
    let (code, read) = read_with_python(&old, &With::Key(&key), Some(&state));
    assert_eq!((code, &read["findings"][0]["code"]), (1, &json!("seen.fork")));
}
