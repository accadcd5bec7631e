//! Connecting centers, and everything that can be in the way.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::authority::PrivateAuthority;
use crate::sandbox::Sandbox;
use crate::scene::{ROOT_SEED, Scene, link};

#[test]
fn a_center_is_added_listed_renamed_and_removed() {
    let scene = Scene::bare();
    let sandbox = &scene.sandbox;
    let added = sandbox.json(&["center", "add", &scene.link()]);
    assert_eq!(added["address"], scene.address());
    assert_eq!(added["link"], scene.link());
    assert_eq!(added["root_key"].as_str().unwrap().len(), 39);
    assert!(added["accounts"].as_array().unwrap().is_empty() && added["staff"].is_null());
    let again = sandbox.open(&["center", "add", &scene.link(), "--json"]).exits(1);
    assert_eq!(again.error()["code"], "center_exists");

    assert_eq!(sandbox.json(&["center", "list"]), serde_json::json!([added]));
    let about = sandbox.json(&["center", "about"]);
    assert_eq!(about["limits"]["accounts_per_phone"], 5);
    let renamed = sandbox.json(&["center", "rename", "Work"]);
    assert_eq!((&renamed["name"], &renamed["id"]), (&"Work".into(), &added["id"]));
    for by in ["Work", scene.address(), &added["id"].as_str().unwrap()[..8], "work"] {
        sandbox.open(&["center", "about", "--center", by]).exits(0);
    }
    let other = sandbox.open(&["center", "about", "--center", "Home", "--json"]).exits(4);
    assert_eq!(other.error()["code"], "no_center");
    let name = sandbox.open(&["center", "rename", "a\u{1b}[31m", "--json"]).exits(1);
    assert_eq!(name.error()["code"], "bad_input");

    sandbox.open_with(&["center", "remove"], "n\n").exits(1);
    assert_eq!(sandbox.json(&["center", "remove", "--yes"]), serde_json::json!({"done": "removed"}));
    assert_eq!(sandbox.json(&["center", "list"]), serde_json::json!([]));
    assert_eq!(sandbox.open(&["center", "status", "--json"]).exits(4).error()["code"], "no_center");
}

#[test]
fn a_fingerprint_beside_the_address_counts_as_one_in_the_link() {
    let scene = Scene::bare();
    let link = scene.link();
    let print = &link.split("root=").nth(1).unwrap()[..32];
    let added =
        scene.sandbox.json(&["center", "add", scene.address(), "--root-key", print, "--name", "Here"]);
    assert_eq!((&added["name"], &added["link"]), (&"Here".into(), &link.as_str().into()));
    // Without any, it is added with a warning: nobody vouches for its reviewers' keys.
    let bare = Sandbox::new();
    let ran = bare.open(&["center", "add", scene.address(), "--json"]).exits(0);
    assert!(ran.json()["root_key"].is_null());
    assert!(ran.stderr.contains("\"warning\"") && ran.stderr.contains("--root-key"), "{}", ran.stderr);
}

#[test]
fn a_center_with_another_root_key_is_not_kept() {
    let scene = Scene::bare();
    let foreign = link(scene.address(), &[8; 32]);
    let ran = scene.sandbox.open(&["center", "add", &foreign, "--json"]).exits(10);
    assert_eq!(ran.error()["code"], "center_root_key");
    let print = foreign.split("root=").nth(1).unwrap()[..32].to_owned();
    let ran = scene.sandbox.open(&["center", "add", &scene.link(), "--root-key", &print, "--json"]).exits(10);
    assert_eq!(ran.error()["code"], "center_root_key");
    assert_eq!(scene.sandbox.json(&["center", "list"]), serde_json::json!([]));
}

#[test]
fn what_is_no_address_or_certificate_is_refused_before_the_vault_is_opened() {
    let sandbox = Sandbox::bare();
    std::fs::write(sandbox.path("no.pem"), "no certificate").unwrap();
    let pem = sandbox.path("no.pem").display().to_string();
    for args in [
        &["center", "add", "two words"][..],
        &["center", "add", "http://center.example"],
        &["center", "add", "https://center.example", "--root-key", "ABCD"],
        &["center", "add", "https://center.example", "--ca", &pem],
        &["center", "add", "https://center.example", "--name", " "],
    ] {
        let mut all = args.to_vec();
        all.push("--json");
        assert_eq!(sandbox.open(&all).exits(1).error()["code"], "bad_input", "{args:?}");
    }
    let no_file = sandbox.open(&["center", "add", "https://center.example", "--ca", "none.pem", "--json"]);
    assert_eq!(no_file.exits(1).error()["code"], "failed");
    assert_eq!(sandbox.open(&["center", "list", "--json"]).exits(4).error()["code"], "no_vault");
    assert_eq!(sandbox.open(&["center", "--json"]).exit, 2);
}

