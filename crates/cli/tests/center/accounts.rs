//! The account: what protects it, its contacts, its log.

use tessera_center::demo;

use crate::scene::{ALICE, Scene};

const NEW: &str = "+4915123456780";

#[test]
fn the_status_says_what_protects_and_what_is_missing() {
    let scene = Scene::signed_in(ALICE);
    let status = scene.sandbox.json(&["center", "status"]);
    assert_eq!(status["account"]["id"], demo::ACCOUNTS[0].id);
    assert_eq!(status["mfa_devices"], 0);
    let items: Vec<(&str, bool)> = status["protection"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["item"].as_str().unwrap(), row["in_place"].as_bool().unwrap()))
        .collect();
    assert_eq!(items[0], ("device", false));
    assert!(items.contains(&("phone_lately", true)) && items.contains(&("emails_differ", false)));
    assert!(status["protection"][0]["do"].as_str().unwrap().contains("mfa bind"));
    let said = scene.sandbox.open(&["center", "status"]).exits(0).stdout;
    assert!(said.contains("Alice Example") && said.contains("- no MFA device is bound"), "{said}");
}

#[test]
fn the_account_is_shown_edited_and_its_log_read() {
    let scene = Scene::signed_in(ALICE);
    let edited = scene.sandbox.json(&["center", "account", "--name", "Alice B.", "--language", "zh-Hans"]);
    assert_eq!((&edited["name"], &edited["language"]), (&"Alice B.".into(), &"zh-Hans".into()));
    assert_eq!(scene.sandbox.json(&["center", "account"]), edited);
    let bad = scene.sandbox.open(&["center", "account", "--name", "", "--json"]).exits(8);
    assert_eq!(bad.error()["code"], "center_invalid_value");
    let log = scene.sandbox.json(&["center", "security-log", "-n", "1"]);
    assert_eq!(log.as_array().unwrap().len(), 1);
    assert_eq!(log[0]["kind"], "account-edited");
    let said = scene.sandbox.open(&["center", "account"]).exits(0).stdout;
    assert!(said.contains("Alice B.") && said.contains("+4915123456789"), "{said}");

    let out = scene.sandbox.path("export.json");
    let file = out.display().to_string();
    let ran = scene.by_email(&["center", "download", "-o", &file], 0);
    assert_eq!(ran.json()["written"], file.as_str());
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("alice@example.com"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(
        scene.sandbox.open(&["center", "download", "-o", &file, "--json"]).exits(1).error()["code"],
        "failed"
    );
}

#[test]
fn an_account_is_erased_after_a_yes_and_a_check() {
    let scene = Scene::signed_in(ALICE);
    scene.sandbox.open_with(&["center", "erase"], "n\n").exits(1);
    assert_eq!(scene.by_email(&["center", "erase", "--yes"], 0).json()["done"], "erased");
    assert_eq!(scene.sandbox.json(&["center", "list"])[0]["accounts"], serde_json::json!([]));
    let lines = format!("{}\n", demo::PASSWORD);
    let gone = scene.sandbox.open_with(&["center", "sign-in", ALICE, "--json"], &lines).exits(8);
    assert_eq!(gone.error()["code"], "center_wrong_credentials");
}

#[test]
fn a_phone_is_changed_by_a_check_and_a_code_and_the_change_undone_by_its_link() {
    let scene = Scene::signed_in(ALICE);
    let set = ["center", "contacts", "set", "phone", NEW, "--by", "email"];
    let mut talk = scene.talk(&set);
    talk.hear("A code was sent to a");
    talk.say("000000");
    let wrong = talk.ends(8);
    assert_eq!(wrong.error()["code"], "center_wrong_code");
    scene.advance(61);
    scene.code_to(ALICE);

    let mut talk = scene.talk(&set);
    talk.hear("A code was sent to a");
    talk.say(&scene.code_to(ALICE));
    talk.hear(NEW);
    talk.say(&scene.code_to(NEW));
    let changed = talk.ends(0).json();
    assert_eq!((&changed["kind"], &changed["address"]), (&"secure-phone".into(), &NEW.into()));
    assert!(changed["undo_until"].as_u64().unwrap() > scene.now());
    let contacts = scene.sandbox.json(&["center", "contacts", "list"]);
    let phone =
        contacts.as_array().unwrap().iter().find(|contact| contact["kind"] == "secure-phone").unwrap();
    assert_eq!(phone["address"], NEW);

    let link = scene.link_to(ALICE, "/undo/");
    let link = format!("{}{}", scene.address(), &link[link.find("/undo/").unwrap()..]);
    let no =
        scene.sandbox.open(&["center", "contacts", "undo", "https://evil.example/undo/x", "--yes", "--json"]);
    assert_eq!(no.exits(1).error()["code"], "bad_input");
    scene.sandbox.open_with(&["center", "contacts", "undo", &link], "n\n").exits(1);
    let undone = scene.sandbox.json(&["center", "contacts", "undo", &link, "--yes"]);
    assert_eq!(undone, serde_json::json!({"done": "undone"}));
    let again = scene.sandbox.open(&["center", "contacts", "undo", &link, "--yes", "--json"]).exits(8);
    assert_eq!(again.error()["code"], "center_link_ended");
    // Every session ended.
    scene.sandbox.open(&["center", "contacts", "list"]).exits(9);
    scene.sign_in(ALICE);
    let contacts = scene.sandbox.json(&["center", "contacts", "list"]);
    assert!(contacts.as_array().unwrap().iter().any(|contact| contact["address"] == "+4915123456789"));
    let frozen = scene.sandbox.json(&["center", "account"]);
    assert!(frozen["frozen_since"].is_number());
}

#[test]
fn the_password_and_what_is_asked_are_changed_after_a_check() {
    let scene = Scene::signed_in(ALICE);
    let mut talk = scene.talk(&["center", "password", "--by", "email"]);
    talk.say("a lantern over the quiet river");
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(ALICE));
    assert_eq!(talk.ends(0).json()["done"], "changed");
    scene.advance(61);
    scene.sandbox.open_with(&["center", "sign-in"], "a lantern over the quiet river\n").exits(0);
    scene.advance(61);
    let set = scene.by_email(&["center", "protection", "--login", "email"], 0).json();
    assert_eq!(set, serde_json::json!({"login": "email", "operation": "off"}));
    assert_eq!(scene.sandbox.json(&["center", "protection"]), set);
    // From now on signing in asks for a code to the security e-mail.
    let mut talk = scene.talk(&["center", "sign-in"]);
    talk.say("a lantern over the quiet river");
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(ALICE));
    talk.ends(0);
    let ran = scene
        .sandbox
        .open_with(&["center", "sign-in", "--by", "vault", "--json"], "a lantern over the quiet river\n");
    assert_eq!(ran.exits(1).error()["code"], "bad_input");
}
