//! Devices that an account signed in from: strangers cannot lock them out, nor they the strangers' window open.

use serde_json::json;

use crate::harness::{PASSWORD, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, events, many_codes, told, verification_code, wrong_passwords};
use crate::on_both;

const DAY: u64 = 86_400;

/// Signs in and is remembered: the session and the device.
async fn remembered(center: &TestCenter, name: &str) -> (String, String) {
    let answer = Attempt::new(name, PASSWORD).with("remember", true).send(center).await;
    let session = Attempt::session(&answer);
    center.empty_outbox().await;
    (session, answer.json()["trusted_device"].as_str().unwrap().to_owned())
}

fn on(device: &str, password: &str) -> Attempt {
    Attempt::new(ALICE, password).with("trusted_device", device)
}

async fn lock_for_strangers(center: &TestCenter) {
    wrong_passwords(center, ALICE, ALICE, 9).await;
    let code = verification_code(center, ALICE, ALICE).await;
    assert_eq!(Attempt::new(ALICE, WRONG).code(&code).send(center).await.code(), "account-locked");
    center.empty_outbox().await;
}

on_both!(strangers_cannot_lock_a_trusted_device_out_and_it_does_not_let_them_in, with many_codes, |center| async move {
    center.account(ALICE).await;
    let (_, device) = remembered(&center, ALICE).await;
    lock_for_strangers(&center).await;
    let answer = on(&device, PASSWORD).send(&center).await;
    Attempt::session(&answer);
    assert!(answer.json().get("trusted_device").is_none(), "it has one already");
    assert!(told(&center).await.is_empty(), "this device is known");
    // Its success closed its own window alone.
    assert_eq!(Attempt::new(ALICE, PASSWORD).send(&center).await.code(), "account-locked");
    // Nor does it count strangers' failures: three without a code.
    for _ in 0..3 {
        assert_eq!(on(&device, WRONG).send(&center).await.code(), "wrong-credentials");
    }
    assert_eq!(on(&device, PASSWORD).send(&center).await.code(), "code-required");
});

on_both!(a_locked_device_locks_nobody_else, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    let (_, device) = remembered(&center, ALICE).await;
    let (_, second) = remembered(&center, ALICE).await;
    crate::login_second_step::protect(&center, alice, "email").await;
    let pending = Attempt::new(ALICE, PASSWORD).send(&center).await.ok()["flow"].clone();
    for place in 0..10 {
        let mut attempt = on(&device, WRONG);
        if place >= 3 {
            attempt = attempt.code(&verification_code(&center, ALICE, ALICE).await);
        }
        let answer = attempt.send(&center).await;
        assert_eq!(answer.code(), if place < 9 { "wrong-credentials" } else { "account-locked" });
    }
    let messages = center.messages().await;
    let told: Vec<_> = messages.iter().map(|message| message.message.value("trusted")).collect();
    assert_eq!(told, [Some(&json!(true))]);
    center.empty_outbox().await;
    // The strangers' pending login goes on, the second device signs in, and strangers have all their tries.
    center.post("/v1/login/second-step/send").json(json!({ "flow": pending, "factor": "email" })).send().await.ok();
    assert_eq!(on(&second, PASSWORD).send(&center).await.ok()["outcome"], "second-step");
    assert_eq!(Attempt::new(ALICE, WRONG).send(&center).await.code(), "wrong-credentials");
});

on_both!(strangers_do_not_end_the_pending_login_of_a_trusted_device, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    let (_, device) = remembered(&center, ALICE).await;
    crate::login_second_step::protect(&center, alice, "email").await;
    let flow = on(&device, PASSWORD).send(&center).await.ok()["flow"].clone();
    lock_for_strangers(&center).await;
    center.post("/v1/login/second-step/send").json(json!({ "flow": flow, "factor": "email" })).send().await.ok();
    let code = center.code_sent_to(ALICE).await;
    let take = json!({ "flow": flow, "factor": "email", "code": code });
    center.post("/v1/login/second-step").json(take).send().await.ok();
});

