//! A backup restored is the same database, on whichever of the two it was made and restored.

use std::io::BufRead;
use std::sync::Arc;

use axum::http::Method;
use tessera_center::backup::{self, BackupError};
use tessera_center::store::tables::account;

use crate::harness::{START, TestCenter};

async fn filled(center: &TestCenter) -> (i64, Vec<u8>) {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    // A sub-account whose number comes before its owner's: it must not be restored first.
    let mut tx = center.center.begin().await.unwrap();
    let new = account::New {
        id: 1_000,
        kind: "individual",
        owner: Some(alice),
        name: b"x",
        password_hash: "\u{e9}\u{4e2d}\"\\\n",
        language: "zh-Hans",
        now: START,
    };
    assert!(account::insert(&mut tx, &new).await.unwrap());
    tx.commit().await.unwrap();
    for number in 0..30 {
        center.account(&format!("{number}B{number}@example.com")).await;
    }
    let session = center.session(alice).await;
    center.delete("/v1/session").by(&session).send().await;
    let mut file = Vec::new();
    backup::write(&center.center, &mut file).await.unwrap();
    (alice, file)
}

fn reader(file: &[u8]) -> impl Fn() -> std::io::Result<Box<dyn BufRead + Send>> + use<> {
    let file = file.to_vec();
    move || Ok(Box::new(std::io::Cursor::new(file.clone())))
}

async fn moved(from: Arc<TestCenter>, to: Arc<TestCenter>) {
    let (alice, file) = filled(&from).await;
    assert!(!String::from_utf8_lossy(&file).contains("alice@example.com"), "sealed values stay sealed");
    let refused = backup::restore(&to.center, reader(&file)).await.unwrap_err();
    assert!(matches!(refused, BackupError::OtherKeys), "{refused}");
    std::fs::copy(from.center.config.key_file(), to.center.config.key_file()).unwrap();
    let to_again = to.another_center().await;
    let restored = backup::restore(&to_again, reader(&file)).await.unwrap();
    assert_eq!(restored, backup::contents(&from.center).await.unwrap());
    assert_eq!(restored, backup::contents(&to_again).await.unwrap());
    let session = from.session(alice).await;
    assert!(from.get("/v1/sessions").by(&session).send().await.status.is_success());
    assert_ne!(restored, backup::contents(&from.center).await.unwrap(), "one more row is another digest");
    let refused = backup::restore(&to_again, reader(&file)).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotEmpty(_)), "{refused}");
    let server = to.router_of(Arc::clone(&to_again));
    assert_eq!(TestCenter::ask_at(&server, Method::GET, "/readyz").send().await.status, 204);
    from.remove().await;
    to.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_restored_from_sqlite_into_sqlite() {
    moved(TestCenter::sqlite_with(|_| {}).await, TestCenter::sqlite_with(|_| {}).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_restored_from_sqlite_into_postgres() {
    let Some(postgres) = TestCenter::postgres_with(|_| {}).await else { return };
    moved(TestCenter::sqlite_with(|_| {}).await, postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_restored_from_postgres_into_sqlite() {
    let Some(postgres) = TestCenter::postgres_with(|_| {}).await else { return };
    moved(postgres, TestCenter::sqlite_with(|_| {}).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_was_cut_or_changed_restores_nothing() {
    let center = TestCenter::sqlite_with(|_| {}).await;
    let (_, file) = filled(&center).await;
    let other = TestCenter::sqlite_with(|_| {}).await;
    std::fs::copy(center.center.config.key_file(), other.center.config.key_file()).unwrap();
    let empty = other.another_center().await;
    let before = backup::contents(&empty).await.unwrap();
    let mut damaged: Vec<Vec<u8>> =
        [0, 1, file.len() / 2, file.len() - 2].iter().map(|&length| file[..length].to_vec()).collect();
    for place in [20, file.len() / 3, file.len() / 2, file.len() - 10] {
        let mut changed = file.clone();
        changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
        damaged.push(changed);
    }
    for file in damaged {
        assert!(backup::restore(&empty, reader(&file)).await.is_err());
        assert_eq!(backup::contents(&empty).await.unwrap(), before);
    }
    backup::restore(&empty, reader(&file)).await.unwrap();
    center.remove().await;
    other.remove().await;
}
