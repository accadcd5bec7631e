//! One's own account: read, edited, its log, exported, erased.

use std::sync::Arc;

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sqlx::Row as _;
use tessera_center::contact::Address;
use tessera_center::rules::security_log::{self, Detail};
use tessera_center::store::Dialect;
use tessera_center::store::tables::{filed_identity, ticket_history, trusted_device};
use tessera_center::token::PlainToken;
use tessera_center_api::identity::Action;
use tessera_center_api::security::EventKind;
use tessera_center_api::ticket::TicketKind;

use crate::contacts::change;
use crate::harness::{START, TestCenter};
use crate::on_both;

on_both!(nobody_without_a_session_gets_anything, |center| async move {
    for (method, path) in [
        (Method::GET, "/v1/account"),
        (Method::PATCH, "/v1/account"),
        (Method::GET, "/v1/account/export"),
        (Method::POST, "/v1/account/erasure"),
        (Method::GET, "/v1/security-log"),
        (Method::POST, "/v1/contacts/secure-phone/changes"),
        (Method::POST, "/v1/contacts/secure-phone/changes/code"),
        (Method::POST, "/v1/contacts/secure-phone/changes/confirm"),
        (Method::DELETE, "/v1/contacts/secure-phone"),
    ] {
        for token in [None, Some("x".to_owned()), Some("A".repeat(43))] {
            let mut ask = center.ask(method.clone(), path);
            if let Some(token) = &token {
                ask = ask.by(token);
            }
            assert_eq!(ask.send().await.code(), "not-signed-in", "{path}");
        }
    }
});

on_both!(an_edit_needs_the_version_that_was_read, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let read = center.get("/v1/account").by(&session).send().await;
    let tag = read.headers[header::ETAG].to_str().unwrap().to_owned();
    let edit = async |tag: &str, body: Value| {
        center.patch("/v1/account").by(&session).header("if-match", tag).json(body).send().await
    };
    let without = center.patch("/v1/account").by(&session).json(json!({ "name": "x" })).send().await;
    assert_eq!(without.code(), "precondition-required");
    let done = edit(&tag, json!({ "name": " Zoe\u{308} ", "language": "zh-Hans" })).await;
    assert_eq!(
        (done.ok()["name"].clone(), done.json()["language"].clone()),
        ("Zo\u{eb}".into(), "zh-Hans".into())
    );
    assert_eq!(edit(&tag, json!({ "name": "late" })).await.code(), "changed");
    let tag = done.headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(edit(&tag, json!({})).await.ok()["name"], "Zo\u{eb}");
    assert_eq!(edit("*", json!({ "name": "x" })).await.code(), "changed");

    // Of two at once one is made.
    let read = center.get("/v1/account").by(&session).send().await;
    let tag = read.headers[header::ETAG].to_str().unwrap().to_owned();
    let (one, two) = tokio::join!(edit(&tag, json!({ "name": "one" })), edit(&tag, json!({ "name": "two" })));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
});

on_both!(hostile_names_are_refused_and_strange_ones_kept_as_they_are, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let edit = async |body: Value| {
        let tag = center.get("/v1/account").by(&session).send().await.headers[header::ETAG]
            .to_str()
            .unwrap()
            .to_owned();
        center.patch("/v1/account").by(&session).header("if-match", &tag).json(body).send().await
    };
    let long = "x".repeat(10_000);
    for name in ["", " ", "a\r\nBcc: x", "a\u{0}b", "gpj.\u{202e}exe", "\u{2066}x", "a\u{200b}", &long] {
        let answer = edit(json!({ "name": name })).await;
        assert_eq!(
            (answer.code(), answer.json()["field"].clone()),
            ("invalid-value".into(), "/name".into()),
            "{name:?}"
        );
    }
    for body in
        [json!({ "name": 1 }), json!({ "language": "de" }), json!({ "id": 1 }), json!({ "verified_at": 1 })]
    {
        assert_eq!(edit(body.clone()).await.code(), "bad-request", "{body}");
    }
    for name in ["'; DROP TABLE account; --", "<script>alert(1)</script>", "{{ 7*7 }}", "علي", "李雷", "👩‍🚀"]
    {
        // A joiner of emoji is part of a letter, not a direction.
        assert_eq!(edit(json!({ "name": name })).await.ok()["name"], name);
    }
    assert_eq!(center.get("/v1/account").by(&session).send().await.ok()["name"], "👩‍🚀");
});

