//! Tickets as staff decide them.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};
use tessera_center::keys::Index;
use tessera_center::rules::ticket::states::{Step, TABLE, next};
use tessera_center::rules::ticket::transition::{self, By};
use tessera_center::store::tables::ticket;
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::TicketKind;

use crate::desk::*;
use crate::harness::TestCenter;
use crate::on_both;
use crate::staff::Member;

on_both!(one_reviewer_files_an_identity_sealed_and_found_by_its_fingerprint, |center| async move {
    let (rita, _) = reviewers(&center).await;
    let bob = center.account("bob@example.com").await;
    let session = center.session(bob).await;
    let statement = json!({ "kind": "identity-verification-individual", "name": "Bob Example", "document_type": "passport", "document_number": "c 765-4321" });
    let ticket =
        center.post("/v1/tickets").by(&session).json(json!({ "statement": statement })).send().await.ok();
    let id = text(&ticket["id"]);
    documents(&center, &id, TicketKind::IdentityVerificationIndividual).await;
    center.post(&format!("/v1/tickets/{id}/submission")).by(&session).send().await.ok();
    center.empty_outbox().await;
    assert_eq!(approve(&center, &rita, &id).await.ok()["line"]["state"], "executed");
    let row = sqlx::query("SELECT data, number_fingerprint, (SELECT verified_at FROM account WHERE id = account_id) FROM filed_identity")
        .fetch_one(center.center.db.pool())
        .await
        .unwrap();
    let (data, fingerprint): (Vec<u8>, Vec<u8>) = (sqlx::Row::get(&row, 0), sqlx::Row::get(&row, 1));
    assert!(!String::from_utf8_lossy(&data).contains("Example"));
    assert_eq!(fingerprint, center.center.keys.index(Index::Identity, b"C7654321"));
    assert_eq!(sqlx::Row::get::<Option<i64>, _>(&row, 2), Some(center.center.now()));
    assert_eq!(center.messages().await.len(), 1, "its one address is told, once");
    // Why it was believed is for staff alone.
    let seen = center.get(&format!("/v1/tickets/{id}")).by(&session).send().await.ok();
    let course = seen["history"].as_array().unwrap();
    assert!(course.iter().any(|event| event["to"] == "executed"));
    assert!(course.iter().all(|event| event["reason"].is_null()), "{course:?}");
    // What is on file is not filed again.
    let again = center.post("/v1/tickets").by(&session).json(json!({ "statement": statement })).send().await;
    assert_eq!(again.code(), "wrong-state");
    is_explained(&center, &id).await;
});

on_both!(a_guarded_ticket_needs_two_different_reviewers, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    assert_eq!(approve(&center, &rita, &id).await.ok()["line"]["state"], "first-approval");
    // The same reviewer again, also when nobody else has looked at it.
    assert_eq!(approve(&center, &rita, &id).await.code(), "forbidden");
    let token = rita.sign_in(&center).await;
    let (seen, _) = look(&center, &token, &id).await;
    assert_eq!(seen["line"]["approved_by"], rita.id, "before it is claimed it is seen whose turn it is not");
    assert_eq!(seen["review"]["obstacles"], json!([{ "what": "own-first-approval" }]));
    center.delete(&format!("/v1/staff/tickets/{id}/claim")).by(&token).send().await.ok();
    assert_eq!(approve(&center, &sven, &id).await.ok()["line"]["state"], "hold");
    is_explained(&center, &id).await;
});

