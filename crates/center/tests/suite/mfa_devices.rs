//! MFA devices: bound by two codes, at most eight, one serial number at one account.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_center::outbox::Template;
use tessera_center::rules::second_factor::Verdict;
use tessera_center_api::identity::Action;

use crate::harness::TestCenter;
use crate::on_both;
use crate::second_factor::code_of;

async fn log(center: &TestCenter, account: i64) -> Vec<String> {
    use sqlx::Row as _;
    let rows =
        sqlx::query("SELECT kind FROM security_event WHERE account_id = $1 ORDER BY happened_at, kind")
            .bind(account)
            .fetch_all(center.center.db.pool())
            .await
            .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

on_both!(a_virtual_device_is_bound_by_two_consecutive_codes_and_told_of, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    let (flow, credential) = center.pending_device(&session, " Alice's\nphone ").await;
    assert_eq!(
        (credential.issuer.as_str(), credential.account.as_str()),
        ("Tessera Center", "alice@example.com")
    );
    assert_eq!(center.get("/v1/mfa-devices").by(&session).send().await.ok(), json!([]));
    let code = |at: i64| credential.code_at(u64::try_from(at).unwrap()).unwrap().text().to_owned();
    let bind = async |first: String, second: String| {
        let body = json!({"flow": flow, "first": first, "second": second});
        center.post("/v1/mfa-devices/virtual/bind").by(&session).json(body).send().await
    };
    let now = center.now();
    assert_eq!(bind(code(now), code(now)).await.code(), "wrong-code");
    assert_eq!(bind(code(now), code(now - 30)).await.code(), "wrong-code");
    assert_eq!(bind(code(now - 60), code(now)).await.code(), "wrong-code");
    assert!(center.messages().await.is_empty());
    let bound = bind(code(now - 30), code(now)).await;
    assert_eq!(bound.status, StatusCode::CREATED);
    assert_eq!(bound.json()["name"], "Alice's phone");
    assert_eq!(bind(code(now), code(now + 30)).await.code(), "flow-ended", "bound once");
    let listed = center.get("/v1/mfa-devices").by(&session).send().await.ok();
    assert_eq!(listed, json!([bound.json()]));
    assert_eq!(center.told(Template::MfaDeviceBound).await, 2, "e-mail and phone");
    assert_eq!(log(&center, alice).await, ["mfa-device-bound"]);
    assert_eq!(
        center.try_totp(alice, &code(now), None).await,
        Verdict::Wrong,
        "the codes that bound it are used up"
    );
    assert_eq!(center.try_totp(alice, &code(now + 30), None).await, Verdict::Right);
});

on_both!(
    the_secret_waits_ten_minutes_and_five_tries_and_only_for_the_session_that_asked,
    |center| async move {
        let alice = center.account("alice@example.com").await;
        let (session, other) = (center.session(alice).await, center.session(alice).await);
        let bind = async |session: &str, flow: &str, credential: &tessera_otp::Credential, right: bool| {
            let code = |at: i64| credential.code_at(u64::try_from(at).unwrap()).unwrap().text().to_owned();
            let first = if right { code(center.now() - 30) } else { code(center.now()) };
            let body = json!({"flow": flow, "first": first, "second": code(center.now())});
            center.post("/v1/mfa-devices/virtual/bind").by(session).json(body).send().await
        };
        let (flow, credential) = center.pending_device(&session, "a").await;
        assert_eq!(bind(&other, &flow, &credential, true).await.code(), "flow-ended");
        center.wait(600);
        assert_eq!(bind(&session, &flow, &credential, true).await.code(), "flow-ended");
        let (flow, credential) = center.pending_device(&session, "a").await;
        center.wait(599);
        assert_eq!(bind(&session, &flow, &credential, true).await.status, StatusCode::CREATED);
        let (flow, credential) = center.pending_device(&session, "b").await;
        for _ in 0..5 {
            assert_eq!(bind(&session, &flow, &credential, false).await.code(), "wrong-code");
        }
        assert_eq!(bind(&session, &flow, &credential, true).await.code(), "flow-ended");
        for flow in ["", "x", &"A".repeat(43)] {
            assert_eq!(bind(&session, flow, &credential, true).await.code(), "flow-ended");
        }
        for name in ["", " \n ", &"n".repeat(65)] {
            center.prove(&session, Action::BindMfaDevice).await;
            let answer =
                center.post("/v1/mfa-devices/virtual").by(&session).json(json!({"name": name})).send().await;
            assert_eq!(
                (answer.code().as_str(), answer.json()["field"].as_str()),
                ("invalid-value", Some("/name"))
            );
        }
    }
);

