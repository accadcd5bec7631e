//! What a server stands on goes away and comes back: the database, the room on its disk. Each request gets the documented
//! error meanwhile, nothing that was acknowledged is lost, and nobody has to start the server anew.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::Method;
use serde_json::{Value, json};
use tessera_center_api::document::PIECE_BYTES_MAX;
use tessera_center_api::ticket::TicketState;

use super::{BEFORE, Place, Processes, for_processes, now, of_processes};
use crate::desk::{text, unbinding};
use crate::documents::{self, Desk};
use crate::harness::{Answer, PASSWORD, TestCenter};
use crate::login::ALICE;
use crate::server::{PROGRAM, Server, Settings, configured};

/// A PostgreSQL server that a test may stop: its address, and the `pg_ctl` that stops and starts it.
struct Stoppable {
    url: String,
    control: Vec<String>,
}

impl Stoppable {
    /// The one that `TESSERA_TEST_POSTGRES_TO_STOP` names, in lines: the address, then the words of the command.
    fn given() -> Option<Self> {
        let Ok(given) = std::env::var("TESSERA_TEST_POSTGRES_TO_STOP") else {
            eprintln!(
                "skipped: TESSERA_TEST_POSTGRES_TO_STOP names no PostgreSQL server that may be stopped (cargo xtask test starts one)"
            );
            return None;
        };
        let mut lines = given.lines().map(str::to_owned);
        Some(Self { url: lines.next().unwrap(), control: lines.collect() })
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.control[0]);
        command.args(&self.control[1..]).args(arguments).current_dir("/");
        // A server that is started keeps what it is given as its output.
        let quiet = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        assert!(quiet.status().unwrap().success(), "pg_ctl {arguments:?}");
    }
}

/// Files a ticket about a target of its own.
async fn file(place: &Place, session: &str, target: usize) -> Answer {
    let body = json!({ "statement": unbinding(&format!("target{target}@example.com")) });
    TestCenter::ask_at(&place.router, Method::POST, "/v1/tickets").by(session).json(body).send().await
}

async fn get(place: &Place, path: &str, session: &str) -> Answer {
    TestCenter::ask_at(&place.router, Method::GET, path).by(session).send().await
}

/// The refusal of what cannot be done just now.
fn is_unavailable(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "unavailable"), "{}", answer.text);
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_gone_requests_are_told_so_and_all_goes_on_when_it_is_back() {
    let Some(postgres) = Stoppable::given() else { return };
    let center = TestCenter::postgres_of(postgres.url.clone(), now() - BEFORE, for_processes).await;
    let alice = center.account(ALICE).await;
    let two = Processes::start(center, 2);
    let session = two.center.session(alice).await;
    let mut filed = Vec::new();
    // In order, and as if it had crashed.
    for (round, mode) in ["fast", "immediate"].into_iter().enumerate() {
        for number in 0..10 {
            let answer = file(&two.places[number % 2], &session, 100 * round + number).await;
            filed.push(text(&answer.ok()["id"]));
        }
        tokio::task::block_in_place(|| postgres.control(&["stop", "--wait", "--mode", mode]));
        let (filing, reading, ready) = tokio::join!(
            file(&two.places[0], &session, 100 * round + 50),
            get(&two.places[1], "/v1/account", &session),
            get(&two.places[0], "/readyz", &session)
        );
        [filing, reading, ready].iter().for_each(is_unavailable);
        let alive = get(&two.places[0], "/healthz", &session).await;
        assert_eq!(alive.status, 204, "it is the database that is gone, not the server");
        tokio::task::block_in_place(|| postgres.control(&["start", "--wait"]));
        for place in &two.places {
            // A connection that broke is noticed when it is used, and replaced.
            let answer = file(place, &session, 100 * round + 60).await;
            assert!(answer.status.is_success() || answer.code() == "limit-reached", "{}", answer.text);
            assert_eq!(get(place, "/readyz", &session).await.status, 204);
        }
        for id in &filed {
            assert_eq!(
                get(&two.places[round], &format!("/v1/tickets/{id}"), &session).await.ok()["state"],
                "draft"
            );
        }
    }
    let left: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM ticket").fetch_all(two.center.center.db.pool()).await.unwrap();
    assert_eq!(
        left.len(),
        filed.len() + 2,
        "the refused ones left nothing, the one after each outage is there once"
    );
    two.end().await;
}

/// Runs the program in a mount namespace of its own, after a script that mounts there.
fn apart(script: &str, folder: &Path, settings: Settings<'_>) -> Command {
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, PROGRAM]);
    let mut command = configured(unshare, folder, settings);
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command
}

/// Whether this machine lets a test mount something.
fn can_mount() -> bool {
    let mounted = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .output();
    let can = mounted.is_ok_and(|done| done.status.success());
    if !can {
        eprintln!("skipped: no mount namespace here, so no disk that could be full");
    }
    can
}

/// A file that only the server's own namespace shows.
fn inside(server: &Server, path: &Path) -> PathBuf {
    format!("/proc/{}/root{}", server.child.id(), path.display()).into()
}

