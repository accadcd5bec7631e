//! The password step of a login: who is let in, and what a wrong password costs.

use axum::Router;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_center::contact::Address;
use tessera_center::store::tables::account::AccountId;
use tessera_center::store::tables::contact::{self, ContactKind};

use crate::harness::{Answer, PASSWORD, START, TestCenter};
use crate::on_both;

pub(crate) const ALICE: &str = "alice@example.com";
pub(crate) const WRONG: &str = "loud torch over the tunnel";

/// An attempt, built up.
pub(crate) struct Attempt(Value);

impl Attempt {
    pub(crate) fn new(name: &str, password: &str) -> Self {
        Self(json!({ "name": name, "password": password, "device": "test" }))
    }

    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// With a verification code and its flow.
    pub(crate) fn code(self, (flow, code): &(String, String)) -> Self {
        self.with("flow", flow.as_str()).with("code", code.as_str())
    }

    pub(crate) async fn at(self, router: &Router) -> Answer {
        TestCenter::ask_at(router, Method::POST, "/v1/login").json(self.0).send().await
    }

    pub(crate) async fn send(self, center: &TestCenter) -> Answer {
        self.at(&center.router).await
    }

    /// The session that it began.
    #[track_caller]
    pub(crate) fn session(answer: &Answer) -> String {
        let body = answer.ok();
        assert_eq!(body["outcome"], "signed-in", "{body}");
        body["session"].as_str().unwrap().to_owned()
    }
}

/// Gets a verification code: its flow and the code that was sent to this address.
pub(crate) async fn verification_code(center: &TestCenter, name: &str, address: &str) -> (String, String) {
    let sent = center.post("/v1/login/code").json(json!({ "name": name })).send().await.ok();
    (sent["flow"].as_str().unwrap().to_owned(), center.code_sent_to(address).await)
}

/// So many wrong passwords, with codes where they are needed; none of them locks.
pub(crate) async fn wrong_passwords(center: &TestCenter, name: &str, address: &str, count: usize) {
    for place in 0..count {
        let mut attempt = Attempt::new(name, WRONG);
        if place >= 3 {
            attempt = attempt.code(&verification_code(center, name, address).await);
        }
        assert_eq!(attempt.send(center).await.code(), "wrong-credentials", "wrong password {place}");
    }
    center.empty_outbox().await;
}

/// Enough codes for a test that asks for many.
pub(crate) fn many_codes(config: &mut tessera_center::Config) {
    config.rules.codes_per_address = 1000;
    config.rules.anonymous_codes_per_address = 1000;
    config.rules.anonymous_codes_per_peer = 1000;
}

/// The kinds of the events in the account's security log, the earliest first.
pub(crate) async fn events(center: &TestCenter, account: AccountId) -> Vec<String> {
    sqlx::query_scalar("SELECT kind FROM security_event WHERE account_id = $1 ORDER BY happened_at, id")
        .bind(account)
        .fetch_all(center.center.db.pool())
        .await
        .unwrap()
}

/// The templates of the messages that lie in the outbox, as JSON writes them, sorted.
pub(crate) async fn told(center: &TestCenter) -> Vec<String> {
    let name = |template| serde_json::to_value(template).unwrap().as_str().unwrap().to_owned();
    let mut told: Vec<String> =
        center.messages().await.iter().map(|message| name(message.message.template())).collect();
    told.sort();
    told
}

on_both!(each_name_of_an_account_signs_in, |center| async move {
    let alice = center.account_with(ALICE, Some("+4915123456789")).await;
    for name in ["alice@example.com", " Alice@EXAMPLE.com", "+49 151 23456789", &alice.to_string()] {
        let answer = Attempt::new(name, PASSWORD).send(&center).await;
        let session = Attempt::session(&answer);
        assert_eq!(answer.json()["account"], alice);
        assert_eq!(answer.json()["bind_mfa_first"], false);
        assert!(answer.json().get("trusted_device").is_none(), "nobody asked to be remembered");
        center.get("/v1/sessions").by(&session).send().await.ok();
    }
    assert_eq!(events(&center, alice).await, ["signed-in"; 4]);
    assert_eq!(
        told(&center).await,
        ["new-device"; 8],
        "each login from a device not trusted, to both addresses"
    );
});

