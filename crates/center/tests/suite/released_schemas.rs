//! A database of every released schema is brought up to date, with all that it holds. The dumps were made by the programs of
//! their time, with the demo's accounts and what a few requests left; they are never made anew.

use std::path::Path;

use axum::http::Method;
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tessera_center::rules::key_rotation::{Step, advance};
use tessera_center::store::schema::table_names;
use tessera_center::store::schema_version;
use tessera_center::store::tables::otp_token;
use tessera_testkit::FixedClock;

use crate::desk::is_explained;
use crate::harness::{PASSWORD, TestCenter, fresh_database};
use crate::login::{ALICE, Attempt, WRONG};

const KEYS: &str = include_str!("../vectors/schema-1.keys.json");
const SQLITE: &str = include_str!("../vectors/schema-1.sqlite.sql");
const POSTGRES: &str = include_str!("../vectors/schema-1.postgres.sql");
/// A minute after the later one was made.
const THEN: u64 = 1_795_718_320;

/// What its program handed out.
struct Handed {
    session: &'static str,
    ticket: &'static str,
}

fn with_keys() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_private(&folder.path().join("keys.json"), KEYS);
    folder
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn schema_1_on_sqlite() {
    let folder = with_keys();
    let url = format!("sqlite:{}?mode=rwc", folder.path().join("center.sqlite").display());
    let mut file = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(SQLITE).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    let center = TestCenter::open(folder, None, FixedClock::new(THEN), |_| {}).await;
    let fresh = TestCenter::sqlite_at(THEN.cast_signed(), |_| {}).await;
    let handed = Handed {
        session: "JAdR3FY4E9PxkJpbAdfV1U7WuHc44ctVQgbuTkv_hkQ",
        ticket: "9ec1a9596224a7184a8513e5aed950b4",
    };
    is_all_there(&center, &fresh, &handed).await;
    center.remove().await;
    fresh.remove().await;
}

#[tokio::test]
async fn schema_1_on_postgres() {
    let Some(fresh) = TestCenter::postgres_at(THEN.cast_signed(), |_| {}).await else { return };
    let server = std::env::var("TESSERA_TEST_POSTGRES").unwrap();
    let name = fresh_database(&server).await;
    let mut database = PgConnection::connect(&format!("{server}/{name}")).await.unwrap();
    sqlx::raw_sql(POSTGRES).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
    let center = TestCenter::open(with_keys(), Some((server, name)), FixedClock::new(THEN), |_| {}).await;
    let handed = Handed {
        session: "u2hx-_F_OP_vG7sBHC7TtmQFbGefMHj63b8R4M_wZP8",
        ticket: "33f676a83569e1106390b64f00f35c22",
    };
    is_all_there(&center, &fresh, &handed).await;
    center.remove().await;
    fresh.remove().await;
}

async fn is_all_there(center: &TestCenter, fresh: &TestCenter, handed: &Handed) {
    assert_eq!(center.center.db.schema().await.unwrap(), schema_version());
    // The same tables as in a new one, columns that came later at their end.
    for table in table_names() {
        let columns = async |of: &TestCenter| of.center.db.columns(table).await.unwrap();
        assert_eq!(columns(center).await, columns(fresh).await, "{table}");
    }
    // A session goes on, addresses open.
    let account = center.get("/v1/account").by(handed.session).send().await.ok();
    let addresses: Vec<_> =
        account["contacts"].as_array().unwrap().iter().map(|one| &one["address"]).collect();
    assert!(addresses.contains(&&json!(ALICE)) && addresses.contains(&&json!("+4915123456789")), "{account}");
    // A ticket stands where it stood; the same POST as then is answered as then.
    let ticket = center.get(&format!("/v1/tickets/{}", handed.ticket)).by(handed.session).send().await.ok();
    assert_eq!(ticket["state"], "submitted");
    is_explained(center, handed.ticket).await;
    let body = json!({ "statement": { "kind": "mfa-unbinding-individual", "login_email": "bob@example.com", "name": "Bob Example",
        "document_number": "X1234567", "current_phone": "+4915123456789" } });
    let file = center.ask(Method::POST, "/v1/tickets").by(handed.session).header("idempotency-key", "vector");
    assert_eq!(file.json(body).send().await.ok()["id"], handed.ticket);
    // A code lies in the outbox, and what was told of a login.
    let sent = center.messages().await;
    assert!(
        sent.iter().any(|one| one.message.value("code").is_some()) && sent.len() >= 3,
        "{} messages",
        sent.len()
    );
    // One wrong password was counted before: two are left.
    for wanted in ["wrong-credentials", "wrong-credentials", "code-required"] {
        assert_eq!(Attempt::new(ALICE, WRONG).send(center).await.code(), wanted);
    }
    Attempt::session(&Attempt::new("bob@example.com", PASSWORD).send(center).await);
    let mut tx = center.center.begin().await.unwrap();
    assert!(otp_token::by_serial(&mut tx, &center.center.keys, "DEMO0001").await.unwrap().is_some());
    drop(tx);
    // Every sealed value of every table opens, or a rotation would stop at it.
    loop {
        match advance(&center.center).await.unwrap() {
            Step::Made(_) | Step::Seals(_) => {}
            Step::Done(_, values) => {
                assert!(values > 20, "{values} values were sealed");
                break;
            }
            waits => panic!("{waits:?}"),
        }
    }
}
