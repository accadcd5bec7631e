//! Contacts: set, changed, removed; who is told; what a young one proves.

use axum::Router;
use axum::http::Method;
use serde_json::{Value, json};
use tessera_center::contact::Address;
use tessera_center::outbox::Template;
use tessera_center::rules::contacts;
use tessera_center::store::tables::account;
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center::store::tables::flow::{self, Owner};
use tessera_center_api::identity::Action;

use crate::harness::{Answer, START, TestCenter};
use crate::on_both;

pub(crate) const HOUR: u64 = 3600;

pub(crate) fn action(kind: &str) -> Action {
    match kind {
        "account-email" => Action::ChangeAccountEmail,
        "security-email" => Action::ChangeSecurityEmail,
        _ => Action::ChangeSecurePhone,
    }
}

/// Begins a change in a session that proves itself first; gives the flow and the code that went to the new address.
pub(crate) async fn begun(center: &TestCenter, session: &str, kind: &str, address: &str) -> (String, String) {
    center.prove(session, action(kind)).await;
    let answer = begin(center, session, kind, address).await.ok();
    (answer["flow"].as_str().unwrap().to_owned(), center.code_sent_to(address).await)
}

async fn begin(center: &TestCenter, session: &str, kind: &str, address: &str) -> Answer {
    let path = format!("/v1/contacts/{kind}/changes");
    center.post(&path).by(session).json(json!({ "address": address })).send().await
}

async fn confirm(center: &TestCenter, session: &str, kind: &str, flow: &str, code: &str) -> Answer {
    confirm_at(&center.router, session, kind, flow, code).await
}

pub(crate) async fn confirm_at(router: &Router, session: &str, kind: &str, flow: &str, code: &str) -> Answer {
    let path = format!("/v1/contacts/{kind}/changes/confirm");
    let body = json!({ "flow": flow, "code": code });
    TestCenter::ask_at(router, Method::POST, &path).by(session).json(body).send().await
}

/// Changes a contact, all of it.
pub(crate) async fn change(center: &TestCenter, session: &str, kind: &str, address: &str) -> Value {
    let (flow, code) = begun(center, session, kind, address).await;
    confirm(center, session, kind, &flow, &code).await.ok()
}

/// The address of a contact, as its owner sees it.
pub(crate) async fn seen(center: &TestCenter, session: &str, kind: &str) -> Option<String> {
    let account = center.get("/v1/account").by(session).send().await.ok();
    let contacts = account["contacts"].as_array().unwrap();
    let found = contacts.iter().find(|one| one["kind"] == kind)?;
    Some(found["address"].as_str().unwrap().to_owned())
}

/// The links that undo the latest change, by the address they went to; takes all messages out of the outbox.
pub(crate) async fn undo_links(center: &TestCenter) -> Vec<(String, String)> {
    let messages = center.messages().await;
    let changed = messages.iter().filter(|one| one.message.template() == Template::ContactChanged);
    let links = changed.map(|one| {
        let link = one.message.value("link").unwrap().as_str().unwrap();
        let path = link.strip_prefix("http://127.0.0.1:8420").unwrap();
        (one.to.text().to_owned(), path.to_owned())
    });
    let links = links.collect();
    center.empty_outbox().await;
    links
}

on_both!(a_change_needs_an_identity_check_for_it_and_no_other, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    for kind in ["account-email", "security-email", "secure-phone"] {
        let address = if kind == "secure-phone" { "+4915123456789" } else { "new@example.com" };
        assert_eq!(begin(&center, &session, kind, address).await.code(), "identity-check-required");
        let removal = center.delete(&format!("/v1/contacts/{kind}")).by(&session).send().await;
        assert_eq!(removal.code(), "identity-check-required");
    }
    center.prove(&session, Action::ChangeSecurePhone).await;
    assert_eq!(
        begin(&center, &session, "security-email", "new@example.com").await.code(),
        "identity-check-required"
    );
    // Another session of the same account has proven nothing.
    let other = center.session(alice).await;
    assert_eq!(
        begin(&center, &other, "secure-phone", "+4915123456789").await.code(),
        "identity-check-required"
    );
    center.clock.advance(599);
    begin(&center, &session, "secure-phone", "+4915123456789").await.ok();
    center.clock.advance(1);
    assert_eq!(
        begin(&center, &session, "secure-phone", "+4915123456780").await.code(),
        "identity-check-required"
    );
});

