//! A center to try, with a clock that stands still.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::{Method, Request, StatusCode};
use axum::{Router, http::header};
use serde::Serialize;
use serde_json::Value;
use sqlx::{Connection as _, Row as _};
use tessera_center::clock::{Clock, SystemRandomness, Unix};
use tessera_center::config::Passwords;
use tessera_center::contact::Address;
use tessera_center::keys::Seal;
use tessera_center::outbox::{self, Opened};
use tessera_center::password::Password;
use tessera_center::store::tables::contact::ContactKind;
use tessera_center::store::tables::{account, contact, identity_check, session};
use tessera_center::token::PlainToken;
use tessera_center::{Center, Config, http};
use tessera_center_api::identity::Action;
use tessera_testkit::FixedClock;
use tower::ServiceExt as _;

use crate::watch::Watch;

/// Runs an async test on SQLite and on PostgreSQL: `on_both!(name, |center| async move { … })`, with other rules or settings
/// `on_both!(name, with |config| …, |center| async move { … })`.
#[macro_export]
macro_rules! on_both {
    ($(#[$doc:meta])* $name:ident, $test:expr) => {
        $crate::on_both!($(#[$doc])* $name, with |_| {}, $test);
    };
    ($(#[$doc:meta])* $name:ident, with $change:expr, $test:expr) => {
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let center = $crate::harness::TestCenter::sqlite_with($change).await;
                $crate::harness::run(center, $test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let Some(center) = $crate::harness::TestCenter::postgres_with($change).await else { return };
                $crate::harness::run(center, $test).await;
            }
        }
    };
}

pub(crate) async fn run<F: Future<Output = ()>>(
    center: Arc<TestCenter>,
    test: impl FnOnce(Arc<TestCenter>) -> F,
) {
    test(Arc::clone(&center)).await;
    center.remove().await;
}

/// 14 November 2023, 22:13:20 UTC.
pub(crate) const START: Unix = 1_700_000_000;
/// The staff root key of every center made here.
pub(crate) const ROOT_SEED: [u8; 32] = [7; 32];
/// The password of every account made here.
pub(crate) const PASSWORD: &str = "quiet lantern under the bridge";

struct Standing(FixedClock);

impl Clock for Standing {
    fn now(&self) -> Unix {
        self.0.now().try_into().unwrap()
    }
}

pub(crate) struct TestCenter {
    pub(crate) center: Arc<Center>,
    pub(crate) clock: FixedClock,
    pub(crate) router: Router,
    watch: Watch,
    /// Whether `remove` looked for what must not be seen.
    removed: AtomicBool,
    folder: tempfile::TempDir,
    postgres: Option<(String, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }

    /// The body, which must be a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The code of a problem.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{} {}",
            self.status,
            self.text
        );
        let json = self.json();
        assert_eq!(json["status"], u64::from(self.status.as_u16()));
        json["code"].as_str().unwrap().to_owned()
    }
}

/// One request, built up.
pub(crate) struct Ask<'a> {
    router: &'a Router,
    method: Method,
    path: String,
    token: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    peer: SocketAddr,
}