on_both!(a_phone_of_several_accounts_names_none_of_them, |center| async move {
    let phone = "+4915123456789";
    let alice = center.account_with(ALICE, Some(phone)).await;
    assert!(Attempt::new(phone, PASSWORD).send(&center).await.status.is_success());
    let bob = center.account_with("bob@example.com", Some(phone)).await;
    assert_eq!(Attempt::new(phone, PASSWORD).send(&center).await.code(), "wrong-credentials");
    for account in [alice, bob] {
        Attempt::session(&Attempt::new(&account.to_string(), PASSWORD).send(&center).await);
    }
    let mut tx = center.center.begin().await.unwrap();
    contact::unbind(&mut tx, bob, ContactKind::SecurePhone, START, START).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(Attempt::new(phone, PASSWORD).send(&center).await.json()["account"], alice);
});

on_both!(an_address_that_was_given_up_or_only_serves_security_is_no_name, |center| async move {
    let alice = center.account(ALICE).await;
    let other = Address::email("other@example.com").unwrap();
    let mut tx = center.center.begin().await.unwrap();
    let kind = ContactKind::SecurityEmail;
    assert!(contact::bind(&mut tx, &center.center, alice, kind, &other, START).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(Attempt::new("other@example.com", PASSWORD).send(&center).await.code(), "wrong-credentials");
});

on_both!(after_three_wrong_passwords_a_code_admits_one_attempt, |center| async move {
    let alice = center.account(ALICE).await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let runs = center.center.hasher.runs();
    assert_eq!(
        Attempt::new(ALICE, PASSWORD).send(&center).await.code(),
        "code-required",
        "even the right one"
    );
    // Every name of the account is in the same window.
    assert_eq!(Attempt::new(&alice.to_string(), WRONG).send(&center).await.code(), "code-required");
    let (flow, code) = verification_code(&center, ALICE, ALICE).await;
    let with = |flow: &str, code: &str| {
        Attempt::new(ALICE, PASSWORD).code(&(flow.to_owned(), code.to_owned())).send(&center)
    };
    let other = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(with(&flow, other).await.code(), "wrong-code");
    assert_eq!(with("no flow", &code).await.code(), "flow-ended");
    let only_code = Attempt::new(ALICE, PASSWORD).with("code", code.as_str()).send(&center).await;
    assert_eq!(only_code.code(), "code-required");
    assert_eq!(center.center.hasher.runs(), runs, "none of these was looked at");
    // It was not counted either: seven wrong ones are left, each with a code of its own.
    let wrong = Attempt::new(ALICE, WRONG).code(&(flow.clone(), code.clone())).send(&center).await;
    assert_eq!(wrong.code(), "wrong-credentials");
    assert_eq!(with(&flow, &code).await.code(), "flow-ended", "a code admits one attempt");
    let code = verification_code(&center, ALICE, ALICE).await;
    let answer = Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await;
    Attempt::session(&answer);
    // A full success closes the window.
    for _ in 0..3 {
        assert_eq!(Attempt::new(ALICE, WRONG).send(&center).await.code(), "wrong-credentials");
    }
    let log = events(&center, alice).await;
    assert_eq!(log.iter().filter(|kind| *kind == "wrong-password").count(), 7);
});

on_both!(a_code_of_one_account_or_errand_admits_to_no_other, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    center.account("mallory@example.com").await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let his = verification_code(&center, "mallory@example.com", "mallory@example.com").await;
    assert_eq!(Attempt::new(ALICE, WRONG).code(&his).send(&center).await.code(), "flow-ended");
    // His own code was not tried by that.
    wrong_passwords(&center, "mallory@example.com", "mallory@example.com", 3).await;
    Attempt::session(&Attempt::new("mallory@example.com", PASSWORD).code(&his).send(&center).await);
    center.empty_outbox().await;
    // Not even under another name of the same account: that would tell that they belong together.
    let hers = verification_code(&center, ALICE, ALICE).await;
    assert_eq!(Attempt::new(&alice.to_string(), PASSWORD).code(&hers).send(&center).await.code(), "flow-ended");
    center.clock.advance(60);
    let other = json!({ "name": alice.to_string(), "flow": hers.0 });
    assert_eq!(center.post("/v1/login/code").json(other).send().await.code(), "flow-ended");
    let reset = center.post("/v1/password-resets").json(json!({ "name": ALICE })).send().await.ok();
    let code = (reset["flow"].as_str().unwrap().to_owned(), center.code_sent_to(ALICE).await);
    assert_eq!(Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await.code(), "flow-ended");
});

