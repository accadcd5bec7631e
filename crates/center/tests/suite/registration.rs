//! Registration: the same answer for every address, a code, a password, an account.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::Method;
use serde_json::{Value, json};
use tessera_center::Center;
use tessera_center::clock::{Randomness, SystemRandomness};
use tessera_center::contact::Address;
use tessera_center::outbox::Template;
use tessera_center::rules::registration;
use tessera_center::store::tables::contact::{self, ContactKind};

use crate::harness::{Answer, PASSWORD, START, TestCenter};
use crate::on_both;

/// Begins with an e-mail address or a phone number.
pub(crate) async fn begin(center: &TestCenter, address: &str) -> Answer {
    let name = if address.starts_with('+') { "phone" } else { "email" };
    center
        .post("/v1/registrations")
        .json(json!({ "kind": "individual", name: address, "language": "en" }))
        .send()
        .await
}

pub(crate) async fn begun(center: &TestCenter, address: &str) -> String {
    begin(center, address).await.ok()["flow"].as_str().unwrap().to_owned()
}

async fn complete(center: &TestCenter, flow: &str, code: &str, password: &str) -> Answer {
    complete_at(&center.router, flow, code, password).await
}

async fn complete_at(router: &Router, flow: &str, code: &str, password: &str) -> Answer {
    let body = json!({ "flow": flow, "code": code, "password": password, "name": "Alice Example", "device": "test" });
    TestCenter::ask_at(router, Method::POST, "/v1/registrations/complete").json(body).send().await
}

async fn account(center: &TestCenter, session: &str) -> Value {
    center.get("/v1/account").by(session).send().await.ok()
}

