//! Two versions at once: yesterday's server and today's on one database while the schema changes (ADR 0076).

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::http::Method;
use serde_json::json;
use tessera_center::store::{MIGRATIONS, Migration, StoreError, schema_version};

use super::{Place, Processes, now, of_processes};
use crate::desk::{text, unbinding};
use crate::harness::{PASSWORD, TestCenter, drop_database, fresh_database};
use crate::login::ALICE;
use crate::server::{Server, configured, program, run};

/// What tomorrow's program adds, and the programs of today need not know.
const ADDS: Migration = Migration {
    number: schema_version() + 1,
    oldest: 1,
    tables: &[&[
        "ALTER TABLE account ADD COLUMN nickname TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE ticket ADD COLUMN weight BIGINT",
        "CREATE TABLE greeting (id BIGINT PRIMARY KEY, body {blob} NOT NULL)",
        "CREATE INDEX ticket_weight ON ticket (weight)",
    ]],
};

/// What the day after takes away.
const BREAKS: Migration = Migration {
    number: schema_version() + 2,
    oldest: schema_version() + 2,
    tables: &[&["ALTER TABLE tally RENAME COLUMN count TO number"]],
};

fn with(more: &[Migration]) -> Vec<Migration> {
    [MIGRATIONS, more].concat()
}

/// Uses the servers without a pause until it is told to stop; every answer is a success.
fn load(
    routers: Vec<Router>,
    session: String,
) -> (tokio::task::JoinHandle<()>, Arc<AtomicUsize>, Arc<AtomicBool>) {
    let (answered, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (counting, ended) = (Arc::clone(&answered), Arc::clone(&over));
    let task = tokio::spawn(async move {
        for number in 0.. {
            if ended.load(Ordering::Relaxed) {
                break;
            }
            let router = &routers[number % routers.len()];
            let filing = json!({ "statement": unbinding(&format!("load{number}@example.com")) });
            let login = json!({ "name": ALICE, "password": PASSWORD, "device": "test" });
            for (path, body) in [("/v1/tickets", filing), ("/v1/login", login)] {
                TestCenter::ask_at(router, Method::POST, path).by(&session).json(body).send().await.ok();
            }
            TestCenter::ask_at(router, Method::GET, "/v1/account").by(&session).send().await.ok();
            counting.fetch_add(1, Ordering::Relaxed);
        }
    });
    (task, answered, over)
}

async fn goes_on(answered: &AtomicUsize) {
    let before = answered.load(Ordering::Relaxed);
    while answered.load(Ordering::Relaxed) < before + 6 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn servers(center: &TestCenter) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM server").fetch_one(center.center.db.pool()).await.unwrap()
}

of_processes!(
    servers_work_on_while_a_newer_one_adds_and_are_not_broken_by_one_that_takes_away,
    async |center: TestCenter| {
        let alice = center.account(ALICE).await;
        let two = Processes::start(center, 2);
        let (center, db) = (&two.center, &two.center.center.db);
        let (task, answered, over) = load(two.routers(), center.session(alice).await);
        goes_on(&answered).await;
        while servers(center).await < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }

        db.migrate_by(&with(&[ADDS]), now()).await.unwrap();
        goes_on(&answered).await;
        over.store(true, Ordering::Relaxed);
        task.await.unwrap();

        // One that is started now works with it, but nothing that goes over all tables does.
        two.with(0, |server| server.signal("-TERM"));
        assert!(tokio::task::block_in_place(|| two.with(0, Server::ended)).success());
        tokio::task::block_in_place(|| two.begin(0));
        center.get("/v1/center").send().await.ok();
        let backup = two.folder.path().join("backup");
        for command in [&["backup", backup.to_str().unwrap()][..], &["keys", "rotate"]] {
            let said = tokio::task::block_in_place(|| run(two.folder.path(), &two.settings(), command));
            let words = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(1), "{command:?}: {words}");
            assert!(words.contains("run the newer tessera-center"), "{command:?}: {words}");
        }
        assert!(!backup.exists());

        // While they run, what they need is not taken away.
        let refused = db.migrate_by(&with(&[ADDS, BREAKS]), now()).await;
        let Err(StoreError::OlderServers { step, servers: named }) = refused else { panic!("{refused:?}") };
        assert_eq!((step, named.matches("version").count()), (BREAKS.number, 2), "{named}");
        assert_eq!(db.schema().await.unwrap(), ADDS.number);

        // One that began a moment ago and was not seen ends by itself, before long.
        two.with(0, |server| server.signal("-TERM"));
        assert!(tokio::task::block_in_place(|| two.with(0, Server::ended)).success());
        sqlx::query("DELETE FROM server").execute(db.pool()).await.unwrap();
        db.migrate_by(&with(&[ADDS, BREAKS]), now()).await.unwrap();
        let ended = tokio::task::block_in_place(|| two.with(1, Server::ended));
        let log = two.with(1, |server| server.log());
        assert_eq!(ended.code(), Some(1), "{log}");
        assert!(log.contains("a newer tessera-center changed the database"), "{log}");

        // None begins any more, and says why.
        let refused = tokio::task::block_in_place(|| two.try_begin(0, program)).unwrap_err();
        assert!(refused.contains("run the newer tessera-center"), "{refused}");

        // As it was, so that it is looked over as every database is. The first one makes SQLite read the schema that it alters.
        let mut tx = db.begin().await.unwrap();
        for statement in [
            "SELECT number FROM tally",
            "ALTER TABLE tally RENAME COLUMN number TO count",
            "DROP INDEX ticket_weight",
            "ALTER TABLE ticket DROP COLUMN weight",
            "ALTER TABLE account DROP COLUMN nickname",
            "DROP TABLE greeting",
        ] {
            sqlx::query(statement).execute(tx.on()).await.unwrap();
        }
        sqlx::query("DELETE FROM schema_step WHERE number > $1")
            .bind(schema_version())
            .execute(tx.on())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        two.end().await;
    }
);

