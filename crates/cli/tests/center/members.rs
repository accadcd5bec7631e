//! Sub-accounts and collaborators.

use tessera_center::demo;

use crate::sandbox::Sandbox;
use crate::scene::{ALICE, Scene};

const OFFICE: &str = "office@example.com";
const NEW: &str = "a lantern over the quiet river";

#[test]
fn a_sub_account_is_made_joined_required_an_mfa_device_and_taken_off() {
    let scene = Scene::signed_in(OFFICE);
    let add = ["center", "members", "add", "--name", "Erin", "--email", "erin@example.com", "--require-mfa"];
    let made = scene.by_email_of(OFFICE, &add, 0).json();
    assert_eq!((&made["state"], &made["mfa_required"]), (&"invited".into(), &true.into()));
    let number = made["id"].to_string();
    let listed = scene.sandbox.json(&["center", "members", "list"]);
    assert_eq!(listed["sub_accounts"][0]["id"], made["id"]);
    assert_eq!(
        (&listed["collaborators"], &listed["invitations"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );

    let invitation = scene.invitation_to("erin@example.com");
    let erin = Sandbox::new();
    erin.open(&["center", "add", &scene.link()]).exits(0);
    let no =
        erin.open_with(&["center", "members", "join", "nothing", "--json"], &format!("{NEW}\n")).exits(8);
    assert_eq!(no.error()["code"], "center_link_ended");
    let joined = erin.open_with(&["center", "members", "join", &invitation, "--json"], &format!("{NEW}\n"));
    assert_eq!(joined.exits(0).json()["account"], made["id"]);
    // Its owner requires a device: the session does nothing before one is bound.
    let begun =
        erin.open_with(&["center", "sign-in", "erin@example.com", "--json"], &format!("{NEW}\n")).exits(0);
    assert_eq!(begun.json()["bind_mfa_first"], true);
    let blocked = erin.open(&["center", "status", "--json"]).exits(8);
    assert_eq!(blocked.error()["code"], "center_mfa_binding_required");

    // The check of a moment ago is good for this, too.
    let ran = scene.sandbox.json(&["center", "members", "require-mfa", &number, "off"]);
    assert_eq!(ran["done"], "changed");
    let set = scene.sandbox.json(&["center", "members", "protect", &number, "--login", "email"]);
    assert_eq!(set["login"], "email");
    let none = scene.sandbox.open(&["center", "members", "unbind-mfa", &number, "x", "--json"]).exits(4);
    assert_eq!(none.error()["code"], "not_found");
    scene.sandbox.open_with(&["center", "members", "remove", &number], "n\n").exits(1);
    scene.sandbox.json(&["center", "members", "remove", &number, "--yes"]);
    assert_eq!(scene.sandbox.json(&["center", "members", "list"])["sub_accounts"], serde_json::json!([]));
}

#[test]
fn a_collaborator_is_invited_accepts_and_loses_the_access() {
    let scene = Scene::signed_in(OFFICE);
    let made = scene.by_email_of(OFFICE, &["center", "members", "invite", ALICE], 0).json();
    let alice = Sandbox::new();
    alice.open(&["center", "add", &scene.link()]).exits(0);
    alice.open_with(&["center", "sign-in", ALICE], &format!("{}\n", demo::PASSWORD)).exits(0);
    let invited = alice.json(&["center", "members", "list"]);
    let id = invited["invitations"][0]["id"].as_str().unwrap();
    alice.json(&["center", "members", "accept", id]);
    let listed = scene.sandbox.json(&["center", "members", "list"]);
    assert_eq!(
        (&listed["collaborators"][0]["state"], &listed["collaborators"][0]["access"]),
        (&"active".into(), &true.into())
    );
    let end = ["center", "members", "end", made["id"].as_str().unwrap(), "--json"];
    scene.sandbox.open(&end).exits(0);
    let gone = scene.sandbox.open(&["center", "members", "end", "nobody", "--json"]).exits(4);
    assert_eq!(gone.error()["code"], "center_not_found");
}
