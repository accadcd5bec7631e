//! Staff: made by the command line, signed in by password and code.

use std::sync::Arc;

use serde_json::{Value, json};
use tessera_center::rules::staff;
use tessera_center_api::staff::Role;
use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};

use crate::harness::{PASSWORD, START, TestCenter};
use crate::on_both;

/// A staff member with its authenticator.
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) email: String,
    secret: Secret,
}

impl Member {
    /// Added now, invitation accepted.
    pub(crate) async fn new(center: &TestCenter, email: &str, roles: &[Role], account: Option<i64>) -> Self {
        let (person, token) = staff::add(&center.center, email, "Rita Review", roles, account).await.unwrap();
        let secret = accept(center, &token.expose_secret()).await;
        Self { id: person.id, email: email.into(), secret }
    }

    pub(crate) fn code_at(&self, at: i64) -> String {
        code(&self.secret, at)
    }

    /// Signs in with the next code that was not used yet, moving the clock by 30 s.
    pub(crate) async fn sign_in(&self, center: &TestCenter) -> String {
        center.clock.advance(30);
        let at = center.center.now();
        let answer = sign_in(center, &self.email, PASSWORD, &self.code_at(at)).await.ok();
        answer["token"].as_str().unwrap().to_owned()
    }
}

fn code(secret: &Secret, at: i64) -> String {
    let generator =
        Generator::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
    Credential::new("", "", secret.clone(), generator)
        .code_at(at.try_into().unwrap())
        .unwrap()
        .text()
        .to_owned()
}

async fn sign_in(center: &TestCenter, email: &str, password: &str, code: &str) -> crate::harness::Answer {
    center
        .post("/v1/staff/session")
        .json(json!({ "email": email, "password": password, "code": code }))
        .send()
        .await
}

async fn open(center: &TestCenter, token: &str) -> Value {
    center.post("/v1/staff/invitations").json(json!({ "token": token })).send().await.ok()
}

