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
use sqlx::{Connection as _, PgConnection, Row as _};
use tessera_center::config::Passwords;
use tessera_center::store::tables::session::WITH_CONTACTS;
use tessera_center::token::PlainToken;
use tokio::sync::Mutex;

use crate::database::Database;

/// Connections to PostgreSQL, as many as the measuring has at most.
const CONNECTIONS: usize = 8;

/// Serves the query over HTTP until it is ended.
pub(crate) async fn serve(url: &str) {
    let router = match Database::path(url) {
        Some(path) => {
            Router::new().route("/v1/account", get(from_sqlite)).with_state(Arc::new(path.to_owned()))
        }
        None => {
            let mut connections = Vec::with_capacity(CONNECTIONS);
            for _ in 0..CONNECTIONS {
                connections.push(Mutex::new(PgConnection::connect(url).await.unwrap()));
            }
            Router::new().route("/v1/account", get(from_postgres)).with_state(Arc::new(connections))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    axum::serve(listener.tap_io(|stream| stream.set_nodelay(true).unwrap()), router).await.unwrap();
}

fn token(headers: &HeaderMap) -> Option<PlainToken> {
    PlainToken::from_text(headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?)
}

thread_local! {
    /// A connection for each thread that serves: none waits for another, and no thread is changed.
    static SQLITE: RefCell<Option<rusqlite::Connection>> = const { RefCell::new(None) };
}

async fn from_sqlite(State(path): State<Arc<String>>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
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

async fn from_postgres(
    State(connections): State<Arc<Vec<Mutex<PgConnection>>>>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let id = token(&headers).ok_or(StatusCode::UNAUTHORIZED)?.hash();
    let mut connection = connections[NEXT.fetch_add(1, Ordering::Relaxed) % CONNECTIONS].lock().await;
    let rows = sqlx::query(WITH_CONTACTS).bind(id.as_bytes()).fetch_all(&mut *connection).await.unwrap();
    let (mut account, mut contacts) = (None, Vec::new());
    for row in &rows {
        let number = |place| row.get::<Option<i64>, _>(place);
        let text = |place| row.get::<Option<String>, _>(place);
        let bytes = |place| row.get::<Option<Vec<u8>>, _>(place);
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
