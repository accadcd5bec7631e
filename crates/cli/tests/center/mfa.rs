//! MFA devices and recovery codes.

use serde_json::Value;
use tessera_center::demo;
use tessera_otp::Credential;

use crate::scene::{ALICE, Scene};

/// The demo's first hardware token (RFC 6238's example secret), at the center's own time.
fn token(scene: &Scene, ahead: u64) -> String {
    let uri = "otpauth://totp/token?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    Credential::from_uri(uri).unwrap().code_at(scene.now() + ahead).unwrap().text().to_owned()
}

/// Binds the token; from then on it proves who Alice is.
pub fn bind_token(scene: &Scene) -> Value {
    let mut talk =
        scene.talk(&["center", "mfa", "bind-hardware", "DEMO0001", "--name", "key ring", "--by", "email"]);
    talk.say(&token(scene, 0));
    talk.say(&token(scene, 30));
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(ALICE));
    let bound = talk.ends(0).json();
    // A code is taken once: those of the binding are used up.
    scene.advance(90);
    bound
}

/// A command that proves who it is by the token.
fn by_token(scene: &Scene, args: &[&str], exit: i32) -> crate::sandbox::Ran {
    let mut all = args.to_vec();
    all.extend(["--by", "mfa"]);
    let mut talk = scene.talk(&all);
    talk.say(&token(scene, 0));
    let ran = talk.ends(exit);
    scene.advance(90);
    ran
}

#[test]
fn a_virtual_device_goes_straight_into_the_vault_and_signs_in_from_there() {
    let scene = Scene::signed_in(ALICE);
    let mut talk = scene.talk(&["center", "mfa", "bind", "--name", "laptop", "--by", "email"]);
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(ALICE));
    talk.hear("for the next code");
    let bound = talk.ends(0).json();
    assert_eq!((&bound["name"], &bound["kind"]), (&"laptop".into(), &"virtual".into()));
    let entry = bound["entry"]["id"].as_str().unwrap();
    assert_eq!(scene.sandbox.json(&["list"])[0]["id"], entry);
    assert_eq!(scene.sandbox.json(&["center", "mfa", "list"])[0]["entry"]["id"], entry);

    // The codes of the binding are used up: the next one is waited for, not asked of the person.
    let set = scene.sandbox.json(&["center", "protection", "--login", "mfa", "--by", "vault"]);
    assert_eq!(set["login"], "mfa");
    let lines = format!("{}\ny\n", demo::PASSWORD);
    let begun = scene.sandbox.open_with(&["center", "sign-in", ALICE, "--json"], &lines).exits(0);
    assert!(begun.stderr.contains("Take the code of") && begun.stderr.contains("for the next code"));
    let status = scene.sandbox.json(&["center", "status"]);
    assert_eq!(
        status["protection"][0],
        serde_json::json!({
            "item": "device", "in_place": true, "message": "an MFA device is bound", "do": null
        })
    );

    // Never by the factor that is being changed, if there is another.
    let rename = ["center", "mfa", "rename", "laptop", "old laptop"];
    let vault = scene.sandbox.open(&[&rename[..], &["--by", "vault", "--json"]].concat()).exits(1);
    assert_eq!(vault.error()["code"], "bad_input");
    scene.by_email(&rename, 0);
    let unknown = scene.sandbox.open(&["center", "mfa", "unbind", "laptop", "--json"]).exits(4);
    assert_eq!(unknown.error()["code"], "not_found");
    assert_eq!(
        scene.sandbox.json(&["center", "mfa", "unlink", entry]),
        serde_json::json!({"done": "unlinked"})
    );
    assert!(scene.sandbox.json(&["center", "mfa", "list"])[0]["entry"].is_null());
    assert_eq!(scene.sandbox.json(&["center", "mfa", "link", "old laptop", entry])["entry"]["id"], entry);
    // The check of a moment ago is good for this, too.
    let gone = ["center", "mfa", "unbind", "old laptop", "--trash-entry"];
    let gone = scene.sandbox.json(&gone);
    assert_eq!(gone["trashed"]["id"], entry);
    assert_eq!(scene.sandbox.json(&["list"]), serde_json::json!([]));
    assert_eq!(scene.sandbox.json(&["list", "--trash"])[0]["id"], entry);
    assert_eq!(scene.sandbox.json(&["center", "mfa", "list"]), serde_json::json!([]));
}

#[test]
fn a_token_is_bound_by_its_number_and_recovery_codes_stand_in_for_it() {
    let scene = Scene::signed_in(ALICE);
    let bound = bind_token(&scene);
    assert_eq!((&bound["serial"], &bound["entry"]), (&"DEMO0001".into(), &Value::Null));
    let mut taken = scene.talk(&["center", "mfa", "bind-hardware", "NOSUCH", "--by", "mfa"]);
    taken.say("123456");
    taken.say("654321");
    let refused = taken.ends(8);
    assert_eq!(refused.error()["code"], "center_wrong_code");
    scene.advance(90);

    // The vault has no entry of it, so it cannot give a code.
    let none = scene.sandbox.open(&["center", "recovery-codes", "new", "--by", "vault", "--json"]).exits(4);
    assert_eq!(none.error()["code"], "not_found");
    let wrong =
        scene.sandbox.open_with(&["center", "recovery-codes", "new", "--by", "mfa", "--json"], "000000\n");
    assert_eq!(wrong.exits(8).error()["code"], "center_wrong_code");
    let made = by_token(&scene, &["center", "recovery-codes", "new"], 0).json();
    let codes = made["codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    let left = scene.sandbox.json(&["center", "recovery-codes", "left"]);
    assert_eq!((&left["left"], &left["kept_at"]), (&10.into(), &Value::Null));
    scene.sandbox.json(&["center", "recovery-codes", "kept"]);
    assert!(scene.sandbox.json(&["center", "recovery-codes", "left"])["kept_at"].is_number());

    // By which of several is asked when nobody says so.
    let asked =
        scene.sandbox.open_with(&["center", "protection", "--login", "mfa", "--json"], "phone\n").exits(1);
    // The question's line is still open when the error comes.
    assert!(asked.stderr.contains("\"code\":\"bad_input\""), "{}", asked.stderr);
    by_token(&scene, &["center", "protection", "--login", "mfa"], 0);
    let lines = format!("{}\n{}\n", demo::PASSWORD, codes[0].as_str().unwrap());
    let sign_in = ["center", "sign-in", ALICE, "--by", "recovery-code", "--json"];
    scene.sandbox.open_with(&sign_in, &lines).exits(0);
    assert_eq!(scene.sandbox.open_with(&sign_in, &lines).exits(8).error()["code"], "center_wrong_code");
    assert_eq!(scene.sandbox.json(&["center", "recovery-codes", "left"])["left"], 9);

    let mut talk = scene.talk(&["center", "mfa", "resync", "key ring"]);
    talk.say(&token(&scene, 0));
    talk.say(&token(&scene, 30));
    assert_eq!(talk.ends(0).json()["done"], "resynced");
    let mut talk = scene.talk(&["center", "mfa", "resync", "key ring"]);
    talk.say("111111");
    talk.say("222222");
    assert_eq!(talk.ends(8).error()["code"], "center_wrong_code");
}