on_both!(the_tenth_wrong_password_locks_and_the_owner_is_told_once, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    let open = center.session(alice).await;
    wrong_passwords(&center, ALICE, ALICE, 9).await;
    let code = verification_code(&center, ALICE, ALICE).await;
    let spare = verification_code(&center, ALICE, ALICE).await;
    center.clock.advance(3600);
    let until = START + 86_400;
    let tenth = verification_code(&center, ALICE, ALICE).await;
    let answer = Attempt::new(ALICE, WRONG).code(&tenth).send(&center).await;
    assert_eq!((answer.code().as_str(), answer.json()["until"].as_i64()), ("account-locked", Some(until)));
    assert_eq!(told(&center).await, ["account-locked"], "both contacts are one address");
    for attempt in [
        Attempt::new(ALICE, PASSWORD),
        Attempt::new(ALICE, PASSWORD).code(&code),
        Attempt::new(&alice.to_string(), WRONG).code(&spare),
    ] {
        let runs = center.center.hasher.runs();
        let answer = attempt.send(&center).await;
        assert_eq!((answer.code().as_str(), answer.json()["until"].as_i64()), ("account-locked", Some(until)));
        assert_eq!(center.center.hasher.runs(), runs);
    }
    assert_eq!(told(&center).await, ["account-locked"]);
    assert_eq!(events(&center, alice).await.iter().filter(|kind| *kind == "locked").count(), 1);
    center.get("/v1/sessions").by(&open).send().await.ok();
});

on_both!(a_code_goes_to_the_security_contact, |center| async move {
    let alice = center.account_with(ALICE, Some("+4915123456789")).await;
    let bind = async |kind, address: &str| {
        let mut tx = center.center.begin().await.unwrap();
        let address = Address::of_kind(ContactKind::takes(kind), address).unwrap();
        assert!(contact::bind(&mut tx, &center.center, alice, kind, &address, START).await.unwrap());
        tx.commit().await.unwrap();
    };
    bind(ContactKind::SecurityEmail, "safe@example.com").await;
    verification_code(&center, ALICE, "safe@example.com").await;
    let mut tx = center.center.begin().await.unwrap();
    contact::unbind(&mut tx, alice, ContactKind::SecurityEmail, START, START).await.unwrap();
    tx.commit().await.unwrap();
    verification_code(&center, ALICE, "+4915123456789").await;
});

on_both!(a_refused_resend_keeps_the_earlier_code_and_another_replaces_it, |center| async move {
    center.account(ALICE).await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let first = verification_code(&center, ALICE, ALICE).await;
    let again = || center.post("/v1/login/code").json(json!({ "name": ALICE, "flow": first.0 })).send();
    center.clock.advance(59);
    let refused = again().await;
    assert_eq!(
        (refused.code().as_str(), refused.json()["until"].as_i64()),
        ("sent-lately", Some(START + 60))
    );
    assert!(center.messages().await.is_empty());
    center.clock.advance(1);
    let sent = again().await.ok();
    assert_eq!(
        (sent["flow"].as_str(), sent["again_at"].as_i64()),
        (Some(first.0.as_str()), Some(START + 120))
    );
    let second = (first.0.clone(), center.code_sent_to(ALICE).await);
    if first != second {
        assert_eq!(Attempt::new(ALICE, PASSWORD).code(&first).send(&center).await.code(), "wrong-code");
    }
    Attempt::session(&Attempt::new(ALICE, PASSWORD).code(&second).send(&center).await);
});

on_both!(five_wrong_codes_end_a_code_and_the_flow, with many_codes, |center| async move {
    center.account(ALICE).await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let (flow, code) = verification_code(&center, ALICE, ALICE).await;
    let other = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        let wrong = (flow.clone(), other.to_owned());
        assert_eq!(Attempt::new(ALICE, PASSWORD).code(&wrong).send(&center).await.code(), "wrong-code");
    }
    let right = (flow.clone(), code);
    assert_eq!(Attempt::new(ALICE, PASSWORD).code(&right).send(&center).await.code(), "flow-ended");
    center.clock.advance(60);
    let again = center.post("/v1/login/code").json(json!({ "name": ALICE, "flow": flow })).send().await;
    assert_eq!(again.code(), "flow-ended");
    let fresh = verification_code(&center, ALICE, ALICE).await;
    Attempt::session(&Attempt::new(ALICE, PASSWORD).code(&fresh).send(&center).await);
});

