//! Tickets as their applicants use them.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_center::rules::ticket::execute_due;
use tessera_center_api::ticket::TicketKind;

use crate::desk::*;
use crate::harness::{START, TestCenter};
use crate::on_both;

async fn count(center: &TestCenter, what: &'static str) -> i64 {
    let row = sqlx::query(what).fetch_one(center.center.db.pool()).await.unwrap();
    sqlx::Row::get(&row, 0)
}

on_both!(a_ticket_without_an_account_counts_only_after_the_code, |center| async move {
    let body = json!({ "statement": unbinding("alice@example.com"), "contact": " Friend@Example.COM", "language": "en" });
    let opened = center.post("/v1/ticket-filings").json(body).send().await.ok();
    assert_eq!(count(&center, "SELECT COUNT(*) FROM ticket").await, 0);
    let code = center.code_sent_to("Friend@example.com").await;
    let wrong = json!({ "flow": opened["flow"], "code": if code == "000000" { "000001" } else { "000000" } });
    let proof = json!({ "flow": opened["flow"], "code": code });
    let send = async |body: &Value| center.post("/v1/ticket-filings/proof").json(body).send().await;
    assert_eq!(send(&wrong).await.code(), "wrong-code");
    let filed = send(&proof).await;
    assert_eq!(filed.status, StatusCode::CREATED);
    assert_eq!(send(&proof).await.code(), "flow-ended");
    let (ticket, code) = (filed.json()["ticket"].clone(), text(&filed.json()["query_code"]));
    assert_eq!(
        (ticket["state"].as_str(), ticket["expires_at"].as_i64()),
        (Some("draft"), Some(START + 30 * 86_400))
    );
    // 128 bits, read however it is typed; kept as a hash alone.
    assert_eq!(code.replace('-', "").len(), 26);
    for typed in [code.clone(), code.to_lowercase().replace('-', " "), format!(" {code} ")] {
        let found = center.post("/v1/ticket-queries").json(json!({ "query_code": typed })).send().await.ok();
        assert_eq!(found["id"], ticket["id"]);
    }
    let row = sqlx::query("SELECT query_hash, statement FROM ticket")
        .fetch_one(center.center.db.pool())
        .await
        .unwrap();
    let (hash, statement): (Vec<u8>, Vec<u8>) = (sqlx::Row::get(&row, 0), sqlx::Row::get(&row, 1));
    assert_eq!(hash.len(), 32);
    assert!(!String::from_utf8_lossy(&statement).contains("X1234567"));
    for other in ["", "0", "00000-00000-00000-00000-00000-0", &code[1..]] {
        let none = center.post("/v1/ticket-queries").json(json!({ "query_code": other })).send().await;
        assert_eq!(none.code(), "not-found");
    }
});

on_both!(one_ticket_is_open_for_an_applicant_and_a_target_and_blocks_nobody_else, |center| async move {
    let first = filed(&center, unbinding("alice@example.com"), "friend@example.com").await;
    let again = try_file(&center, phone_change("Alice@example.com"), "Friend@example.com").await;
    assert_eq!(again.code(), "limit-reached");
    filed(&center, unbinding("alice@example.com"), "other@example.com").await;
    filed(&center, unbinding("bob@example.com"), "friend@example.com").await;
    apply(&center, &first, "withdrawal", None).await.ok();
    center.clock.advance(61);
    filed(&center, unbinding("alice@example.com"), "friend@example.com").await;
    // From an account: 20 at once, at two servers.
    let bob = center.account("bob@example.com").await;
    let session = center.session(bob).await;
    let other = center.another_server().await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let router = if number % 2 == 0 { center.router.clone() } else { other.clone() };
            let session = session.clone();
            tokio::spawn(async move {
                let ask = TestCenter::ask_at(&router, Method::POST, "/v1/tickets").by(&session);
                ask.json(json!({ "statement": unbinding("alice@example.com") })).send().await.status
            })
        })
        .collect();
    let mut filed = 0;
    for task in tasks {
        let status = task.await.unwrap();
        assert!(matches!(status, StatusCode::CREATED | StatusCode::CONFLICT), "{status}");
        filed += usize::from(status == StatusCode::CREATED);
    }
    assert_eq!(filed, 1);
});