on_both!(eight_devices_and_never_nine_however_many_are_bound_at_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let mut pending = Vec::new();
    for number in 0..14 {
        pending.push(center.pending_device(&session, &format!("device {number}")).await);
    }
    let routers = [center.router.clone(), center.another_server().await];
    let now = u64::try_from(center.now()).unwrap();
    let tasks: Vec<_> = pending
        .into_iter()
        .enumerate()
        .map(|(number, (flow, credential))| {
            let (router, session) = (routers[number % 2].clone(), session.clone());
            tokio::spawn(async move {
                let code = |at: u64| credential.code_at(at).unwrap().text().to_owned();
                let body = json!({"flow": flow, "first": code(now - 30), "second": code(now)});
                let ask = TestCenter::ask_at(&router, Method::POST, "/v1/mfa-devices/virtual/bind");
                let answer = ask.by(&session).json(body).send().await;
                if answer.status.is_success() { "bound".to_owned() } else { answer.code() }
            })
        })
        .collect();
    let mut bound = 0;
    for task in tasks {
        match task.await.unwrap().as_str() {
            "bound" => bound += 1,
            other => assert_eq!(other, "limit-reached"),
        }
    }
    let listed = center.get("/v1/mfa-devices").by(&session).send().await.ok();
    assert_eq!((bound, listed.as_array().unwrap().len()), (8, 8));
    center.prove(&session, Action::BindMfaDevice).await;
    let refused = center.post("/v1/mfa-devices/virtual").by(&session).json(json!({"name": "x"})).send().await;
    assert_eq!(refused.code(), "limit-reached");
    // A place that became free is taken again.
    center.prove(&session, Action::UnbindMfaDevice).await;
    let id = listed[3]["id"].as_str().unwrap();
    center.delete(&format!("/v1/mfa-devices/{id}")).by(&session).send().await.ok();
    center.device(&session, "another").await;
});

on_both!(one_serial_number_at_one_account_also_when_two_bind_it_at_once, |center| async move {
    let seed = center.hardware("AB-123", false).await;
    let mut sessions = Vec::new();
    for number in 0..6 {
        let id = center.account(&format!("a{number}@example.com")).await;
        let session = center.session(id).await;
        center.prove(&session, Action::BindMfaDevice).await;
        sessions.push(session);
    }
    let routers = [center.router.clone(), center.another_server().await];
    let step = center.now() / 30;
    let tasks: Vec<_> = sessions
        .iter()
        .cloned()
        .enumerate()
        .map(|(number, session)| {
            let router = routers[number % 2].clone();
            let (first, second) = (
                code_of(&seed, step - 2 + i64::try_from(number / 3).unwrap()),
                code_of(&seed, step - 1 + i64::try_from(number / 3).unwrap()),
            );
            tokio::spawn(async move {
                let body = json!({"serial": "ab 123", "first": first, "second": second, "name": "key ring"});
                let ask = TestCenter::ask_at(&router, Method::POST, "/v1/mfa-devices/hardware");
                let answer = ask.by(&session).json(body).send().await;
                if answer.status.is_success() { "bound".to_owned() } else { answer.code() }
            })
        })
        .collect();
    let mut bound = 0;
    for task in tasks {
        match task.await.unwrap().as_str() {
            "bound" => bound += 1,
            other => assert!(["wrong-code", "wrong-state"].contains(&other), "{other}"),
        }
    }
    assert_eq!(bound, 1);
    // Whoever holds it may try later: it is bound elsewhere. Whoever does not learns nothing.
    center.wait(120);
    let step = center.now() / 30;
    let mut codes = std::collections::BTreeSet::new();
    for session in &sessions {
        center.prove(session, Action::BindMfaDevice).await;
        if center.get("/v1/mfa-devices").by(session).send().await.ok() == json!([]) {
            let ask = async |serial: &str, first: &str| {
                let body =
                    json!({"serial": serial, "first": first, "second": code_of(&seed, step), "name": "x"});
                center.post("/v1/mfa-devices/hardware").by(session).json(body).send().await
            };
            assert_eq!(ask("AB-123", &code_of(&seed, step - 1)).await.code(), "wrong-state");
            let (wrong, unknown) =
                (ask("AB-123", "000000").await, ask("AB-124", &code_of(&seed, step - 1)).await);
            assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
            codes.insert(wrong.code());
        }
    }
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), ["wrong-code"]);
});

