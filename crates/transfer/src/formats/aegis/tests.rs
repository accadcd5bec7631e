use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use tessera_otp::Entry;
use tessera_testkit::{SeededRng, sample};

use super::*;
use crate::cipher::{KEY, NONCE, seal_gcm};
use crate::export::Making;
use crate::testing::{NOW, open, problems, read_credentials};
use crate::{Password, Reason, inspect, kdf};

const SECRET: &str = "GEZDGNBVGY3TQOJQ";

fn plain(entries: &[Entry]) -> Value {
    let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(1) };
    serde_json::from_slice(&write::PLAIN.write(entries, making).unwrap()).unwrap()
}

fn encrypted(entries: &[Entry], password: &str) -> Value {
    let password = Password::new(password);
    let making = Making { now: NOW, password: Some(&password), rng: &mut SeededRng::new(1) };
    serde_json::from_slice(&write::ENCRYPTED.write(entries, making).unwrap()).unwrap()
}

fn look(file: &Value) -> Result<Found, ReadError> {
    inspect(file.to_string().as_bytes(), "", &Answers::at(NOW))
}

fn one(entry: Value) -> Found {
    look(&json!({
        "version": 1,
        "header": { "slots": null, "params": null },
        "db": { "version": 3, "groups": [{ "uuid": "g1", "name": "Work" }, { "uuid": "g2", "name": "Bank" }], "entries": [entry] },
    }))
    .unwrap()
}

fn totp() -> Value {
    json!({
        "type": "totp", "uuid": "u", "name": "alice", "issuer": "Example", "note": "n", "favorite": true, "icon": null,
        "groups": ["g2", "g1"],
        "info": { "secret": SECRET, "algo": "SHA256", "digits": 7, "period": 20 },
    })
}

#[test]
fn the_first_group_becomes_the_group_and_the_others_become_tags() {
    let found = one(totp());
    assert_eq!(problems(&found), []);
    let entry = &found.entries[0].entry;
    assert_eq!((entry.group.as_deref(), entry.tags.as_slice()), (Some("Bank"), &["Work".to_owned()][..]));
    assert_eq!((entry.note.as_str(), entry.favorite), ("n", true));
    assert_eq!(found.entries[0].place.to_string(), "entry 1 (Example: alice)");
}

#[test]
fn content_version_1_names_its_one_group_in_the_entry() {
    let mut entry = totp();
    entry.as_object_mut().unwrap().remove("groups");
    entry["group"] = json!("Old");
    assert_eq!(one(entry).entries[0].entry.group.as_deref(), Some("Old"));
}

#[test]
fn each_field_that_is_missing_or_of_another_kind_is_named() {
    let broken = |change: fn(&mut Value)| {
        let mut entry = totp();
        change(&mut entry);
        let found = one(entry);
        assert_eq!(found.entries.len(), 0);
        found.problems[0].reason.clone()
    };
    let drop_info = |field: &str| {
        let mut entry = totp();
        entry["info"].as_object_mut().unwrap().remove(field);
        one(entry).problems[0].reason.clone()
    };
    for field in ["secret", "algo", "digits", "period"] {
        assert_eq!(drop_info(field).to_string(), format!("The field \u{201C}{field}\u{201D} is missing."));
    }
    assert_eq!(broken(|e| e["info"] = json!(7)), Reason::WrongType { field: "info", expected: "an object" });
    assert_eq!(broken(|e| e["type"] = json!("future")), Reason::UnknownType { found: "future".to_owned() });
    assert_eq!(
        broken(|e| e["info"]["algo"] = json!("MD5")),
        Reason::UnknownAlgorithm { found: "MD5".to_owned() }
    );
    assert!(matches!(broken(|e| e["info"]["digits"] = json!(3)), Reason::Digits(_)));
    assert!(matches!(broken(|e| e["info"]["digits"] = json!(300)), Reason::OutOfRange { .. }));
    assert!(matches!(broken(|e| e["info"]["digits"] = json!(-6)), Reason::WrongType { .. }));
    assert!(matches!(broken(|e| e["info"]["period"] = json!(0)), Reason::Period(_)));
    assert!(matches!(broken(|e| e["info"]["secret"] = json!("")), Reason::Secret(_)));
    assert!(matches!(broken(|e| e["info"]["secret"] = json!("1!")), Reason::Secret(_)));
    assert!(matches!(broken(|e| e["issuer"] = json!(["x"])), Reason::WrongType { field: "issuer", .. }));
    assert!(matches!(broken(|e| *e = json!("x")), Reason::WrongType { .. }));
}

#[test]
fn an_entry_is_not_lost_over_its_icon_or_a_group_without_a_name() {
    let mut entry = totp();
    entry["icon"] = json!(BASE64.encode(b"\xff\xd8\xff"));
    entry["groups"] = json!(["gone"]);
    let found = one(entry.clone());
    assert_eq!(found.entries.len(), 1);
    assert_eq!(found.problems.len(), 2);
    assert!(found.problems.iter().all(|problem| problem.entry_kept));
    entry["icon_mime"] = json!("image/png");
    entry["groups"] = json!([]);
    assert_eq!(one(entry.clone()).problems.len(), 1, "a JPEG that says it is a PNG");
    entry["icon"] = json!(BASE64.encode(sample::ICON));
    let found = one(entry);
    assert_eq!(found.entries[0].entry.icon.as_deref(), Some(sample::ICON));
    assert_eq!(problems(&found), []);
}

