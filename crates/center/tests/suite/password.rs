//! Changing a password, and setting one without the old one.

use axum::http::Method;
use serde_json::{Value, json};
use tessera_center::contact::Address;
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center_api::identity::Action;

use crate::harness::{Answer, PASSWORD, START, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, events, many_codes, told, verification_code, wrong_passwords};
use crate::on_both;

const NEW: &str = "seven green kettles whistle";

async fn change(center: &TestCenter, session: &str, password: &str) -> Answer {
    center.ask(Method::PUT, "/v1/password").by(session).json(json!({ "password": password })).send().await
}

async fn reset(center: &TestCenter, name: &str) -> String {
    let begun = center.post("/v1/password-resets").json(json!({ "name": name })).send().await.ok();
    begun["flow"].as_str().unwrap().to_owned()
}

async fn prove(center: &TestCenter, flow: &str, code: &str) -> Answer {
    center.post("/v1/password-resets/proof").json(json!({ "flow": flow, "code": code })).send().await
}

async fn finish(center: &TestCenter, flow: &str, password: &str) -> Answer {
    let body = json!({ "flow": flow, "password": password });
    center.post("/v1/password-resets/password").json(body).send().await
}

async fn remembered(center: &TestCenter) -> String {
    let answer = Attempt::new(ALICE, PASSWORD).with("remember", true).send(center).await;
    answer.ok()["trusted_device"].as_str().unwrap().to_owned()
}

on_both!(a_password_is_changed_after_an_identity_check_and_other_sessions_end, |center| async move {
    let alice = center.account(ALICE).await;
    let device = remembered(&center).await;
    let other_device = remembered(&center).await;
    let answer = Attempt::new(ALICE, PASSWORD).with("trusted_device", device.as_str()).send(&center).await;
    let (here, there) = (Attempt::session(&answer), center.session(alice).await);
    assert_eq!(change(&center, &here, NEW).await.code(), "identity-check-required");
    center.prove(&here, Action::ChangeSecurePhone).await;
    assert_eq!(
        change(&center, &here, NEW).await.code(),
        "identity-check-required",
        "proven for something else"
    );
    center.prove(&here, Action::ChangePassword).await;
    center.empty_outbox().await;
    change(&center, &here, NEW).await.ok();
    assert_eq!(told(&center).await, ["password-changed"]);
    assert_eq!(events(&center, alice).await.iter().filter(|kind| *kind == "password-changed").count(), 1);
    center.get("/v1/sessions").by(&here).send().await.ok();
    assert_eq!(center.get("/v1/sessions").by(&there).send().await.code(), "not-signed-in");
    assert_eq!(Attempt::new(ALICE, PASSWORD).send(&center).await.code(), "wrong-credentials");
    center.empty_outbox().await;
    Attempt::session(&Attempt::new(ALICE, NEW).with("trusted_device", device.as_str()).send(&center).await);
    assert!(told(&center).await.is_empty(), "the device it was changed on is trusted still");
    Attempt::session(&Attempt::new(ALICE, NEW).with("trusted_device", other_device).send(&center).await);
    assert_eq!(told(&center).await, ["new-device"]);
});

on_both!(a_weak_password_is_refused_with_advice, |center| async move {
    let alice = center.account(ALICE).await;
    let session = center.session(alice).await;
    center.prove(&session, Action::ChangePassword).await;
    for weak in [
        "",
        "iloveyou",
        "alice1234",
        "alice@example.com",
        "Alice Example",
        &alice.to_string(),
        "TesseraCenter",
    ] {
        let answer = change(&center, &session, weak).await;
        assert_eq!(answer.code(), "weak-password", "{weak}");
        assert!(!answer.text.contains("alice") || weak.is_empty(), "nothing of it is repeated");
    }
    let long = change(&center, &session, &"quiet lantern ".repeat(100)).await;
    assert_eq!((long.code().as_str(), long.json()["field"].as_str()), ("invalid-value", Some("/password")));
    Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
});

on_both!(a_reset_sets_the_password_and_ends_every_session, |center| async move {
    let alice = center.account(ALICE).await;
    let session = center.session(alice).await;
    let flow = reset(&center, ALICE).await;
    let code = center.code_sent_to(ALICE).await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(finish(&center, &flow, NEW).await.code(), "wrong-state");
    assert_eq!(prove(&center, &flow, wrong).await.code(), "wrong-code");
    prove(&center, &flow, &code).await.ok();
    assert_eq!(prove(&center, &flow, &code).await.code(), "flow-ended", "a code is good once");
    assert_eq!(finish(&center, &flow, "alice1234").await.code(), "weak-password");
    let done = finish(&center, &flow, NEW).await;
    assert_eq!((done.status.as_u16(), done.text.as_str()), (204, ""), "nobody is signed in by it");
    assert_eq!(finish(&center, &flow, WRONG).await.code(), "flow-ended");
    assert_eq!(told(&center).await, ["password-changed"]);
    assert_eq!(events(&center, alice).await, ["password-reset"]);
    assert_eq!(center.get("/v1/sessions").by(&session).send().await.code(), "not-signed-in");
    assert_eq!(Attempt::new(ALICE, PASSWORD).send(&center).await.code(), "wrong-credentials");
    Attempt::session(&Attempt::new(ALICE, NEW).send(&center).await);
});