on_both!(nobody_decides_on_their_own_ticket_or_within_three_days, |center| async move {
    let alice = alice(&center).await;
    let applicant = center.account("applicant@example.com").await;
    let linked = Member::new(&center, "linked@example.org", &[Role::Reviewer], Some(alice)).await;
    let filer = Member::new(&center, "filer@example.org", &[Role::Reviewer], Some(applicant)).await;
    let target = Member::new(&center, "alice@example.com", &[Role::Reviewer], None).await;
    let by_address = Member::new(&center, "applicant@example.com", &[Role::Reviewer], None).await;
    let friend = Member::new(&center, "friend@example.com", &[Role::Reviewer], None).await;
    let supervisor = Member::new(&center, "boss@example.org", &[Role::Supervisor], None).await;
    let young = Member::new(&center, "young@example.org", &[Role::Reviewer], None).await;
    let made = center.center.now();
    let session = center.session(applicant).await;
    let ticket = center
        .post("/v1/tickets")
        .by(&session)
        .json(json!({ "statement": unbinding("alice@example.com") }))
        .send()
        .await
        .ok();
    let id = text(&ticket["id"]);
    center.post(&format!("/v1/tickets/{id}/submission")).by(&session).send().await.ok();
    let without = submitted(&center).await.0;

    center.clock.set((made + 72 * 3600 - 60).cast_unsigned());
    let token = young.sign_in(&center).await;
    center.clock.set((made + 72 * 3600 - 1).cast_unsigned());
    let refused = claim(&center, &token, &id).await;
    assert_eq!(
        (refused.code().as_str(), refused.json()["until"].as_i64()),
        ("forbidden", Some(made + 72 * 3600))
    );
    center.clock.advance(1);
    claim(&center, &token, &id).await.ok();
    center.delete(&format!("/v1/staff/tickets/{id}/claim")).by(&token).send().await.ok();
    for (member, id) in [
        (&linked, &id),
        (&filer, &id),
        (&target, &id),
        (&by_address, &id),
        (&supervisor, &id),
        (&friend, &without),
    ] {
        let token = member.sign_in(&center).await;
        assert_eq!(claim(&center, &token, id).await.code(), "forbidden", "{}", member.email);
    }
});

on_both!(a_mismatch_blocks_until_one_marks_a_variant_and_another_confirms_it, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let mut statement = unbinding("alice@example.com");
    statement["name"] = "Alyce Example".into();
    let ticket = filed(&center, statement, "friend@example.com").await;
    apply(&center, &ticket, "submission", None).await.ok();
    let id = ticket.0.clone();
    let post = async |token: &str, what: &str, body: Value| {
        let (_, etag) = look(&center, token, &id).await;
        center
            .post(&format!("/v1/staff/tickets/{id}/{what}"))
            .by(token)
            .header("if-match", &etag)
            .json(body)
            .send()
            .await
    };
    let mark = |reason: &str| json!({ "field": "name", "reason": reason });
    let one = rita.sign_in(&center).await;
    claim(&center, &one, &id).await.ok();
    let (seen, _) = look(&center, &one, &id).await;
    let result = |seen: &Value, field: &str| {
        let compared = seen["review"]["comparison"].as_array().unwrap();
        text(&compared.iter().find(|one| one["field"] == field).unwrap()["result"])
    };
    assert_eq!(result(&seen, "name"), "differs");
    for field in ["login-email", "document-number", "current-phone"] {
        assert_eq!(result(&seen, field), "matches");
    }
    let name =
        seen["review"]["comparison"].as_array().unwrap().iter().find(|one| one["field"] == "name").unwrap();
    assert_eq!(
        (name["stated"].as_str(), name["filed"].as_str()),
        (Some("Alyce Example"), Some("Alice Example"))
    );
    assert_eq!(seen["review"]["obstacles"], json!([{ "what": "differs", "field": "name" }]));
    assert_eq!(decide(&center, &one, &id, "approve").await.code(), "statement-mismatch");
    assert_eq!(post(&one, "marks", mark(" ")).await.code(), "invalid-value");
    assert_eq!(
        post(&one, "marks", json!({ "field": "document-number", "reason": "x" })).await.code(),
        "wrong-state"
    );
    post(&one, "marks", mark("y for i")).await.ok();
    assert_eq!(post(&one, "marks", mark("again")).await.code(), "wrong-state");
    assert_eq!(post(&one, "mark-confirmations", json!({ "field": "name" })).await.code(), "forbidden");
    assert_eq!(decide(&center, &one, &id, "approve").await.ok()["line"]["state"], "first-approval");
    let two = sven.sign_in(&center).await;
    claim(&center, &two, &id).await.ok();
    let (seen, _) = look(&center, &two, &id).await;
    assert_eq!(result(&seen, "name"), "variant-marked");
    assert_eq!(seen["review"]["obstacles"], json!([{ "what": "unconfirmed", "field": "name" }]));
    assert_eq!(decide(&center, &two, &id, "approve").await.code(), "statement-mismatch");
    post(&two, "mark-confirmations", json!({ "field": "name" })).await.ok();
    assert_eq!(post(&two, "mark-confirmations", json!({ "field": "name" })).await.code(), "wrong-state");
    assert_eq!(decide(&center, &two, &id, "approve").await.ok()["line"]["state"], "hold");
});

