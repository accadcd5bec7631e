//! Documents of the real program in an object store (moto): in pieces, broken off and gone on with, given to who has claimed
//! the ticket, deleted in time; and with the store away nothing is lost and everything is said.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use data_encoding::HEXLOWER;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tessera_center_api::document::PIECE_BYTES_MAX;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::authority::{Authority, text};
use crate::desk::{self, Desk};
use crate::peer::{self, Peer};
use crate::program::{Answer, Program, Server};
use crate::secrecy::Secrets;

const BUCKET: &str = "documents-of-the-test";
const SECRET_KEY: &str = "the-secret-key-of-the-bucket";

/// Who may read objects; moto asks who, and believes it.
const OWNER: &str = "AWS4-HMAC-SHA256 Credential=an-access-key/20261126/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// A road to the store that can be closed.
struct Road {
    address: SocketAddr,
    state: Arc<AtomicU8>,
}

const OPEN: u8 = 0;
/// Connections end as they come.
const CLOSED: u8 = 1;
/// Connections are taken and nothing ever comes back.
const SILENT: u8 = 2;

impl Road {
    async fn to(store: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::new(AtomicU8::new(OPEN)));
        let own = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(go(stream, store, Arc::clone(&own)));
            }
        });
        Self { address, state }
    }

    fn is(&self, state: u8) {
        self.state.store(state, Ordering::Relaxed);
    }
}

/// Carries a connection as long as the road is as it was when it began.
async fn go(mut near: TcpStream, store: SocketAddr, state: Arc<AtomicU8>) {
    let began = state.load(Ordering::Relaxed);
    let changed = async {
        while state.load(Ordering::Relaxed) == began {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let carried = async {
        match began {
            OPEN => {
                let Ok(mut far) = TcpStream::connect(store).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            }
            SILENT => while near.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {},
            _ => {}
        }
    };
    tokio::select! { () = changed => {} () = carried => {} }
}

/// The store's own face, asked without the program.
struct Bucket {
    client: reqwest::Client,
    base: String,
}

impl Bucket {
    async fn make(scheme: &str, store: SocketAddr, authority: Option<&Authority>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder().no_proxy();
        if let Some(authority) = authority {
            let pem = std::fs::read(&authority.file).unwrap();
            client = client.tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()]);
        }
        let bucket = Self {
            client: client.build().unwrap(),
            base: format!("{scheme}://localhost:{}/{BUCKET}", store.port()),
        };
        let made = bucket.client.put(&bucket.base).send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.status());
        bucket
    }

    async fn names(&self) -> Vec<String> {
        let listed = self.client.get(format!("{}?list-type=2", self.base)).send().await.unwrap();
        let text = listed.text().await.unwrap();
        let parts = text.split("<Key>").skip(1);
        parts.map(|part| part.split("</Key>").next().unwrap().to_owned()).collect()
    }

    async fn objects(&self) -> Vec<Vec<u8>> {
        let mut objects = Vec::new();
        for name in self.names().await {
            let request = self.client.get(format!("{}/{name}", self.base)).header("authorization", OWNER);
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            objects.push(answer.bytes().await.unwrap().to_vec());
        }
        objects
    }

    async fn until_empty(&self) {
        let begun = std::time::Instant::now();
        while !self.names().await.is_empty() {
            assert!(begun.elapsed() < crate::PATIENCE, "{:?}", self.names().await);
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
}

fn program(endpoint: String) -> (Program, String) {
    let mut program = Program::new(Vec::new());
    std::fs::write(program.folder().join("s3"), format!("an-access-key\n{SECRET_KEY}\n")).unwrap();
    program.settings = vec![
        ("DOCUMENTS__S3__ENDPOINT", endpoint),
        ("DOCUMENTS__S3__BUCKET", BUCKET.into()),
        ("DOCUMENTS__S3__REGION", "eu-central-1".into()),
        ("DOCUMENTS__S3__CREDENTIALS_FILE", "s3".into()),
        // Two seconds after the end of its ticket a document is due.
        ("RULES__DOCUMENTS_KEPT", "1".into()),
    ];
    let token = desk::prepare(&mut program);
    (program, token)
}

/// An upload under way.
struct Upload {
    path: String,
    token: String,
    sealed: Vec<u8>,
}

impl Upload {
    async fn announce(server: &Server, desk: &Desk, ticket: &str, kind: &str, plain: &[u8]) -> Self {
        let (sealed, version) = desk::sealed(server, plain).await;
        let digest = HEXLOWER.encode(&Sha256::digest(&sealed));
        let body = json!({ "kind": kind, "bytes": sealed.len(), "digest": digest, "list_version": version });
        let path = format!("/v1/tickets/{ticket}/documents");
        let announced = server.post(&path, Some(&desk.applicant), body).await.ok();
        Self {
            path: format!("/v1/documents/{}/upload", announced["document"].as_str().unwrap()),
            token: announced["upload"].as_str().unwrap().to_owned(),
            sealed,
        }
    }

    async fn progress(&self, server: &Server) -> Value {
        server.get(&self.path, &self.token).await.ok()
    }

    async fn received(&self, server: &Server) -> usize {
        usize::try_from(self.progress(server).await["received"].as_u64().unwrap()).unwrap()
    }

    /// Sends the piece that begins at this place.
    async fn piece(&self, server: &Server, begins_at: usize) -> Answer {
        let end = self.sealed.len().min(begins_at + PIECE_BYTES_MAX);
        let path = format!("{}?begins_at={begins_at}", self.path);
        server.put(&path, &self.token, &self.sealed[begins_at..end]).await
    }

    /// Goes on from where it stands to the end.
    async fn finish(&self, server: &Server) {
        loop {
            let progress = self.progress(server).await;
            if progress["complete"] == true {
                return;
            }
            let received = usize::try_from(progress["received"].as_u64().unwrap()).unwrap();
            self.piece(server, received).await.ok();
        }
    }
}

fn photograph(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|place| u8::try_from(place % 251).unwrap()).collect()
}