/// Runs the program on a file system of its own, of four mebibytes, with the demo's accounts and half a mebibyte of ballast.
fn on_a_small_disk(folder: &Path) -> Command {
    let script = "mount -t tmpfs -o size=4m tmpfs \"$TESSERA_CENTER__DATA\" && \"$0\" demo >&2 \
        && head -c 524288 /dev/zero > \"$TESSERA_CENTER__DATA/ballast\" && exec \"$0\" \"$@\"";
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    apart(script, folder, &[("DATA", data.to_str().unwrap())])
}

/// Runs the program with three mebibytes for documents, half of them taken.
fn with_little_room_for_documents(folder: &Path, settings: Settings<'_>) -> Command {
    let script = "mkdir -p \"$TESSERA_CENTER__DATA/documents\" && mount -t tmpfs -o size=3m tmpfs \"$TESSERA_CENTER__DATA/documents\" \
        && head -c 1572864 /dev/zero > \"$TESSERA_CENTER__DATA/documents/ballast\" && exec \"$0\" \"$@\"";
    apart(script, folder, settings)
}

of_processes!(
    a_piece_that_finds_no_room_is_refused_and_the_upload_goes_on_when_there_is_some,
    |center: TestCenter| async move {
        if !can_mount() {
            return;
        }
        Desk::new(&center).await;
        let alice = center.account(ALICE).await;
        let folder = center.center.config.data.join("documents");
        let server = Processes::start(center, 1);
        server.kill(0);
        server.try_begin(0, with_little_room_for_documents).unwrap();
        let center = &server.center;
        let session = center.session(alice).await;
        let ticket = documents::ticket_of(center, alice, TicketState::Draft).await;
        let photograph: Vec<u8> =
            (0..PIECE_BYTES_MAX * 5 / 2).map(|place| u8::try_from(place % 251).unwrap()).collect();
        let (bytes, version) = documents::sealed(center, &photograph).await;
        let announcement = documents::announcement(&bytes, version);
        let announced = documents::announce(center, &session, &ticket, &announcement).await.ok();
        let mut pieces = bytes.chunks(PIECE_BYTES_MAX);
        documents::piece(center, &announced, 0, pieces.next().unwrap()).await.ok();
        let second = pieces.next().unwrap();
        for _ in 0..5 {
            is_unavailable(&documents::piece(center, &announced, PIECE_BYTES_MAX, second).await);
        }
        assert!(server.with(0, |server| server.log()).contains("the store of documents is not available"));
        let upload = format!("/v1/documents/{}/upload", text(&announced["document"]));
        let far = center.get(&upload).by(&text(&announced["upload"])).send().await.ok();
        assert_eq!(far["received"], json!(PIECE_BYTES_MAX), "what was acknowledged stays");
        // What needs no document goes on.
        center.get("/v1/account").by(&session).send().await.ok();

        // Exactly the room that the rest needs: what was refused has left nothing behind.
        std::fs::remove_file(server.with(0, |server| inside(server, &folder.join("ballast")))).unwrap();
        documents::piece(center, &announced, PIECE_BYTES_MAX, second).await.ok();
        let done =
            documents::piece(center, &announced, 2 * PIECE_BYTES_MAX, pieces.next().unwrap()).await.ok();
        assert_eq!(done["complete"], true);
        server.end().await;
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_writing_is_refused_reading_goes_on_and_all_is_well_when_there_is_room() {
    if !can_mount() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = Place::empty();
    let server = Server::try_start(on_a_small_disk(folder.path()), folder.path()).unwrap();
    *place.address.lock().unwrap() = Some(server.address);
    let body = json!({ "name": ALICE, "password": PASSWORD, "device": "test" });
    let login = TestCenter::ask_at(&place.router, Method::POST, "/v1/login").json(&body).send().await.ok();
    let session = text(&login["session"]);
    let mut filed = Vec::new();
    let refused = loop {
        let answer = file(&place, &session, filed.len()).await;
        if !answer.status.is_success() {
            break answer;
        }
        filed.push(text(&answer.json()["id"]));
        assert!(filed.len() < 20_000, "four mebibytes are never full");
    };
    is_unavailable(&refused);
    assert!(filed.len() > 10, "only {} tickets", filed.len());
    assert!(server.log().contains("database or disk is full"), "{}", server.log());
    // Reading and looking whether it is alive need no room.
    assert_eq!(get(&place, "/healthz", &session).await.status, 204);
    assert_eq!(get(&place, "/v1/account", &session).await.ok()["id"], login["account"]);
    is_unavailable(&file(&place, &session, 30_000).await);

    std::fs::remove_file(inside(&server, &folder.path().join("data/ballast"))).unwrap();
    filed.push(text(&file(&place, &session, 30_001).await.ok()["id"]));
    let mut listed: Vec<String> = Vec::new();
    let mut path = "/v1/tickets".to_owned();
    loop {
        let page = get(&place, &path, &session).await.ok();
        listed.extend(page["items"].as_array().unwrap().iter().map(|one| text(&one["id"])));
        let Value::String(next) = &page["next"] else { break };
        path = format!("/v1/tickets?cursor={next}");
    }
    listed.sort();
    filed.sort();
    assert_eq!(listed, filed);
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
