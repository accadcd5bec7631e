//! `backup`: made, listed, verified, drilled, restored.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{CHEAP, SECRET, Sandbox};

/// A sandbox with an entry, a folder for backups and a key of age's own kind.
fn prepared() -> Sandbox {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example"));
    sandbox.add("otpauth://hotp/Bank:bob?secret=JBSWY3DPEHPK3PXP&issuer=Bank&counter=5");
    fs::create_dir(sandbox.path("backups")).unwrap();
    fs::write(sandbox.path("pass"), "the drawer's passphrase\n").unwrap();
    sandbox
}

/// Printed by `age-keygen` for this test and used nowhere else.
pub(crate) const RECIPIENT: &str = "age1009u0tkwemufu5ctv7s47w88s60kxchgnaxeg2c4yjqs0dx5tcdqs2vcer";
const IDENTITY: &str = "AGE-SECRET-KEY-1VXV3J08QX3A85KECJQK4QVG8L0RY0LKJYQ6U3EZX8W3FFE00N0YSVYVETJ";

fn create(sandbox: &Sandbox) -> Value {
    sandbox.json(&["backup", "create", "--to", "backups", "--recipient", RECIPIENT])
}

fn file(made: &Value) -> &str {
    made["backup"].as_str().unwrap()
}

#[test]
fn a_backup_to_keys_is_listed_verified_and_opened_by_the_vault_and_by_the_key() {
    let sandbox = prepared();
    let made = create(&sandbox);
    assert_eq!(made["entries"], 2);
    let listed = sandbox.run(&["backup", "list", "backups", "--json"], "").exits(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["made"], made["made"]);
    let verified = sandbox.json(&["backup", "verify", file(&made)]);
    assert_eq!((verified[0]["own"].as_bool(), verified[0]["entries"].as_u64()), (Some(true), Some(2)));
    assert_eq!(sandbox.json(&["log", "-n", "2"])[1]["event"], "unlocked_with_password");
    assert!(
        sandbox.json(&["log", "-n", "9"]).as_array().unwrap().iter().any(|line| line["event"] == "backed_up")
    );
    // Another vault has neither the key nor the MAC.
    let other = Sandbox::new();
    let path = sandbox.path("x").with_file_name(file(&made));
    let path = path.to_str().unwrap();
    other.open(&["backup", "verify", path]).exits(3);
    fs::write(other.path("key"), format!("# a key\n{IDENTITY}\n")).unwrap();
    let verified = other.json(&["backup", "verify", path, "--identity-file", "key"]);
    assert_eq!(verified[0]["own"], false);
    // And anybody may look into it with the key.
    let rows = other
        .run(&["inspect", path, "--json", "--reveal", "--source-password-file", "key"], "")
        .exits(0)
        .json();
    assert_eq!((&rows[0]["format"], rows[0]["entries"].as_array().unwrap().len()), (&json!("tessera"), 2));
}

#[test]
fn a_drill_says_what_a_restore_would_miss_and_a_restore_brings_back_what_was_lost() {
    let sandbox = prepared();
    let made = create(&sandbox);
    let drill = sandbox.json(&["backup", "drill", "backups"]);
    assert_eq!(drill["differences"], json!([]));
    sandbox.open(&["remove", "alice", "--forever", "--yes"]).exits(0);
    sandbox.add("otpauth://totp/New:carol?secret=KRSXG5CTMVRXEZLU&issuer=New");
    // The counter goes on after the backup; restoring must not set it back.
    sandbox.json(&["code", "bob"]);
    let kinds = |value: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut kinds: Vec<_> = value["differences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|difference| (text(&difference["account"]), text(&difference["kind"])))
            .collect();
        kinds.sort();
        kinds
    };
    let expected = [("alice", "added"), ("bob", "changed"), ("carol", "missing")]
        .map(|(account, kind)| (account.to_owned(), kind.to_owned()));
    assert_eq!(kinds(&sandbox.json(&["backup", "drill", "backups"])), expected);
    let dry = sandbox.json(&["backup", "restore", file(&made), "--dry-run"]);
    assert_eq!((kinds(&dry), &dry["added"]), (expected.to_vec(), &json!(0)));
    let done = sandbox.json(&["backup", "restore", file(&made), "--yes", "--take-backup"]);
    assert_eq!((&done["added"], &done["own"]), (&json!(1), &json!(true)));
    let entries = sandbox.json(&["list"]);
    assert_eq!(entries.as_array().unwrap().len(), 3);
    let bob = entries.as_array().unwrap().iter().find(|entry| entry["account"] == "bob").unwrap();
    assert_eq!(bob["counter"], 6);
    assert!(
        sandbox
            .json(&["log", "-n", "9"])
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["event"] == "backup_restored")
    );
    let again = sandbox.json(&["backup", "restore", file(&made), "--yes"]);
    assert_eq!((&again["added"], &again["changed"]), (&json!(0), &json!(0)));
}