impl Ask<'_> {
    pub(crate) fn by(mut self, token: &str) -> Self {
        self.token = Some(token.into());
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn from(mut self, peer: &str) -> Self {
        self.peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
        self
    }

    pub(crate) fn json(mut self, body: impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(&body).unwrap());
        self.header("content-type", "application/json")
    }

    pub(crate) fn bytes(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self.header("content-type", content_type)
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(self.body.map_or_else(Body::empty, Body::from)).unwrap();
        let router = self.router.clone().layer(MockConnectInfo(self.peer));
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.to_vec(),
        }
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Makes a database of its own on a server.
pub(crate) async fn fresh_database(server: &str) -> String {
    let name = format!("tessera_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    tell(server, format!("CREATE DATABASE {name}")).await;
    name
}

/// Removes it, whoever still uses it.
pub(crate) async fn drop_database(server: &str, name: &str) {
    tell(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn tell(server: &str, statement: String) {
    let mut admin = sqlx::PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
}

impl TestCenter {
    /// A SQLite file of its own.
    pub(crate) async fn sqlite_with(change: impl FnOnce(&mut Config)) -> Arc<Self> {
        Arc::new(Self::sqlite_at(START, change).await)
    }

    /// The same at another time.
    pub(crate) async fn sqlite_at(now: Unix, change: impl FnOnce(&mut Config)) -> Self {
        Self::open(tempfile::tempdir().unwrap(), None, FixedClock::new(now.cast_unsigned()), change).await
    }

    /// A fresh database on the server that `TESSERA_TEST_POSTGRES` names (`postgres://user@host:port`); none without it.
    pub(crate) async fn postgres_with(change: impl FnOnce(&mut Config)) -> Option<Arc<Self>> {
        Self::postgres_at(START, change).await.map(Arc::new)
    }

    /// The same at another time.
    pub(crate) async fn postgres_at(now: Unix, change: impl FnOnce(&mut Config)) -> Option<Self> {
        let Ok(server) = std::env::var("TESSERA_TEST_POSTGRES") else {
            eprintln!(
                "skipped: TESSERA_TEST_POSTGRES names no PostgreSQL server (cargo xtask test starts one)"
            );
            return None;
        };
        Some(Self::postgres_of(server, now, change).await)
    }

    /// The same on this server.
    pub(crate) async fn postgres_of(server: String, now: Unix, change: impl FnOnce(&mut Config)) -> Self {
        let name = fresh_database(&server).await;
        let folder = tempfile::tempdir().unwrap();
        Self::open(folder, Some((server, name)), FixedClock::new(now.cast_unsigned()), change).await
    }

    pub(crate) async fn open(
        folder: tempfile::TempDir,
        postgres: Option<(String, String)>,
        clock: FixedClock,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Config {
            data: folder.path().to_owned(),
            // Rules do not depend on how slow a hash is; the cost itself is measured in the bench.
            passwords: Passwords { memory_kib: 64, passes: 1, ..Passwords::default() },
            ..Config::default()
        };
        let root = ed25519_dalek::SigningKey::from_bytes(&ROOT_SEED);
        config.root_key = Some(tessera_center_api::key_list::RootKey::of(&root).text());
        config.database.url = postgres.as_ref().map(|(server, name)| format!("{server}/{name}"));
        change(&mut config);
        let center = Center::open_with(config, Arc::new(Standing(clock.clone())), Arc::new(SystemRandomness))
            .await
            .unwrap();
        let watch = Watch::begin();
        let router = watch.over(http::router(Arc::clone(&center)));
        Self { center, clock, router, watch, removed: AtomicBool::new(false), folder, postgres }
    }

    /// With its requests answered by another.
    pub(crate) fn behind(mut self, router: Router) -> Self {
        self.router = self.watched(router);
        self
    }

    /// A router of another process, looked over as this one's.
    pub(crate) fn watched(&self, router: Router) -> Router {
        self.watch.over(router)
    }

    /// Looks whether anything stands in what another process logged that must not be read.
    pub(crate) fn look_over(&self, log: &str) {
        self.watch.secrets.assert_none_in("a server's log", log);
    }

    /// Another server on the same database, keys and clock.
    pub(crate) async fn another_server(&self) -> Router {
        self.router_of(self.another_center().await)
    }

    /// The router of a center that `another_center` opened.
    pub(crate) fn router_of(&self, center: Arc<Center>) -> Router {
        self.watch.over(http::router(center))
    }

    pub(crate) async fn another_center(&self) -> Arc<Center> {
        let clock = Arc::new(Standing(self.clock.clone()));
        Center::open_with(self.center.config.clone(), clock, Arc::new(SystemRandomness)).await.unwrap()
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        Self::ask_at(&self.router, method, path)
    }

    pub(crate) fn ask_at<'a>(router: &'a Router, method: Method, path: &str) -> Ask<'a> {
        let peer = SocketAddr::from(([203, 0, 113, 7], 40_000));
        Ask { router, method, path: path.into(), token: None, headers: Vec::new(), body: None, peer }
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(Method::DELETE, path)
    }

    /// An individual account with this e-mail as account e-mail and security e-mail, made a year ago, with [`PASSWORD`].
    pub(crate) async fn account(&self, email: &str) -> account::AccountId {
        self.account_with(email, None).await
    }

    /// The same with a secure phone.
    pub(crate) async fn account_with(&self, email: &str, phone: Option<&str>) -> account::AccountId {
        let center = &self.center;
        let hash = center.hasher.hash(Password::new(PASSWORD), &center.random).await.unwrap();
        let id = 100_000_000 + i64::try_from(center.random_below(800_000_000).unwrap()).unwrap();
        let long_ago = START - 365 * 86_400;
        let name = center
            .keys
            .seal(&*center.random, Seal::Label, &account::sealed_row(id), b"Alice Example")
            .unwrap();
        let mut tx = center.begin().await.unwrap();
        let new = account::New {
            id,
            kind: "individual",
            owner: None,
            name: &name,
            password_hash: &hash,
            language: "en",
            now: long_ago,
        };
        assert!(account::insert(&mut tx, &new).await.unwrap());
        let email = Address::email(email).unwrap();
        self.watch.secrets.add(email.text());
        assert!(
            contact::bind(&mut tx, center, id, ContactKind::AccountEmail, &email, long_ago).await.unwrap()
        );
        assert!(
            contact::bind(&mut tx, center, id, ContactKind::SecurityEmail, &email, long_ago).await.unwrap()
        );
        if let Some(phone) = phone {
            let phone = Address::phone(phone).unwrap();
            self.watch.secrets.add(phone.text());
            assert!(
                contact::bind(&mut tx, center, id, ContactKind::SecurePhone, &phone, long_ago).await.unwrap()
            );
        }
        tx.commit().await.unwrap();
        id
    }

    /// A session of an account, begun now without any login.
    pub(crate) async fn session(&self, id: account::AccountId) -> String {
        let token = PlainToken::generate(&*self.center.random).unwrap();
        let mut tx = self.center.begin().await.unwrap();
        session::insert(&mut tx, &token.hash(), id, "test", "203.0.113.7", None, self.center.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.watch.secrets.add(&token.expose_secret());
        token.expose_secret().to_string()
    }

    /// Notes an identity check of this session for an action, as if it had just been proven by e-mail.
    pub(crate) async fn prove(&self, session: &str, action: Action) {
        let id = PlainToken::from_text(session).unwrap().hash();
        let mut tx = self.center.begin().await.unwrap();
        identity_check::put(&mut tx, &id, action.text(), "email", self.center.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every message that still lies in the outbox, the earliest first; also those that a server which delivers none keeps here.
    pub(crate) async fn messages(&self) -> Vec<Opened> {
        let rows = sqlx::query(
            "SELECT id, channel, address, body FROM message WHERE state IN ('waiting', 'local') ORDER BY created_at",
        )
        .fetch_all(self.center.db.pool())
        .await
        .unwrap();
        let open = |row: &sqlx::any::AnyRow| {
            let (id, channel): (String, String) = (row.get(0), row.get(1));
            let (address, body): (Vec<u8>, Vec<u8>) = (row.get(2), row.get(3));
            outbox::open(&self.center, &id, &channel, &address, &body).unwrap()
        };
        rows.iter().map(open).inspect(|message| self.watch.message(message)).collect()
    }

    /// The code in the latest message to this address (as it is stored); takes all messages out of the outbox.
    pub(crate) async fn code_sent_to(&self, address: &str) -> String {
        let messages = self.messages().await;
        let code = messages
            .iter()
            .rev()
            .find(|message| message.to.text() == address)
            .and_then(|message| message.message.value("code"));
        let code =
            code.unwrap_or_else(|| panic!("no code was sent to {address}")).as_str().unwrap().to_owned();
        self.empty_outbox().await;
        code
    }

    pub(crate) async fn empty_outbox(&self) {
        self.messages().await;
        sqlx::query("DELETE FROM message").execute(self.center.db.pool()).await.unwrap();
    }

    /// Looks whether anything was seen that must not be, and takes the database away.
    pub(crate) async fn remove(&self) {
        self.removed.store(true, Ordering::Relaxed);
        self.watch.end(&self.center).await;
        self.center.db.close().await;
        if let Some((server, name)) = &self.postgres {
            drop_database(server, name).await;
        }
        let _ = self.folder.path();
    }
}

/// A test that does not use `on_both!` calls `remove` itself.
impl Drop for TestCenter {
    fn drop(&mut self) {
        let looked = self.removed.load(Ordering::Relaxed);
        assert!(
            looked || std::thread::panicking(),
            "`TestCenter::remove` was not called: nobody looked for secrets"
        );
    }
}