on_both!(a_change_is_made_by_the_code_at_the_new_address_and_everybody_is_told, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let (session, other) = (center.session(alice).await, center.session(alice).await);
    center.prove(&session, Action::ChangeSecurityEmail).await;
    let begun = begin(&center, &session, "security-email", "new@example.com").await.ok();
    let messages = center.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].to.text(), "new@example.com");
    let (flow, code) = (begun["flow"].as_str().unwrap(), center.code_sent_to("new@example.com").await);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(confirm(&center, &session, "security-email", flow, wrong).await.code(), "wrong-code");
    // The flow is of this session and of this contact.
    assert_eq!(confirm(&center, &other, "security-email", flow, &code).await.code(), "flow-ended");
    assert_eq!(confirm(&center, &session, "account-email", flow, &code).await.code(), "flow-ended");
    assert_eq!(seen(&center, &session, "security-email").await.unwrap(), "alice@example.com");
    assert!(center.messages().await.is_empty(), "nobody is told before it is done");

    let done = confirm(&center, &session, "security-email", flow, &code).await.ok();
    assert_eq!(done["undo_until"], START + 72 * 3600);
    assert_eq!(seen(&center, &session, "security-email").await.unwrap(), "new@example.com");
    assert_eq!(seen(&center, &session, "account-email").await.unwrap(), "alice@example.com");
    assert_eq!(center.get("/v1/account").by(&other).send().await.code(), "not-signed-in");
    assert_eq!(confirm(&center, &session, "security-email", flow, &code).await.code(), "flow-ended");

    let messages = center.messages().await;
    for message in &messages {
        let said = message.message.render("Center").unwrap();
        assert!(
            !said.text.contains("alice@") && !said.text.contains("new@"),
            "addresses are masked: {}",
            said.text
        );
        assert!(said.text.contains("n•••@e•••.com") && !said.subject.contains("•"), "{}", said.text);
    }
    let mut links = undo_links(&center).await;
    links.sort();
    let told: Vec<_> = links.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(told, ["+4915123456789", "alice@example.com", "new@example.com"]);
    assert_ne!(links[0].1, links[1].1, "each address has a link of its own");
    let log = center.get("/v1/security-log").by(&session).send().await.ok();
    assert_eq!(log["items"][0]["kind"], "contact-changed");
    assert_eq!(log["items"][0]["detail"]["new"], "n•••@e•••.com");
});

on_both!(a_taken_address_is_told_of_only_once_it_was_proven, |center| async move {
    let (alice, _bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let session = center.session(alice).await;
    center.prove(&session, Action::ChangeAccountEmail).await;
    let mut shapes = Vec::new();
    for email in ["bob@example.com", "free@example.com"] {
        let answer = begin(&center, &session, "account-email", email).await;
        let mut shape = answer.ok();
        shape["flow"] = Value::Null;
        shapes.push((answer.status, shape));
    }
    assert_eq!(shapes[0], shapes[1]);
    center.empty_outbox().await;
    let (flow, code) = begun(&center, &session, "account-email", "bob@example.com").await;
    assert_eq!(confirm(&center, &session, "account-email", &flow, &code).await.code(), "address-taken");
    assert_eq!(seen(&center, &session, "account-email").await.unwrap(), "alice@example.com");
    assert!(center.messages().await.is_empty(), "nothing happened, so nobody is told");
    // As a security e-mail any number of accounts may have it.
    change(&center, &session, "security-email", "bob@example.com").await;
});

on_both!(six_accounts_that_take_a_phone_at_once_leave_one_without, |center| async move {
    let (here, there) = (center.router.clone(), center.another_server().await);
    let mut ready = Vec::new();
    for number in 0..6_u32 {
        let id = center.account(&format!("a{number}@example.com")).await;
        let session = center.session(id).await;
        let (flow, code) = begun(&center, &session, "secure-phone", "+4915123456789").await;
        ready.push((
            session,
            flow,
            code,
            if number.is_multiple_of(2) { here.clone() } else { there.clone() },
        ));
    }
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|(session, flow, code, router)| {
            tokio::spawn(async move { confirm_at(&router, &session, "secure-phone", &flow, &code).await })
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        let answer = task.await.unwrap();
        codes.push(if answer.status == 200 { "done".into() } else { answer.code() });
    }
    codes.sort();
    assert_eq!(codes, ["address-taken", "done", "done", "done", "done", "done"]);
});

on_both!(a_new_contact_proves_no_other_change_before_72_hours_to_the_second, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    change(&center, &session, "secure-phone", "+4915123456789").await;
    let proving = async || {
        let mut tx = center.center.begin().await.unwrap();
        let account = account::find(&mut tx, alice).await.unwrap().unwrap();
        let proving = contacts::proving(&mut tx, &center.center, &account).await.unwrap();
        proving.iter().any(|one| one.kind == ContactKind::SecurePhone)
    };
    let account = center.get("/v1/account").by(&session).send().await.ok();
    let phone =
        account["contacts"].as_array().unwrap().iter().find(|one| one["kind"] == "secure-phone").unwrap();
    assert_eq!(phone["proves_from"], START + 72 * 3600);
    center.clock.advance(72 * HOUR - 1);
    assert!(!proving().await);
    center.clock.advance(1);
    assert!(proving().await);
});