#[test]
fn a_passphrase_backup_restores_into_a_new_vault() {
    let sandbox = prepared();
    sandbox.open(&["remove", "bob"]).exits(0);
    let made = sandbox.json(&["backup", "create", "--to", "backups", "--backup-password-file", "pass"]);
    fs::write(sandbox.path("new"), "a new vault's password\n").unwrap();
    let mut args = vec![
        "backup",
        "restore",
        file(&made),
        "--into",
        "second.tessera",
        "--json",
        "--new-password-file",
        "new",
    ];
    args.extend(CHEAP);
    let wrong = [&args[..], &["--password-stdin"]].concat();
    sandbox.run(&wrong, "not it\n").exits(3);
    args.extend(["--backup-password-file", "pass"]);
    let done = sandbox.run(&args, "").exits(0).json();
    assert_eq!(done["added"], 2);
    assert!(done["recovery_code"].is_string());
    let second = ["--vault", "second.tessera", "--password-file", "new", "--json"];
    let listed = sandbox.run(&[&["list"][..], &second].concat(), "").exits(0).json();
    assert_eq!(listed[0]["account"], "alice");
    let trash = sandbox.run(&[&["list", "--trash"][..], &second].concat(), "").exits(0).json();
    assert_eq!(trash[0]["account"], "bob");
    // Never over a vault that is there.
    sandbox.run(&args, "").exits(1);
}

#[test]
fn a_folder_that_is_gone_and_a_backup_that_was_changed_are_said_so() {
    let sandbox = prepared();
    let gone =
        sandbox.open(&["backup", "create", "--to", "nowhere", "--recipient", RECIPIENT, "--json"]).exits(1);
    assert!(gone.error()["message"].as_str().unwrap().contains("not there"));
    sandbox.open(&["backup", "create", "--to", "backups", "--recipient", IDENTITY]).exits(2);
    let made = create(&sandbox);
    let path = sandbox.path("backups").join(file(&made).rsplit('/').next().unwrap());
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 5;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    sandbox.open(&["backup", "verify", file(&made)]).exits(6);
    sandbox.open(&["backup", "drill", "backups"]).exits(6);
    fs::write(sandbox.path("empty"), "").unwrap();
    sandbox.open(&["backup", "verify", "empty"]).exits(1);
    let bare = Sandbox::new();
    fs::create_dir(bare.path("backups")).unwrap();
    bare.open(&["backup", "drill", "backups"]).exits(4);
}

#[test]
fn so_many_are_kept_as_was_said() {
    let sandbox = prepared();
    for _ in 0..3 {
        sandbox.json(&["backup", "create", "--to", "backups", "--recipient", RECIPIENT, "--keep", "2"]);
    }
    assert_eq!(fs::read_dir(sandbox.path("backups")).unwrap().count(), 2);
}

#[test]
fn places_that_the_vault_keeps_are_listed_used_and_drilled_without_naming_them_again() {
    let sandbox = prepared();
    sandbox.open(&["backup", "create"]).exits(4);
    sandbox.open(&["backup", "add", "nowhere", "--recipient", RECIPIENT]).exits(4);
    fs::create_dir(sandbox.path("second")).unwrap();
    sandbox.json(&["backup", "add", "backups", "--recipient", RECIPIENT, "--keep", "2", "--when", "daily"]);
    sandbox.open(&["backup", "add", "backups", "--recipient", RECIPIENT]).exits(1);
    let row = &sandbox.json(&["backup", "targets"])[0];
    let text = row.to_string();
    assert_eq!((&row["when"], &row["way"], &row["keep"]), (&json!("daily"), &json!("keys"), &json!(2)));
    assert!(row["last"].is_null() && !text.contains(IDENTITY));

    let made = sandbox.json(&["backup", "create"]);
    assert_eq!((made.as_array().unwrap().len(), &made[0]["entries"]), (1, &json!(2)));
    // The same place, named: as the vault keeps it.
    let again = sandbox.json(&["backup", "create", "--to", "backups"]);
    assert_eq!(again["entries"], 2);
    assert_eq!(sandbox.json(&["backup", "targets"])[0]["last"], again["made"]);

    fs::write(sandbox.path("key"), IDENTITY).unwrap();
    assert_eq!(sandbox.json(&["backup", "drill", "--identity-file", "key"])["differences"], json!([]));
    let row = &sandbox.json(&["backup", "targets"])[0];
    assert!(row["drilled"].is_u64() && row["drill_failed"].is_null());
    fs::remove_dir_all(sandbox.path("backups")).unwrap();
    fs::create_dir(sandbox.path("backups")).unwrap();
    sandbox.open(&["backup", "drill", "backups"]).exits(4);
    assert!(sandbox.json(&["backup", "targets"])[0]["drill_failed"].is_u64());

    // One place that fails keeps nothing from the others.
    sandbox.json(&["backup", "add", "second", "--backup-password-file", "pass", "--when", "by-hand"]);
    fs::remove_dir(sandbox.path("backups")).unwrap();
    sandbox.open(&["backup", "create"]).exits(1);
    assert_eq!(fs::read_dir(sandbox.path("second")).unwrap().count(), 1);
    sandbox.open(&["backup", "drill"]).exits(1);
    sandbox.json(&["backup", "forget", "backups"]);
    sandbox.open(&["backup", "forget", "backups"]).exits(4);
    assert_eq!(sandbox.json(&["backup", "targets"]).as_array().unwrap().len(), 1);
}