on_both!(what_is_not_on_file_proves_nothing, |center| async move {
    let (rita, _) = reviewers(&center).await;
    // No such account; an account without identity; the unverified ticket for a verified account; an identity of the other kind.
    center.account_with("plain@example.com", Some(PHONE)).await;
    alice(&center).await;
    let company = json!({ "kind": "mfa-unbinding-enterprise", "login_email": "alice@example.com", "company_name": "Example", "company_id": "123456",
        "applicant_name": "Alice Example", "applicant_document_number": "X1234567", "current_phone": PHONE });
    let unverified = |email: &str| json!({ "kind": "phone-change-unverified", "login_email": email, "recovery_phone": NEW_PHONE, "recovery_email": email });
    let cases = [
        (unbinding("nobody@example.com"), TicketKind::MfaUnbindingIndividual),
        (unbinding("plain@example.com"), TicketKind::MfaUnbindingIndividual),
        (unverified("alice@example.com"), TicketKind::PhoneChangeUnverified),
        (company, TicketKind::MfaUnbindingEnterprise),
    ];
    for (number, (statement, kind)) in cases.into_iter().enumerate() {
        center.clock.advance(61);
        let ticket = filed(&center, statement, &format!("friend{number}@example.com")).await;
        documents(&center, &ticket.0, kind).await;
        if kind == TicketKind::PhoneChangeUnverified {
            prove_new(&center, &ticket, NEW_PHONE).await;
        }
        apply(&center, &ticket, "submission", None).await.ok();
        assert_eq!(approve(&center, &rita, &ticket.0).await.code(), "statement-mismatch", "{number}");
    }
    // Where nothing was ever verified, the recovery e-mail is what there is to compare.
    center.clock.advance(61);
    let ticket = filed(&center, unverified("plain@example.com"), "friend9@example.com").await;
    prove_new(&center, &ticket, NEW_PHONE).await;
    apply(&center, &ticket, "submission", None).await.ok();
    assert_eq!(approve(&center, &rita, &ticket.0).await.ok()["line"]["state"], "first-approval");
});

on_both!(a_claim_is_one_reviewers_until_it_ends_on_the_second, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    let (one, two) = (rita.sign_in(&center).await, sven.sign_in(&center).await);
    let other = center.another_server().await;
    // Twenty tries of two reviewers at two servers: one of them has it.
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let router = if number % 4 < 2 { center.router.clone() } else { other.clone() };
            let (token, id) = (if number % 2 == 0 { one.clone() } else { two.clone() }, id.clone());
            tokio::spawn(async move {
                let ask = TestCenter::ask_at(&router, Method::POST, &format!("/v1/staff/tickets/{id}/claim"));
                (number % 2, ask.by(&token).send().await.status.is_success())
            })
        })
        .collect();
    let mut winners = Vec::new();
    for task in tasks {
        let (who, won) = task.await.unwrap();
        if won {
            winners.push(who);
        }
    }
    winners.dedup();
    winners.sort_unstable();
    winners.dedup();
    assert_eq!(winners.len(), 1, "both reviewers claimed it");
    let (holder, loser) = if winners[0] == 0 { (&one, &two) } else { (&two, &one) };
    // Only the holder sees what is stated, and decides.
    assert!(look(&center, holder, &id).await.0["review"].is_object());
    let (seen, etag) = look(&center, loser, &id).await;
    assert!(seen.get("review").is_none() && !seen.to_string().contains("X1234567"));
    assert_eq!(decide_as(&center, loser, &id, "approve", &etag).await.code(), "forbidden");
    let begun = center.center.now();
    claim(&center, holder, &id).await.ok();
    // The hour of idleness passes in steps, so that sessions stay.
    for _ in 0..4 {
        center.clock.advance(3500);
        look(&center, holder, &id).await;
        look(&center, loser, &id).await;
    }
    center.clock.set((begun + 4 * 3600 - 1).cast_unsigned());
    let refused = claim(&center, loser, &id).await;
    assert_eq!(
        (refused.code().as_str(), refused.json()["until"].as_i64()),
        ("wrong-state", Some(begun + 4 * 3600))
    );
    center.clock.advance(1);
    assert_eq!(decide_as(&center, holder, &id, "approve", &etag).await.code(), "forbidden");
    claim(&center, loser, &id).await.ok();
    // A supervisor gives it back; a reviewer cannot give back somebody else's.
    let path = format!("/v1/staff/tickets/{id}/claim");
    assert_eq!(center.delete(&path).by(holder).send().await.code(), "wrong-state");
    let boss = Member::new(&center, "boss@example.org", &[Role::Supervisor], None).await;
    let boss = boss.sign_in(&center).await;
    center.delete(&path).by(&boss).send().await.ok();
    claim(&center, holder, &id).await.ok();
});

