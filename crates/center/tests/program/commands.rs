//! Commands beside a server.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use ed25519_dalek::SigningKey;
use tessera_center_api::key_list::RootKey;

use crate::server::{Settings, folder, run};

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

/// The first line of what was printed, and all that was said beside it.
fn link(settings: Settings<'_>) -> (String, String) {
    let folder = folder();
    let Output { status, stdout, stderr } = run(folder.path(), settings, &["link"]);
    let (said, beside) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert_eq!(status.success(), !said.is_empty(), "{beside}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
    (said.lines().next().unwrap_or_default().to_owned(), beside)
}

#[test]
fn the_link_that_is_given_out_holds_the_address_and_the_fingerprint() {
    let root = RootKey::of(&SigningKey::from_bytes(&[7; 32]));
    let key = root.text();
    let print = root.fingerprint().replace(' ', "").to_lowercase();
    for (address, begins, ends) in [
        ("https://accounts.harbor.example", "tessera-center://accounts.harbor.example/", ""),
        ("https://harbor.example:8443/center/", "tessera-center://harbor.example:8443/center/", ""),
        ("http://127.0.0.1:8420", "tessera-center://127.0.0.1:8420/", "&plain"),
        ("http://[::1]:8420", "tessera-center://[::1]:8420/", "&plain"),
    ] {
        let (link, beside) = link(&[("SERVER__PUBLIC_URL", address), ("ROOT_KEY", key.as_str())]);
        assert_eq!(link, format!("{begins}?root={print}{ends}"));
        assert!(beside.contains("compare the fingerprint"), "{beside}");
        assert_eq!(beside.contains("this machine alone"), !ends.is_empty(), "{beside}");
    }
    let (bare, beside) = link(&[("SERVER__PUBLIC_URL", "https://accounts.harbor.example")]);
    assert_eq!(bare, "tessera-center://accounts.harbor.example/");
    assert!(beside.contains("No root-key is configured"), "{beside}");
}

#[test]
fn a_link_that_no_app_would_follow_is_not_given_out() {
    for settings in [
        [("SERVER__PUBLIC_URL", "http://accounts.harbor.example")],
        [("SERVER__PUBLIC_URL", "accounts.harbor.example")],
        [("SERVER__LISTEN", "0.0.0.0:8420")],
    ] {
        let (link, beside) = link(&settings);
        assert_eq!(link, "");
        assert!(beside.contains("server.public-url"), "{beside}");
    }
    let (none, beside) =
        link(&[("SERVER__PUBLIC_URL", "https://harbor.example"), ("ROOT_KEY", "tessera-root-aaaa")]);
    assert_eq!(none, "");
    assert!(beside.contains("root-key"), "{beside}");
}

#[test]
fn the_links_qr_code_is_drawn_into_a_file_that_was_not_there() {
    let folder = folder();
    let file = folder.path().join("link.svg");
    let ask = || run(folder.path(), &[], &["link", "--svg", file.to_str().unwrap()]);
    assert!(ask().status.success());
    assert!(std::fs::read_to_string(&file).unwrap().contains("<svg"));
    std::fs::write(&file, "mine").unwrap();
    assert_eq!(ask().status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}