on_both!(
    an_outdated_hash_is_made_anew_by_the_next_success,
    with | config | config.passwords.passes = 2,
    |center| async move {
        let alice = center.account(ALICE).await;
        let cheaper = TestCenter::sqlite_with(|_| {}).await;
        let old = cheaper
            .center
            .hasher
            .hash(tessera_center::password::Password::new(PASSWORD), &cheaper.center.random)
            .await
            .unwrap();
        cheaper.remove().await;
        let stored = async || -> String {
            sqlx::query_scalar("SELECT password_hash FROM account WHERE id = $1")
                .bind(alice)
                .fetch_one(center.center.db.pool())
                .await
                .unwrap()
        };
        sqlx::query("UPDATE account SET password_hash = $2 WHERE id = $1")
            .bind(alice)
            .bind(&old)
            .execute(center.center.db.pool())
            .await
            .unwrap();
        assert_eq!(Attempt::new(ALICE, WRONG).send(&center).await.code(), "wrong-credentials");
        assert_eq!(stored().await, old);
        Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
        let renewed = stored().await;
        assert!(!center.center.hasher.is_outdated(&renewed) && renewed != old);
        Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
        assert_eq!(stored().await, renewed);
    }
);

on_both!(what_is_no_attempt_is_refused_and_counts_nothing, |center| async move {
    center.account(ALICE).await;
    let send = async |body: Value| center.post("/v1/login").json(body).send().await;
    for _ in 0..2 {
        for body in [
            json!({}),
            json!({ "name": ALICE, "password": PASSWORD }),
            json!({ "name": ALICE, "password": 7, "device": "x" }),
            json!({ "name": ALICE, "password": PASSWORD, "device": "x", "admin": true }),
            json!([ALICE]),
        ] {
            assert_eq!(send(body).await.code(), "bad-request");
        }
        for device in ["", " ", "\u{1}\n", &"x".repeat(65)] {
            let answer = send(json!({ "name": ALICE, "password": WRONG, "device": device })).await;
            assert_eq!(
                (answer.code().as_str(), answer.json()["field"].as_str()),
                ("invalid-value", Some("/device"))
            );
        }
        let long = "x".repeat(70_000);
        assert_eq!(Attempt::new(ALICE, &long).send(&center).await.code(), "too-large");
    }
    let get = center.get("/v1/login").send().await;
    assert_eq!((get.status, get.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"));
    Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
});

on_both!(names_are_data_whatever_is_in_them, |center| async move {
    center.account(ALICE).await;
    for name in [
        "'; DROP TABLE account; --",
        "alice@example.com' OR '1'='1",
        "alice@example.com\r\nBcc: x@example.com",
        "\u{0}",
        "%",
        "99999999999999999999999999",
        "-1",
        "+",
        "@",
        "🦀",
    ] {
        assert_eq!(Attempt::new(name, PASSWORD).send(&center).await.code(), "wrong-credentials", "{name}");
        let sent = center.post("/v1/login/code").json(json!({ "name": name })).send().await;
        assert!(sent.status.is_success(), "{name}: {}", sent.text);
    }
    assert!(center.messages().await.is_empty());
    Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
});

on_both!(an_idempotency_key_sends_one_code, |center| async move {
    center.account(ALICE).await;
    let ask = |name: &str| {
        center.post("/v1/login/code").header("idempotency-key", "one").json(json!({ "name": name })).send()
    };
    let (first, second) = (ask(ALICE).await, ask(ALICE).await);
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert_eq!(center.messages().await.len(), 1);
    assert_eq!(ask("bob@example.com").await.code(), "key-reused");
});

on_both!(what_the_owner_is_told_reads_in_both_languages, with many_codes, |center| async move {
    let words = ["2023-11-15 22:13 UTC", "203.0.113.7"];
    for language in ["en", "zh-Hans"] {
        let name = format!("{}@example.com", language.to_lowercase());
        let account = center.account(&name).await;
        sqlx::query("UPDATE account SET language = $2 WHERE id = $1")
            .bind(account)
            .bind(language)
            .execute(center.center.db.pool())
            .await
            .unwrap();
        Attempt::session(&Attempt::new(&name, PASSWORD).with("device", "Zoë’s laptop").send(&center).await);
        let mut said = center.messages().await;
        wrong_passwords(&center, &name, &name, 9).await;
        let code = verification_code(&center, &name, &name).await;
        Attempt::new(&name, WRONG).code(&code).send(&center).await;
        said.extend(center.messages().await);
        let said: Vec<_> = said.iter().map(|one| one.message.render("Example Center").unwrap()).collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].text.contains("Zoë’s laptop") && said[0].text.contains(words[1]), "{}", said[0].text);
        assert!(said[1].text.contains(words[0]) && said[1].text.contains("10"), "{}", said[1].text);
        for one in &said {
            assert_eq!(one.text.is_ascii(), language == "en" && !one.text.contains("Zoë"), "{}", one.text);
            assert!(!one.text.contains("{%") && !one.text.contains(WRONG));
        }
        center.empty_outbox().await;
    }
});