#[test]
fn a_center_that_is_gone_is_unreachable_and_what_is_kept_stays() {
    let mut scene = Scene::signed_in("alice@example.com");
    scene.stop();
    for args in [&["center", "status"][..], &["center", "about"], &["center", "mfa", "list"]] {
        let mut all = args.to_vec();
        all.push("--json");
        assert_eq!(scene.sandbox.open(&all).exits(10).error()["code"], "center_unreachable", "{args:?}");
    }
    let known = scene.sandbox.json(&["center", "list"]);
    assert_eq!(known[0]["accounts"][0]["signed_in"], true);
    // Signing out is done here in any case, and says that the center did not hear of it.
    let out = scene.sandbox.open(&["center", "sign-out", "--json"]).exits(0);
    assert!(out.stderr.contains("did not hear"), "{}", out.stderr);
    assert_eq!(scene.sandbox.json(&["center", "list"])[0]["accounts"][0]["signed_in"], false);
}

/// Answers everything with one text, as a liar does.
fn liar(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn what_answers_and_is_no_center_is_named() {
    let sandbox = Sandbox::new();
    for (answer, code) in [
        ("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi", "center_bad_answer"),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
            "center_bad_answer",
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: https://evil.example/x\r\ncontent-length: 0\r\n\r\n",
            "center_redirected",
        ),
        ("HTTP/1.1 503 Away\r\ncontent-length: 0\r\n\r\n", "center_unavailable"),
    ] {
        let ran = sandbox.open(&["center", "add", &link(&liar(answer), &ROOT_SEED), "--json"]).exits(10);
        assert_eq!(ran.error()["code"], code, "{answer}");
    }
    assert_eq!(sandbox.json(&["center", "list"]), serde_json::json!([]));
}

#[test]
fn with_two_centers_one_has_to_be_meant() {
    let scene = Scene::start();
    let other = Scene::bare();
    scene.sandbox.open(&["center", "add", &other.link(), "--name", "Other"]).exits(0);
    let ran = scene.sandbox.open(&["center", "about", "--json"]).exits(5);
    assert_eq!(ran.error()["code"], "ambiguous");
    scene.sandbox.open(&["center", "about", "--center", "Other"]).exits(0);
    assert_eq!(scene.sandbox.open(&["center", "status", "--json"]).exits(9).error()["code"], "not_signed_in");
}

#[test]
fn a_center_of_a_private_authority_is_believed_on_that_authority_s_word_alone() {
    let authority = PrivateAuthority::named("Harbor Company CA");
    let scene = Scene::behind(&authority);
    let sandbox = &scene.sandbox;
    let add = |ca: Option<&str>, exit: i32| {
        let link = scene.link();
        let mut args = vec!["center", "add", &link, "--json"];
        args.extend(ca.iter().flat_map(|file| ["--ca", file]));
        sandbox.open(&args).exits(exit)
    };
    let unknown = add(None, 10);
    assert_eq!(unknown.error()["code"], "center_certificate");
    assert!(unknown.stderr.contains("--ca"), "it says what helps: {}", unknown.stderr);
    let other = PrivateAuthority::named("Harbor Company CA").file(&sandbox.path("other.pem"));
    assert_eq!(add(Some(&other), 10).error()["code"], "center_certificate", "of the same name alone");
    assert_eq!(sandbox.json(&["center", "list"]), serde_json::json!([]));

    let file = authority.file(&sandbox.path("ca.pem"));
    let added = add(Some(&file), 0).json();
    assert!(added["ca"].as_str().unwrap().contains("Harbor Company CA"), "{added}");
    assert!(added["address"].as_str().unwrap().starts_with("https://localhost:"));
    // The vault has the certificate: the file is not needed again.
    std::fs::remove_file(&file).unwrap();
    scene.sign_in("alice@example.com");
    assert_eq!(sandbox.json(&["center", "status"])["account"]["name"], "Alice Example");
}
