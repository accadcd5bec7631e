//! Passwords, recovery codes, and the delay after wrong ones.

use std::time::Instant;

use crate::sandbox::{CHEAP, PASSWORD, SECRET, Sandbox};

#[test]
fn a_wrong_password_opens_nothing_and_changes_nothing() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    let ran = sandbox.run(&["code", "alice", "--password-stdin", "--json"], "wrong\n").exits(3);
    assert!(ran.stdout.is_empty());
    assert_eq!(ran.error()["code"], "wrong_password");
    assert!(ran.stderr.lines().count() == 1, "{}", ran.stderr);
    std::fs::write(sandbox.path("password"), "wrong").unwrap();
    sandbox.run(&["list", "--password-file", "password"], "").exits(3);
    assert_eq!(sandbox.json(&["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn after_several_wrong_passwords_the_next_try_waits_and_says_so() {
    let sandbox = Sandbox::new();
    for _ in 0..3 {
        sandbox.run(&["list", "--password-stdin"], "wrong\n").exits(3);
    }
    #[allow(clippy::disallowed_methods, reason = "the delay itself is what is tested")]
    let started = Instant::now();
    let ran = sandbox.open(&["list"]).exits(0);
    assert!(ran.stderr.contains("Waiting 1 s, because of 3 failed tries"), "{}", ran.stderr);
    assert!(started.elapsed().as_millis() >= 1000);
    let after = sandbox.open(&["list"]).exits(0);
    assert!(!after.stderr.contains("Waiting"));
}

#[test]
fn a_password_file_loses_one_line_break_and_standard_input_goes_by_lines() {
    let sandbox = Sandbox::new();
    let file = sandbox.path("password");
    for content in [PASSWORD.to_owned(), format!("{PASSWORD}\n"), format!("{PASSWORD}\r\n")] {
        std::fs::write(&file, content).unwrap();
        sandbox.run(&["list", "--password-file", "password"], "").exits(0);
    }
    sandbox.run(&["list", "--password-stdin"], PASSWORD).exits(0);
    sandbox.run(&["list", "--password-stdin"], &format!("{PASSWORD}\r\n")).exits(0);
    sandbox.run(&["list", "--password-stdin"], "").exits(2);
    sandbox.run(&["list", "--password-stdin", "--password-file", "password"], "").exits(2);
    sandbox.run(&["list", "--password-file", "missing"], "").exits(1);
    std::fs::write(&file, [0xff, 0xfe]).unwrap();
    let bad = sandbox.run(&["list", "--password-file", "password", "--json"], "").exits(1);
    assert_eq!(bad.error()["code"], "bad_input");
}

#[test]
fn a_new_password_with_a_new_key_shuts_out_the_old_one_and_the_old_code() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    let args = ["passwd", "--json", "--password-stdin", CHEAP[0], CHEAP[1]];
    let changed = sandbox.run(&args, &format!("{PASSWORD}\nanother good passphrase\n")).exits(0).json();
    assert_eq!(changed["rekeyed"], true);
    assert_ne!(changed["recovery_code"].as_str().unwrap(), sandbox.recovery_code);
    sandbox.open(&["list"]).exits(3);
    let list =
        sandbox.run(&["list", "--json", "--password-stdin"], "another good passphrase\n").exits(0).json();
    assert_eq!(list[0]["account"], "alice");
    let old = format!("{}\nx\n", sandbox.recovery_code);
    let refused = sandbox.run(&["recovery-code", "use", "--password-stdin", "--json"], &old).exits(3);
    assert_eq!(refused.error()["code"], "wrong_recovery_code");
}

#[test]
fn a_new_password_without_a_new_key_keeps_the_recovery_code() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("new"), "another good passphrase\n").unwrap();
    let args = ["passwd", "--no-rekey", "--new-password-file", "new", CHEAP[0], CHEAP[1]];
    let changed = sandbox.json(&args[..]);
    assert_eq!((changed["rekeyed"].as_bool(), changed["recovery_code"].as_str()), (Some(false), None));
    let given = format!("{}\nthird good passphrase\n", sandbox.recovery_code);
    sandbox.run(&["recovery-code", "use", "--password-stdin", CHEAP[0], CHEAP[1]], &given).exits(0);
    sandbox.run(&["list", "--password-stdin"], "third good passphrase\n").exits(0);
    sandbox.open(&["passwd", "--rekey", "--no-rekey"]).exits(2);
}

#[test]
fn a_wrong_present_password_changes_no_password() {
    let sandbox = Sandbox::new();
    sandbox.run(&["passwd", "--password-stdin"], "wrong\nnew\n").exits(3);
    sandbox.run(&["passwd", "--password-stdin"], &format!("{PASSWORD}\n")).exits(2);
    sandbox.run(&["passwd", "--password-stdin"], &format!("{PASSWORD}\n\n")).exits(1);
    sandbox.open(&["list"]).exits(0);
}

#[test]
fn a_recovery_code_gets_in_once_and_is_replaced() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    let typo = sandbox.recovery_code.replacen(|_: char| true, "!", 1);
    let ran = sandbox
        .run(&["recovery-code", "use", "--password-stdin", "--json"], &format!("{typo}\nx\n"))
        .exits(3);
    assert!(ran.error()["message"].as_str().unwrap().contains("roup 1"), "{}", ran.stderr);
    let given =
        format!("{}\nanother good passphrase\n", sandbox.recovery_code.to_lowercase().replace('-', " "));
    let used = sandbox
        .run(&["recovery-code", "use", "--password-stdin", "--json", CHEAP[0], CHEAP[1]], &given)
        .exits(0)
        .json();
    assert_eq!(used["recovery_code"].as_str().unwrap().len(), 47);
    sandbox.run(&["recovery-code", "use", "--password-stdin"], &given).exits(3);
    sandbox.open(&["list"]).exits(3);
    let list =
        sandbox.run(&["list", "--json", "--password-stdin"], "another good passphrase\n").exits(0).json();
    assert_eq!(list[0]["account"], "alice");
}

#[test]
fn a_new_recovery_code_replaces_the_old_one() {
    let sandbox = Sandbox::new();
    let new = sandbox.json(&["recovery-code", "new"])["recovery_code"].as_str().unwrap().to_owned();
    assert_ne!(new, sandbox.recovery_code);
    let old = format!("{}\nx\n", sandbox.recovery_code);
    sandbox.run(&["recovery-code", "use", "--password-stdin"], &old).exits(3);
    sandbox
        .run(&["recovery-code", "use", "--password-stdin", CHEAP[0], CHEAP[1]], &format!("{new}\nx y z\n"))
        .exits(0);
}
