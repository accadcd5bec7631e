//! Sealed columns are known, and a new sealing key goes over all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use sqlx::Row as _;
use tessera_center::keys::sealed_with;
use tessera_center::rules::key_rotation::{Step, advance};
use tessera_center::store::schema::table_names;
use tessera_center::store::sealed::{FINGERPRINTS, Kind, SEALED};
use tessera_center::store::tables::server;
use tessera_center::store::tables::server::SILENT;
use tessera_center::workers;

use crate::harness::TestCenter;
use crate::on_both;

on_both!(every_column_of_bytes_is_listed_as_sealed_or_as_a_fingerprint, |center| async move {
    let mut found = BTreeSet::new();
    for table in table_names() {
        let columns = center.center.db.columns(table).await.unwrap();
        assert!(!columns.is_empty(), "{table}");
        found.extend(
            columns
                .into_iter()
                .filter(|column| column.kind == Kind::Bytes)
                .map(|column| (table.to_owned(), column.name)),
        );
    }
    let listed: Vec<_> = SEALED
        .iter()
        .map(|sealed| (sealed.table, sealed.column))
        .chain(FINGERPRINTS.iter().copied())
        .map(|(table, column)| (table.to_owned(), column.to_owned()))
        .collect();
    assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len(), "listed twice");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), found, "store/sealed.rs and the database differ");
});

/// The keys that the values of the database are sealed with.
async fn in_use(center: &TestCenter) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for sealed in SEALED {
        let text = format!("SELECT {0} FROM {1} WHERE {0} IS NOT NULL", sealed.column, sealed.table);
        let rows = sqlx::query(sqlx::AssertSqlSafe(text)).fetch_all(center.center.db.pool()).await.unwrap();
        found.extend(rows.iter().filter_map(|row| sealed_with(row.get::<&[u8], _>(0)).ok()));
    }
    found
}

async fn steps(center: &TestCenter) -> Vec<Step> {
    let mut steps = Vec::new();
    loop {
        let step = advance(&center.center).await.unwrap();
        steps.push(step.clone());
        if !matches!(step, Step::Made(_) | Step::Seals(_)) {
            return steps;
        }
    }
}

on_both!(a_new_key_goes_over_every_sealed_value_and_the_old_one_is_forgotten, |center| async move {
    let mut accounts = Vec::new();
    for number in 0..250 {
        accounts.push(center.account_with(&format!("a{number}@example.com"), None).await);
    }
    let session = center.session(accounts[0]).await;
    center.delete("/v1/session").by(&session).send().await;
    assert_eq!(in_use(&center).await, BTreeSet::from([1]));
    let done = steps(&center).await;
    let values = 250 * 3 + 1;
    assert_eq!(done, [Step::Made(2), Step::Seals(2), Step::Done(2, values)]);
    assert_eq!((in_use(&center).await, center.center.keys.known()), (BTreeSet::from([2]), 1));
    // Everything opens, also for a server that starts with the file as it now is.
    let server = center.another_server().await;
    let session = center.session(accounts[249]).await;
    let seen = TestCenter::ask_at(&server, axum::http::Method::GET, "/v1/sessions").by(&session).send().await;
    assert!(seen.status.is_success());
    let mut tx = center.center.begin().await.unwrap();
    for account in accounts {
        let contacts =
            tessera_center::store::tables::contact::of_account(&mut tx, &center.center.keys, account).await;
        assert_eq!(contacts.unwrap().len(), 2);
    }
});

on_both!(
    no_key_seals_before_all_servers_know_it_and_none_is_forgotten_before_all_use_another,
    |center| async move {
        let now = center.center.now();
        let slow = |knows_key, seals_with| server::Server {
            id: "slow".into(),
            name: "slow server".into(),
            version: "0".into(),
            knows_key,
            knows_schema: tessera_center::store::schema_version(),
            seals_with,
            seen_at: now,
        };
        let pool = center.center.db.pool().clone();
        center.account("alice@example.com").await;
        server::seen(&pool, &slow(1, 1)).await.unwrap();
        let waits = || vec!["slow server".to_owned()];
        assert_eq!(steps(&center).await, [Step::Made(2), Step::NotKnownBy(2, waits())]);
        assert_eq!(steps(&center).await, [Step::NotKnownBy(2, waits())], "going on makes no third key");
        assert_eq!(center.center.keys.seals(), 1);
        server::seen(&pool, &slow(2, 1)).await.unwrap();
        assert_eq!(steps(&center).await, [Step::Seals(2), Step::NotUsedBy(2, waits())]);
        assert_eq!((center.center.keys.known(), in_use(&center).await), (2, BTreeSet::from([1])));
        // It fell silent: it does not run any more. One that speaks has read the file.
        center.clock.advance(SILENT as u64 + 1);
        workers::tell(Arc::clone(&center.center)).await.unwrap();
        assert!(matches!(steps(&center).await[..], [Step::Done(2, _)]));
    }
);

on_both!(a_value_that_does_not_open_stops_the_rotation_before_a_key_is_forgotten, |center| async move {
    let alice = center.account("alice@example.com").await;
    assert_eq!(advance(&center.center).await.unwrap(), Step::Made(2));
    assert_eq!(advance(&center.center).await.unwrap(), Step::Seals(2));
    let text =
        "UPDATE account SET name = (SELECT address FROM contact WHERE kind = 'account-email') WHERE id = $1";
    sqlx::query(text).bind(alice).execute(center.center.db.pool()).await.unwrap();
    let said = advance(&center.center).await.unwrap_err().to_string();
    assert!(said.contains("1 values in account.name"), "{said}");
    assert_eq!(center.center.keys.known(), 2);
});

/// A key that names several rows would make the rotation pass one of them over where its parts meet.
#[tokio::test]
async fn a_sealed_column_is_found_by_the_whole_primary_key_of_its_table() {
    let center = TestCenter::sqlite_with(|_| {}).await;
    for sealed in SEALED {
        let query = "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk";
        let rows = sqlx::query(query).bind(sealed.table).fetch_all(center.center.db.pool()).await.unwrap();
        let primary: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let key: Vec<&str> = sealed.key.iter().map(|(name, _)| *name).collect();
        assert_eq!(key, primary, "{}", sealed.table);
    }
    center.remove().await;
}
