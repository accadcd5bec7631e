//! Identity checks: what serves, for whom, for how long.

use serde_json::{Value, json};
use tessera_center::contact::Address;
use tessera_center::outbox::Template;
use tessera_center::rules::freeze;
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center_api::identity::Action;

use crate::harness::{Answer, TestCenter};
use crate::on_both;

const PHONE: &str = "+4915123456789";

async fn begin(center: &TestCenter, session: &str, action: Action) -> Value {
    center.post("/v1/identity-checks").by(session).json(json!({"action": action})).send().await.ok()
}

fn factors(begun: &Value) -> Vec<&str> {
    begun["factors"].as_array().unwrap().iter().map(|one| one["factor"].as_str().unwrap()).collect()
}

async fn send(center: &TestCenter, session: &str, flow: &Value, factor: &str) -> Answer {
    center
        .post("/v1/identity-checks/send")
        .by(session)
        .json(json!({"flow": flow, "factor": factor}))
        .send()
        .await
}

async fn prove(center: &TestCenter, session: &str, flow: &Value, factor: &str, code: &str) -> Answer {
    let body = json!({"flow": flow, "factor": factor, "code": code});
    center.post("/v1/identity-checks/prove").by(session).json(body).send().await
}

on_both!(a_code_to_a_contact_proves_one_action_in_one_session_for_ten_minutes, |center| async move {
    let alice = center.account_with("alice@example.com", Some(PHONE)).await;
    let (session, other) = (center.session(alice).await, center.session(alice).await);
    let begun = begin(&center, &session, Action::ChangeProtection).await;
    assert_eq!(
        begun["factors"],
        json!([
            {"factor": "phone", "address": "+49••••••89"},
            {"factor": "email", "address": "a•••e@e•••.com"},
        ])
    );
    assert_eq!((&begun["frozen"], begun["expires_at"].as_i64()), (&json!(false), Some(center.now() + 600)));
    let flow = &begun["flow"];
    assert_eq!(
        prove(&center, &session, flow, "phone", "000000").await.code(),
        "flow-ended",
        "nothing was sent"
    );
    let sent = send(&center, &session, flow, "phone").await.ok();
    assert_eq!(sent["again_at"].as_i64(), Some(center.now() + 60));
    assert_eq!(send(&center, &session, flow, "phone").await.code(), "sent-lately");
    let code = center.code_sent_to(PHONE).await;
    assert_eq!(prove(&center, &other, flow, "phone", &code).await.code(), "flow-ended", "another session");
    assert_eq!(prove(&center, &session, flow, "email", &code).await.code(), "flow-ended", "another factor");
    let proven = prove(&center, &session, flow, "phone", &code).await.ok();
    assert_eq!(proven["until"].as_i64(), Some(center.now() + 600));
    assert_eq!(prove(&center, &session, flow, "phone", &code).await.code(), "flow-ended", "used");
    let set = async |session: &str, login: &str| {
        let body = json!({"login": login, "operation": "off"});
        center.ask(axum::http::Method::PUT, "/v1/account/protection").by(session).json(body).send().await
    };
    assert_eq!(set(&other, "email").await.code(), "identity-check-required");
    assert_eq!(center.post("/v1/recovery-codes").by(&session).send().await.code(), "identity-check-required");
    center.wait(599);
    set(&session, "email").await.ok();
    center.wait(1);
    assert_eq!(set(&session, "off").await.code(), "identity-check-required");
});

on_both!(five_wrong_codes_end_a_check_and_it_ends_after_ten_minutes, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let device = center.device(&session, "phone").await;
    let begun = begin(&center, &session, Action::ExportData).await;
    for _ in 0..5 {
        let wrong = device.wrong_at(center.now());
        assert_eq!(prove(&center, &session, &begun["flow"], "mfa", &wrong).await.code(), "wrong-code");
    }
    let right = device.code_at(center.now());
    assert_eq!(prove(&center, &session, &begun["flow"], "mfa", &right).await.code(), "flow-ended");
    let begun = begin(&center, &session, Action::ExportData).await;
    center.wait(600);
    let right = device.code_at(center.now());
    assert_eq!(prove(&center, &session, &begun["flow"], "mfa", &right).await.code(), "flow-ended");
    let begun = begin(&center, &session, Action::ExportData).await;
    center.wait(599);
    prove(&center, &session, &begun["flow"], "mfa", &device.code_at(center.now())).await.ok();
});

on_both!(a_bound_device_is_asked_and_no_contact_in_its_place, |center| async move {
    let alice = center.account_with("alice@example.com", Some(PHONE)).await;
    let session = center.session(alice).await;
    let before = begin(&center, &session, Action::ChangePassword).await;
    let device = center.device(&session, "phone").await;
    let begun = begin(&center, &session, Action::ChangePassword).await;
    assert_eq!(factors(&begun), ["mfa"]);
    assert_eq!(send(&center, &session, &begun["flow"], "phone").await.code(), "invalid-value");
    assert_eq!(prove(&center, &session, &begun["flow"], "email", "000000").await.code(), "invalid-value");
    // What was begun before the device was bound follows what is true now.
    assert_eq!(send(&center, &session, &before["flow"], "phone").await.code(), "invalid-value");
    prove(&center, &session, &begun["flow"], "mfa", &device.code_at(center.now())).await.ok();
    let codes = center.recovery_codes(&session).await;
    let begun = begin(&center, &session, Action::ChangePassword).await;
    assert_eq!(factors(&begun), ["mfa", "recovery-code"]);
    prove(&center, &session, &begun["flow"], "recovery-code", &codes[0]).await.ok();
    assert_eq!(
        factors(&begin(&center, &session, Action::UnbindMfaDevice).await),
        ["recovery-code", "phone", "email"]
    );
    assert_eq!(factors(&begin(&center, &session, Action::NewRecoveryCodes).await), ["mfa"]);
});