on_both!(the_security_log_comes_in_parts_the_newest_first, |center| async move {
    let (alice, bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let (session, his) = (center.session(alice).await, center.session(bob).await);
    let mut tx = center.center.begin().await.unwrap();
    for number in 0..120_u64 {
        // Several within a second.
        center.clock.set(u64::try_from(START).unwrap() + number / 7);
        let detail = Detail::none().with("number", number.to_string());
        security_log::note(&mut tx, &center.center, alice, EventKind::SignedIn, "203.0.113.7", &detail)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let (mut cursor, mut sizes, mut numbers, mut times) = (None::<String>, vec![], vec![], vec![]);
    loop {
        let path = cursor
            .as_ref()
            .map_or("/v1/security-log".into(), |next| format!("/v1/security-log?cursor={next}"));
        let page = center.get(&path).by(&session).send().await.ok();
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        for item in items {
            numbers.push(item["detail"]["number"].as_str().unwrap().parse::<u32>().unwrap());
            times.push(item["at"].as_i64().unwrap());
        }
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert!(times.is_sorted_by(|left, right| left >= right));
    assert_eq!(numbers, (0..120).rev().collect::<Vec<_>>());
    // The cursor of one is no key to the log of another.
    let path = format!("/v1/security-log?cursor={}", cursor.unwrap());
    assert_eq!(center.get(&path).by(&his).send().await.ok()["items"].as_array().unwrap().len(), 0);
    for cursor in ["x", "%00", "' OR 1=1", &"A".repeat(5000)] {
        let cursor = cursor.replace(' ', "%20");
        let answer = center.get(&format!("/v1/security-log?cursor={cursor}")).by(&session).send().await;
        assert_eq!(answer.code(), "invalid-value", "{cursor}");
    }
    assert_eq!(
        center.get("/v1/security-log?cursor=a&cursor=b").by(&session).send().await.code(),
        "bad-request"
    );
});

on_both!(an_export_needs_its_identity_check_and_holds_all_but_secrets, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    assert_eq!(center.get("/v1/account/export").by(&session).send().await.code(), "identity-check-required");
    center.prove(&session, Action::EraseAccount).await;
    assert_eq!(center.get("/v1/account/export").by(&session).send().await.code(), "identity-check-required");
    change(&center, &session, "security-email", "new@example.com").await;
    let device = PlainToken::generate(&*center.center.random).unwrap();
    let mut tx = center.center.begin().await.unwrap();
    trusted_device::remember(&mut tx, &device.hash(), alice, "laptop", START, 10).await.unwrap();
    tx.commit().await.unwrap();
    center.clock.advance(1);
    center.prove(&session, Action::ExportData).await;
    let answer = center.get("/v1/account/export").by(&session).send().await;
    let export = answer.ok();
    assert_eq!(answer.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"account.json\"");
    assert_eq!(export["account"]["id"], alice);
    assert_eq!(export["account"]["name"], "Alice Example");
    assert_eq!(export["account"]["contacts"].as_array().unwrap().len(), 3);
    assert_eq!(export["earlier_contacts"][0]["address"], "alice@example.com");
    assert_eq!(export["sessions"][0]["current"], true);
    assert_eq!(export["trusted_devices"][0]["label"], "laptop");
    assert_eq!(export["security_log"][0]["kind"], "data-exported");
    for secret in ["argon2", &session, &*device.expose_secret()] {
        assert!(!answer.text.contains(secret), "{secret}");
    }
});

/// How many rows of every table that knows accounts are about this one.
async fn rows_about(center: &TestCenter, account: i64) -> Vec<(String, i64)> {
    let tables = match center.center.db.dialect() {
        Dialect::Sqlite => {
            "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' AND p.name = 'account_id'"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE column_name = 'account_id' AND table_schema = 'public'"
        }
    };
    let mut counts = Vec::new();
    for row in sqlx::query(tables).fetch_all(center.center.db.pool()).await.unwrap() {
        let table: String = row.get(0);
        let count = format!("SELECT COUNT(*) FROM {table} WHERE account_id = $1");
        let found = sqlx::query(sqlx::AssertSqlSafe(count))
            .bind(account)
            .fetch_one(center.center.db.pool())
            .await
            .unwrap();
        counts.push((table, found.get::<i64, _>(0)));
    }
    counts
}

on_both!(an_account_to_which_nothing_is_bound_is_read_without_contacts, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    assert_eq!(
        center.get("/v1/account").by(&session).send().await.ok()["contacts"].as_array().unwrap().len(),
        2
    );
    sqlx::query("DELETE FROM contact").execute(center.center.db.pool()).await.unwrap();
    let bare = center.get("/v1/account").by(&session).send().await.ok();
    assert_eq!((bare["id"].as_i64(), &bare["contacts"]), (Some(alice), &json!([])));
});

on_both!(an_erased_account_leaves_its_number_and_nothing_else, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    assert_eq!(
        center.post("/v1/account/erasure").by(&session).send().await.code(),
        "identity-check-required"
    );
    change(&center, &session, "security-email", "new@example.com").await;
    let device = PlainToken::generate(&*center.center.random).unwrap();
    let mut tx = center.center.begin().await.unwrap();
    trusted_device::remember(&mut tx, &device.hash(), alice, "laptop", START, 10).await.unwrap();
    filed_identity::insert(&mut tx, alice, b"sealed", b"index", "ticket", START).await.unwrap();
    tx.commit().await.unwrap();
    let _pending = crate::contacts::begun(&center, &session, "secure-phone", "+4915123456780").await;
    let before = rows_about(&center, alice).await;
    assert!(before.iter().filter(|(_, count)| *count > 0).count() >= 6, "{before:?}");
    center.prove(&session, Action::EraseAccount).await;
    center.empty_outbox().await;
    assert_eq!(center.post("/v1/account/erasure").by(&session).send().await.status, StatusCode::NO_CONTENT);
    let after = rows_about(&center, alice).await;
    assert!(after.iter().all(|(_, count)| *count == 0), "{after:?}");
    assert_eq!(center.get("/v1/account").by(&session).send().await.code(), "not-signed-in");
    let mut told: Vec<_> = center.messages().await.iter().map(|one| one.to.text().to_owned()).collect();
    told.sort();
    assert_eq!(told, ["+4915123456789", "alice@example.com", "new@example.com"]);
    let row = sqlx::query("SELECT password_hash, erased_at, name FROM account WHERE id = $1")
        .bind(alice)
        .fetch_one(center.center.db.pool())
        .await
        .unwrap();
    assert_eq!((row.get::<String, _>(0), row.get::<i64, _>(1)), (String::new(), START));
    assert!(row.get::<Vec<u8>, _>(2).is_empty());
    // Its addresses are free again, the held one too.
    for email in ["alice@example.com", "new@example.com"] {
        center.empty_outbox().await;
        crate::registration::begun(&center, email).await;
        center.code_sent_to(email).await;
    }
    let mut tx = center.center.begin().await.unwrap();
    let phone = Address::phone("+4915123456789").unwrap();
    let kind = tessera_center::store::tables::contact::ContactKind::SecurePhone;
    let holders =
        tessera_center::store::tables::contact::accounts_with(&mut tx, &center.center.keys, kind, &phone)
            .await
            .unwrap();
    assert!(holders.is_empty());
});

