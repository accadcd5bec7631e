//! Tickets, from the account and without one, with documents and without.

use std::path::PathBuf;

use ed25519_dalek::SigningKey;
use image::RgbImage;
use serde_json::Value;
use tessera_center::rules::key_list;
use tessera_center_api::key_list::{KeyPurpose, ListedKey, SignedKeyList};
use tessera_center_client::document::ReviewerIdentity;

use crate::sandbox::Sandbox;
use crate::scene::{ALICE, ROOT_SEED, Scene};

const ASK: [&str; 7] = ["center", "ticket", "new", "question", "--field", "subject=Hours", "--field"];

fn question(scene: &Scene) -> Value {
    let mut args = ASK.to_vec();
    args.push("text=When are you there?");
    scene.sandbox.json(&args)["ticket"].clone()
}

/// Signs and publishes a list with a reviewer's and an escrow key, as the holder of a root key does.
pub fn publish(scene: &Scene, seed: &[u8; 32]) {
    scene.runtime.block_on(async {
        let escrow = [ReviewerIdentity::generate().recipient()];
        let mut tx = scene.served.begin().await.unwrap();
        let mut list = key_list::draft(&mut tx, &scene.served, &escrow, 86_400).await.unwrap();
        list.keys.push(ListedKey {
            holder: "a reviewer".into(),
            purpose: KeyPurpose::Reviewer,
            recipient: ReviewerIdentity::generate().recipient(),
        });
        let signed = SignedKeyList::sign(&list, &SigningKey::from_bytes(seed)).unwrap();
        key_list::publish(&mut tx, &scene.served, None, &signed).await.unwrap();
        tx.commit().await.unwrap();
    });
}

pub fn photograph(scene: &Scene, name: &str) -> PathBuf {
    let image = RgbImage::from_fn(900, 600, |x, y| {
        let noise = u8::try_from((x * 7919 + y * 104_729) % 251).unwrap();
        image::Rgb([noise, noise.wrapping_mul(3), noise.wrapping_add(90)])
    });
    let path = scene.sandbox.path(name);
    image.save(&path).unwrap();
    path
}

#[test]
fn a_question_is_filed_listed_shown_and_withdrawn() {
    let scene = Scene::signed_in(ALICE);
    let ticket = question(&scene);
    assert_eq!((&ticket["kind"], &ticket["state"]), (&"question".into(), &"submitted".into()));
    let id = ticket["id"].as_str().unwrap();
    let listed = scene.sandbox.json(&["center", "ticket", "list"]);
    assert_eq!((&listed["tickets"][0]["id"], &listed["drafts"]), (&ticket["id"], &serde_json::json!([])));
    assert_eq!(scene.sandbox.json(&["center", "ticket", "show", id]), ticket);
    let said = scene.sandbox.open(&["center", "ticket", "show", id]).exits(0).stdout;
    assert!(said.contains("submitted by applicant"), "{said}");
    scene.sandbox.open_with(&["center", "ticket", "withdraw", id], "n\n").exits(1);
    let ran = scene.sandbox.json(&["center", "ticket", "withdraw", id, "--yes"]);
    assert_eq!(ran["state"], "withdrawn");
    let again = scene.sandbox.open(&["center", "ticket", "withdraw", id, "--yes", "--json"]).exits(8);
    assert_eq!(again.error()["code"], "center_wrong_state");
    let none = scene.sandbox.open(&["center", "ticket", "show", "T-none", "--json"]).exits(4);
    assert_eq!(none.error()["code"], "center_not_found");

    // What is not given is asked for, and a field of another kind is refused before anything is sent.
    let asked = scene.sandbox.open_with(&["center", "ticket", "new", "question", "--json"], "Hours\nWhen?\n");
    assert_eq!(asked.exits(0).json()["ticket"]["statement"]["subject"], "Hours");
    let bad = scene.sandbox.open(&["center", "ticket", "new", "question", "--field", "name=x", "--json"]);
    assert_eq!(bad.exits(1).error()["code"], "bad_input");
    assert_eq!(
        scene.sandbox.open(&["center", "ticket", "new", "password-reset", "--json"]).exits(2).error()["code"],
        "usage"
    );
}