on_both!(one_approval_sent_twenty_times_approves_once, |center| async move {
    alice(&center).await;
    let (rita, _) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    let token = rita.sign_in(&center).await;
    claim(&center, &token, &id).await.ok();
    let (_, etag) = look(&center, &token, &id).await;
    let other = center.another_server().await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let router = if number % 2 == 0 { center.router.clone() } else { other.clone() };
            let (token, id, etag) = (token.clone(), id.clone(), etag.clone());
            tokio::spawn(async move {
                TestCenter::ask_at(&router, Method::POST, &format!("/v1/staff/tickets/{id}/decisions"))
                    .by(&token)
                    .header("if-match", &etag)
                    .json(json!({ "verdict": "approve", "reason": "It is as it is." }))
                    .send()
                    .await
                    .status
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        let status = task.await.unwrap();
        assert!(matches!(status, StatusCode::OK | StatusCode::PRECONDITION_FAILED), "{status}");
        done += usize::from(status == StatusCode::OK);
    }
    assert_eq!(done, 1);
    is_explained(&center, &id).await;
    // The same with one key: the same answer each time, one effect.
    let again = submitted_by(&center, "second@example.com").await;
    claim(&center, &token, &again).await.ok();
    let (_, etag) = look(&center, &token, &again).await;
    let send = async |reason: &str| {
        center
            .post(&format!("/v1/staff/tickets/{again}/decisions"))
            .by(&token)
            .header("if-match", &etag)
            .header("idempotency-key", "k")
            .json(json!({ "verdict": "approve", "reason": reason }))
            .send()
            .await
    };
    assert_eq!(send("yes").await.ok(), send("yes").await.ok());
    assert_eq!(send("no").await.code(), "key-reused");
});

async fn submitted_by(center: &TestCenter, contact: &str) -> String {
    let ticket = filed(center, unbinding("alice@example.com"), contact).await;
    apply(center, &ticket, "submission", None).await.ok();
    ticket.0
}

on_both!(
    of_a_decision_and_a_withdrawal_at_once_one_comes_first_and_history_says_which,
    |center| async move {
        alice(&center).await;
        let (rita, sven) = reviewers(&center).await;
        for round in 0..6 {
            let ticket =
                filed(&center, unbinding("alice@example.com"), &format!("friend{round}@example.com")).await;
            apply(&center, &ticket, "submission", None).await.ok();
            let id = ticket.0.clone();
            approve(&center, &rita, &id).await.ok();
            let token = sven.sign_in(&center).await;
            claim(&center, &token, &id).await.ok();
            let (_, etag) = look(&center, &token, &id).await;
            let ticket = Arc::new(ticket);
            let tasks = ["approve", "reject", "ask-more", "withdraw"].map(|what| {
                let (center, token, id, etag, ticket) =
                    (Arc::clone(&center), token.clone(), id.clone(), etag.clone(), Arc::clone(&ticket));
                tokio::spawn(async move {
                    let answer = if what == "withdraw" {
                        apply(&center, &ticket, "withdrawal", None).await
                    } else {
                        decide_as(&center, &token, &id, what, &etag).await
                    };
                    (what, answer.status)
                })
            });
            let mut decisions = 0;
            for task in tasks {
                let (what, status) = task.await.unwrap();
                assert!(
                    matches!(status, StatusCode::OK | StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT),
                    "{what} {status}"
                );
                decisions += usize::from(what != "withdraw" && status == StatusCode::OK);
            }
            assert!(decisions <= 1, "two decisions on one version");
            is_explained(&center, &id).await;
        }
    }
);

on_both!(two_reviewers_who_approve_at_once_are_two_only_if_they_are, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    let (one, two) = (rita.sign_in(&center).await, sven.sign_in(&center).await);
    claim(&center, &one, &id).await.ok();
    let (_, etag) = look(&center, &one, &id).await;
    let tasks = [one, two].map(|token| {
        let (center, id, etag) = (Arc::clone(&center), id.clone(), etag.clone());
        tokio::spawn(async move { decide_as(&center, &token, &id, "approve", &etag).await.status })
    });
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(done, 1, "only who has claimed it decides");
    let row = sqlx::query("SELECT state FROM ticket").fetch_one(center.center.db.pool()).await.unwrap();
    assert_eq!(sqlx::Row::get::<String, _>(&row, 0), "first-approval");
});