on_both!(an_applicant_cannot_tell_whether_the_target_exists, |center| async move {
    alice(&center).await;
    let mut seen = Vec::new();
    for (email, contact) in
        [("alice@example.com", "friend@example.com"), ("nobody@example.com", "friend@example.net")]
    {
        let ticket = filed(&center, unbinding(email), contact).await;
        let mut answers = Vec::new();
        for (what, body) in [
            ("factor-codes", Some(json!({ "factor": "phone" }))),
            ("factor-codes", Some(json!({ "factor": "phone" }))),
            ("factor-proof", Some(json!({ "factor": "phone", "code": "12345x" }))),
            ("factor-codes", Some(json!({ "factor": "email" }))),
            ("submission", None),
        ] {
            let answer = apply(&center, &ticket, what, body).await;
            let text = answer.text.replace(&ticket.0, "ID").replace(email, "EMAIL");
            answers.push((answer.status, text));
        }
        center.empty_outbox().await;
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
});

on_both!(a_new_contact_is_proven_by_a_code_that_went_to_it_alone, |center| async move {
    let ticket = filed(&center, phone_change("alice@example.com"), "friend@example.com").await;
    documents(&center, &ticket.0, TicketKind::PhoneChangeIndividual).await;
    assert_eq!(apply(&center, &ticket, "submission", None).await.code(), "wrong-state");
    apply(&center, &ticket, "contact-codes", None).await.ok();
    assert_eq!(apply(&center, &ticket, "contact-codes", None).await.code(), "sent-lately");
    let code = center.code_sent_to(NEW_PHONE).await;
    // Stated otherwise in between: the code that went to the one phone does not prove the other.
    let mut other = phone_change("alice@example.com");
    other["new_phone"] = "+4915112345678".into();
    let restate = async |statement: &Value| {
        center
            .ask(Method::PUT, &format!("/v1/tickets/{}/statement", ticket.0))
            .header("ticket-code", &ticket.1)
            .json(json!({ "statement": statement }))
            .send()
            .await
    };
    restate(&other).await.ok();
    let proof = Some(json!({ "code": code }));
    assert_eq!(apply(&center, &ticket, "contact-proof", proof.clone()).await.code(), "flow-ended");
    restate(&phone_change("alice@example.com")).await.ok();
    apply(&center, &ticket, "contact-proof", proof).await.ok();
    // Proven, then another one: not proven any more.
    assert_eq!(restate(&other).await.ok()["contact_proven"], false);
    assert_eq!(apply(&center, &ticket, "submission", None).await.code(), "wrong-state");
    restate(&phone_change("alice@example.com")).await.ok();
    assert_eq!(apply(&center, &ticket, "submission", None).await.ok()["state"], "submitted");
    // A ticket stays of its kind and about its account.
    let ticket = filed(&center, unbinding("alice@example.com"), "other@example.com").await;
    let send = async |statement: Value| {
        let ask = center
            .ask(Method::PUT, &format!("/v1/tickets/{}/statement", ticket.0))
            .header("ticket-code", &ticket.1);
        ask.json(json!({ "statement": statement })).send().await.code()
    };
    assert_eq!(send(unbinding("bob@example.com")).await, "invalid-value");
    assert_eq!(send(question()).await, "invalid-value");
});

on_both!(documents_of_the_kind_must_be_there_before_it_is_submitted, |center| async move {
    let bob = center.account("bob@example.com").await;
    let session = center.session(bob).await;
    let statement = json!({ "kind": "identity-verification-individual", "name": "Bob", "document_type": "id-card", "document_number": "A-1234" });
    let ticket =
        center.post("/v1/tickets").by(&session).json(json!({ "statement": statement })).send().await.ok();
    assert_eq!(ticket["documents_missing"], json!(["holding-document-front", "holding-document-back"]));
    let path = format!("/v1/tickets/{}/submission", text(&ticket["id"]));
    let refused = center.post(&path).by(&session).send().await;
    assert_eq!(refused.code(), "wrong-state");
    assert!(refused.text.contains("holding-document-back"));
    documents(&center, &text(&ticket["id"]), TicketKind::IdentityVerificationIndividual).await;
    assert_eq!(center.post(&path).by(&session).send().await.ok()["state"], "submitted");
    // Only with an account, and of the account's kind.
    let refused = center
        .post("/v1/ticket-filings")
        .json(json!({ "statement": statement, "contact": "a@example.com", "language": "en" }))
        .send()
        .await;
    assert_eq!(refused.code(), "invalid-value");
    let company = json!({ "kind": "identity-verification-enterprise", "company_name": "B", "company_id": "1234", "representative_name": "B", "representative_document_number": "1234" });
    assert_eq!(
        center.post("/v1/tickets").by(&session).json(json!({ "statement": company })).send().await.code(),
        "invalid-value"
    );
});

on_both!(a_ticket_is_its_applicants_alone_and_withdrawn_at_most_once, |center| async move {
    let ticket = filed(&center, question(), "friend@example.com").await;
    let stranger = filed(&center, question(), "stranger@example.com").await;
    let bob = center.account("bob@example.com").await;
    let session = center.session(bob).await;
    let path = format!("/v1/tickets/{}", ticket.0);
    assert_eq!(center.get(&path).header("ticket-code", &stranger.1).send().await.code(), "not-found");
    assert_eq!(center.get(&path).by(&session).send().await.code(), "not-found");
    assert_eq!(center.get(&path).send().await.code(), "not-signed-in");
    assert_eq!(center.get(&path).header("ticket-code", "x").send().await.code(), "not-signed-in");
    assert_eq!(
        apply(&center, &(ticket.0.clone(), stranger.1.clone()), "withdrawal", None).await.code(),
        "not-found"
    );
    let done = apply(&center, &ticket, "withdrawal", None).await.ok();
    assert_eq!(done["state"], "withdrawn");
    for what in ["withdrawal", "submission"] {
        assert_eq!(apply(&center, &ticket, what, None).await.code(), "wrong-state");
    }
    is_explained(&center, &ticket.0).await;
});

on_both!(the_same_filing_twice_is_one_ticket_with_one_query_code, |center| async move {
    let body = json!({ "statement": question(), "contact": "friend@example.com", "language": "en" });
    let opened = center.post("/v1/ticket-filings").json(body).send().await.ok();
    let code = center.code_sent_to("friend@example.com").await;
    let proof = json!({ "flow": opened["flow"], "code": code });
    let send = async |body: &Value| {
        center.post("/v1/ticket-filings/proof").header("idempotency-key", "one").json(body).send().await
    };
    let first = send(&proof).await.ok();
    assert_eq!(send(&proof).await.ok(), first);
    let other = json!({ "flow": opened["flow"], "code": "000000" });
    assert_eq!(send(&other).await.code(), "key-reused");
    assert_eq!(count(&center, "SELECT COUNT(*) FROM ticket").await, 1);
});

on_both!(a_draft_expires_on_the_second_and_frees_its_place, |center| async move {
    let ticket = filed(&center, question(), "friend@example.com").await;
    center.clock.set((START + 30 * 86_400 - 1) as u64);
    assert_eq!(execute_due(&center.center).await.unwrap(), 0);
    assert_eq!(state(&center, &ticket).await, "draft");
    center.clock.advance(1);
    assert_eq!(execute_due(&center.center).await.unwrap(), 1);
    assert_eq!(state(&center, &ticket).await, "expired");
    assert_eq!(execute_due(&center.center).await.unwrap(), 0);
    filed(&center, question(), "friend@example.com").await;
    is_explained(&center, &ticket.0).await;
});

on_both!(an_account_lists_what_it_filed_in_parts, |center| async move {
    let bob = center.account("bob@example.com").await;
    let session = center.session(bob).await;
    for number in 0..53 {
        let statement = unbinding(&format!("a{number}@example.com"));
        center.post("/v1/tickets").by(&session).json(json!({ "statement": statement })).send().await.ok();
    }
    let first = center.get("/v1/tickets").by(&session).send().await.ok();
    let next = format!("/v1/tickets?cursor={}", text(&first["next"]));
    let second = center.get(&next).by(&session).send().await.ok();
    let mut ids: Vec<String> = [&first, &second]
        .iter()
        .flat_map(|part| part["items"].as_array().unwrap())
        .map(|one| text(&one["id"]))
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 53);
    let other = center.account("carol@example.com").await;
    let other = center.session(other).await;
    assert!(center.get("/v1/tickets").by(&other).send().await.ok()["items"].as_array().unwrap().is_empty());
});

