//! Signing in and out, as the center's rules have it.

use tessera_center::demo;

use crate::sandbox::Sandbox;
use crate::scene::{ALICE, Scene};

const NEW: &str = "a lantern over the quiet river";

#[test]
fn an_account_signs_in_is_known_and_signs_out() {
    let scene = Scene::start();
    let begun = scene.sign_in(ALICE);
    assert_eq!(begun["account"], demo::ACCOUNTS[0].id);
    assert_eq!((&begun["name"], &begun["login_name"]), (&"Alice Example".into(), &ALICE.into()));
    assert_eq!((&begun["bind_mfa_first"], &begun["trusted"]), (&false.into(), &false.into()));
    let listed = scene.sandbox.json(&["center", "list"]);
    assert_eq!(listed[0]["accounts"][0]["kind"], "individual");
    let shown = scene.sandbox.open(&["center", "list", "--json"]).stdout;
    let said = scene.sandbox.open(&["center", "list"]).exits(0).stdout;
    assert!(said.contains("signed in") && !said.contains("session"), "{said}");
    // A token is for the center alone.
    assert!(!shown.contains("session\"") && !shown.contains("token"), "{shown}");

    // Signing in again ends the session that it replaces.
    scene.sign_in(ALICE);
    assert_eq!(scene.sandbox.json(&["center", "sessions", "list"]).as_array().unwrap().len(), 1);

    assert_eq!(scene.sandbox.json(&["center", "sign-out"]), serde_json::json!({"done": "signed_out"}));
    assert_eq!(
        scene.sandbox.open(&["center", "account", "--json"]).exits(9).error()["code"],
        "not_signed_in"
    );
    assert_eq!(
        scene.sandbox.open(&["center", "sign-out", "--json"]).exits(9).error()["code"],
        "not_signed_in"
    );
    // The name need not be typed again, and the password may come from a file.
    std::fs::write(scene.sandbox.path("password"), format!("{}\n", demo::PASSWORD)).unwrap();
    let file = scene.sandbox.path("password").display().to_string();
    let begun = scene.sandbox.json(&["center", "sign-in", "--trust", "--center-password-file", &file]);
    assert_eq!((&begun["login_name"], &begun["trusted"]), (&ALICE.into(), &true.into()));
    let trusted = scene.sandbox.json(&["center", "trusted-devices", "list"]);
    assert_eq!(trusted[0]["current"], true);

    scene.sandbox.open(&["center", "sign-out", "--forget"]).exits(0);
    assert_eq!(scene.sandbox.json(&["center", "list"])[0]["accounts"], serde_json::json!([]));
    let ran = scene.sandbox.open(&["center", "status", "--account", "bob@example.com", "--json"]).exits(4);
    assert_eq!(ran.error()["code"], "not_found");
}

#[test]
fn after_three_wrong_passwords_a_code_is_asked_for_and_after_ten_the_account_is_locked() {
    let scene = Scene::start();
    let wrong = || scene.sandbox.open_with(&["center", "sign-in", ALICE, "--json"], "wrong\n").exits(8);
    for _ in 0..3 {
        assert_eq!(wrong().error()["code"], "center_wrong_credentials");
    }
    let mut talk = scene.talk(&["center", "sign-in", ALICE]);
    talk.say(demo::PASSWORD);
    talk.hear("It was sent to the account's security contact");
    talk.say("000000");
    let ran = talk.ends(8);
    assert_eq!(ran.error()["code"], "center_wrong_code");
    scene.advance(61);
    scene.code_to(ALICE);
    let mut talk = scene.talk(&["center", "sign-in", ALICE]);
    talk.say(demo::PASSWORD);
    talk.hear("It was sent to the account's security contact");
    talk.say(&scene.code_to(ALICE));
    talk.ends(0);
    scene.advance(61);
    // A script that has no code to give hears that one was asked for.
    for _ in 0..3 {
        wrong();
    }
    let nobody = scene.sandbox.open_with(&["center", "sign-in", ALICE, "--json"], "wrong\n").exits(2);
    assert_eq!(nobody.error()["code"], "usage");
}

#[test]
fn a_session_that_ended_is_told_apart_and_forgotten() {
    let scene = Scene::signed_in(ALICE);
    // Ended from another vault.
    let other = Sandbox::new();
    other.open(&["center", "add", &scene.link()]).exits(0);
    other.open_with(&["center", "sign-in", ALICE], &format!("{}\n", demo::PASSWORD)).exits(0);
    let sessions = other.json(&["center", "sessions", "list"]);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    other.open(&["center", "sessions", "end", "--all"]).exits(0);
    let ran = scene.sandbox.open(&["center", "status", "--json"]).exits(9);
    assert_eq!(ran.error()["code"], "not_signed_in");
    assert_eq!(scene.sandbox.json(&["center", "list"])[0]["accounts"][0]["signed_in"], false);

    let own = other.json(&["center", "sessions", "list"]);
    let id = own[0]["id"].as_str().unwrap();
    assert_eq!(
        other.open(&["center", "sessions", "end", "nothing", "--json"]).exits(4).error()["code"],
        "not_found"
    );
    other.open(&["center", "sessions", "end", &id[..6]]).exits(0);
    other.open(&["center", "status"]).exits(9);
}

#[test]
fn an_account_is_registered_found_by_its_phone_and_gets_another_password() {
    let scene = Scene::start();
    let phone = "+4915123456781";
    let mut talk = scene.talk(&["center", "register", "--phone", phone, "--name", "Carol"]);
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(phone));
    talk.say(NEW);
    let made = talk.ends(0).json();
    assert_eq!((&made["name"], &made["login_name"]), (&"Carol".into(), &phone.into()));

    let weak = scene.talk(&["center", "register", "--email", "dave@example.com", "--name", "Dave"]);
    let mut talk = weak;
    talk.hear("A code was sent to");
    talk.say(&scene.code_to("dave@example.com"));
    talk.say("password");
    assert_eq!(talk.ends(8).error()["code"], "center_weak_password");

    scene.advance(61);
    let mut talk = scene.talk(&["center", "retrieve", phone]);
    talk.hear("a code was sent to it");
    talk.say(&scene.code_to(phone));
    let found = talk.ends(0).json();
    assert_eq!(found, serde_json::json!([{"account": made["account"], "kind": "individual", "email": null}]));
    let bad = scene.sandbox.open(&["center", "retrieve", "12", "--json"]).exits(8);
    assert_eq!(
        (&bad.error()["code"], &bad.error()["field"]),
        (&"center_invalid_value".into(), &"/phone".into())
    );

    let mut talk = scene.talk(&["center", "reset-password", ALICE]);
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(ALICE));
    talk.say(NEW);
    talk.ends(0);
    scene.sandbox.open_with(&["center", "sign-in", ALICE], &format!("{NEW}\n")).exits(0);
    let two = scene.sandbox.open(&["center", "status", "--json"]).exits(5);
    assert_eq!(two.error()["code"], "ambiguous");
    scene.sandbox.open(&["center", "status", "--account", ALICE]).exits(0);
}
