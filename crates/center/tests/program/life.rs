//! Started with nothing, told to stop, killed and started again.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::server::{Server, all_of, folder, post_of, run, until};

#[test]
fn with_nothing_configured_it_serves_makes_its_keys_and_leaves_everything_in_one_folder() {
    let folder = folder();
    let server = Server::start(folder.path(), &[]);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 204"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 204"));
    assert!(server.get("/v1/center").contains("\"name\":\"Tessera Center\""));
    let data = folder.path().join("tessera-center-data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&data), mode(&data.join("keys.json"))), (0o700, 0o600));
    assert!(data.join("center.sqlite").is_file());
    let said = run(folder.path(), &[], &["outbox"]);
    assert!(said.status.success());
    assert_eq!(String::from_utf8_lossy(&said.stdout), "No message lies here.\n");
}

#[test]
fn sigterm_finishes_the_requests_under_way_and_says_not_ready_meanwhile() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[("SERVER__DRAIN_SECONDS", "2")]);
    let body = r#"{"nothing": "that login takes"}"#;
    let request = post_of(body, body.len());
    let (first, rest) = request.split_at(request.len() - 10);
    let mut under_way = server.connect();
    under_way.write_all(first.as_bytes()).unwrap();
    server.signal("-TERM");
    until(|| server.log().contains("SIGTERM"));
    let ready = server.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("\"code\":\"unavailable\""), "{ready}");
    assert!(server.get("/healthz").starts_with("HTTP/1.1 204"), "it still answers while it drains");
    until(|| server.get("/healthz").is_empty());
    under_way.write_all(rest.as_bytes()).unwrap();
    let answer = all_of(&mut under_way);
    assert!(answer.starts_with("HTTP/1.1 4") && answer.contains("problem+json"), "{answer}");
    assert!(server.child.wait().unwrap().success());
    assert!(server.log().contains("stopped"), "{}", server.log());
}

#[test]
fn killed_and_started_again_it_has_the_same_keys_and_answers() {
    let folder = folder();
    let keys = || std::fs::read(folder.path().join("tessera-center-data/keys.json")).unwrap();
    let mut before = None;
    for _ in 0..3 {
        let mut server = Server::start(folder.path(), &[]);
        assert!(server.get("/readyz").starts_with("HTTP/1.1 204"));
        server.signal("-KILL");
        server.child.wait().unwrap();
        assert_eq!(*before.get_or_insert_with(keys), keys());
    }
}
