//! Files that are no vault, damaged ones, and a busy one.

use crate::sandbox::{CHEAP, PASSWORD, SECRET, Sandbox, bodies, patch};

fn two_entries() -> Sandbox {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    sandbox.add("otpauth://totp/Example:bob?secret=MZXW6YTBOI");
    sandbox
}

/// Flips a bit in the ciphertext of the first entry that stands in the file.
fn damage_an_entry(sandbox: &Sandbox) {
    patch(&sandbox.vault(), |file| {
        let entry = bodies(file, *b"TSRRECD\x01").into_iter().find(|at| file[at + 14] == 1).unwrap();
        file[entry + 100] ^= 1;
    });
}

fn error_of(sandbox: &Sandbox, exit: i32) -> String {
    sandbox.open(&["list", "--json"]).exits(exit).error()["code"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_no_vault_is_said_and_left_alone() {
    let sandbox = Sandbox::bare();
    assert_eq!(error_of(&sandbox, 4), "no_vault");
    for content in [&b""[..], b"hello", &[0; 8192]] {
        std::fs::write(sandbox.vault(), content).unwrap();
        assert_eq!(error_of(&sandbox, 1), "not_a_vault");
        assert_eq!(std::fs::read(sandbox.vault()).unwrap(), content);
    }
}

#[test]
fn another_programs_database_and_a_newer_format_are_told_apart() {
    let sandbox = Sandbox::new();
    let good = std::fs::read(sandbox.vault()).unwrap();
    patch(&sandbox.vault(), |file| file[68..72].copy_from_slice(b"WXYZ"));
    assert_eq!(error_of(&sandbox, 1), "not_a_vault");
    std::fs::write(sandbox.vault(), &good).unwrap();
    patch(&sandbox.vault(), |file| file[60..64].copy_from_slice(&2_u32.to_be_bytes()));
    assert_eq!(error_of(&sandbox, 1), "newer_format");
    std::fs::write(sandbox.vault(), &good).unwrap();
    patch(&sandbox.vault(), |file| file.truncate(file.len() / 2));
    assert_eq!(error_of(&sandbox, 6), "damaged");
    std::fs::write(sandbox.vault(), &good).unwrap();
    sandbox.open(&["list"]).exits(0);
}

#[test]
fn a_key_derivation_beyond_the_cap_is_refused_before_it_runs() {
    let sandbox = Sandbox::new();
    patch(&sandbox.vault(), |file| {
        for slot in
            bodies(file, *b"TSRSLOT\x01").into_iter().filter(|at| file[at + 14] == 1).collect::<Vec<_>>()
        {
            file[slot + 48..slot + 52].copy_from_slice(&(2_u32 << 20).to_le_bytes());
        }
    });
    assert_eq!(error_of(&sandbox, 1), "kdf_beyond_cap");
}

#[test]
fn a_whole_vault_is_clean() {
    let sandbox = two_entries();
    let report = sandbox.json(&["check"]);
    assert_eq!((report["clean"].as_bool(), report["findings"].clone()), (Some(true), serde_json::json!([])));
    assert_eq!((report["slots"].as_u64(), report["leaves"].as_u64()), (Some(2), Some(256)));
    for count in ["records", "audit_events", "sealed_events", "generation"] {
        assert!(report[count].is_u64(), "{count}");
    }
    assert!(sandbox.open(&["check"]).exits(0).stdout.contains("The vault is whole."));
}

#[test]
fn a_damaged_record_is_found_named_set_aside_and_settled() {
    let sandbox = two_entries();
    damage_an_entry(&sandbox);
    let ran = sandbox.open(&["check", "--json"]).exits(6);
    assert_eq!(ran.error()["code"], "damaged");
    let report = ran.json();
    assert_eq!(report["clean"], false);
    let finding = &report["findings"][0];
    assert_eq!(finding["kind"], "record");
    let id = finding["id"].as_str().unwrap().to_owned();
    let list = sandbox.open(&["list", "--json"]).exits(0);
    assert!(list.stderr.contains("tessera settle"), "{}", list.stderr);
    assert_eq!(list.json().as_array().unwrap().len(), 1);

    let aside = sandbox.json(&["settle"]);
    assert_eq!(
        (aside[0]["id"].as_str(), aside[0]["reason"].as_str(), aside[0]["can_accept"].as_bool()),
        (Some(&*id), Some("damaged"), Some(false))
    );
    sandbox.open(&["settle", &id]).exits(2);
    sandbox.open(&["settle", "--drop"]).exits(2);
    sandbox.open(&["settle", "--drop", "ffffffffffff"]).exits(4);
    sandbox.open_with(&["settle", "--drop", &id], "n\n").exits(1);
    let settled = sandbox.json(&["settle", "--drop", &id[..8], "--yes"]);
    assert_eq!((settled["settled"].as_u64(), settled["remaining"].as_u64()), (Some(1), Some(0)));
    sandbox.open(&["check"]).exits(0);
    assert_eq!(sandbox.json(&["settle"]), serde_json::json!([]));
}

#[test]
fn an_older_copy_in_the_vaults_place_is_noticed() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    let older = std::fs::read(sandbox.vault()).unwrap();
    sandbox.open(&["edit", "alice", "--note", "newer"]).exits(0);
    std::fs::write(sandbox.vault(), older).unwrap();
    let ran = sandbox.open(&["list"]).exits(0);
    assert!(ran.stderr.contains("older"), "{}", ran.stderr);
}

#[test]
fn salvage_reads_what_is_left_into_a_new_vault() {
    let sandbox = two_entries();
    patch(&sandbox.vault(), |file| file[..100].fill(0));
    sandbox.open(&["list"]).exits(1);
    let before = std::fs::read(sandbox.vault()).unwrap();
    let new = sandbox.path("new.tessera");
    let new = new.to_str().unwrap();
    let args = ["salvage", "--into", new, "--json", "--password-stdin", CHEAP[0], CHEAP[1]];
    sandbox.run(&args, "wrong\nx\n").exits(3);
    let outcome = sandbox.run(&args, &format!("{PASSWORD}\nnew good passphrase\n")).exits(0).json();
    assert_eq!((outcome["entries"].as_u64(), outcome["vault"].as_str()), (Some(2), Some(new)));
    assert_eq!(outcome["left_out"], serde_json::json!([]));
    assert_eq!(std::fs::read(sandbox.vault()).unwrap(), before);
    let list = sandbox
        .run(&["--vault", new, "list", "--json", "--password-stdin"], "new good passphrase\n")
        .exits(0)
        .json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    sandbox.run(&args, &format!("{PASSWORD}\nx\n")).exits(1);
    let by_code = sandbox.path("by-code.tessera");
    let args = [
        "salvage",
        "--with-recovery-code",
        "--into",
        by_code.to_str().unwrap(),
        "--password-stdin",
        CHEAP[0],
        CHEAP[1],
    ];
    sandbox.run(&args, &format!("{}\nnew good passphrase\n", sandbox.recovery_code)).exits(0);
    std::fs::write(sandbox.path("noise"), [7; 4096]).unwrap();
    let nothing = sandbox
        .run(&["salvage", "noise", "--into", "x.tessera", "--password-stdin", "--json"], "x\nx\n")
        .exits(6);
    assert_eq!(nothing.error()["code"], "damaged");
}

#[test]
fn a_vault_that_another_program_writes_is_busy() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    let writer = rusqlite::Connection::open(sandbox.vault()).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let ran = sandbox.open(&["edit", "alice", "--note", "x", "--json"]).exits(7);
    assert_eq!(ran.error()["code"], "busy");
    writer.execute_batch("ROLLBACK").unwrap();
    sandbox.open(&["edit", "alice", "--note", "x"]).exits(0);
}
