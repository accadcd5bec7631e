//! The review desk: a reviewer joins with a device in the vault, and decides.

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
