//! Login protection: no session before the second credential.

use serde_json::{Value, json};
use tessera_center::store::tables::account::AccountId;
use tessera_center::store::tables::mfa_device::{self, DeviceKind};
use tessera_center::store::tables::otp_token::{self, Moving, Seed};
use tessera_center::store::tables::recovery_code;
use tessera_otp::{Algorithm, Digits, Period, Secret};

use crate::harness::{Answer, PASSWORD, START, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, events, many_codes, told, verification_code, wrong_passwords};
use crate::on_both;

const PHONE: &str = "+4915123456789";

pub(crate) async fn protect(center: &TestCenter, account: AccountId, by: &str) {
    sqlx::query("UPDATE account SET login_protection = $2 WHERE id = $1")
        .bind(account)
        .bind(by)
        .execute(center.center.db.pool())
        .await
        .unwrap();
}

async fn require_mfa(center: &TestCenter, account: AccountId) {
    sqlx::query("UPDATE account SET mfa_required = 1 WHERE id = $1")
        .bind(account)
        .execute(center.center.db.pool())
        .await
        .unwrap();
}

/// Binds a TOTP device and gives its seed.
async fn bind_totp(center: &TestCenter, account: AccountId) -> Seed {
    let seed = Seed {
        secret: Secret::from_bytes(b"12345678901234567890").unwrap(),
        algorithm: Algorithm::Sha1,
        digits: Digits::new(6).unwrap(),
        moving: Moving::Time(Period::new(30).unwrap()),
    };
    let mut tx = center.center.begin().await.unwrap();
    let token = otp_token::insert(&mut tx, &center.center, None, &seed, -1, 0).await.unwrap().unwrap();
    mfa_device::bind(&mut tx, &center.center, account, DeviceKind::Virtual, "app", &token).await.unwrap();
    tx.commit().await.unwrap();
    seed
}

fn totp(center: &TestCenter, seed: &Seed) -> String {
    seed.code(center.center.now() / 30).unwrap().text().to_owned()
}

/// Gives the account one recovery code.
async fn recovery_code(center: &TestCenter, account: AccountId, code: &str) {
    let mac = recovery_code::mac(&center.center.keys, account, code);
    let mut tx = center.center.begin().await.unwrap();
    recovery_code::replace(&mut tx, account, &[mac], START).await.unwrap();
    tx.commit().await.unwrap();
}

/// The right password; the flow that it opened and its answer.
async fn password(center: &TestCenter) -> (String, Value) {
    let body = Attempt::new(ALICE, PASSWORD).send(center).await.ok();
    assert_eq!(body["outcome"], "second-step", "{body}");
    (body["flow"].as_str().unwrap().to_owned(), body)
}

async fn send(center: &TestCenter, flow: &str, factor: &str) -> Answer {
    let body = json!({ "flow": flow, "factor": factor });
    center.post("/v1/login/second-step/send").json(body).send().await
}

async fn take(center: &TestCenter, flow: &str, factor: &str, code: &str) -> Answer {
    let body = json!({ "flow": flow, "factor": factor, "code": code });
    center.post("/v1/login/second-step").json(body).send().await
}

async fn sessions(center: &TestCenter) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM session").fetch_one(center.center.db.pool()).await.unwrap()
}