/// An earlier release's program: `TESSERA_CENTER_BEFORE` names it.
fn before() -> Option<std::path::PathBuf> {
    let named = std::env::var_os("TESSERA_CENTER_BEFORE").map(Into::into);
    if named.is_none() {
        eprintln!("skipped: TESSERA_CENTER_BEFORE names no earlier program (cargo xtask soak builds one)");
    }
    named
}

/// Yesterday's server runs; today's comes, changes the schema and works beside it; yesterday's is started again.
async fn yesterday_and_today(database: Option<String>) {
    let Some(before) = before() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut settings = vec![("DATA", data.to_str().unwrap()), ("PASSWORDS__MEMORY_KIB", "7168")];
    settings.extend(database.as_deref().map(|url| ("DATABASE__URL", url)));
    let older = || configured(Command::new(&before), folder.path(), &settings);
    let demo = older().arg("demo").output().unwrap();
    assert!(demo.status.success(), "{demo:?}");
    let (yesterday, today) = (Place::empty(), Place::empty());
    let start = |place: &Place, command| {
        let server = tokio::task::block_in_place(|| Server::try_start(command, folder.path()))?;
        *place.address.lock().unwrap() = Some(server.address);
        Ok::<_, String>(server)
    };
    let mut old = start(&yesterday, older()).unwrap();
    let body = json!({ "name": ALICE, "password": PASSWORD, "device": "test" });
    let login = TestCenter::ask_at(&yesterday.router, Method::POST, "/v1/login").json(body).send().await.ok();
    let session = text(&login["session"]);
    let (task, answered, over) = load(vec![yesterday.router.clone()], session.clone());
    goes_on(&answered).await;
    let mut new = start(&today, program(folder.path(), &settings)).unwrap();
    goes_on(&answered).await;
    over.store(true, Ordering::Relaxed);
    task.await.unwrap();
    // What one did, the other sees.
    for (one, other) in [(&yesterday, &today), (&today, &yesterday)] {
        let filing = json!({ "statement": unbinding(&format!("{:?}@example.com", one.address.lock().unwrap().unwrap().port())) });
        let ask = TestCenter::ask_at(&one.router, Method::POST, "/v1/tickets").by(&session).json(filing);
        let path = format!("/v1/tickets/{}", text(&ask.send().await.ok()["id"]));
        TestCenter::ask_at(&other.router, Method::GET, &path).by(&session).send().await.ok();
    }
    old.signal("-TERM");
    assert!(tokio::task::block_in_place(|| old.ended()).success(), "{}", old.log());
    // One from before programs knew whom a schema serves says so; every later one goes on.
    match start(&yesterday, older()) {
        Ok(_again) => {
            TestCenter::ask_at(&yesterday.router, Method::GET, "/v1/account").by(&session).send().await.ok();
        }
        Err(words) => assert!(words.contains("run the newer tessera-center"), "{words}"),
    }
    new.signal("-TERM");
    assert!(tokio::task::block_in_place(|| new.ended()).success(), "{}", new.log());
    for log in [old.log(), new.log()] {
        assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    }
}

mod the_program_of_an_earlier_release_works_on_beside_this_one {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_sqlite() {
        yesterday_and_today(None).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_postgres() {
        let Ok(server) = std::env::var("TESSERA_TEST_POSTGRES") else { return };
        let name = fresh_database(&server).await;
        yesterday_and_today(Some(format!("{server}/{name}"))).await;
        drop_database(&server, &name).await;
    }
}