/// Submits the ticket and claims it; gives the paths of its documents.
async fn claimed(server: &Server, desk: &Desk, ticket: &str) -> Vec<String> {
    let none = json!({});
    server.post(&format!("/v1/tickets/{ticket}/submission"), Some(&desk.applicant), none.clone()).await.ok();
    let listed = server.get(&format!("/v1/staff/tickets/{ticket}/documents"), &desk.reviewer).await.ok();
    let listed = listed.as_array().unwrap().iter();
    let paths: Vec<_> =
        listed.map(|one| format!("/v1/staff/documents/{}", one["document"].as_str().unwrap())).collect();
    for path in &paths {
        assert_eq!(server.get(path, &desk.reviewer).await.code(), "forbidden", "it is not claimed yet");
        assert_eq!(server.get(path, &desk.applicant).await.code(), "not-signed-in");
    }
    server.post(&format!("/v1/staff/tickets/{ticket}/claim"), Some(&desk.reviewer), none).await.ok();
    paths
}

async fn withdraw(server: &Server, desk: &Desk, ticket: &str) {
    server.post(&format!("/v1/tickets/{ticket}/withdrawal"), Some(&desk.applicant), json!({})).await.ok();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_outlives_kills_goes_to_who_claimed_the_ticket_and_leaves_the_bucket_in_time() {
    let Some(python) = peer::python() else { return };
    let store = Peer::start(&python, "object_store.py", &[]);
    let bucket = Bucket::make("http", store.address, None).await;
    let (program, token) = program(format!("http://{}", store.address));
    let secrets = Secrets::default();
    let mut server = program.serve();
    let desk = Desk::open(&program, &server, &token, &secrets).await;
    let ticket = desk::ticket(&server, &desk, &secrets).await;
    let front = photograph(PIECE_BYTES_MAX * 7 / 2);
    let upload = Upload::announce(&server, &desk, &ticket, "holding-document-front", &front).await;

    // Killed between two pieces: what was acknowledged is there.
    upload.piece(&server, 0).await.ok();
    server.kill();
    server = program.serve();
    assert_eq!(upload.received(&server).await, PIECE_BYTES_MAX);
    assert_eq!(upload.piece(&server, 0).await.code(), "wrong-state");
    // Killed in the middle of a piece: it is there or it is not, and the upload goes on.
    let path = format!("{}?begins_at={PIECE_BYTES_MAX}", upload.path);
    let (base, bearer) = (server.base.clone(), upload.token.clone());
    let part = upload.sealed[PIECE_BYTES_MAX..2 * PIECE_BYTES_MAX].to_vec();
    let cut = tokio::spawn(async move {
        let request = reqwest::Client::new().put(format!("{base}{path}")).bearer_auth(bearer);
        request.header("content-type", "application/octet-stream").body(part).send().await
    });
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    server.kill();
    let _ = cut.await;
    server = program.serve();
    let received = upload.received(&server).await;
    assert!([PIECE_BYTES_MAX, 2 * PIECE_BYTES_MAX].contains(&received), "{received}");
    upload.finish(&server).await;

    let back = photograph(70_000);
    let second = Upload::announce(&server, &desk, &ticket, "holding-document-back", &back).await;
    second.finish(&server).await;
    let objects = bucket.objects().await;
    for part in upload.sealed.chunks(PIECE_BYTES_MAX).chain([second.sealed.as_slice()]) {
        assert!(objects.iter().any(|object| object == part), "the store holds what was sent, as it was sent");
    }

    let paths = claimed(&server, &desk, &ticket).await;
    assert_eq!(paths.len(), 2);
    for (path, plain) in paths.iter().zip([&front, &back]) {
        let answer = server.get(path, &desk.reviewer).await;
        assert_eq!(answer.status, 200);
        assert!(desk.opened(&answer.bytes) == *plain, "what was uploaded comes back");
    }

    withdraw(&server, &desk, &ticket).await;
    // The duty's first round is at the start.
    drop(server);
    let server = program.serve();
    bucket.until_empty().await;
    assert!(
        ["not-found", "forbidden"].contains(&server.get(&paths[0], &desk.reviewer).await.code().as_str())
    );

    for secret in [SECRET_KEY, &upload.token, &second.token] {
        secrets.add(secret);
    }
    secrets.assert_none_in("a log line", &program.logs_without_times());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_store_away_it_is_said_and_nothing_is_lost() {
    let Some(python) = peer::python() else { return };
    let store = Peer::start(&python, "object_store.py", &[]);
    let bucket = Bucket::make("http", store.address, None).await;
    let road = Road::to(store.address).await;
    let (program, token) = program(format!("http://{}", road.address));
    let secrets = Secrets::default();
    let server = program.serve();
    let desk = Desk::open(&program, &server, &token, &secrets).await;
    let ticket = desk::ticket(&server, &desk, &secrets).await;
    let plain = photograph(PIECE_BYTES_MAX * 3 / 2);
    let upload = Upload::announce(&server, &desk, &ticket, "holding-document-front", &plain).await;
    upload.piece(&server, 0).await.ok();

    for state in [CLOSED, SILENT] {
        road.is(state);
        let refused = upload.piece(&server, PIECE_BYTES_MAX).await;
        assert_eq!((refused.status, refused.code().as_str()), (503, "unavailable"), "{state}");
        assert!(refused.json()["detail"].as_str().unwrap().contains("store of documents"), "{refused:?}");
        assert_eq!(upload.received(&server).await, PIECE_BYTES_MAX, "what was acknowledged stays");
        // What needs no document goes on.
        assert_eq!(server.ask(Method::GET, "/readyz", None, None).await.status, 204);
        server.get(&format!("/v1/tickets/{ticket}"), &desk.applicant).await.ok();
    }
    assert!(server.log().contains("the store of documents is not available"));
    road.is(OPEN);
    upload.finish(&server).await;
    let second = Upload::announce(&server, &desk, &ticket, "holding-document-back", b"small").await;
    second.finish(&server).await;

    let paths = claimed(&server, &desk, &ticket).await;
    road.is(CLOSED);
    let refused = server.get(&paths[0], &desk.reviewer).await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "unavailable"));
    road.is(OPEN);
    assert!(desk.opened(&server.get(&paths[0], &desk.reviewer).await.bytes) == plain);

    // Due while the store is away: tried again, and gone once it is back.
    withdraw(&server, &desk, &ticket).await;
    drop(server);
    road.is(CLOSED);
    let server = program.serve();
    server.until_logged("a document could not be deleted; it is tried again");
    assert!(!bucket.names().await.is_empty());
    drop(server);
    road.is(OPEN);
    let _server = program.serve();
    bucket.until_empty().await;
    secrets.add(SECRET_KEY);
    secrets.assert_none_in("a log line", &program.logs_without_times());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_the_named_authority_is_spoken_to_and_no_other() {
    let Some(python) = peer::python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (Authority::new(folder.path(), "own"), Authority::new(folder.path(), "other"));
    let pair = own.certify("localhost");
    let arguments = ["--certificate", text(&pair.certificate), "--key", text(&pair.key)];
    let store = Peer::start(&python, "object_store.py", &arguments);
    let bucket = Bucket::make("https", store.address, Some(&own)).await;
    let (mut program, token) = program(format!("https://localhost:{}", store.address.port()));
    let secrets = Secrets::default();
    program.settings.push(("DOCUMENTS__S3__CA_FILE", text(&other.file).into()));
    let server = program.serve();
    let desk = Desk::open(&program, &server, &token, &secrets).await;
    let ticket = desk::ticket(&server, &desk, &secrets).await;
    let upload = Upload::announce(&server, &desk, &ticket, "holding-document-front", b"a photograph").await;
    assert_eq!(upload.piece(&server, 0).await.code(), "unavailable");
    assert!(bucket.names().await.is_empty());
    drop(server);
    program.settings.pop();
    program.settings.push(("DOCUMENTS__S3__CA_FILE", text(&own.file).into()));
    let server = program.serve();
    upload.finish(&server).await;
    assert!(bucket.objects().await == [upload.sealed.clone()], "the store holds what was sent");
}
