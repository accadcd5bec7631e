//! What is measured against: the query of `GET /v1/account` through the bare driver behind a minimal handler, and Argon2id.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::{Algorithm, Argon2, Params, Version};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use data_encoding::BASE64;
use serde_json::{Value, json};
use sqlx::{Connection as _, Postgres, Row, Sqlite};
use tessera_center::config::Passwords;
use tessera_center::store::tables::session::WITH_CONTACTS;
use tessera_center::token::PlainToken;
use tokio::sync::Mutex;

use crate::database::Database;

/// Open connections, as many as the measuring has at most.
const CONNECTIONS: usize = 8;

/// Where a SQLite database is asked by rusqlite, in place: without the thread of its own that sqlx's driver has.
pub(crate) const IN_PLACE: &str = "/in-place";

/// Serves the query over HTTP until it is ended.
pub(crate) async fn serve(url: &str) {
    let router = match Database::path(url) {
        Some(path) => Router::new()
            .route(IN_PLACE, get(in_place))
            .with_state(Arc::new(path.to_owned()))
            .route("/v1/account", get(from_sqlite))
            .with_state(Open::<Sqlite>::connect(url).await),
        None => Router::new()
            .route("/v1/account", get(from_postgres))
            .with_state(Open::<Postgres>::connect(url).await),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    axum::serve(listener.tap_io(|stream| stream.set_nodelay(true).unwrap()), router).await.unwrap();
}

/// Connections of sqlx's driver for one database, without its pool.
struct Open<DB: sqlx::Database> {
    connections: Arc<Vec<Mutex<DB::Connection>>>,
    next: Arc<AtomicUsize>,
}

impl<DB: sqlx::Database> Clone for Open<DB> {
    fn clone(&self) -> Self {
        Self { connections: Arc::clone(&self.connections), next: Arc::clone(&self.next) }
    }
}

impl<DB: sqlx::Database> Open<DB> {
    async fn connect(url: &str) -> Self {
        let mut connections = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            connections.push(Mutex::new(DB::Connection::connect(url).await.unwrap()));
        }
        Self { connections: Arc::new(connections), next: Arc::default() }
    }

    async fn one(&self) -> tokio::sync::MutexGuard<'_, DB::Connection> {
        self.connections[self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS].lock().await
    }
}

fn token(headers: &HeaderMap) -> Option<PlainToken> {
    PlainToken::from_text(headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?)
}

thread_local! {
    /// A connection for each thread that serves: none waits for another, and no thread is changed.
    static SQLITE: RefCell<Option<rusqlite::Connection>> = const { RefCell::new(None) };
}

async fn in_place(State(path): State<Arc<String>>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    let id = token(&headers).ok_or(StatusCode::UNAUTHORIZED)?.hash();
    SQLITE.with_borrow_mut(|connection| {
        let connection = connection.get_or_insert_with(|| {
            let connection = rusqlite::Connection::open(&*path).unwrap();
            // As the center has it.
            connection.execute_batch("PRAGMA cache_size = -16000; PRAGMA busy_timeout = 15000").unwrap();
            connection
        });
        let mut query = connection.prepare_cached(WITH_CONTACTS).unwrap();
        let mut rows = query.query([id.as_bytes()]).unwrap();
        let (mut account, mut contacts) = (None, Vec::new());
        while let Some(row) = rows.next().unwrap() {
            let number = |place| row.get::<_, Option<i64>>(place).unwrap();
            let text = |place| row.get::<_, Option<String>>(place).unwrap();
            let bytes = |place| row.get::<_, Option<Vec<u8>>>(place).unwrap();
            account.get_or_insert_with(|| account_of(number, text, bytes));
            contacts.extend(contact_of(number, text, bytes));
        }
        Ok(Json(json!({ "account": account.ok_or(StatusCode::UNAUTHORIZED)?, "contacts": contacts })))
    })
}

async fn from_sqlite(
    State(open): State<Open<Sqlite>>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let id = token(&headers).ok_or(StatusCode::UNAUTHORIZED)?.hash();
    let rows =
        sqlx::query(WITH_CONTACTS).bind(id.as_bytes()).fetch_all(&mut *open.one().await).await.unwrap();
    answer(&rows)
}

async fn from_postgres(
    State(open): State<Open<Postgres>>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let id = token(&headers).ok_or(StatusCode::UNAUTHORIZED)?.hash();
    let rows =
        sqlx::query(WITH_CONTACTS).bind(id.as_bytes()).fetch_all(&mut *open.one().await).await.unwrap();
    answer(&rows)
}

fn answer<R: Row>(rows: &[R]) -> Result<Json<Value>, StatusCode>
where
    usize: sqlx::ColumnIndex<R>,
    Option<i64>: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<String>: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<Vec<u8>>: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let (mut account, mut contacts) = (None, Vec::new());
    for row in rows {
        let number = |place: usize| row.get::<Option<i64>, _>(place);
        let text = |place: usize| row.get::<Option<String>, _>(place);
        let bytes = |place: usize| row.get::<Option<Vec<u8>>, _>(place);
        account.get_or_insert_with(|| account_of(number, text, bytes));
        contacts.extend(contact_of(number, text, bytes));
    }
    Ok(Json(json!({ "account": account.ok_or(StatusCode::UNAUTHORIZED)?, "contacts": contacts })))
}

/// The columns of account and session, sealed values as they are.
fn account_of(
    number: impl Fn(usize) -> Option<i64>,
    text: impl Fn(usize) -> Option<String>,
    bytes: impl Fn(usize) -> Option<Vec<u8>>,
) -> Value {
    let base64 = |place| bytes(place).map(|bytes| BASE64.encode(&bytes));
    json!({
        "id": number(0), "kind": text(1), "owner": number(2), "name": base64(3), "password_hash": text(4),
        "password_since": number(5), "language": text(6), "verified_at": number(7), "login_protection": text(8),
        "operation_protection": text(9), "mfa_required": number(10), "frozen_since": number(11),
        "created_at": number(12), "version": number(13), "trusted": base64(14), "begun": number(15),
        "seen": number(16), "restricted": number(17),
    })
}

fn contact_of(
    number: impl Fn(usize) -> Option<i64>,
    text: impl Fn(usize) -> Option<String>,
    bytes: impl Fn(usize) -> Option<Vec<u8>>,
) -> Option<Value> {
    Some(json!({ "kind": text(18)?, "address": BASE64.encode(&bytes(19)?), "since": number(20) }))
}

/// Argon2id with the center's parameters, so often on each of so many threads.
pub(crate) fn argon2(threads: usize, runs: usize) {
    let Passwords { memory_kib, passes, .. } = Passwords::default();
    let params = Params::new(memory_kib, passes, 1, Some(32)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
                for _ in 0..runs {
                    let mut hash = [0; 32];
                    argon2
                        .hash_password_into(crate::people::PASSWORD.as_bytes(), &[7; 16], &mut hash)
                        .unwrap();
                    std::hint::black_box(hash);
                }
            });
        }
    });
}