on_both!(hostile_filings_are_refused_and_leave_nothing, |center| async move {
    let send = async |body: Value| center.post("/v1/ticket-filings").json(body).send().await;
    let with = |statement: Value, contact: &str| json!({ "statement": statement, "contact": contact, "language": "xx" });
    let mut name = unbinding("alice@example.com");
    name["name"] = "A\r\nBcc: b".into();
    let mut number = unbinding("alice@example.com");
    number["document_number"] = "' OR 1=1 --".into();
    for body in [
        with(name, "a@example.com"),
        with(number, "a@example.com"),
        with(unbinding("alice@example.com\r\nBcc: x"), "a@example.com"),
        with(question(), "+999 1"),
        with(question(), "a@b"),
        with(json!({ "kind": "question", "subject": "x", "text": "y".repeat(4001) }), "a@example.com"),
    ] {
        assert_eq!(send(body).await.code(), "invalid-value");
    }
    for body in [
        json!({}),
        with(json!({ "kind": "grant-everything" }), "a@example.com"),
        with(
            json!({ "kind": "question", "subject": "x", "text": "y", "state": "executed" }),
            "a@example.com",
        ),
        with(json!({ "kind": "question", "subject": 1, "text": "y" }), "a@example.com"),
    ] {
        assert_eq!(send(body).await.code(), "bad-request");
    }
    for id in ["x", "'", "%00", "..%2f..", &"a".repeat(3000)] {
        let answer = center
            .get(&format!("/v1/tickets/{id}"))
            .header("ticket-code", "00000-00000-00000-00000-00000-0")
            .send()
            .await;
        assert!(
            answer.status == StatusCode::NOT_FOUND || answer.status == StatusCode::BAD_REQUEST,
            "{id}: {}",
            answer.text
        );
    }
    assert_eq!(count(&center, "SELECT COUNT(*) FROM ticket").await, 0);
    assert!(center.messages().await.is_empty());
});