#[test]
fn what_was_typed_is_kept_when_the_center_is_gone() {
    let mut scene = Scene::signed_in(ALICE);
    scene.stop();
    let mut args = ASK.to_vec();
    args.extend(["text=When?", "--json"]);
    let ran = scene.sandbox.open(&args).exits(10);
    assert_eq!(ran.error()["code"], "center_unreachable");
    assert!(ran.stderr.contains("--from-draft"), "{}", ran.stderr);
    scene.sandbox.open(&["center", "ticket", "list", "--json"]).exits(10);
    scene.sandbox.open(&["center", "sign-out"]).exits(0);
    let listed = scene.sandbox.json(&["center", "ticket", "list"]);
    let draft = listed["drafts"][0]["draft"].as_str().unwrap();
    assert_eq!(listed["drafts"][0]["kind"], "question");
    scene.sandbox.open(&["center", "ticket", "unfollow", &draft[..8]]).exits(0);
    scene.sandbox.open(&["center", "ticket", "unfollow", draft, "--json"]).exits(4);
}

#[test]
fn a_ticket_without_an_account_is_followed_by_its_code() {
    let scene = Scene::start();
    let mail = "someone@example.com";
    let mut talk = scene.talk(&[
        "center",
        "ticket",
        "new",
        "mfa-unbinding-individual",
        "--without-account",
        mail,
        "--field",
        "login-email=alice@example.com",
        "--field",
        "name=Alice Example",
        "--field",
        "document-number=L01X00T47",
        "--field",
        "current-phone=+4915123456789",
    ]);
    talk.hear("A code was sent to");
    talk.say(&scene.code_to(mail));
    let filed = talk.ends(0).json();
    assert_eq!(filed["ticket"]["state"], "submitted");
    let (id, code) = (filed["ticket"]["id"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
    let listed = scene.sandbox.json(&["center", "ticket", "list"]);
    assert_eq!(
        (&listed["followed"][0]["ticket"], &listed["followed"][0]["state"]),
        (&id.into(), &"submitted".into())
    );
    assert_eq!(scene.sandbox.json(&["center", "ticket", "query-code", id])["query_code"], code);
    assert_eq!(scene.sandbox.json(&["center", "ticket", "show", id])["id"], id);

    // From another vault, by the code alone: typed, or as an argument, which the shell remembers.
    let other = Sandbox::new();
    other.open(&["center", "add", &scene.link()]).exits(0);
    let ran =
        other.open_with(&["center", "ticket", "status", "--follow", "--json"], &format!("{code}\n")).exits(0);
    assert_eq!(ran.json()["id"], id);
    let warned = other.open(&["center", "ticket", "status", &code.to_lowercase(), "--json"]).exits(0);
    assert!(warned.stderr.contains("history"), "{}", warned.stderr);
    let wrong = other.open(&["center", "ticket", "status", "AAAA-AAAA", "--json"]);
    assert!([4, 8].contains(&wrong.exit), "{}", wrong.stderr);
    let withdrawn = other.json(&["center", "ticket", "withdraw", id, "--yes"]);
    assert_eq!(withdrawn["state"], "withdrawn");
    assert_eq!(other.json(&["center", "ticket", "list"])["followed"][0]["state"], "withdrawn");
    other.open(&["center", "ticket", "unfollow", id]).exits(0);
    other.open(&["center", "ticket", "query-code", id, "--json"]).exits(4);

    let wrong = scene.sandbox.open(&[
        "center",
        "ticket",
        "new",
        "identity-verification-individual",
        "--without-account",
        mail,
        "--json",
    ]);
    assert_eq!(wrong.exits(1).error()["code"], "bad_input");
}

#[test]
fn documents_are_drawn_anew_and_sealed_to_the_list_of_the_pinned_key() {
    let scene = Scene::signed_in(ALICE);
    let (front, back) = (photograph(&scene, "front.png"), photograph(&scene, "back.jpg"));
    let (front, back) = (
        format!("holding-document-front={}", front.display()),
        format!("holding-document-back={}", back.display()),
    );
    std::fs::write(scene.sandbox.path("note.jpg"), "no picture").unwrap();
    std::fs::write(scene.sandbox.path("empty.png"), "").unwrap();
    std::fs::write(scene.sandbox.path("large.png"), vec![0; 11 * 1024 * 1024]).unwrap();
    let new = [
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
        "--json",
    ];
    // A bad file is known before anything is sent.
    for file in ["note.jpg", "empty.png", "large.png"] {
        let mut args = new.to_vec();
        let document = format!("holding-document-front={}", scene.sandbox.path(file).display());
        args.extend(["--document", &document]);
        assert_eq!(scene.sandbox.open(&args).exits(1).error()["code"], "bad_input", "{file}");
    }
    let mut args = new.to_vec();
    args.extend(["--document", "passport=x.png"]);
    assert_eq!(scene.sandbox.open(&args).exits(2).error()["code"], "usage");
    let listed = scene.sandbox.json(&["center", "ticket", "list"]);
    assert_eq!((&listed["tickets"], &listed["drafts"]), (&serde_json::json!([]), &serde_json::json!([])));

    // Nobody is there to seal to: the ticket stays a draft at the center.
    let mut args = new.to_vec();
    args.extend(["--document", &front]);
    let ran = scene.sandbox.open(&args).exits(10);
    assert_eq!(ran.error()["code"], "center_key_list");
    assert!(ran.stderr.contains("ticket submit"), "{}", ran.stderr);
    let listed = scene.sandbox.json(&["center", "ticket", "list"]);
    let id = listed["tickets"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed["tickets"][0]["state"], "draft");
    let missing = scene.sandbox.open(&["center", "ticket", "submit", &id, "--json"]).exits(8);
    assert_eq!(missing.error()["code"], "center_wrong_state");

    publish(&scene, &ROOT_SEED);
    let ticket = scene.sandbox.json(&["center", "ticket", "attach", &id, &front]);
    assert_eq!(ticket["documents_missing"], serde_json::json!(["holding-document-back"]));
    let ticket = scene.sandbox.json(&["center", "ticket", "attach", &id, &back]);
    assert_eq!(ticket["documents_missing"], serde_json::json!([]));
    assert_eq!(scene.sandbox.json(&["center", "ticket", "submit", &id])["state"], "submitted");
}

#[test]
fn a_new_contact_is_proven_before_the_ticket_is_submitted() {
    let scene = Scene::signed_in(ALICE);
    let phone = "+4915123456788";
    let recovery = format!("recovery_phone={phone}");
    let mut talk = scene.talk(&[
        "center",
        "ticket",
        "new",
        "phone-change-unverified",
        "--field",
        "login_email=bob@example.com",
        "--field",
        &recovery,
        "--field",
        "recovery_email=bob.new@example.com",
    ]);
    talk.hear("A code was sent to the new contact");
    talk.say(&scene.code_to(phone));
    let filed = talk.ends(0).json();
    assert_eq!(
        (&filed["ticket"]["state"], &filed["ticket"]["contact_proven"]),
        (&"submitted".into(), &true.into())
    );
    let id = filed["ticket"]["id"].as_str().unwrap();
    let mut talk = scene.talk(&["center", "ticket", "prove-factor", id, "phone"]);
    talk.hear("A code was sent there");
    talk.say("000000");
    assert_eq!(talk.ends(8).error()["code"], "center_wrong_code");
    let link =
        scene.sandbox.open(&["center", "ticket", "object", "https://evil.example/objections/x", "--json"]);
    assert_eq!(link.exits(1).error()["code"], "bad_input");
    let ended = format!("{}/objections/{}", scene.address(), "a".repeat(43));
    let ended = scene.sandbox.open(&["center", "ticket", "object", &ended, "--json"]).exits(8);
    assert_eq!(ended.error()["code"], "center_link_ended");
}