fn wrong_for(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

on_both!(a_protected_account_has_no_session_before_its_second_credential, |center| async move {
    let alice = center.account_with(ALICE, Some(PHONE)).await;
    for (by, address, masked) in [("email", ALICE, "a•••e@e•••.com"), ("phone", PHONE, "+49••••••89")]
    {
        protect(&center, alice, by).await;
        let (flow, body) = password(&center).await;
        assert_eq!(body["methods"], json!([{ "factor": by, "to": masked }]));
        assert_eq!(body["expires_at"], START + 600);
        assert!(body.get("session").is_none());
        assert_eq!(center.get("/v1/sessions").by(&flow).send().await.code(), "not-signed-in");
        assert_eq!(take(&center, &flow, by, "123456").await.code(), "flow-ended", "no code was sent yet");
        assert_eq!(sessions(&center).await, i64::from(by == "phone"));
        let sent = send(&center, &flow, by).await.ok();
        assert_eq!(
            (sent["flow"].as_str(), sent["again_at"].as_i64()),
            (Some(flow.as_str()), Some(START + 60))
        );
        assert_eq!(send(&center, &flow, by).await.code(), "sent-lately");
        let code = center.code_sent_to(address).await;
        assert_eq!(take(&center, &flow, by, wrong_for(&code)).await.code(), "wrong-code");
        let begun = take(&center, &flow, by, &code).await.ok();
        center.get("/v1/sessions").by(begun["session"].as_str().unwrap()).send().await.ok();
        assert_eq!(begun["account"], alice);
        assert_eq!(take(&center, &flow, by, &code).await.code(), "flow-ended");
        center.empty_outbox().await;
    }
});

on_both!(a_device_code_is_taken_once_and_a_recovery_code_stands_in, |center| async move {
    let alice = center.account(ALICE).await;
    let seed = bind_totp(&center, alice).await;
    recovery_code(&center, alice, "ABCD1234ABCD1234").await;
    protect(&center, alice, "mfa").await;
    let (flow, body) = password(&center).await;
    assert_eq!(body["methods"], json!([{ "factor": "mfa" }, { "factor": "recovery-code" }]));
    let code = totp(&center, &seed);
    take(&center, &flow, "mfa", &code).await.ok();
    let (flow, _) = password(&center).await;
    assert_eq!(
        take(&center, &flow, "mfa", &code).await.code(),
        "wrong-code",
        "a step is accepted once, ever"
    );
    center.clock.advance(30);
    take(&center, &flow, "mfa", &totp(&center, &seed)).await.ok();
    let (flow, _) = password(&center).await;
    take(&center, &flow, "recovery-code", "abcd-1234 abcd-1234").await.ok();
    let (flow, body) = password(&center).await;
    assert_eq!(body["methods"], json!([{ "factor": "mfa" }]), "it is used up");
    assert_eq!(take(&center, &flow, "recovery-code", "ABCD1234ABCD1234").await.code(), "invalid-value");
});

on_both!(only_a_listed_method_is_taken, |center| async move {
    let alice = center.account_with(ALICE, Some(PHONE)).await;
    bind_totp(&center, alice).await;
    protect(&center, alice, "mfa").await;
    let (flow, _) = password(&center).await;
    for weaker in ["email", "phone"] {
        for answer in [send(&center, &flow, weaker).await, take(&center, &flow, weaker, "123456").await] {
            assert_eq!(
                (answer.code().as_str(), answer.json()["field"].as_str()),
                ("invalid-value", Some("/factor"))
            );
        }
    }
    assert_eq!(send(&center, &flow, "mfa").await.code(), "invalid-value", "nothing is sent for it");
    assert!(center.messages().await.is_empty());
    for flow in ["", "x", &"A".repeat(43)] {
        assert_eq!(take(&center, flow, "mfa", "123456").await.code(), "flow-ended");
        assert_eq!(send(&center, flow, "email").await.code(), "flow-ended");
    }
});

on_both!(five_wrong_codes_end_the_login, |center| async move {
    let alice = center.account(ALICE).await;
    protect(&center, alice, "email").await;
    let (flow, _) = password(&center).await;
    let mut wrong = 0;
    // Resending gives new tries to the code, not to the flow.
    for round in 0..2 {
        send(&center, &flow, "email").await.ok();
        let code = center.code_sent_to(ALICE).await;
        for _ in 0..(3 - round) {
            wrong += 1;
            let answer = take(&center, &flow, "email", wrong_for(&code)).await;
            assert_eq!(answer.code(), if wrong < 5 { "wrong-code" } else { "flow-ended" });
        }
        center.clock.advance(60);
        if round == 1 {
            assert_eq!(take(&center, &flow, "email", &code).await.code(), "flow-ended");
        }
    }
    assert_eq!(send(&center, &flow, "email").await.code(), "flow-ended");
    assert_eq!(sessions(&center).await, 0);
    assert_eq!(events(&center, alice).await, ["second-step-failed"]);
});

on_both!(a_pending_login_ends_on_the_second, |center| async move {
    let alice = center.account(ALICE).await;
    let seed = bind_totp(&center, alice).await;
    protect(&center, alice, "mfa").await;
    let (first, _) = password(&center).await;
    let (second, _) = password(&center).await;
    center.clock.advance(599);
    take(&center, &first, "mfa", &totp(&center, &seed)).await.ok();
    center.clock.advance(1);
    assert_eq!(take(&center, &second, "mfa", &totp(&center, &seed)).await.code(), "flow-ended");
});

on_both!(a_lock_ends_pending_logins_and_no_sessions, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    let open = center.session(alice).await;
    protect(&center, alice, "email").await;
    wrong_passwords(&center, ALICE, ALICE, 9).await;
    let code = verification_code(&center, ALICE, ALICE).await;
    let body = Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await.ok();
    let flow = body["flow"].as_str().unwrap().to_owned();
    send(&center, &flow, "email").await.ok();
    let second = center.code_sent_to(ALICE).await;
    // The right password gave its place back but closed nothing: this is still the tenth.
    let code = verification_code(&center, ALICE, ALICE).await;
    assert_eq!(Attempt::new(ALICE, WRONG).code(&code).send(&center).await.code(), "account-locked");
    assert_eq!(take(&center, &flow, "email", &second).await.code(), "flow-ended");
    assert_eq!(send(&center, &flow, "email").await.code(), "flow-ended");
    center.get("/v1/sessions").by(&open).send().await.ok();
    assert_eq!(sessions(&center).await, 1);
});

