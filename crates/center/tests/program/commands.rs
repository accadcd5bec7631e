//! Commands beside a server.

use std::os::unix::fs::PermissionsExt as _;

use crate::server::{folder, run};

#[test]
fn the_contract_is_printed_without_a_configuration() {
    let folder = folder();
    let said = run(folder.path(), &[("RULES__NONE", "1")], &["openapi"]);
    let printed: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert!(printed["paths"]["/v1/center"].is_object());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_fills_an_empty_center_once() {
    let folder = folder();
    let said = run(folder.path(), &[], &["demo"]);
    let words = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success() && words.contains("Hardware tokens: 3"), "{said:?}");
    let found = run(folder.path(), &[], &["account", "find", "alice@example.com"]);
    let shown = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(shown.contains("Alice Example") && !shown.contains("alice@example.com"), "{shown}");
    assert_eq!(run(folder.path(), &[], &["demo"]).status.code(), Some(1));
    let backup = folder.path().join("backup");
    let made = run(folder.path(), &[], &["backup", backup.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    let refused = run(folder.path(), &[], &["restore", backup.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not empty"), "{refused:?}");
    let rotated = run(folder.path(), &[], &["keys", "rotate"]);
    assert!(String::from_utf8_lossy(&rotated.stdout).contains("Key 2 is the only one"), "{rotated:?}");
    assert_eq!(run(folder.path(), &[], &["account", "find", "alice@example.com"]).stdout, found.stdout);
}