on_both!(strangers_requests_do_not_use_up_a_trusted_devices_codes, |center| async move {
    center.account(ALICE).await;
    let (_, device) = remembered(&center, ALICE).await;
    for _ in 0..6 {
        center.post("/v1/login/code").json(json!({ "name": ALICE })).send().await;
    }
    center.empty_outbox().await;
    for path in ["/v1/login/code", "/v1/password-resets"] {
        let ask = json!({ "name": ALICE, "trusted_device": device });
        center.post(path).json(ask).send().await.ok();
        center.code_sent_to(ALICE).await;
    }
});

on_both!(a_device_is_trusted_by_its_own_account_alone, |center| async move {
    center.account(ALICE).await;
    center.account("mallory@example.com").await;
    let (_, his) = remembered(&center, "mallory@example.com").await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    for device in [his.as_str(), "", "nonsense", &"A".repeat(43)] {
        assert_eq!(on(device, WRONG).send(&center).await.code(), "code-required", "{device}");
    }
});

on_both!(trust_ends_90_days_after_the_last_login_to_the_second, |center| async move {
    center.account(ALICE).await;
    let (_, device) = remembered(&center, ALICE).await;
    center.clock.advance(90 * DAY);
    Attempt::session(&on(&device, PASSWORD).send(&center).await);
    assert!(told(&center).await.is_empty(), "on the last second");
    center.clock.advance(90 * DAY + 1);
    Attempt::session(&on(&device, PASSWORD).send(&center).await);
    assert_eq!(told(&center).await, ["new-device"]);
});

on_both!(ten_devices_are_trusted_and_the_one_unused_for_longest_makes_room, |center| async move {
    center.account(ALICE).await;
    let mut devices = Vec::new();
    for _ in 0..10 {
        devices.push(remembered(&center, ALICE).await);
        center.clock.advance(1);
    }
    Attempt::session(&on(&devices[0].1, PASSWORD).send(&center).await);
    center.clock.advance(1);
    let (session, _) = remembered(&center, ALICE).await;
    let list = center.get("/v1/trusted-devices").by(&session).send().await.ok();
    assert_eq!(list.as_array().unwrap().len(), 10);
    assert_eq!(list.as_array().unwrap().iter().filter(|one| one["current"] == true).count(), 1);
    assert_eq!(list[0]["label"], "test");
    Attempt::session(&on(&devices[0].1, PASSWORD).send(&center).await);
    assert!(told(&center).await.is_empty());
    Attempt::session(&on(&devices[1].1, PASSWORD).send(&center).await);
    assert_eq!(told(&center).await, ["new-device"]);
});

on_both!(its_owner_trusts_a_device_no_longer, |center| async move {
    let alice = center.account(ALICE).await;
    center.account("mallory@example.com").await;
    let (session, device) = remembered(&center, ALICE).await;
    let (_, second) = remembered(&center, ALICE).await;
    let (his, _) = remembered(&center, "mallory@example.com").await;
    let list = center.get("/v1/trusted-devices").by(&session).send().await.ok();
    let current = list.as_array().unwrap().iter().find(|one| one["current"] == true).unwrap();
    let path = format!("/v1/trusted-devices/{}", current["id"].as_str().unwrap());
    assert_eq!(center.delete(&path).by(&his).send().await.code(), "not-found");
    assert_eq!(center.delete("/v1/trusted-devices/zz").by(&session).send().await.code(), "not-found");
    assert_eq!(center.delete(&path).by(&session).send().await.status, 204);
    assert_eq!(center.delete(&path).by(&session).send().await.code(), "not-found");
    Attempt::session(&on(&device, PASSWORD).send(&center).await);
    assert_eq!(told(&center).await, ["new-device"]);
    center.empty_outbox().await;
    Attempt::session(&on(&second, PASSWORD).send(&center).await);
    assert!(told(&center).await.is_empty());
    assert_eq!(center.delete("/v1/trusted-devices").by(&session).send().await.status, 204);
    assert_eq!(center.get("/v1/trusted-devices").by(&session).send().await.ok(), json!([]));
    assert_eq!(center.get("/v1/trusted-devices").by(&his).send().await.ok().as_array().unwrap().len(), 1);
    let forgotten = events(&center, alice).await;
    assert_eq!(forgotten.iter().filter(|kind| *kind == "trusted-device-forgotten").count(), 2);
});
