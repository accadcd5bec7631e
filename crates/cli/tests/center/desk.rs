//! The review desk: a reviewer joins with a device in the vault, and decides.

use tessera_center::demo;
use tessera_center::rules::ticket::execute_due;

use crate::mfa::bind_token;
use crate::sandbox::Sandbox;
use crate::scene::{ALICE, ROOT_SEED, Scene};
use crate::tickets::{photograph, publish};

const NEW: &str = "a lantern over the quiet river";

#[test]
fn a_reviewer_joins_signs_in_and_decides_a_question() {
    let scene = Scene::signed_in(ALICE);
    let ask = ["center", "ticket", "new", "question", "--field", "subject=Hours", "--field", "text=When?"];
    let id = scene.sandbox.json(&ask)["ticket"]["id"].as_str().unwrap().to_owned();

    let rita = Sandbox::new();
    rita.open(&["center", "add", &scene.link()]).exits(0);
    let early = rita.open(&["center", "desk", "queue", "--json"]).exits(9);
    assert_eq!(early.error()["code"], "not_signed_in");
    let bad = rita.open_with(&["center", "desk", "join", "nothing", "--json"], &format!("{NEW}\n"));
    assert!([4, 8].contains(&bad.exit), "{}", bad.stderr);
    let join = ["center", "desk", "join", &scene.invitations[0], "--json"];
    let joined = rita.open_with(&join, &format!("{NEW}\n")).exits(0);
    assert_eq!(joined.json()["done"], "joined");
    assert_eq!(rita.json(&["list"]).as_array().unwrap().len(), 1);
    let member =
        rita.open_with(&["center", "desk", "sign-in", "--from-vault", "--json"], &format!("{NEW}\n"));
    assert_eq!(member.exits(0).json()["name"], "Rita Reviewer");
    let key = rita.json(&["center", "desk", "register-key"]);
    assert!(key["recipient"].as_str().unwrap().starts_with("age1"));
    assert_eq!(rita.json(&["center", "desk", "register-key"]), key, "the key that is there is kept");

    // What is sealed to her can be sealed anew by her, when the list of keys has changed.
    publish(&scene, &ROOT_SEED);
    let front = format!("holding-document-front={}", photograph(&scene, "front.png").display());
    let back = format!("holding-document-back={}", photograph(&scene, "back.jpg").display());
    let filed = scene.sandbox.json(&[
        "center",
        "ticket",
        "new",
        "identity-verification-individual",
        "--field",
        "name=Alice Example",
        "--field",
        "document_type=id-card",
        "--field",
        "document_number=L01X00T47",
        "--document",
        &front,
        "--document",
        &back,
    ]);
    assert_eq!(filed["ticket"]["state"], "submitted");
    let none = serde_json::json!({"resealed": 0, "failed": []});
    assert_eq!(rita.json(&["center", "desk", "reseal"]), none);
    scene.advance(1);
    publish(&scene, &ROOT_SEED);
    // Documents are given to the reviewer who has claimed their ticket, and to nobody else.
    let unclaimed = rita.json(&["center", "desk", "reseal"]);
    assert_eq!((&unclaimed["resealed"], unclaimed["failed"].as_array().unwrap().len()), (&0.into(), 2));
    let identity = filed["ticket"]["id"].as_str().unwrap();
    rita.json(&["center", "desk", "claim", identity]);
    assert_eq!(rita.json(&["center", "desk", "reseal"]), serde_json::json!({"resealed": 2, "failed": []}));
    assert_eq!(rita.json(&["center", "desk", "reseal"]), none);
    rita.json(&["center", "desk", "release", identity]);

    let queue = rita.json(&["center", "desk", "queue", "--kind", "question", "--state", "submitted"]);
    assert_eq!(queue[0]["id"], id.as_str());
    assert_eq!(rita.json(&["center", "desk", "queue", "--mine"]), serde_json::json!([]));
    assert!(rita.json(&["center", "desk", "show", &id])["review"].is_null());
    let unclaimed =
        rita.open(&["center", "desk", "approve", &id, "--reason", "x", "--yes", "--json"]).exits(8);
    assert_eq!(unclaimed.error()["code"], "center_wrong_state");
    rita.json(&["center", "desk", "claim", &id]);
    assert_eq!(rita.json(&["center", "desk", "show", &id])["review"]["statement"]["text"], "When?");
    let more = rita.json(&["center", "desk", "ask", &id, "--reason", "Which day?", "--yes"]);
    assert_eq!(more["line"]["state"], "more-information");

    let read = scene.sandbox.open(&["center", "ticket", "show", &id]).exits(0).stdout;
    assert!(read.contains("Which day?"), "{read}");
    let answered = scene.sandbox.json(&["center", "ticket", "answer", &id, "--field", "text=On Monday."]);
    assert_eq!(
        (&answered["state"], &answered["statement"]["text"]),
        (&"submitted".into(), &"On Monday.".into())
    );
    assert_eq!(answered["statement"]["subject"], "Hours");

    rita.json(&["center", "desk", "claim", &id]);
    rita.open_with(&["center", "desk", "approve", &id, "--reason", "From nine."], "n\n").exits(1);
    let done = rita.json(&["center", "desk", "approve", &id, "--reason", "From nine.", "--yes"]);
    assert_eq!(done["line"]["state"], "executed");
    let history = rita.json(&["center", "desk", "history", "--ticket", &id]);
    assert!(history.as_array().unwrap().len() >= 3, "{history}");

    rita.json(&["center", "desk", "sign-out"]);
    rita.open(&["center", "desk", "queue"]).exits(9);
    assert_eq!(rita.json(&["center", "list"])[0]["staff"]["signed_in"], false);
}

