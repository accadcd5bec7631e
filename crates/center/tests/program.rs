//! The real program: started with nothing, told to stop, killed, and asked badly.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "what another process does is waited for on the real clock")]

#[path = "suite/post.rs"]
#[allow(dead_code, reason = "the suite uses more of it")]
mod post;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tessera_center::contact::Address;
use tessera_center::outbox::{Message, Template};
use tessera_center::{Center, Config};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tessera-center");
/// Long enough for a slow machine; nothing waits so long when all is well.
const PATIENCE: Duration = Duration::from_mins(1);

fn program(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).env_clear().env("TESSERA_CENTER__SERVER__LISTEN", "127.0.0.1:0");
    for (name, value) in settings {
        command.env(format!("TESSERA_CENTER__{name}"), value);
    }
    command
}

fn run(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Output {
    program(folder, settings).args(arguments).output().unwrap()
}

/// A server that is killed when it is dropped.
struct Server {
    child: Child,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    errors: std::path::PathBuf,
}

impl Server {
    fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let errors = folder.join(format!("stderr-{}", std::fs::read_dir(folder).unwrap().count()));
        let mut child = program(folder, settings)
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&errors).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first =
            lines.next().unwrap_or_else(|| panic!("{}", std::fs::read_to_string(&errors).unwrap())).unwrap();
        let address = first.rsplit("://").next().unwrap().parse().unwrap();
        let mut metrics = None;
        if settings.iter().any(|(name, _)| *name == "SERVER__METRICS_LISTEN") {
            let line = lines.find(|line| line.as_ref().unwrap().starts_with("metrics: ")).unwrap().unwrap();
            let at = line.trim_start_matches("metrics: http://").trim_end_matches("/metrics");
            metrics = Some(at.parse().unwrap());
        }
        Self { child, address, metrics, errors }
    }

    fn try_connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    fn connect(&self) -> TcpStream {
        self.try_connect().unwrap()
    }

    /// Sends these bytes on a connection of its own and gives all that comes back until it is closed.
    fn say(&self, bytes: &[u8]) -> String {
        let Ok(mut stream) = self.try_connect() else { return String::new() };
        // A server that closes early is an answer, too.
        let _ = stream.write_all(bytes);
        all_of(&mut stream)
    }

    fn get(&self, path: &str) -> String {
        self.say(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes())
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what another process does.
fn until(mut done: impl FnMut() -> bool) {
    let mut left = PATIENCE;
    while !done() {
        let pause = Duration::from_millis(20);
        std::thread::sleep(pause);
        left = left.checked_sub(pause).expect("it did not happen in time");
    }
}

fn all_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn post_of(body: &str, length: usize) -> String {
    format!(
        "POST /v1/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

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

#[test]
fn malformed_oversized_slow_and_half_closed_requests_end_and_the_server_stays() {
    let folder = folder();
    let server =
        Server::start(folder.path(), &[("SERVER__HEAD_SECONDS", "1"), ("SERVER__REQUEST_SECONDS", "2")]);
    for (what, bytes, wanted) in [
        ("garbage", b"\x00\x01nonsense\r\n\r\n".to_vec(), "HTTP/1.1 400"),
        ("no host of ours", b"GET / HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 4"),
        (
            "a head without end",
            [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 200_000]].concat(),
            "HTTP/1.1 431",
        ),
        (
            "too many headers",
            {
                let headers = "x: 1\r\n".repeat(200);
                format!("GET / HTTP/1.1\r\n{headers}\r\n").into_bytes()
            },
            "HTTP/1.1 431",
        ),
        ("an announced body that is too large", post_of("{", 10_000_000).into_bytes(), "HTTP/1.1 413"),
        (
            "a body that is too large",
            {
                let body = format!("\"{}\"", "a".repeat(100_000));
                post_of(&body, body.len()).into_bytes()
            },
            "HTTP/1.1 413",
        ),
        ("no JSON", post_of("{nonsense", 9).into_bytes(), "HTTP/1.1 400"),
        (
            "another method",
            b"BREW /v1/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec(),
            "HTTP/1.1 405",
        ),
    ] {
        let answer = server.say(&bytes);
        // What arrives after the answer may tear the connection down before the answer is read.
        assert!(
            answer.starts_with(wanted) || (bytes.len() > 50_000 && answer.is_empty()),
            "{what}: {answer}"
        );
    }
    // A head that never ends, and a connection that says nothing: closed after head-seconds.
    for beginning in ["", "GET / HTTP/1.1\r\nho"] {
        let mut stream = server.connect();
        stream.write_all(beginning.as_bytes()).unwrap();
        assert!(!all_of(&mut stream).starts_with("HTTP/1.1 2"), "{beginning}");
    }
    // A body that never ends: answered after request-seconds.
    let mut slow = server.connect();
    slow.write_all(post_of("{\"a\":", 500).as_bytes()).unwrap();
    assert!(all_of(&mut slow).starts_with("HTTP/1.1 503"));
    // Half-closed in the middle of a body, and after a whole request.
    let mut half = server.connect();
    half.write_all(post_of("{\"a\":", 500).as_bytes()).unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    assert!(!all_of(&mut half).starts_with("HTTP/1.1 2"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 204"));
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn one_connection_too_many_is_closed_and_a_place_that_was_left_is_free() {
    let folder = folder();
    let server = Server::start(folder.path(), &[("SERVER__CONNECTIONS", "2")]);
    let ask = |stream: &mut TcpStream| {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).map(|()| start)
    };
    let (mut first, mut second) = (server.connect(), server.connect());
    assert_eq!((ask(&mut first).unwrap(), ask(&mut second).unwrap()), (*b"HTTP/1.1 204", *b"HTTP/1.1 204"));
    assert_eq!(server.get("/healthz"), "");
    drop(first);
    until(|| server.get("/healthz").starts_with("HTTP/1.1 204"));
}

#[test]
fn logs_and_metrics_name_routes_and_never_what_was_asked() {
    let folder = folder();
    let settings =
        [("SERVER__METRICS_LISTEN", "127.0.0.1:0"), ("LOG__FORMAT", "json"), ("LOG__FILTER", "trace")];
    let server = Server::start(folder.path(), &settings);
    let secret = "quiet-lantern-secret";
    let body = format!("{{\"name\": \"{secret}\", \"password\": \"{secret}\"}}");
    server.say(post_of(&body, body.len()).as_bytes());
    server.get(&format!("/v1/{secret}?token={secret}"));
    server.say(
        format!("{secret} /v1/sessions/{secret} HTTP/1.1\r\nhost: {secret}\r\nauthorization: Bearer {secret}\r\nx-request-id: {secret}\r\nconnection: close\r\n\r\n")
            .as_bytes(),
    );
    let answer = server.get("/v1/sessions");
    let id = post::header(&answer, "x-request-id").to_owned();
    until(|| server.log().contains(&id));
    let log = server.log();
    assert!(!log.contains(secret), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(line["level"].is_string() && line["timestamp"].is_string());
    }
    assert!(log.contains("\"route\":\"/v1/sessions/{id}\"") && log.contains("\"status\":401"), "{log}");
    let mut stream = TcpStream::connect(server.metrics.unwrap()).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let metrics = all_of(&mut stream);
    assert!(!metrics.contains(secret));
    for wanted in [
        "tessera_center_requests_total{method=\"GET\",route=\"/v1/sessions\",status=\"401\"} 1",
        "tessera_center_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "tessera_center_requests_total{method=\"other\",",
        "tessera_center_outbox_waiting 0",
        "tessera_center_database_errors_total 0",
        "# EOF",
    ] {
        assert!(metrics.contains(wanted), "{wanted} is not in\n{metrics}");
    }
    assert!(server.get("/metrics").starts_with("HTTP/1.1 404"), "metrics are not for the public");
}

#[test]
fn a_certificate_is_served_with_and_plain_requests_are_not() {
    let folder = folder();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let settings = [
        ("SERVER__TLS__CERTIFICATE", certificate.to_str().unwrap()),
        ("SERVER__TLS__KEY", key.to_str().unwrap()),
    ];
    let server = Server::start(folder.path(), &settings);
    let status = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([root]).build().unwrap();
        let url = format!("https://localhost:{}/readyz", server.address.port());
        client.get(url).send().await.unwrap().status()
    });
    assert_eq!(status, 204);
    assert!(!server.get("/readyz").starts_with("HTTP/1.1 2"));
    std::fs::write(&key, "nonsense").unwrap();
    let said = run(folder.path(), &settings, &["serve", "--check-config"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("server.tls"), "{said:?}");
}

#[test]
fn a_configuration_is_checked_by_key_and_nothing_is_made() {
    let folder = folder();
    let check = ["serve", "--check-config"];
    let said = run(folder.path(), &[], &check);
    assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).contains("in order"));
    for (name, value, key) in [
        ("RULES__CODE_TRIES", "0", "rules.code-tries"),
        ("MAIL__URL", "smtp://mail.example.com", "mail.url"),
        ("MAIL__FROM", "nobody", "mail.from"),
        ("SMS__BODY", "{{ to }}", "sms.body"),
        ("SMS__URL", "ftp://x", "sms.url"),
        ("SERVER__LISTEN", "here", "server.listen"),
        ("RULES__NONE", "1", "none"),
    ] {
        let said = run(folder.path(), &[(name, value)], &check);
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{name}: {words}");
        assert!(words.contains(key), "{name}: {words}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_contract_is_printed_without_a_configuration() {
    let folder = folder();
    let said = run(folder.path(), &[("RULES__NONE", "1")], &["openapi"]);
    let printed: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert!(printed["paths"]["/v1/center"].is_object());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_fills_an_empty_center_once() {
    let folder = folder();
    let said = run(folder.path(), &[], &["demo"]);
    let words = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success() && words.contains("Hardware tokens: 3"), "{said:?}");
    let found = run(folder.path(), &[], &["account", "find", "alice@example.com"]);
    let shown = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(shown.contains("Alice Example") && !shown.contains("alice@example.com"), "{shown}");
    assert_eq!(run(folder.path(), &[], &["demo"]).status.code(), Some(1));
    let backup = folder.path().join("backup");
    let made = run(folder.path(), &[], &["backup", backup.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    assert_eq!(std::fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    let refused = run(folder.path(), &[], &["restore", backup.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not empty"), "{refused:?}");
    let rotated = run(folder.path(), &[], &["keys", "rotate"]);
    assert!(String::from_utf8_lossy(&rotated.stdout).contains("Key 2 is the only one"), "{rotated:?}");
    assert_eq!(run(folder.path(), &[], &["account", "find", "alice@example.com"]).stdout, found.stdout);
}

async fn write(center: &Center, to: &Address) -> String {
    let mut tx = center.begin().await.unwrap();
    let message = Message::new(Template::Code, "en").with("code", "012345").with("minutes", 10);
    let id = message.send(&mut tx, center, to).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn beside(folder: &Path) -> Arc<Center> {
    Center::open(Config { data: folder.join("tessera-center-data"), ..Config::default() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_written_by_one_process_is_delivered_by_another() {
    let (folder, mail, sms) = (folder(), post::Post::smtp().await, post::Post::gateway().await);
    let (mail_url, sms_url) = (format!("smtp://{}", mail.address), format!("http://{}/", sms.address));
    let settings =
        [("MAIL__URL", mail_url.as_str()), ("SMS__URL", sms_url.as_str()), ("MAIL__FROM", "c@example.com")];
    let center = beside(folder.path()).await;
    let _server = Server::start(folder.path(), &settings);
    mail.then(&[post::Next::TakeAndHangUp]);
    let mailed = write(&center, &Address::email("alice@example.com").unwrap()).await;
    let texted = write(&center, &Address::phone("+4915123456789").unwrap()).await;
    // The mail comes twice: its first answer was lost, ten seconds before.
    tokio::time::timeout(PATIENCE, async {
        while mail.arrived().len() < 2 || sms.arrived().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    let ids: Vec<_> = mail.arrived().iter().map(|mail| post::header(mail, "message-id").to_owned()).collect();
    assert_eq!(ids, vec![format!("<{mailed}@example.com>"); 2]);
    assert!(sms.arrived()[0].contains(&texted));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_outbox_shows_what_nobody_takes_away() {
    let folder = folder();
    let center = beside(folder.path()).await;
    let _server = Server::start(folder.path(), &[]);
    let id = write(&center, &Address::email("alice@example.com").unwrap()).await;
    let said = run(folder.path(), &[], &["outbox", "--json"]);
    let line: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!((line["id"].as_str(), line["to"].as_str()), (Some(id.as_str()), Some("alice@example.com")));
    assert!(line["text"].as_str().unwrap().contains("012345"));
    // Another key file opens nothing and says so.
    std::fs::remove_file(folder.path().join("tessera-center-data/keys.json")).unwrap();
    let said = run(folder.path(), &[], &["outbox"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("key file"), "{said:?}");
}