on_both!(only_the_second_step_closes_the_window, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    protect(&center, alice, "email").await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let code = verification_code(&center, ALICE, ALICE).await;
    let body = Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await.ok();
    let flow = body["flow"].as_str().unwrap().to_owned();
    assert_eq!(Attempt::new(ALICE, WRONG).send(&center).await.code(), "code-required");
    send(&center, &flow, "email").await.ok();
    take(&center, &flow, "email", &center.code_sent_to(ALICE).await).await.ok();
    assert_eq!(Attempt::new(ALICE, WRONG).send(&center).await.code(), "wrong-credentials");
});

on_both!(protection_whose_credential_is_gone_falls_to_another_and_never_to_none, |center| async move {
    let alice = center.account(ALICE).await;
    for gone in ["mfa", "phone"] {
        protect(&center, alice, gone).await;
        let (_, body) = password(&center).await;
        assert_eq!(body["methods"], json!([{ "factor": "email", "to": "a•••e@e•••.com" }]), "{gone}");
    }
    sqlx::query("DELETE FROM contact WHERE account_id = $1 AND kind = 'security-email'")
        .bind(alice)
        .execute(center.center.db.pool())
        .await
        .unwrap();
    let (flow, body) = password(&center).await;
    assert_eq!(body["methods"], json!([]));
    assert_eq!(take(&center, &flow, "email", "123456").await.code(), "invalid-value");
    assert_eq!(sessions(&center).await, 0);
});

on_both!(a_required_device_is_asked_once_bound_and_until_then_a_session_only_binds, |center| async move {
    let alice = center.account(ALICE).await;
    require_mfa(&center, alice).await;
    let answer = Attempt::new(ALICE, PASSWORD).send(&center).await;
    let session = Attempt::session(&answer);
    assert_eq!(answer.json()["bind_mfa_first"], true);
    for path in ["/v1/sessions", "/v1/trusted-devices"] {
        assert_eq!(center.get(path).by(&session).send().await.code(), "mfa-binding-required");
    }
    assert!(center.delete("/v1/session").by(&session).send().await.status.is_success());
    let seed = bind_totp(&center, alice).await;
    let (flow, body) = password(&center).await;
    assert_eq!(body["methods"], json!([{ "factor": "mfa" }]));
    let begun = take(&center, &flow, "mfa", &totp(&center, &seed)).await.ok();
    assert_eq!(begun["bind_mfa_first"], false);
    center.get("/v1/sessions").by(begun["session"].as_str().unwrap()).send().await.ok();
});

on_both!(strangers_requests_do_not_use_up_the_codes_of_the_second_step, |center| async move {
    let alice = center.account(ALICE).await;
    protect(&center, alice, "email").await;
    for _ in 0..6 {
        center.post("/v1/login/code").json(json!({ "name": ALICE })).send().await;
    }
    center.empty_outbox().await;
    let (flow, _) = password(&center).await;
    send(&center, &flow, "email").await.ok();
    take(&center, &flow, "email", &center.code_sent_to(ALICE).await).await.ok();
    assert_eq!(told(&center).await, ["new-device"]);
});