on_both!(a_code_sent_to_an_address_that_was_changed_meanwhile_proves_nothing, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let begun = begin(&center, &session, Action::ChangePassword).await;
    send(&center, &session, &begun["flow"], "email").await.ok();
    let code = center.code_sent_to("alice@example.com").await;
    let mut tx = center.center.begin().await.unwrap();
    let other = Address::email("other@example.com").unwrap();
    let long_ago = center.now() - 100 * 86_400;
    assert!(
        contact::bind(&mut tx, &center.center, alice, ContactKind::SecurityEmail, &other, long_ago)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert_eq!(prove(&center, &session, &begun["flow"], "email", &code).await.code(), "flow-ended");
});

on_both!(a_contact_proves_no_other_change_for_72_hours_to_the_second, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let mut tx = center.center.begin().await.unwrap();
    let other = Address::email("other@example.com").unwrap();
    let since = center.now();
    assert!(
        contact::bind(&mut tx, &center.center, alice, ContactKind::SecurityEmail, &other, since)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let ask = async || {
        let body = json!({"action": "change-password"});
        center.post("/v1/identity-checks").by(&session).json(body).send().await
    };
    let refused = ask().await;
    assert_eq!(
        (refused.code().as_str(), refused.json()["until"].as_i64()),
        ("contact-too-new", Some(since + 72 * 3600))
    );
    center.wait(72 * 3600 - 1);
    assert_eq!(ask().await.code(), "contact-too-new");
    center.wait(1);
    assert_eq!(factors(&ask().await.ok()), ["email"]);
});

on_both!(a_frozen_account_thaws_by_a_factor_that_was_not_involved, |center| async move {
    let alice = center.account_with("alice@example.com", Some(PHONE)).await;
    let session = center.session(alice).await;
    let device = center.device(&session, "phone").await;
    let codes = center.recovery_codes(&session).await;
    center.empty_outbox().await;
    let email = Address::email("alice@example.com").unwrap();
    let mut tx = center.center.begin().await.unwrap();
    let involved = [freeze::of_address(&center.center, &email), "mfa".to_owned()];
    freeze::freeze(&mut tx, &center.center, alice, involved).await.unwrap();
    tx.commit().await.unwrap();
    center.prove(&session, Action::ChangeProtection).await;
    let set = async || {
        let body = json!({"login": "phone", "operation": "off"});
        center.ask(axum::http::Method::PUT, "/v1/account/protection").by(&session).json(body).send().await
    };
    assert_eq!(set().await.code(), "frozen");
    let begun = begin(&center, &session, Action::ChangeProtection).await;
    assert_eq!((&begun["frozen"], factors(&begun)), (&json!(true), vec!["recovery-code", "phone"]));
    let code = device.code_at(center.now());
    assert_eq!(
        prove(&center, &session, &begun["flow"], "mfa", &code).await.code(),
        "invalid-value",
        "it was involved"
    );
    send(&center, &session, &begun["flow"], "phone").await.ok();
    let code = center.code_sent_to(PHONE).await;
    assert_eq!(prove(&center, &session, &begun["flow"], "phone", "000000").await.code(), "wrong-code");
    assert_eq!(set().await.code(), "frozen");
    let proven = prove(&center, &session, &begun["flow"], "phone", &code).await.ok();
    assert_eq!(proven.get("until"), None, "it thaws; the action itself asks MFA");
    assert_eq!(center.told(Template::Thawed).await, 2);
    // The check that was there before holds again.
    set().await.ok();
    assert_eq!(factors(&begin(&center, &session, Action::ChangePassword).await), ["mfa", "recovery-code"]);
    drop(codes);
});

on_both!(wrong_codes_of_a_contact_count_with_those_of_a_device, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    for round in 0..2 {
        let begun = begin(&center, &session, Action::ExportData).await;
        send(&center, &session, &begun["flow"], "email").await.ok();
        let code = center.code_sent_to("alice@example.com").await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let answer = prove(&center, &session, &begun["flow"], "email", wrong).await;
            assert_eq!(answer.code(), "wrong-code", "round {round}");
        }
    }
    let begun = begin(&center, &session, Action::ExportData).await;
    send(&center, &session, &begun["flow"], "email").await.ok();
    let code = center.code_sent_to("alice@example.com").await;
    assert_eq!(prove(&center, &session, &begun["flow"], "email", &code).await.code(), "too-many-wrong-codes");
});

on_both!(what_cannot_be_meant_is_refused, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let ask = async |path: &str, body: Value| center.post(path).by(&session).json(body).send().await.code();
    assert_eq!(ask("/v1/identity-checks", json!({"action": "fly"})).await, "bad-request");
    assert_eq!(ask("/v1/identity-checks", json!({})).await, "bad-request");
    for flow in ["", "x", &"A".repeat(43), &"A".repeat(10_000)] {
        assert_eq!(
            ask("/v1/identity-checks/send", json!({"flow": flow, "factor": "email"})).await,
            "flow-ended"
        );
        let body = json!({"flow": flow, "factor": "email", "code": "' OR 1=1 --"});
        assert_eq!(ask("/v1/identity-checks/prove", body).await, "flow-ended");
    }
    let begun = begin(&center, &session, Action::ExportData).await;
    assert_eq!(
        ask("/v1/identity-checks/send", json!({"flow": begun["flow"], "factor": "mfa"})).await,
        "invalid-value"
    );
    assert_eq!(
        center.post("/v1/identity-checks").json(json!({"action": "export-data"})).send().await.code(),
        "not-signed-in"
    );
});