on_both!(what_was_asked_is_answered_and_decided_anew, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let mut statement = unbinding("alice@example.com");
    statement["name"] = "Alyce Example".into();
    let ticket = filed(&center, statement, "friend@example.com").await;
    apply(&center, &ticket, "submission", None).await.ok();
    let id = ticket.0.clone();
    let token = rita.sign_in(&center).await;
    claim(&center, &token, &id).await.ok();
    let (_, etag) = look(&center, &token, &id).await;
    let mark = json!({ "field": "name", "reason": "y for i" });
    let path = format!("/v1/staff/tickets/{id}/marks");
    center.post(&path).by(&token).header("if-match", &etag).json(mark).send().await.ok();
    decide(&center, &token, &id, "approve").await.ok();
    center.empty_outbox().await;
    let two = sven.sign_in(&center).await;
    claim(&center, &two, &id).await.ok();
    assert_eq!(decide(&center, &two, &id, "ask-more").await.ok()["line"]["state"], "more-information");
    let messages = center.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].to.text(), "friend@example.com");
    messages[0].message.render("Center").unwrap();
    // The applicant reads why, and not who.
    let seen = center.post("/v1/ticket-queries").json(json!({ "query_code": ticket.1 })).send().await.ok();
    let last = seen["history"].as_array().unwrap().last().unwrap();
    assert_eq!((last["reason"].as_str(), last.get("staff")), (Some("It is as it is."), None));
    assert!(!seen.to_string().contains(&rita.id) && !seen.to_string().contains(&sven.id));
    // Stated otherwise: the mark is gone, the first approval too.
    let mut other = unbinding("alice@example.com");
    other["name"] = "Alise Example".into();
    center
        .ask(Method::PUT, &format!("/v1/tickets/{id}/statement"))
        .header("ticket-code", &ticket.1)
        .json(json!({ "statement": other }))
        .send()
        .await
        .ok();
    apply(&center, &ticket, "submission", None).await.ok();
    assert_eq!(approve(&center, &rita, &id).await.code(), "statement-mismatch");
    is_explained(&center, &id).await;
});

on_both!(a_question_is_answered_by_its_decision, |center| async move {
    let (rita, _) = reviewers(&center).await;
    let ticket = filed(&center, question(), "+8613800138000").await;
    apply(&center, &ticket, "submission", None).await.ok();
    assert_eq!(approve(&center, &rita, &ticket.0).await.ok()["line"]["state"], "executed");
    let seen = center.post("/v1/ticket-queries").json(json!({ "query_code": ticket.1 })).send().await.ok();
    assert_eq!(seen["history"].as_array().unwrap().last().unwrap()["reason"], "It is as it is.");
    let messages = center.messages().await;
    assert!(
        messages.iter().any(|one| one.message.value("reason").is_some_and(|why| why == "It is as it is."))
    );
});