on_both!(a_reset_neither_opens_a_locked_account_nor_skips_the_second_step, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    crate::login_second_step::protect(&center, alice, "email").await;
    wrong_passwords(&center, ALICE, ALICE, 9).await;
    let code = verification_code(&center, ALICE, ALICE).await;
    let locked = Attempt::new(ALICE, WRONG).code(&code).send(&center).await;
    assert_eq!(locked.code(), "account-locked");
    center.empty_outbox().await;
    let flow = reset(&center, ALICE).await;
    prove(&center, &flow, &center.code_sent_to(ALICE).await).await.ok();
    finish(&center, &flow, NEW).await.ok();
    let after = Attempt::new(ALICE, NEW).send(&center).await;
    assert_eq!((after.code(), &after.json()["until"]), ("account-locked".into(), &locked.json()["until"]));
    center.clock.advance(86_400);
    assert_eq!(Attempt::new(ALICE, NEW).send(&center).await.ok()["outcome"], "second-step");
});

on_both!(a_change_ends_pending_logins_and_resets, |center| async move {
    let alice = center.account(ALICE).await;
    crate::login_second_step::protect(&center, alice, "email").await;
    let session = center.session(alice).await;
    let pending = Attempt::new(ALICE, PASSWORD).send(&center).await.ok()["flow"].clone();
    let flow = reset(&center, ALICE).await;
    prove(&center, &flow, &center.code_sent_to(ALICE).await).await.ok();
    center.prove(&session, Action::ChangePassword).await;
    change(&center, &session, NEW).await.ok();
    let send = json!({ "flow": pending, "factor": "email" });
    assert_eq!(center.post("/v1/login/second-step/send").json(send).send().await.code(), "flow-ended");
    assert_eq!(finish(&center, &flow, WRONG).await.code(), "flow-ended");
});

on_both!(a_contact_changed_lately_resets_no_password, |center| async move {
    let alice = center.account_with(ALICE, Some("+4915123456789")).await;
    let bind = async |kind: ContactKind, text: &str| {
        let mut tx = center.center.begin().await.unwrap();
        let address = Address::of_kind(kind.takes(), text).unwrap();
        assert!(
            contact::bind(&mut tx, &center.center, alice, kind, &address, center.center.now()).await.unwrap()
        );
        tx.commit().await.unwrap();
    };
    bind(ContactKind::SecurityEmail, "new@example.com").await;
    reset(&center, ALICE).await;
    center.code_sent_to("+4915123456789").await;
    bind(ContactKind::SecurePhone, "+4915123456780").await;
    reset(&center, ALICE).await;
    center.code_sent_to(ALICE).await;
    bind(ContactKind::AccountEmail, "alice.new@example.com").await;
    reset(&center, "alice.new@example.com").await;
    assert!(center.messages().await.is_empty());
    center.clock.set((START + 72 * 3600 - 1) as u64);
    reset(&center, "alice.new@example.com").await;
    assert!(center.messages().await.is_empty());
    center.clock.advance(1);
    reset(&center, "alice.new@example.com").await;
    center.code_sent_to("new@example.com").await;
});

on_both!(one_reset_finished_twenty_times_sets_one_password, |center| async move {
    center.account(ALICE).await;
    let flow = reset(&center, ALICE).await;
    prove(&center, &flow, &center.code_sent_to(ALICE).await).await.ok();
    let other = center.another_server().await;
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let router = if number % 2 == 0 { center.router.clone() } else { other.clone() };
            let body: Value = json!({ "flow": flow, "password": format!("{NEW} {number}") });
            tokio::spawn(async move {
                let answer =
                    TestCenter::ask_at(&router, Method::POST, "/v1/password-resets/password").json(body);
                (number, answer.send().await.status.is_success())
            })
        })
        .collect();
    let mut won = Vec::new();
    for task in tasks {
        let (number, success) = task.await.unwrap();
        if success {
            won.push(number);
        }
    }
    assert_eq!(won.len(), 1, "{won:?}");
    Attempt::session(&Attempt::new(ALICE, &format!("{NEW} {}", won[0])).send(&center).await);
    assert_eq!(told(&center).await, ["new-device", "password-changed"]);
});