/// Number, state, statement, and the fingerprints of target, place and new contact.
type StatedTicket = (String, String, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);

/// Everything that is held of tickets, but for what may stay: numbers, kinds, states, times, parties, staff.
async fn left_of_tickets(center: &TestCenter) -> (Vec<(String, String)>, Vec<String>) {
    let pool = center.center.db.pool();
    let tickets: Vec<StatedTicket> = sqlx::query_as(
        "SELECT id, state, statement, target, open_key, proven_contact FROM ticket ORDER BY kind",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut left = Vec::new();
    for (id, _, statement, target, open_key, proven) in &tickets {
        let kept = [("target", target), ("open_key", open_key), ("proven_contact", proven)];
        left.extend(
            kept.iter().filter(|(_, value)| value.is_some()).map(|(what, _)| format!("{what} of {id}")),
        );
        left.extend((!statement.is_empty()).then(|| format!("statement of {id}")));
    }
    for (what, count) in [
        ("reasons", "SELECT COUNT(*) FROM ticket_history WHERE reason IS NOT NULL"),
        ("marks", "SELECT COUNT(*) FROM ticket_mark"),
        ("links", "SELECT COUNT(*) FROM ticket_link"),
        ("documents", "SELECT COUNT(*) FROM document WHERE state <> 'leaving'"),
    ] {
        let count: i64 = sqlx::query_scalar(count).fetch_one(pool).await.unwrap();
        left.extend((count > 0).then(|| format!("{count} {what}")));
    }
    (tickets.into_iter().map(|(id, state, ..)| (id, state)).collect(), left)
}

on_both!(of_the_tickets_of_an_erased_account_their_numbers_and_courses_stay, |center| async move {
    let alice = crate::desk::alice(&center).await;
    let session = center.session(alice).await;
    let file = async |statement: serde_json::Value| {
        let answer =
            center.post("/v1/tickets").by(&session).json(json!({ "statement": statement })).send().await;
        crate::desk::text(&answer.ok()["id"])
    };
    // One is held, with a link to object and documents; one was answered, with a reason; one is a draft.
    let held = file(crate::desk::unbinding("alice@example.com")).await;
    let answered = file(crate::desk::question()).await;
    let draft = file(crate::desk::phone_change("hers@example.com")).await;
    for id in [&held, &answered] {
        center.post(&format!("/v1/tickets/{id}/submission")).by(&session).send().await.ok();
    }
    let (rita, sven) = crate::desk::reviewers(&center).await;
    crate::desk::approved(&center, &held, &rita, &sven).await;
    crate::desk::approve(&center, &rita, &answered).await.ok();
    crate::desk::documents(&center, &draft, TicketKind::PhoneChangeIndividual).await;
    let session = center.session(alice).await;
    let (_, left) = left_of_tickets(&center).await;
    for what in ["statement", "target", "open_key", "reasons", "links", "documents"] {
        assert!(left.iter().any(|one| one.contains(what)), "{what} is there before: {left:?}");
    }
    let course = |center: Arc<TestCenter>, id: String| async move {
        let mut course = ticket_history::course(center.center.db.pool(), &id).await.unwrap();
        course.retain(|(_, state, ..)| state != "withdrawn");
        course
    };
    let before = course(Arc::clone(&center), held.clone()).await;
    center.prove(&session, Action::EraseAccount).await;
    assert_eq!(center.post("/v1/account/erasure").by(&session).send().await.status, StatusCode::NO_CONTENT);
    let (tickets, left) = left_of_tickets(&center).await;
    assert!(left.is_empty(), "{left:?}");
    let mut tickets: Vec<_> = tickets.iter().map(|(id, state)| (id.as_str(), state.as_str())).collect();
    tickets.sort_unstable();
    let mut expected = [(&*held, "withdrawn"), (&*answered, "executed"), (&*draft, "withdrawn")];
    expected.sort_unstable();
    assert_eq!(tickets, expected);
    assert_eq!(course(Arc::clone(&center), held.clone()).await, before);
    for id in [&held, &answered, &draft] {
        crate::desk::is_explained(&center, id).await;
    }
    // Staff still see that they were there, the center goes on, and its documents leave the store.
    let rita = rita.sign_in(&center).await;
    let (seen, _) = crate::desk::look(&center, &rita, &held).await;
    assert_eq!((seen["line"]["state"].as_str(), seen["review"].is_null()), (Some("withdrawn"), true));
    center.clock.advance(80 * 3600);
    assert_eq!(tessera_center::rules::ticket::execute_due(&center.center).await.unwrap(), 0);
    tessera_center::rules::document::delete_due(&center.center).await.unwrap();
    let documents: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM document").fetch_one(center.center.db.pool()).await.unwrap();
    assert_eq!(documents, 0);
});

on_both!(a_ticket_filed_while_the_account_is_erased_is_emptied_or_refused, |center| async move {
    let alice = center.account("alice@example.com").await;
    let there = center.another_server().await;
    let (session, erasing) = (center.session(alice).await, center.session(alice).await);
    center.prove(&erasing, Action::EraseAccount).await;
    let file = |number: usize| {
        let router = if number.is_multiple_of(2) { center.router.clone() } else { there.clone() };
        let (session, question) =
            (session.clone(), json!({ "kind": "question", "subject": format!("{number}"), "text": "When?" }));
        tokio::spawn(async move {
            let ask = TestCenter::ask_at(&router, Method::POST, "/v1/tickets").by(&session);
            ask.json(json!({ "statement": question })).send().await
        })
    };
    let filing: Vec<_> = (0..8).map(file).collect();
    let erased = center.post("/v1/account/erasure").by(&erasing).send().await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT, "{}", erased.text);
    for task in filing {
        let answer = task.await.unwrap();
        let filed_or_refused =
            answer.status.is_success() || ["not-signed-in", "limit-reached"].contains(&&*answer.code());
        assert!(filed_or_refused, "{}", answer.text);
    }
    let (_, left) = left_of_tickets(&center).await;
    assert!(left.is_empty(), "{left:?}");
});