async fn accept(center: &TestCenter, token: &str) -> Secret {
    let opened = open(center, token).await;
    let secret = Secret::from_base32(opened["secret"].as_str().unwrap()).unwrap();
    assert!(opened["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    let now = center.center.now();
    let body = json!({ "flow": opened["flow"], "password": PASSWORD, "codes": [code(&secret, now - 30), code(&secret, now)] });
    center.post("/v1/staff/invitations/acceptance").json(body).send().await.ok();
    secret
}

on_both!(an_invitation_makes_one_staff_member_who_signs_in_with_both, |center| async move {
    let member = Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await;
    let token = member.sign_in(&center).await;
    let me = center.get("/v1/staff/session").by(&token).send().await.ok();
    assert_eq!(me["roles"], json!(["reviewer"]));
    assert_eq!(me["decides_from"], START + 72 * 3600);
    // An account's token is no staff member's, and the other way round.
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    assert_eq!(center.get("/v1/staff/session").by(&session).send().await.code(), "not-signed-in");
    assert_eq!(center.get("/v1/sessions").by(&token).send().await.code(), "not-signed-in");
    center.delete("/v1/staff/session").by(&token).send().await.ok();
    assert_eq!(center.get("/v1/staff/session").by(&token).send().await.code(), "not-signed-in");
});

on_both!(an_invitation_is_good_once_and_until_it_expires, |center| async move {
    let (_, token) =
        staff::add(&center.center, "rita@example.com", "Rita", &[Role::Reviewer], None).await.unwrap();
    let token = token.expose_secret().to_string();
    // A wrong pair of codes leaves it open; the same code twice is no pair.
    let opened = open(&center, &token).await;
    let secret = Secret::from_base32(opened["secret"].as_str().unwrap()).unwrap();
    let now = center.center.now();
    let body = |password: &str, codes: [String; 2]| json!({ "flow": opened["flow"], "password": password, "codes": codes });
    let send = async |body: Value| center.post("/v1/staff/invitations/acceptance").json(body).send().await;
    let pair = [code(&secret, now - 30), code(&secret, now)];
    assert_eq!(send(body(PASSWORD, [pair[1].clone(), pair[1].clone()])).await.code(), "wrong-code");
    assert_eq!(send(body("rita1984", pair.clone())).await.code(), "weak-password");
    // Twenty at once: one succeeds.
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (center, body) = (Arc::clone(&center), body(PASSWORD, pair.clone()));
            tokio::spawn(async move {
                center.post("/v1/staff/invitations/acceptance").json(body).send().await.status.is_success()
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += usize::from(task.await.unwrap());
    }
    assert_eq!(accepted, 1);
    let again = center.post("/v1/staff/invitations").json(json!({ "token": token })).send().await;
    assert_eq!(again.code(), "link-ended");
    let (_, late) = staff::add(&center.center, "late@example.com", "Late", &[], None).await.unwrap();
    center.clock.set((START + 3 * 86_400).cast_unsigned());
    let late = json!({ "token": late.expose_secret().as_str() });
    assert_eq!(center.post("/v1/staff/invitations").json(&late).send().await.code(), "link-ended");
});

on_both!(a_code_signs_staff_in_once_also_when_fifty_come_at_once, |center| async move {
    let member = Arc::new(Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await);
    center.clock.advance(30);
    let other = center.another_server().await;
    // Ten tries are what the window holds.
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let (center, member, other) = (Arc::clone(&center), Arc::clone(&member), other.clone());
            tokio::spawn(async move {
                let router = if number % 2 == 0 { center.router.clone() } else { other };
                let code = member.code_at(center.center.now());
                TestCenter::ask_at(&router, axum::http::Method::POST, "/v1/staff/session")
                    .json(json!({ "email": member.email, "password": PASSWORD, "code": code }))
                    .send()
                    .await
                    .status
                    .is_success()
            })
        })
        .collect();
    let mut signed_in = 0;
    for task in tasks {
        signed_in += usize::from(task.await.unwrap());
    }
    assert_eq!(signed_in, 1);
});

on_both!(ten_wrong_tries_lock_known_and_unknown_names_alike_until_the_window_ends, |center| async move {
    let member = Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await;
    center.clock.advance(30);
    let start = center.center.now();
    for email in ["rita@example.com", "nobody@example.com"] {
        for number in 1..=11 {
            // The right password with a wrong code is as wrong as the other way round.
            let (password, code) =
                if number % 2 == 0 { (PASSWORD, "000000".to_owned()) } else { ("x", member.code_at(start)) };
            let refused = sign_in(&center, email, password, &code).await;
            let expected = if number < 10 { "wrong-credentials" } else { "account-locked" };
            assert_eq!(refused.code(), expected, "{email} {number}");
            if number >= 10 {
                assert_eq!(refused.json()["until"], start + 86_400);
            }
        }
    }
    center.clock.set((start + 86_399).cast_unsigned());
    let code = member.code_at(center.center.now());
    assert_eq!(sign_in(&center, &member.email, PASSWORD, &code).await.code(), "account-locked");
    center.clock.advance(1);
    let code = member.code_at(center.center.now());
    sign_in(&center, &member.email, PASSWORD, &code).await.ok();
});

on_both!(a_staff_session_ends_idle_by_age_and_when_its_holder_is_disabled, |center| async move {
    let member = Member::new(&center, "rita@example.com", &[Role::Supervisor], None).await;
    let token = member.sign_in(&center).await;
    let seen = async |token: &str| center.get("/v1/staff/session").by(token).send().await.status.is_success();
    center.clock.advance(3599);
    assert!(seen(&token).await);
    center.clock.advance(3600);
    assert!(!seen(&token).await);
    let token = member.sign_in(&center).await;
    for _ in 0..23 {
        center.clock.advance(1800);
        assert!(seen(&token).await);
    }
    center.clock.advance(1800);
    assert!(!seen(&token).await, "twelve hours are over");
    let token = member.sign_in(&center).await;
    staff::set_roles(&center.center, &member.email, &[Role::Operator]).await.unwrap();
    assert_eq!(center.get("/v1/staff/audit").by(&token).send().await.code(), "forbidden");
    staff::disable(&center.center, &member.email).await.unwrap();
    assert!(!seen(&token).await);
    center.clock.advance(30);
    let code = member.code_at(center.center.now());
    assert_eq!(sign_in(&center, &member.email, PASSWORD, &code).await.code(), "wrong-credentials");
    assert!(staff::disable(&center.center, &member.email).await.is_err());
});

on_both!(another_invitation_ends_the_earlier_password_and_sessions, |center| async move {
    let member = Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await;
    let token = member.sign_in(&center).await;
    let invitation = staff::invite_again(&center.center, "Rita@Example.com").await.unwrap();
    assert_eq!(center.get("/v1/staff/session").by(&token).send().await.code(), "not-signed-in");
    center.clock.advance(30);
    let code = member.code_at(center.center.now());
    assert_eq!(sign_in(&center, &member.email, PASSWORD, &code).await.code(), "wrong-credentials");
    accept(&center, &invitation.expose_secret()).await;
});

on_both!(what_no_staff_member_sends_is_refused, |center| async move {
    assert!(staff::add(&center.center, "rita", "Rita", &[], None).await.is_err());
    assert!(staff::add(&center.center, "rita@example.com", "Ri\nta", &[], None).await.is_err());
    assert!(staff::add(&center.center, "rita@example.com", "Rita", &[], None).await.is_ok());
    assert!(staff::add(&center.center, "RITA@example.com", "Rita", &[], None).await.is_err());
    for body in [
        json!({ "email": "' OR 1=1 --", "password": "\u{0}", "code": "\r\n" }),
        json!({ "email": "rita@example.com", "password": "", "code": "" }),
        json!({ "email": "", "password": "x".repeat(5000), "code": "9".repeat(5000) }),
    ] {
        assert_eq!(center.post("/v1/staff/session").json(body).send().await.code(), "wrong-credentials");
    }
    for token in ["", "x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let answer = center.post("/v1/staff/invitations").json(json!({ "token": token })).send().await;
        assert_eq!(answer.code(), "link-ended");
        let body = json!({ "flow": token, "password": PASSWORD, "codes": ["1", "2"] });
        let answer = center.post("/v1/staff/invitations/acceptance").json(body).send().await;
        assert_eq!(answer.code(), "flow-ended");
    }
    let more = json!({ "email": "a@example.com", "password": "x", "code": "1", "role": "supervisor" });
    assert_eq!(center.post("/v1/staff/session").json(more).send().await.code(), "bad-request");
});

on_both!(staff_know_each_other_by_name_also_those_who_have_left, |center| async move {
    let rita = Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await;
    let (sven, _) =
        staff::add(&center.center, "sven@example.com", "Sven Söder", &[Role::Operator], None).await.unwrap();
    staff::disable(&center.center, "sven@example.com").await.unwrap();
    let token = rita.sign_in(&center).await;
    let members = center.get("/v1/staff/members").by(&token).send().await.ok();
    let named = |id: &str, name: &str| json!({ "id": id, "name": name });
    let mut expected = [named(&rita.id, "Rita Review"), named(&sven.id, "Sven Söder")];
    // Both were added in one second: then by number.
    expected.sort_by_key(|one| one["id"].as_str().unwrap().to_owned());
    assert_eq!(members, json!(expected));
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    assert_eq!(center.get("/v1/staff/members").by(&session).send().await.code(), "not-signed-in");
});