on_both!(the_queue_names_nobody_and_is_narrowed, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    let draft = filed(&center, question(), "other@example.com").await;
    let asked = filed(&center, question(), "third@example.com").await;
    center.clock.advance(1);
    apply(&center, &asked, "submission", None).await.ok();
    let (token, two) = (rita.sign_in(&center).await, sven.sign_in(&center).await);
    let ids = async |token: &str, query: &str| {
        let page = center.get(&format!("/v1/staff/tickets{query}")).by(token).send().await.ok();
        page["items"].as_array().unwrap().iter().map(|line| text(&line["id"])).collect::<Vec<_>>()
    };
    assert_eq!(ids(&token, "").await, [id.clone(), asked.0.clone()]);
    assert_eq!(ids(&token, "?kind=question").await, std::slice::from_ref(&asked.0));
    assert!(ids(&token, "?state=draft").await.is_empty() && ids(&token, "?mine=true").await.is_empty());
    claim(&center, &token, &id).await.ok();
    assert_eq!(ids(&token, "?mine=true").await, std::slice::from_ref(&id));
    assert!(ids(&two, "?mine=true").await.is_empty());
    let page = center.get("/v1/staff/tickets").by(&two).send().await;
    for private in ["alice", "X1234567", "friend"] {
        assert!(!page.text.contains(private));
    }
    assert_eq!(center.get("/v1/staff/tickets?state=x").by(&two).send().await.code(), "invalid-value");
    assert_eq!(
        center.get(&format!("/v1/staff/tickets/{}", draft.0)).by(&two).send().await.code(),
        "not-found"
    );
    // Accounts and operators see none of it.
    let bob = center.account("bob@example.com").await;
    let session = center.session(bob).await;
    assert_eq!(center.get("/v1/staff/tickets").by(&session).send().await.code(), "not-signed-in");
    let operator = Member::new(&center, "op@example.org", &[Role::Operator], None).await;
    let operator = operator.sign_in(&center).await;
    for path in ["/v1/staff/tickets".to_owned(), format!("/v1/staff/tickets/{id}")] {
        assert_eq!(center.get(&path).by(&operator).send().await.code(), "forbidden");
    }
    assert_eq!(claim(&center, &operator, &id).await.code(), "forbidden");
    let no_version = center.post(&format!("/v1/staff/tickets/{id}/decisions")).by(&token);
    let no_version = no_version.json(json!({ "verdict": "approve", "reason": "x" })).send().await;
    assert_eq!(no_version.code(), "precondition-required");
});

on_both!(every_act_of_a_reviewer_stands_in_the_audit_log_without_what_was_stated, |center| async move {
    alice(&center).await;
    let (rita, _) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    approve(&center, &rita, &id).await.ok();
    let boss = Member::new(&center, "boss@example.org", &[Role::Supervisor], None).await;
    let boss = boss.sign_in(&center).await;
    let log = center.get("/v1/staff/audit").by(&boss).send().await;
    let lines = log.ok();
    let mine: Vec<&str> = lines["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["ticket"] == id.as_str())
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(mine, ["ticket-decided", "ticket-read", "ticket-claimed"]);
    for private in ["alice@", "X1234567", "Alice", PHONE] {
        assert!(!log.text.contains(private), "{private}");
    }
    assert!(tessera_center::rules::audit::verify(&center.center, &[]).await.unwrap().is_ok());
});

fn step() -> impl Strategy<Value = usize> {
    0..Step::ALL.len()
}

/// Whatever is tried in whatever order, a ticket goes only where the table says, and its history explains it.
#[test]
fn no_sequence_leads_outside_the_table() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let center = runtime.block_on(TestCenter::sqlite_with(|_| {}));
    let number = std::sync::atomic::AtomicU32::new(0);
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..30))| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        runtime.block_on(async {
            let account = center.account(&format!("a{number}@example.com")).await;
            let session = center.session(account).await;
            let filed = center.post("/v1/tickets").by(&session).json(json!({ "statement": question() })).send().await.ok();
            let id = text(&filed["id"]);
            for step in steps.into_iter().map(|place| Step::ALL[place]) {
                let mut tx = center.center.begin().await.unwrap();
                let before = ticket::lock(&mut tx, &id).await.unwrap().unwrap();
                let result = transition::apply(&mut tx, &center.center, &before, step, By::CENTER, Some("x"), |_| {}).await;
                assert_eq!(result.is_ok(), next(before.state, step).is_some());
                if let Ok(after) = &result {
                    assert!(TABLE.contains(&(before.state, step, after.state)));
                    // The same step from where it stood before is too late.
                    let late = transition::apply(&mut tx, &center.center, &before, step, By::CENTER, None, |_| {}).await;
                    assert_eq!(late.unwrap_err().code(), tessera_center_api::ErrorCode::Changed);
                }
                tx.commit().await.unwrap();
            }
            is_explained(&center, &id).await;
        });
    });
    runtime.block_on(center.remove());
}