on_both!(an_account_with_sub_accounts_is_not_erased, |center| async move {
    let (alice, member) =
        (center.account("alice@example.com").await, center.account("member@example.com").await);
    let own = sqlx::query("UPDATE account SET owner_id = $1 WHERE id = $2").bind(alice).bind(member);
    own.execute(center.center.db.pool()).await.unwrap();
    let session = center.session(alice).await;
    center.prove(&session, Action::EraseAccount).await;
    assert_eq!(center.post("/v1/account/erasure").by(&session).send().await.code(), "wrong-state");
    assert_eq!(center.get("/v1/account").by(&session).send().await.ok()["name"], "Alice Example");
    let hers = center.session(member).await;
    center.prove(&hers, Action::EraseAccount).await;
    assert_eq!(center.post("/v1/account/erasure").by(&hers).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(center.post("/v1/account/erasure").by(&session).send().await.status, StatusCode::NO_CONTENT);
});

on_both!(an_account_erased_many_times_at_once_is_erased_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let there = center.another_server().await;
    let session = center.session(alice).await;
    center.prove(&session, Action::EraseAccount).await;
    let ask = |number: usize| {
        let router = if number.is_multiple_of(2) { center.router.clone() } else { there.clone() };
        let session = session.clone();
        tokio::spawn(async move {
            TestCenter::ask_at(&router, Method::POST, "/v1/account/erasure").by(&session).send().await
        })
    };
    let tasks: Vec<_> = (0..10).map(ask).collect();
    let mut done = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == StatusCode::NO_CONTENT {
            done += 1;
        } else {
            assert_eq!(answer.code(), "not-signed-in");
        }
    }
    assert_eq!(done, 1);
    assert_eq!(center.messages().await.len(), 1);
});