#[test]
fn every_slot_that_a_password_opens_is_tried() {
    // A second password slot of the same master key, put in by hand after the first, a fingerprint's before them.
    let entries = sample::entries(3);
    let mut file = encrypted(&entries, "first");
    let key_of = |password: &str, salt: &[u8]| {
        let mut key = [0; KEY];
        kdf::scrypt(&FORMAT, password.as_bytes(), salt, (1 << 10, 8, 1), &mut key).unwrap();
        key
    };
    let hex = |value: &Value| HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap();
    let slot = file["header"]["slots"][0].clone();
    let mut first = [0; KEY];
    kdf::scrypt(&FORMAT, b"first", &hex(&slot["salt"]), (1 << 15, 8, 1), &mut first).unwrap();
    let (nonce, tag) = (hex(&slot["key_params"]["nonce"]), hex(&slot["key_params"]["tag"]));
    let mut master = crate::cipher::open_gcm(&first, &nonce, &hex(&slot["key"]), &tag).unwrap();
    let tag = seal_gcm(&key_of("second", b"other salt"), &[5; NONCE], &mut master).unwrap();
    let slots = file["header"]["slots"].as_array_mut().unwrap();
    slots.insert(
        0,
        json!({ "type": 2, "uuid": "f", "key": "00", "key_params": { "nonce": "00", "tag": "00" } }),
    );
    slots.push(json!({
        "type": 1, "uuid": "s", "key": HEXLOWER.encode(&master), "n": 1 << 10, "r": 8, "p": 1,
        "key_params": { "nonce": HEXLOWER.encode(&[5; NONCE]), "tag": HEXLOWER.encode(&tag) },
        "salt": HEXLOWER.encode(b"other salt"),
    }));
    let text = file.to_string();
    for password in ["first", "second"] {
        assert_eq!(read_credentials(&open(text.as_bytes(), password).unwrap()).len(), 3, "{password}");
    }
    assert_eq!(open(text.as_bytes(), "third").unwrap_err(), ReadError::WrongPassword { format: &FORMAT });
}

#[test]
fn an_encrypted_file_that_cannot_be_opened_says_why() {
    let file = encrypted(&sample::entries(2), "right");
    let with = |change: fn(&mut Value)| {
        let mut file = file.clone();
        change(&mut file);
        open(file.to_string().as_bytes(), "right").unwrap_err()
    };
    assert_eq!(look(&file).unwrap_err(), ReadError::PasswordNeeded { format: &FORMAT });
    assert!(matches!(
        with(|f| f["header"]["slots"][0]["n"] = json!(1_u64 << 40)),
        ReadError::TooCostly { .. }
    ));
    assert!(matches!(with(|f| f["header"]["slots"][0]["n"] = json!(1000)), ReadError::Damaged { .. }));
    assert!(matches!(with(|f| f["header"]["slots"][0]["type"] = json!(2)), ReadError::Unsupported { .. }));
    assert!(matches!(with(|f| f["header"]["params"]["tag"] = json!("00")), ReadError::Damaged { .. }));
    assert!(matches!(with(|f| f["db"] = json!("AAAA")), ReadError::Damaged { .. }));
    assert!(matches!(with(|f| f["db"] = json!("!")), ReadError::Damaged { .. }));
    assert!(matches!(with(|f| f["db"] = json!({})), ReadError::Damaged { .. }));
    assert!(matches!(with(|f| f["header"] = json!({})), ReadError::Damaged { .. }));
    assert!(matches!(with(|f| f["version"] = json!(2)), ReadError::NewerVersion { .. }));
    let many = with(|f| {
        let slot = f["header"]["slots"][0].clone();
        // Cheap ones of another password: only their number is too much.
        let mut other = slot;
        other["n"] = json!(2);
        f["header"]["slots"] = json!(vec![other; 17]);
    });
    assert!(matches!(many, ReadError::TooCostly { .. }));
}

#[test]
fn newer_content_is_refused_in_words() {
    let mut file = plain(&sample::entries(1));
    file["db"]["version"] = json!(4);
    let error = look(&file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "This file of Aegis has version 4; Tessera reads up to 3. A newer Tessera may read it, or an older export of that app."
    );
    file["db"] = json!({ "version": 3 });
    assert!(matches!(look(&file).unwrap_err(), ReadError::Damaged { .. }));
}

#[test]
fn a_file_that_ends_early_is_not_taken_for_one() {
    let text = plain(&sample::entries(3)).to_string();
    for end in (0..text.len()).step_by(97) {
        assert!(inspect(&text.as_bytes()[..end], "", &Answers::at(NOW)).is_err(), "{end}");
    }
}