on_both!(an_old_address_is_held_for_its_account_while_the_change_can_be_undone, |center| async move {
    let (alice, bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let (hers, his) = (center.session(alice).await, center.session(bob).await);
    change(&center, &hers, "account-email", "new@example.com").await;
    change(&center, &hers, "security-email", "new@example.com").await;
    // To a stranger it is still a taken address.
    crate::registration::begun(&center, "alice@example.com").await;
    let messages = center.messages().await;
    let last = messages.iter().rev().find(|one| one.to.text() == "alice@example.com").unwrap();
    assert!(messages.iter().any(|one| one.message.template() == Template::AccountExists), "{last:?}");
    center.clock.advance(72 * HOUR - 1);
    center.empty_outbox().await;
    let (flow, code) = begun(&center, &his, "account-email", "alice@example.com").await;
    assert_eq!(confirm(&center, &his, "account-email", &flow, &code).await.code(), "address-taken");
    center.clock.advance(1);
    change(&center, &his, "account-email", "alice@example.com").await;
    assert_eq!(seen(&center, &his, "account-email").await.unwrap(), "alice@example.com");
});

on_both!(an_account_goes_back_to_its_own_held_address, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    change(&center, &session, "account-email", "new@example.com").await;
    change(&center, &session, "account-email", "alice@example.com").await;
    assert_eq!(seen(&center, &session, "account-email").await.unwrap(), "alice@example.com");
    let mut tx = center.center.begin().await.unwrap();
    let bound = contact::of_account(&mut tx, &center.center.keys, alice).await.unwrap();
    let email = bound.iter().find(|one| one.kind == ContactKind::AccountEmail).unwrap();
    assert_eq!(email.since, START, "it counts as new again");
});

on_both!(a_new_change_takes_the_place_of_one_under_way, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let (first, first_code) = begun(&center, &session, "security-email", "one@example.com").await;
    let (phone, phone_code) = begun(&center, &session, "secure-phone", "+4915123456789").await;
    let (second, second_code) = begun(&center, &session, "security-email", "two@example.com").await;
    assert_eq!(confirm(&center, &session, "security-email", &first, &first_code).await.code(), "flow-ended");
    confirm(&center, &session, "security-email", &second, &second_code).await.ok();
    confirm(&center, &session, "secure-phone", &phone, &phone_code).await.ok();
    assert_eq!(begin(&center, &session, "security-email", "Two@example.com").await.code(), "invalid-value");
});

on_both!(of_two_changes_at_once_in_two_sessions_one_is_made, |center| async move {
    let alice = center.account("alice@example.com").await;
    let there = center.another_server().await;
    let (one, two) = (center.session(alice).await, center.session(alice).await);
    let (email, email_code) = begun(&center, &one, "security-email", "new@example.com").await;
    let (phone, phone_code) = begun(&center, &two, "secure-phone", "+4915123456789").await;
    let (first, second) = tokio::join!(
        confirm_at(&center.router, &one, "security-email", &email, &email_code),
        confirm_at(&there, &two, "secure-phone", &phone, &phone_code),
    );
    // The one that came first ended the session of the other.
    let (done, refused) = if first.status == 200 { (first, second) } else { (second, first) };
    assert_eq!(done.status, 200);
    assert_eq!(refused.code(), "not-signed-in");
});