on_both!(an_account_begins_with_a_proven_email_address, |center| async move {
    let flow = begun(&center, "Alice@Example.com").await;
    let code = center.code_sent_to("Alice@example.com").await;
    let done = complete(&center, &flow, &code, PASSWORD).await;
    assert_eq!(done.status, 201);
    let session = done.json()["session"].as_str().unwrap().to_owned();
    let seen = account(&center, &session).await;
    let id = seen["id"].as_i64().unwrap();
    assert!((100_000_000..1_000_000_000_000).contains(&id), "{id}");
    assert_eq!(done.json()["account"], id);
    assert_eq!(seen["name"], "Alice Example");
    assert_eq!(seen["kind"], "individual");
    assert!(seen.get("verified_at").is_none() && seen.get("frozen_since").is_none());
    let kinds: Vec<_> = seen["contacts"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["account-email", "security-email"]);
    for contact in seen["contacts"].as_array().unwrap() {
        assert_eq!(contact["address"], "Alice@example.com");
        assert_eq!(contact["masked"], "A•••e@e•••.com");
        assert_eq!(contact["proves_from"], START, "what came with the account proves at once");
    }
    let log = center.get("/v1/security-log").by(&session).send().await.ok();
    let kinds: Vec<_> = log["items"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert!(kinds.contains(&"registered".into()) && kinds.contains(&"signed-in".into()), "{kinds:?}");
    // The flow is over with it.
    assert_eq!(complete(&center, &flow, &code, PASSWORD).await.code(), "flow-ended");
});

on_both!(an_account_begins_with_a_proven_phone, |center| async move {
    let flow = begun(&center, "+49 151 2345 6789").await;
    let code = center.code_sent_to("+4915123456789").await;
    let session =
        complete(&center, &flow, &code, PASSWORD).await.ok()["session"].as_str().unwrap().to_owned();
    let seen = account(&center, &session).await;
    assert_eq!(seen["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(seen["contacts"][0]["kind"], "secure-phone");
    assert_eq!(seen["contacts"][0]["address"], "+4915123456789");
});

on_both!(a_stranger_learns_nothing_from_registering_a_taken_address, |center| async move {
    center.account("taken@example.com").await;
    let mut answers = Vec::new();
    for email in ["taken@example.com", "free@example.com"] {
        let mut seen = Vec::new();
        let first = begin(&center, email).await;
        let flow = first.ok()["flow"].as_str().unwrap().to_owned();
        let mut shape = first.json();
        assert_eq!(shape["flow"].as_str().unwrap().len(), 43);
        shape["flow"] = Value::Null;
        seen.push((first.status, shape.to_string()));
        let strip = |answer: Answer| (answer.status, answer.text.replace(&flow, ""));
        let resend =
            async || strip(center.post("/v1/registrations/code").json(json!({ "flow": flow })).send().await);
        seen.push(resend().await);
        for _ in 0..6 {
            // Nobody guesses: this code is right once in a million runs.
            seen.push(strip(complete(&center, &flow, "000000", PASSWORD).await));
        }
        seen.push(resend().await);
        // And as often as a day allows.
        for _ in 0..6 {
            let mut more = begin(&center, email).await;
            if more.status == 201 {
                let mut json = more.json();
                json["flow"] = Value::Null;
                more.text = json.to_string();
            }
            seen.push((more.status, more.text));
        }
        assert!(seen.iter().any(|(status, _)| *status == 429));
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    let messages = center.messages().await;
    let to = |email: &str, template: Template| {
        messages.iter().filter(|one| one.to.text() == email && one.message.template() == template).count()
    };
    assert_eq!(
        (to("taken@example.com", Template::AccountExists), to("taken@example.com", Template::Code)),
        (5, 0)
    );
    assert_eq!(
        (to("free@example.com", Template::AccountExists), to("free@example.com", Template::Code)),
        (0, 5)
    );
});

on_both!(a_code_is_good_for_ten_minutes_to_the_second_and_resent_after_sixty, |center| async move {
    let flow = begun(&center, "alice@example.com").await;
    let first = center.code_sent_to("alice@example.com").await;
    let resend = async || center.post("/v1/registrations/code").json(json!({ "flow": flow })).send().await;
    center.clock.advance(59);
    assert_eq!(resend().await.code(), "sent-lately");
    center.clock.advance(1);
    assert_eq!(resend().await.ok()["again_at"], START + 120);
    let second = center.code_sent_to("alice@example.com").await;
    if first != second {
        assert_eq!(complete(&center, &flow, &first, PASSWORD).await.code(), "wrong-code");
    }
    center.clock.advance(599);
    assert_eq!(complete(&center, &flow, &second, "iloveyou").await.code(), "weak-password");

    let flow = begun(&center, "bob@example.com").await;
    let code = center.code_sent_to("bob@example.com").await;
    center.clock.advance(600);
    assert_eq!(complete(&center, &flow, &code, PASSWORD).await.code(), "flow-ended");
});

on_both!(a_weak_password_leaves_the_code_proven, |center| async move {
    let flow = begun(&center, "wanderlust.meadow@example.com").await;
    let code = center.code_sent_to("wanderlust.meadow@example.com").await;
    for weak in ["", "iloveyou", "wanderlust.meadow@example.com", "Alice Example 1"] {
        let answer = complete(&center, &flow, &code, weak).await;
        assert_eq!(answer.code(), "weak-password", "{weak}");
        assert!(
            !answer.text.contains("wanderlust") && !answer.text.contains("Alice"),
            "the refusal quotes the password"
        );
    }
    assert_eq!(complete(&center, &flow, &code, &"quiet lantern ".repeat(100)).await.code(), "invalid-value");
    assert_eq!(complete(&center, &flow, &code, PASSWORD).await.status, 201);
});

on_both!(five_wrong_codes_end_the_flow, |center| async move {
    let flow = begun(&center, "alice@example.com").await;
    let code = center.code_sent_to("alice@example.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(complete(&center, &flow, wrong, PASSWORD).await.code(), "wrong-code");
    }
    assert_eq!(complete(&center, &flow, &code, PASSWORD).await.code(), "flow-ended");
    center.clock.advance(60);
    let resend = center.post("/v1/registrations/code").json(json!({ "flow": flow })).send().await;
    assert_eq!(resend.code(), "flow-ended");
});

on_both!(twelve_registrations_at_once_give_a_phone_five_accounts, |center| async move {
    let (here, there) = (center.router.clone(), center.another_server().await);
    let mut ready = Vec::new();
    for number in 0..12_u64 {
        // The caps of a day are another rule.
        center.clock.set(u64::try_from(START).unwrap() + number * 90_000);
        let flow = begun(&center, "+4915123456789").await;
        let code = center.code_sent_to("+4915123456789").await;
        // Proven now, completed together below.
        assert_eq!(complete(&center, &flow, &code, "iloveyou").await.code(), "weak-password");
        ready.push((flow, code, number.is_multiple_of(2)));
    }
    center.clock.set(u64::try_from(START).unwrap());
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|(flow, code, first)| {
            let router = if first { here.clone() } else { there.clone() };
            tokio::spawn(async move { complete_at(&router, &flow, &code, PASSWORD).await })
        })
        .collect();
    let (mut done, mut refused) = (0, 0);
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status.as_u16() {
            201 => done += 1,
            409 => refused += usize::from(answer.code() == "address-taken"),
            _ => panic!("{} {}", answer.status, answer.text),
        }
    }
    let phone = Address::phone("+4915123456789").unwrap();
    let mut tx = center.center.begin().await.unwrap();
    let holders =
        contact::accounts_with(&mut tx, &center.center.keys, ContactKind::SecurePhone, &phone).await.unwrap();
    assert_eq!((done, refused, holders.len()), (5, 7, 5));
});

on_both!(one_email_address_registered_many_times_at_once_gives_one_account, |center| async move {
    let (here, there) = (center.router.clone(), center.another_server().await);
    let mut ready = Vec::new();
    for number in 0..5_u32 {
        let flow = begun(&center, "alice@example.com").await;
        ready.push((flow, center.code_sent_to("alice@example.com").await, number.is_multiple_of(2)));
    }
    let tasks: Vec<_> = ready
        .into_iter()
        .map(|(flow, code, first)| {
            let router = if first { here.clone() } else { there.clone() };
            tokio::spawn(async move { complete_at(&router, &flow, &code, PASSWORD).await })
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        let answer = task.await.unwrap();
        codes.push(if answer.status == 201 { "done".into() } else { answer.code() });
    }
    codes.sort();
    assert_eq!(codes, ["address-taken", "address-taken", "address-taken", "address-taken", "done"]);
});

on_both!(the_same_completion_under_one_idempotency_key_makes_one_account, |center| async move {
    let flow = begun(&center, "alice@example.com").await;
    let code = center.code_sent_to("alice@example.com").await;
    let body = json!({ "flow": flow, "code": code, "password": PASSWORD, "name": "Alice", "device": "test" });
    let there = center.another_server().await;
    let ask = |router: Router, body: Value| async move {
        TestCenter::ask_at(&router, Method::POST, "/v1/registrations/complete")
            .header("idempotency-key", "k1")
            .json(body)
            .send()
            .await
    };
    let (first, second) =
        tokio::join!(ask(center.router.clone(), body.clone()), ask(there.clone(), body.clone()));
    let third = ask(there, body.clone()).await;
    // Of two at once the later one may find the code used up under its feet; asked again it gets the one answer.
    let done: Vec<_> = [&first, &second, &third].into_iter().filter(|one| one.status == 201).collect();
    assert!(
        done.len() >= 2 && done.iter().all(|one| one.text == third.text),
        "{first:?} {second:?} {third:?}"
    );
    let mut other = body;
    other["name"] = "Mallory".into();
    assert_eq!(ask(center.router.clone(), other).await.code(), "key-reused");

    let again = |key: &'static str| {
        let body = json!({ "kind": "individual", "email": "bob@example.com" });
        center.post("/v1/registrations").header("idempotency-key", key).json(body).send()
    };
    let (first, second) = (again("k2").await, again("k2").await);
    assert_eq!((first.status.as_u16(), &first.text), (201, &second.text));
    assert_eq!(center.messages().await.iter().filter(|one| one.to.text() == "bob@example.com").count(), 1);
});

on_both!(hostile_input_is_refused_and_nothing_is_sent, |center| async move {
    let long = "x".repeat(10_000);
    let with = |name: &str, value: Value| {
        let mut body = json!({ "kind": "individual", "language": "en" });
        body[name] = value;
        body
    };
    for (body, code) in [
        (with("email", "a@example.com\r\nBcc: b@example.com".into()), "invalid-value"),
        (with("email", "'; DROP TABLE account; --".into()), "invalid-value"),
        (with("email", format!("{long}@example.com").into()), "invalid-value"),
        (with("email", "a\u{0}@example.com".into()), "invalid-value"),
        (with("email", Value::Null), "invalid-value"),
        (with("email", 1.into()), "bad-request"),
        (with("email", json!(["a@example.com"])), "bad-request"),
        (with("phone", "+999 123456".into()), "invalid-value"),
        (with("phone", "0151 23456789".into()), "invalid-value"),
        (with("phone", long.clone().into()), "invalid-value"),
        (json!({ "kind": "individual" }), "invalid-value"),
        (
            json!({ "kind": "individual", "email": "a@example.com", "phone": "+4915123456789" }),
            "invalid-value",
        ),
        (json!({ "kind": "robot", "email": "a@example.com" }), "bad-request"),
        (json!({ "email": "a@example.com" }), "bad-request"),
        (json!({ "kind": "individual", "email": "a@example.com", "language": "xx" }), "bad-request"),
        (json!({ "kind": "individual", "email": "a@example.com", "admin": true }), "bad-request"),
        (json!([]), "bad-request"),
    ] {
        let answer = center.post("/v1/registrations").json(&body).send().await;
        assert_eq!(answer.code(), code, "{body}");
    }
    for (bytes, code) in [(&b"{"[..], "bad-request"), (b"\xff", "bad-request"), (b"", "bad-request")] {
        let answer = center.post("/v1/registrations").bytes("application/json", bytes.to_vec()).send().await;
        assert_eq!(answer.code(), code);
    }
    let form = center.post("/v1/registrations").bytes("application/x-www-form-urlencoded", b"a=b".to_vec());
    assert_eq!(form.send().await.code(), "unsupported-media-type");
    let big = json!({ "kind": "individual", "email": "x".repeat(100_000) });
    assert_eq!(center.post("/v1/registrations").json(big).send().await.code(), "too-large");
    assert!(center.messages().await.is_empty());

    let flow = begun(&center, "alice@example.com").await;
    let code = center.code_sent_to("alice@example.com").await;
    let body = |name: &str, value: &str| {
        let mut body =
            json!({ "flow": flow, "code": code, "password": PASSWORD, "name": "Alice", "device": "test" });
        body[name] = value.into();
        body
    };
    for (body, code) in [
        (body("name", ""), "invalid-value"),
        (body("name", "a\nb"), "invalid-value"),
        (body("name", "a\u{202e}b"), "invalid-value"),
        (body("name", &long), "invalid-value"),
        (body("device", ""), "invalid-value"),
        (body("device", &long), "invalid-value"),
        (body("flow", "x"), "flow-ended"),
        (body("flow", &long), "flow-ended"),
        (body("code", "' OR 1=1 --"), "wrong-code"),
        (body("code", &long), "wrong-code"),
    ] {
        assert_eq!(center.post("/v1/registrations/complete").json(&body).send().await.code(), code, "{body}");
    }
    let hostile = "Robert'); DROP TABLE account;-- <script>";
    let done = center.post("/v1/registrations/complete").json(body("name", hostile)).send().await.ok();
    assert_eq!(account(&center, done["session"].as_str().unwrap()).await["name"], hostile);
});

/// Draws the same account number twice, then goes on.
struct Repeating(AtomicUsize);

impl Randomness for Repeating {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), tessera_center::clock::NoRandomness> {
        if bytes.len() == 8 && self.0.fetch_add(1, Ordering::SeqCst) < 2 {
            bytes.copy_from_slice(&7u64.to_le_bytes());
            return Ok(());
        }
        SystemRandomness.fill(bytes)
    }
}

#[tokio::test]
async fn a_number_that_is_taken_is_drawn_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = tessera_center::Config { data: folder.path().to_owned(), ..Default::default() };
    config.passwords.memory_kib = 64;
    let clock = Arc::new(tessera_center::clock::SystemClock);
    let center = Center::open_with(config, clock, Arc::new(Repeating(AtomicUsize::new(0)))).await.unwrap();
    let mut ids = Vec::new();
    for address in ["a@example.com", "b@example.com"] {
        let state = registration::State {
            kind: tessera_center_api::account::AccountKind::Enterprise,
            language: "en".into(),
            phone: false,
            address: address.into(),
            proven: true,
        };
        let mut tx = center.begin().await.unwrap();
        let peer = tessera_center::http::Peer("203.0.113.7".parse().unwrap());
        ids.push(registration::create(&mut tx, &center, &state, "x", "hash", peer).await.unwrap().id);
        tx.commit().await.unwrap();
    }
    assert_eq!(ids[0], 100_000_007);
    assert_ne!(ids[0], ids[1]);
}