on_both!(a_hardware_device_keeps_what_was_accepted_when_it_goes_to_another_account, |center| async move {
    let seed = center.hardware("C-1", true).await;
    let (alice, bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let bind = async |session: &str, counter: i64| {
        center.prove(session, Action::BindMfaDevice).await;
        let body = json!({"serial": "C-1", "first": code_of(&seed, counter), "second": code_of(&seed, counter + 1), "name": "x"});
        center.post("/v1/mfa-devices/hardware").by(session).json(body).send().await
    };
    let (hers, his) = (center.session(alice).await, center.session(bob).await);
    let device = bind(&hers, 0).await.ok();
    assert_eq!((&device["kind"], &device["serial"]), (&json!("hardware"), &json!("C-1")));
    assert_eq!(center.try_totp(alice, &code_of(&seed, 2), None).await, Verdict::Right);
    center.prove(&hers, Action::UnbindMfaDevice).await;
    center.delete(&format!("/v1/mfa-devices/{}", device["id"].as_str().unwrap())).by(&hers).send().await.ok();
    assert_eq!(bind(&his, 1).await.code(), "wrong-code", "used up at the first account");
    bind(&his, 3).await.ok();
    assert_eq!(center.try_totp(bob, &code_of(&seed, 4), None).await, Verdict::Wrong);
    assert_eq!(center.try_totp(bob, &code_of(&seed, 5), None).await, Verdict::Right);
    assert_eq!(center.try_totp(alice, &code_of(&seed, 6), None).await, Verdict::Wrong);
});

on_both!(rename_unbind_and_binding_need_an_identity_check_and_are_told, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let begin =
        async || center.post("/v1/mfa-devices/virtual").by(&session).json(json!({"name": "x"})).send().await;
    assert_eq!(begin().await.code(), "identity-check-required");
    let device = center.device(&session, "phone").await;
    let path = format!("/v1/mfa-devices/{}", device.id);
    let rename = async |body: Value| center.ask(Method::PATCH, &path).by(&session).json(body).send().await;
    assert_eq!(rename(json!({"name": "x"})).await.code(), "identity-check-required");
    assert_eq!(center.delete(&path).by(&session).send().await.code(), "identity-check-required");
    // A check for one action is good for no other, and for ten minutes.
    center.prove(&session, Action::ChangePassword).await;
    assert_eq!(center.delete(&path).by(&session).send().await.code(), "identity-check-required");
    center.prove(&session, Action::UnbindMfaDevice).await;
    center.wait(599);
    center.empty_outbox().await;
    assert_eq!(rename(json!({"name": ""})).await.code(), "invalid-value");
    assert_eq!(rename(json!({"name": "x", "y": 1})).await.code(), "bad-request");
    rename(json!({"name": "tablet"})).await.ok();
    assert_eq!(center.get("/v1/mfa-devices").by(&session).send().await.ok()[0]["name"], "tablet");
    assert_eq!(center.told(Template::MfaDeviceRenamed).await, 1);
    center.wait(1);
    assert_eq!(center.delete(&path).by(&session).send().await.code(), "identity-check-required");
    center.prove(&session, Action::UnbindMfaDevice).await;
    // Nobody unbinds or renames the device of another.
    let mallory = center.session(center.account("mallory@example.com").await).await;
    center.prove(&mallory, Action::UnbindMfaDevice).await;
    assert_eq!(center.delete(&path).by(&mallory).send().await.code(), "not-found");
    let renamed = center.ask(Method::PATCH, &path).by(&mallory).json(json!({"name": "x"})).send().await;
    assert_eq!(renamed.code(), "not-found");
    assert_eq!(center.delete(&path).by(&session).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(center.delete(&path).by(&session).send().await.code(), "not-found");
    assert_eq!(center.told(Template::MfaDeviceUnbound).await, 1);
    let lines = log(&center, alice).await;
    for kind in ["mfa-device-bound", "mfa-device-renamed", "mfa-device-unbound"] {
        assert_eq!(lines.iter().filter(|line| *line == kind).count(), 1, "{kind}");
    }
});

on_both!(a_device_is_resynced_through_the_api_and_told_of, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let device = center.device(&session, "phone").await;
    center.empty_outbox().await;
    let path = format!("/v1/mfa-devices/{}/resync", device.id);
    let ahead = center.now() + 900;
    assert_eq!(center.try_totp(alice, &device.code_at(ahead), None).await, Verdict::Wrong);
    let body = json!({"first": device.code_at(ahead), "second": device.code_at(ahead + 30)});
    let mallory = center.session(center.account("mallory@example.com").await).await;
    assert_eq!(center.post(&path).by(&mallory).json(&body).send().await.code(), "not-found");
    assert_eq!(center.post(&path).by(&session).json(&body).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(center.post(&path).by(&session).json(&body).send().await.code(), "wrong-code");
    center.wait(30);
    assert_eq!(center.try_totp(alice, &device.code_at(ahead + 60), None).await, Verdict::Right);
    assert_eq!(center.told(Template::MfaDeviceResynced).await, 1);
    assert!(log(&center, alice).await.contains(&"mfa-device-resynced".to_owned()));
});

on_both!(the_same_request_twice_binds_once_and_a_wrong_code_leaves_its_key_free, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let (flow, credential) = center.pending_device(&session, "phone").await;
    let code = |at: i64| credential.code_at(u64::try_from(at).unwrap()).unwrap().text().to_owned();
    let bind = async |first: String, key: &str| {
        let body = json!({"flow": flow, "first": first, "second": code(center.now())});
        center
            .post("/v1/mfa-devices/virtual/bind")
            .by(&session)
            .header("idempotency-key", key)
            .json(body)
            .send()
            .await
    };
    assert_eq!(bind(code(center.now()), "k1").await.code(), "wrong-code");
    let first = bind(code(center.now() - 30), "k1").await;
    let again = bind(code(center.now() - 30), "k1").await;
    assert_eq!((first.status, &first.text), (StatusCode::CREATED, &again.text));
    assert_eq!(bind(code(center.now() - 60), "k1").await.code(), "key-reused");
    assert_eq!(center.get("/v1/mfa-devices").by(&session).send().await.ok().as_array().unwrap().len(), 1);
    assert_eq!(center.told(Template::MfaDeviceBound).await, 1);
});