/// A vault of a reviewer of the demo who has joined and is signed in.
fn reviewer(scene: &Scene, invitation: usize) -> Sandbox {
    let vault = Sandbox::new();
    vault.open(&["center", "add", &scene.link()]).exits(0);
    let join = ["center", "desk", "join", &scene.invitations[invitation], "--json"];
    vault.open_with(&join, &format!("{NEW}\n")).exits(0);
    vault.open_with(&["center", "desk", "sign-in", "--from-vault", "--json"], &format!("{NEW}\n")).exits(0);
    vault
}

#[test]
fn a_spelling_is_marked_by_one_and_confirmed_by_another_and_the_link_then_binds_a_new_device() {
    const HOLD: i64 = 72 * 3600;
    let scene = Scene::signed_in(ALICE);
    let (rita, sam) = (reviewer(&scene, 0), reviewer(&scene, 1));
    rita.json(&["center", "desk", "register-key"]);
    publish(&scene, &ROOT_SEED);

    // What is on file, and what will be lost.
    let front = format!("holding-document-front={}", photograph(&scene, "front.png").display());
    let back = format!("holding-document-back={}", photograph(&scene, "back.jpg").display());
    let fields = ["name=Alice Example", "document_type=id-card", "document_number=L01X00T47"];
    let mut new = vec!["center", "ticket", "new", "identity-verification-individual"];
    new.extend(fields.iter().flat_map(|field| ["--field", field]));
    new.extend(["--document", &front, "--document", &back]);
    let filed = scene.sandbox.json(&new);
    let identity = filed["ticket"]["id"].as_str().unwrap();
    rita.json(&["center", "desk", "claim", identity]);
    let approved = rita.json(&["center", "desk", "approve", identity, "--reason", "Agrees.", "--yes"]);
    assert_eq!(approved["line"]["state"], "executed");
    bind_token(&scene);
    // The program's own clock is the one that its next codes are computed with.
    scene.advance(-90);

    let mail = "alice@elsewhere.example";
    let stated = [
        "login-email=alice@example.com",
        "name=Alyce Example",
        "document-number=L01X00T47",
        "current-phone=+4915123456789",
    ];
    let mut new = vec!["center", "ticket", "new", "mfa-unbinding-individual", "--without-account", mail];
    new.extend(stated.iter().flat_map(|field| ["--field", field]));
    let mut talk = scene.talk(&new);
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(mail));
    let filed = talk.ends(0).json();
    let id = filed["ticket"]["id"].as_str().unwrap();

    let approve = ["center", "desk", "approve", id, "--reason", "Agrees.", "--yes", "--json"];
    rita.json(&["center", "desk", "claim", id]);
    assert_eq!(rita.open(&approve).exits(8).error()["code"], "center_statement_mismatch");
    let same = ["center", "desk", "mark", id, "document-number", "--reason", "x", "--json"];
    assert_eq!(rita.open(&same).exits(8).error()["code"], "center_wrong_state", "it does not differ");
    let marked = rita.json(&["center", "desk", "mark", id, "name", "--reason", "y for i, one person"]);
    assert_eq!(marked["done"], "marked");
    let own = rita.open(&["center", "desk", "confirm-mark", id, "name", "--json"]).exits(8);
    assert_eq!(own.error()["code"], "center_forbidden", "another one confirms");
    assert_eq!(rita.json(&approve[..7])["line"]["state"], "first-approval");

    sam.json(&["center", "desk", "claim", id]);
    assert_eq!(sam.open(&approve).exits(8).error()["code"], "center_statement_mismatch");
    assert_eq!(sam.json(&["center", "desk", "confirm-mark", id, "name"])["done"], "confirmed");
    let held = sam.json(&approve[..7]);
    assert_eq!(held["line"]["state"], "hold");

    scene.advance(HOLD + 1);
    assert_eq!(scene.runtime.block_on(execute_due(&scene.served)).unwrap(), 1);
    scene.advance(-HOLD - 1);
    let link = scene.link_to("+4915123456789", "/ticket-links/");
    let open = ["center", "ticket", "open-link", "-", "--json"];
    let wrong = scene.sandbox.open_with(&open, &format!("{link}\nnot the password\n")).exits(8);
    assert_eq!(wrong.error()["code"], "center_wrong_credentials");
    let bound = scene.sandbox.open_with(&open, &format!("{link}\n{}\n", demo::PASSWORD)).exits(0).json();
    assert_eq!(bound["bound"], "device");
    let entries = scene.sandbox.json(&["list"]);
    assert_eq!((entries.as_array().unwrap().len(), &entries[0]["id"]), (1, &bound["entry"]["id"]));
    let again = scene.sandbox.open_with(&open, &format!("{link}\n{}\n", demo::PASSWORD)).exits(8);
    assert_eq!(again.error()["code"], "center_link_ended");

    // The lost token opens nothing any more; the new device does.
    scene
        .sandbox
        .open_with(&["center", "sign-in", ALICE, "--json"], &format!("{}\n", demo::PASSWORD))
        .exits(0);
    let devices = scene.sandbox.json(&["center", "mfa", "list"]);
    assert_eq!(devices.as_array().unwrap().len(), 1, "{devices}");
    assert_eq!(devices[0]["kind"], "virtual");
}