on_both!(one_change_confirmed_many_times_at_once_is_made_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let there = center.another_server().await;
    let session = center.session(alice).await;
    let (flow, code) = begun(&center, &session, "security-email", "new@example.com").await;
    let tasks: Vec<_> = (0..20_u32)
        .map(|number| {
            let router = if number.is_multiple_of(2) { center.router.clone() } else { there.clone() };
            let (session, flow, code) = (session.clone(), flow.clone(), code.clone());
            tokio::spawn(async move { confirm_at(&router, &session, "security-email", &flow, &code).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 200 {
            done += 1;
        } else {
            assert_eq!(answer.code(), "flow-ended");
        }
    }
    assert_eq!(done, 1);
    assert_eq!(undo_links(&center).await.len(), 2);
});

on_both!(a_contact_is_removed_but_never_the_last_way_to_be_reached, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    for kind in ["account-email", "security-email", "secure-phone"] {
        center.prove(&session, action(kind)).await;
    }
    let remove = async |kind: &str| center.delete(&format!("/v1/contacts/{kind}")).by(&session).send().await;
    remove("account-email").await.ok();
    assert_eq!(remove("account-email").await.code(), "not-found");
    sqlx::query("UPDATE account SET login_protection = 'phone'")
        .execute(center.center.db.pool())
        .await
        .unwrap();
    assert_eq!(remove("secure-phone").await.code(), "wrong-state");
    sqlx::query("UPDATE account SET login_protection = 'off'")
        .execute(center.center.db.pool())
        .await
        .unwrap();
    center.empty_outbox().await;
    remove("secure-phone").await.ok();
    let told: Vec<_> = undo_links(&center).await.into_iter().map(|(to, _)| to).collect();
    assert!(
        told.contains(&"+4915123456789".into()) && told.contains(&"alice@example.com".into()),
        "{told:?}"
    );
    assert_eq!(remove("security-email").await.code(), "wrong-state");
    assert_eq!(seen(&center, &session, "security-email").await.unwrap(), "alice@example.com");
});

on_both!(hostile_input_changes_nothing, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    for kind in ["account-email", "security-email", "secure-phone"] {
        center.prove(&session, action(kind)).await;
    }
    let long = "x".repeat(10_000);
    for address in
        ["", "a@example.com\r\nBcc: b@example.com", "' OR 1=1", "\u{202e}a@example.com", &long, "+999"]
    {
        for kind in ["account-email", "security-email", "secure-phone"] {
            let answer = begin(&center, &session, kind, address).await;
            assert!(
                answer.status == 422 || address.contains('\u{202e}') && answer.status == 201,
                "{address} {}",
                answer.text
            );
            if answer.status == 422 {
                assert_eq!(answer.json()["field"], "/address");
            }
        }
    }
    assert_eq!(begin(&center, &session, "secure-phone", "a@example.com").await.code(), "invalid-value");
    assert_eq!(begin(&center, &session, "account-email", "+4915123456789").await.code(), "invalid-value");
    for kind in ["", "%00", "%ff", "home-address", "secure-phone%2f..", "'"] {
        assert_eq!(begin(&center, &session, kind, "new@example.com").await.code(), "not-found", "{kind}");
    }
    for body in
        [json!({}), json!({ "address": 1 }), json!({ "address": null }), json!({ "address": "x", "y": 1 })]
    {
        let answer = center.post("/v1/contacts/secure-phone/changes").by(&session).json(&body).send().await;
        assert_eq!(answer.code(), "bad-request", "{body}");
    }
    assert_eq!(
        center.post("/v1/contacts/secure-phone/changes").json(json!({ "address": "x" })).send().await.code(),
        "not-signed-in"
    );
    let phone = Address::phone("+4915123456789").unwrap();
    assert_eq!(format!("{phone:?}"), "Address(Phone, ..)");
});

on_both!(a_step_under_way_elsewhere_ends_with_the_change, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    // Whoever holds the old mailbox may have asked for a code there just before.
    let mut tx = center.center.begin().await.unwrap();
    let owner = Owner { account: Some(alice), session: None };
    let pending = flow::begin(&mut tx, &center.center, "password-reset", owner, &(), 600).await.unwrap();
    tx.commit().await.unwrap();
    let (own, code) = begun(&center, &session, "secure-phone", "+4915123456789").await;
    change(&center, &session, "security-email", "new@example.com").await;
    let mut tx = center.center.begin().await.unwrap();
    let open = flow::open::<()>(&mut tx, &center.center, "password-reset", None, &pending).await.unwrap();
    assert!(open.is_none());
    drop(tx);
    confirm(&center, &session, "secure-phone", &own, &code).await.ok();
});

on_both!(every_notice_is_said_in_both_languages, |center| async move {
    for language in ["en", "zh-Hans"] {
        let alice = center.account(&format!("{language}@example.com")).await;
        sqlx::query("UPDATE account SET language = $1")
            .bind(language)
            .execute(center.center.db.pool())
            .await
            .unwrap();
        center.empty_outbox().await;
        let session = center.session(alice).await;
        change(
            &center,
            &session,
            "secure-phone",
            &format!("+49151234567{}", if language == "en" { 80 } else { 81 }),
        )
        .await;
        for message in center.messages().await {
            let said = message.message.render("Center").unwrap();
            let link = message.message.value("link").unwrap().as_str().unwrap();
            assert!(
                said.text.lines().any(|line| line == link),
                "a link stands alone on its line: {}",
                said.text
            );
            assert_eq!(said.html.matches("<a href=").count(), 1, "{}", said.html);
            assert!(said.text.contains("72") && said.text.contains(&alice.to_string()));
            assert_eq!(said.subject.contains("账号"), language == "zh-Hans");
        }
        let path = undo_links(&center).await.remove(0).1;
        center.post(&path).send().await;
        let undone = center.messages().await;
        assert!(!undone.is_empty());
        for message in undone {
            let said = message.message.render("Center").unwrap();
            assert!(said.text.contains(&alice.to_string()), "{}", said.text);
        }
    }
});
