//! Codes of devices and recovery codes: once, in their time, ten wrong ones a day.

use std::sync::Arc;

use axum::http::Method;
use serde_json::json;
use tessera_center::rules::second_factor::{self, Of, Try, Verdict};
use tessera_center::store::tables::account::AccountId;
use tessera_center::store::tables::otp_token::{self, Moving, Seed};
use tessera_center::store::tables::trusted_device;
use tessera_center::token::{PlainToken, TokenHash};
use tessera_center_api::identity::Action;
use tessera_otp::{Algorithm, Credential, Digits, Period, Secret};

use crate::harness::TestCenter;
use crate::on_both;

const DAY: i64 = 86_400;

/// A bound virtual device.
pub(crate) struct Device {
    pub(crate) id: String,
    credential: Credential,
}

impl Device {
    /// The code at a time.
    pub(crate) fn code_at(&self, unix: i64) -> String {
        self.credential.code_at(u64::try_from(unix).unwrap()).unwrap().text().to_owned()
    }

    /// Six digits that are the code of no step near a time.
    pub(crate) fn wrong_at(&self, unix: i64) -> String {
        let near: Vec<String> = (-300..300).map(|step| self.code_at(unix + step * 30)).collect();
        (0..1_000_000).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

impl TestCenter {
    pub(crate) fn now(&self) -> i64 {
        self.center.now()
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.advance(u64::try_from(seconds).unwrap());
    }

    /// Asks for the secret of a virtual device.
    pub(crate) async fn pending_device(&self, session: &str, name: &str) -> (String, Credential) {
        self.prove(session, Action::BindMfaDevice).await;
        let answer =
            self.post("/v1/mfa-devices/virtual").by(session).json(json!({"name": name})).send().await.ok();
        let credential = Credential::from_uri(answer["uri"].as_str().unwrap()).unwrap();
        assert_eq!(credential.secret.to_base32().as_str(), answer["secret"].as_str().unwrap());
        (answer["flow"].as_str().unwrap().to_owned(), credential)
    }

    /// Binds a virtual device through the API, then lets the time go on to codes that were not used for it.
    pub(crate) async fn device(&self, session: &str, name: &str) -> Device {
        let (flow, credential) = self.pending_device(session, name).await;
        let mut device = Device { id: String::new(), credential };
        let (first, second) = (device.code_at(self.now() - 30), device.code_at(self.now()));
        let body = json!({"flow": flow, "first": first, "second": second});
        let bound = self.post("/v1/mfa-devices/virtual/bind").by(session).json(body).send().await.ok();
        device.id += bound["id"].as_str().unwrap();
        self.wait(60);
        device
    }

    /// New recovery codes.
    pub(crate) async fn recovery_codes(&self, session: &str) -> Vec<String> {
        self.prove(session, Action::NewRecoveryCodes).await;
        let made = self.post("/v1/recovery-codes").by(session).send().await.ok();
        made["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }

    /// Tries a code of a device by the rule itself, as a login does.
    pub(crate) async fn try_totp(
        &self,
        account: AccountId,
        code: &str,
        trusted: Option<TokenHash>,
    ) -> Verdict {
        let mut tx = self.center.begin().await.unwrap();
        let tried = Try { account, trusted, peer: "203.0.113.7" };
        let verdict = second_factor::try_totp(&mut tx, &self.center, &tried, code).await.unwrap();
        tx.commit().await.unwrap();
        verdict
    }

    pub(crate) async fn try_recovery_code(&self, account: AccountId, code: &str) -> Verdict {
        let mut tx = self.center.begin().await.unwrap();
        let tried = Try { account, trusted: None, peer: "203.0.113.7" };
        let verdict = second_factor::try_recovery_code(&mut tx, &self.center, &tried, code).await.unwrap();
        tx.commit().await.unwrap();
        verdict
    }

    async fn try_two(
        &self,
        account: AccountId,
        of: Of<'_>,
        first: &str,
        second: &str,
    ) -> Result<String, Verdict> {
        let mut tx = self.center.begin().await.unwrap();
        let tried = Try { account, trusted: None, peer: "203.0.113.7" };
        let found = second_factor::try_two(&mut tx, &self.center, &tried, of, first, second).await.unwrap();
        tx.commit().await.unwrap();
        found
    }

    /// Imports a hardware token as staff would.
    pub(crate) async fn hardware(&self, serial: &str, counter: bool) -> Seed {
        let mut bytes = [0; 20];
        self.center.random.fill(&mut bytes).unwrap();
        let seed = Seed {
            secret: Secret::from_bytes(&bytes).unwrap(),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            moving: if counter { Moving::Counter } else { Moving::Time(Period::THIRTY) },
        };
        let mut tx = self.center.begin().await.unwrap();
        otp_token::insert(&mut tx, &self.center, Some(serial), &seed, -1, 0).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        seed
    }

    /// How many messages in the outbox are of this kind.
    pub(crate) async fn told(&self, template: tessera_center::outbox::Template) -> usize {
        self.messages().await.iter().filter(|one| one.message.template() == template).count()
    }

    /// Begins an identity check and gives its flow.
    pub(crate) async fn check(&self, session: &str, action: Action) -> String {
        let begun =
            self.post("/v1/identity-checks").by(session).json(json!({"action": action})).send().await.ok();
        begun["flow"].as_str().unwrap().to_owned()
    }
}

/// The code of a hardware token.
pub(crate) fn code_of(seed: &Seed, step: i64) -> String {
    seed.code(step).unwrap().text().to_owned()
}

on_both!(one_code_sent_fifty_times_at_once_to_two_servers_is_accepted_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let device = center.device(&session, "phone").await;
    let mut flows = Vec::new();
    for _ in 0..50 {
        flows.push(center.check(&session, Action::ExportData).await);
    }
    let routers = [center.router.clone(), center.another_server().await];
    let code = device.code_at(center.now());
    let tasks: Vec<_> = flows
        .into_iter()
        .enumerate()
        .map(|(number, flow)| {
            let (router, session, code) = (routers[number % 2].clone(), session.clone(), code.clone());
            tokio::spawn(async move {
                let body = json!({"flow": flow, "factor": "mfa", "code": code});
                let ask = TestCenter::ask_at(&router, Method::POST, "/v1/identity-checks/prove");
                let answer = ask.by(&session).json(body).send().await;
                if answer.status.is_success() { "accepted".to_owned() } else { answer.code() }
            })
        })
        .collect();
    let mut answers = std::collections::BTreeMap::<String, usize>::new();
    for task in tasks {
        *answers.entry(task.await.unwrap()).or_default() += 1;
    }
    assert_eq!(answers.remove("accepted"), Some(1));
    assert_eq!(answers.remove("wrong-code"), Some(10));
    assert_eq!(answers.remove("too-many-wrong-codes"), Some(39));
    assert!(answers.is_empty(), "{answers:?}");
});

on_both!(a_step_is_accepted_once_and_no_earlier_one_after_it, |center| async move {
    let alice = center.account("alice@example.com").await;
    let device = center.device(&center.session(alice).await, "phone").await;
    let now = center.now();
    assert_eq!(center.try_totp(alice, &device.code_at(now), None).await, Verdict::Right);
    assert_eq!(center.try_totp(alice, &device.code_at(now), None).await, Verdict::Wrong);
    assert_eq!(center.try_totp(alice, &device.code_at(now - 30), None).await, Verdict::Wrong);
    assert_eq!(center.try_totp(alice, &device.code_at(now + 30), None).await, Verdict::Right);
    // The clock steps back: what was accepted stays used up.
    center.clock.set(u64::try_from(now - 600).unwrap());
    assert_eq!(center.try_totp(alice, &device.code_at(now), None).await, Verdict::Wrong);
    assert_eq!(center.try_totp(alice, &device.code_at(now - 600), None).await, Verdict::Wrong);
    center.clock.set(u64::try_from(now + 60).unwrap());
    assert_eq!(center.try_totp(alice, &device.code_at(now + 60), None).await, Verdict::Right);
});

on_both!(one_step_of_drift_each_way_and_it_is_remembered, |center| async move {
    let alice = center.account("alice@example.com").await;
    let device = center.device(&center.session(alice).await, "phone").await;
    let ahead = async |steps: i64| {
        center.wait(600);
        center.try_totp(alice, &device.code_at(center.now() + 30 * steps), None).await
    };
    assert_eq!(ahead(2).await, Verdict::Wrong);
    assert_eq!(ahead(1).await, Verdict::Right);
    assert_eq!(ahead(2).await, Verdict::Right, "one step around the drift that was seen");
    assert_eq!(ahead(0).await, Verdict::Wrong, "and no more than one");
    assert_eq!(ahead(1).await, Verdict::Right);
    assert_eq!(ahead(0).await, Verdict::Right);
    assert_eq!(ahead(-1).await, Verdict::Right);
    assert_eq!(ahead(-3).await, Verdict::Wrong);
    assert_eq!(ahead(-2).await, Verdict::Right);
});

on_both!(a_code_lives_from_one_step_before_to_one_step_after_to_the_second, |center| async move {
    let alice = center.account("alice@example.com").await;
    let device = center.device(&center.session(alice).await, "phone").await;
    let step = (center.now() / 30 + 20) * 30;
    let at = async |second: i64| {
        center.clock.set(u64::try_from(step + second).unwrap());
        center.try_totp(alice, &device.code_at(step), None).await
    };
    assert_eq!(at(-31).await, Verdict::Wrong);
    assert_eq!(at(60).await, Verdict::Wrong);
    assert_eq!(at(59).await, Verdict::Right);
    let bob = center.account("bob@example.com").await;
    let other = center.device(&center.session(bob).await, "phone").await;
    let step = (center.now() / 30 + 20) * 30;
    center.clock.set(u64::try_from(step - 30).unwrap());
    assert_eq!(center.try_totp(bob, &other.code_at(step), None).await, Verdict::Right);
});

on_both!(
    ten_wrong_codes_refuse_all_until_the_day_of_the_first_is_over_and_the_owner_is_told_once,
    |center| async move {
        use tessera_center::outbox::Template;
        let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
        let session = center.session(alice).await;
        let device = center.device(&session, "phone").await;
        let codes = center.recovery_codes(&session).await;
        center.empty_outbox().await;
        let opened = center.now();
        // A device's code, a recovery code, a resync and an identity check count together.
        assert_eq!(center.try_totp(alice, &device.wrong_at(opened), None).await, Verdict::Wrong);
        assert_eq!(center.try_recovery_code(alice, "0000-0000-0000").await, Verdict::Wrong);
        center.wait(3600);
        let resync = format!("/v1/mfa-devices/{}/resync", device.id);
        let wrong = device.wrong_at(center.now());
        let body = json!({"first": wrong, "second": wrong});
        assert_eq!(center.post(&resync).by(&session).json(body).send().await.code(), "wrong-code");
        let flow = center.check(&session, Action::ChangePassword).await;
        let body = json!({"flow": flow, "factor": "recovery-code", "code": "000000000000"});
        assert_eq!(
            center.post("/v1/identity-checks/prove").by(&session).json(body).send().await.code(),
            "wrong-code"
        );
        for _ in 4..9 {
            assert_eq!(center.try_totp(alice, &device.wrong_at(center.now()), None).await, Verdict::Wrong);
        }
        // Right ones do not count, and do not open a new window.
        center.wait(60);
        assert_eq!(center.try_totp(alice, &device.code_at(center.now()), None).await, Verdict::Right);
        assert_eq!(center.told(Template::TooManyWrongCodes).await, 0);
        assert_eq!(center.try_totp(alice, &device.wrong_at(center.now()), None).await, Verdict::Wrong);
        assert_eq!(center.told(Template::TooManyWrongCodes).await, 2, "at the e-mail and at the phone");
        center.wait(60);
        let until = opened + DAY;
        for _ in 0..5 {
            let right = device.code_at(center.now());
            assert_eq!(center.try_totp(alice, &right, None).await, Verdict::TooMany { until });
            assert_eq!(center.try_recovery_code(alice, &codes[0]).await, Verdict::TooMany { until });
        }
        let flow = center.check(&session, Action::ChangePassword).await;
        let body = json!({"flow": flow, "factor": "mfa", "code": device.code_at(center.now())});
        let refused = center.post("/v1/identity-checks/prove").by(&session).json(body).send().await;
        assert_eq!(
            (refused.code().as_str(), refused.json()["until"].as_i64()),
            ("too-many-wrong-codes", Some(until))
        );
        assert_eq!(center.told(Template::TooManyWrongCodes).await, 2, "once");
        center.clock.set(u64::try_from(until - 1).unwrap());
        assert_eq!(
            center.try_totp(alice, &device.code_at(until - 1), None).await,
            Verdict::TooMany { until }
        );
        center.clock.set(u64::try_from(until).unwrap());
        assert_eq!(center.try_totp(alice, &device.code_at(until), None).await, Verdict::Right);
        assert_eq!(
            center.try_recovery_code(alice, &codes[0]).await,
            Verdict::Right,
            "it was not used up while refused"
        );
    }
);

on_both!(two_hundred_wrong_codes_at_once_are_judged_ten_times, |center| async move {
    let alice = center.account("alice@example.com").await;
    let device = center.device(&center.session(alice).await, "phone").await;
    center.empty_outbox().await;
    let wrong = device.wrong_at(center.now());
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (center, wrong) = (Arc::clone(&center), wrong.clone());
            tokio::spawn(async move { center.try_totp(alice, &wrong, None).await })
        })
        .collect();
    let mut judged = 0;
    for task in tasks {
        judged += usize::from(task.await.unwrap() == Verdict::Wrong);
    }
    assert_eq!(judged, 10);
    assert_eq!(center.told(tessera_center::outbox::Template::TooManyWrongCodes).await, 1);
});

on_both!(a_trusted_device_has_a_window_of_its_own_and_a_claimed_one_has_not, |center| async move {
    let alice = center.account("alice@example.com").await;
    let device = center.device(&center.session(alice).await, "phone").await;
    let trusted = PlainToken::generate(&*center.center.random).unwrap().hash();
    let mut tx = center.center.begin().await.unwrap();
    trusted_device::remember(&mut tx, &trusted, alice, "laptop", center.now(), 10).await.unwrap();
    tx.commit().await.unwrap();
    let claimed = PlainToken::generate(&*center.center.random).unwrap().hash();
    for _ in 0..10 {
        let wrong = device.wrong_at(center.now());
        assert_eq!(center.try_totp(alice, &wrong, Some(claimed)).await, Verdict::Wrong);
    }
    let right = device.code_at(center.now());
    assert!(matches!(center.try_totp(alice, &right, None).await, Verdict::TooMany { .. }));
    assert!(matches!(center.try_totp(alice, &right, Some(claimed)).await, Verdict::TooMany { .. }));
    assert_eq!(center.try_totp(alice, &right, Some(trusted)).await, Verdict::Right);
    // And the other way around: what is typed wrong there does not refuse the owner elsewhere.
    let bob = center.account("bob@example.com").await;
    assert_eq!(
        center.try_totp(bob, "000000", Some(trusted)).await,
        Verdict::Wrong,
        "not a device of this account"
    );
    for _ in 0..10 {
        let wrong = device.wrong_at(center.now());
        assert_eq!(center.try_totp(alice, &wrong, Some(trusted)).await, Verdict::Wrong);
    }
    let wrong = device.wrong_at(center.now());
    assert!(matches!(center.try_totp(alice, &wrong, Some(trusted)).await, Verdict::TooMany { .. }));
    center.wait(DAY);
    // Trusted no longer: it counts with the strangers.
    center.wait(90 * DAY);
    for _ in 0..10 {
        let wrong = device.wrong_at(center.now());
        assert_eq!(center.try_totp(alice, &wrong, Some(trusted)).await, Verdict::Wrong);
    }
    assert!(matches!(center.try_totp(alice, "000000", None).await, Verdict::TooMany { .. }));
});

on_both!(one_recovery_code_sent_fifty_times_at_once_is_accepted_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    center.device(&session, "phone").await;
    let codes = center.recovery_codes(&session).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (center, code) = (Arc::clone(&center), codes[3].clone());
            tokio::spawn(async move { center.try_recovery_code(alice, &code).await })
        })
        .collect();
    let mut right = 0;
    for task in tasks {
        right += usize::from(task.await.unwrap() == Verdict::Right);
    }
    assert_eq!(right, 1);
    let left = center.get("/v1/recovery-codes").by(&session).send().await.ok();
    assert_eq!(left["left"], 9);
});

on_both!(a_counter_device_is_taken_a_few_presses_ahead_and_never_back, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let seed = center.hardware("H-1", true).await;
    center.prove(&session, Action::BindMfaDevice).await;
    let body =
        json!({"serial": "h1", "name": "key ring", "first": code_of(&seed, 0), "second": code_of(&seed, 1)});
    let bound = center.post("/v1/mfa-devices/hardware").by(&session).json(body).send().await.ok();
    let id = bound["id"].as_str().unwrap();
    let window = center.center.config.rules.hotp_window;
    assert_eq!(center.try_totp(alice, &code_of(&seed, 1), None).await, Verdict::Wrong, "used for binding");
    assert_eq!(center.try_totp(alice, &code_of(&seed, 1 + window + 1), None).await, Verdict::Wrong);
    assert_eq!(center.try_totp(alice, &code_of(&seed, 1 + window), None).await, Verdict::Right);
    assert_eq!(center.try_totp(alice, &code_of(&seed, 5), None).await, Verdict::Wrong, "an earlier one");
    // Pressed in a pocket: two successive codes bring it back.
    let far = 1 + window + 100;
    assert_eq!(
        center.try_two(alice, Of::Device(id), &code_of(&seed, far), &code_of(&seed, far + 2)).await,
        Err(Verdict::Wrong),
        "not successive"
    );
    assert!(
        center.try_two(alice, Of::Device(id), &code_of(&seed, far), &code_of(&seed, far + 1)).await.is_ok()
    );
    assert_eq!(center.try_totp(alice, &code_of(&seed, far + 2), None).await, Verdict::Right);
});

on_both!(resync_takes_two_successive_codes_within_its_reach_and_each_pair_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let device = center.device(&center.session(alice).await, "phone").await;
    let of = Of::Device(&device.id);
    let reach = center.center.config.rules.resync_steps * 30;
    center.wait(2 * reach);
    let two = |at: i64| (device.code_at(at - 30), device.code_at(at));
    let now = center.now();
    let (first, second) = two(now + reach + 30);
    assert!(center.try_two(alice, of, &first, &second).await.is_err(), "too far");
    let (first, second) = two(now + reach);
    assert!(center.try_two(alice, of, &second, &first).await.is_err(), "the wrong way around");
    assert!(center.try_two(alice, of, &first, &first).await.is_err());
    assert!(center.try_two(alice, of, &first, &second).await.is_ok());
    assert!(center.try_two(alice, of, &first, &second).await.is_err(), "used before");
    assert_eq!(center.try_totp(alice, &device.code_at(now), None).await, Verdict::Wrong);
    center.wait(30);
    assert_eq!(
        center.try_totp(alice, &device.code_at(now + reach + 30), None).await,
        Verdict::Right,
        "in step"
    );
    // Nobody resyncs the device of another.
    let mallory = center.account("mallory@example.com").await;
    center.wait(60);
    let (first, second) = two(center.now());
    assert_eq!(center.try_two(mallory, of, &first, &second).await, Err(Verdict::Wrong));
});

on_both!(codes_are_read_as_people_type_them, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let device = center.device(&session, "phone").await;
    let code = device.code_at(center.now());
    let spaced = format!(" {} {}\n", &code[..3], &code[3..]);
    assert_eq!(center.try_totp(alice, &spaced, None).await, Verdict::Right);
    for wrong in ["", " ", "12345", "1234567", "abcdef", "\u{0}", &"1".repeat(10_000), "１２３４５６"] {
        assert_ne!(center.try_totp(alice, wrong, None).await, Verdict::Right, "{wrong:.20}");
    }
    center.wait(DAY);
    let codes = center.recovery_codes(&session).await;
    assert_eq!(codes.len(), 10);
    let sloppy = codes[0].replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l");
    assert_eq!(center.try_recovery_code(alice, &sloppy).await, Verdict::Right);
    assert_eq!(center.try_recovery_code(alice, &codes[0]).await, Verdict::Wrong);
});

on_both!(a_database_alone_shows_no_seed_and_no_recovery_code, |center| async move {
    use sqlx::Row as _;
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let device = center.device(&session, "phone").await;
    center.recovery_codes(&session).await;
    let secret = device.credential.secret.expose_secret().to_vec();
    for query in
        ["SELECT seed FROM otp_token", "SELECT name FROM mfa_device", "SELECT mac FROM recovery_code"]
    {
        for row in sqlx::query(query).fetch_all(center.center.db.pool()).await.unwrap() {
            let bytes: Vec<u8> = row.get(0);
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{query}");
            assert!(!bytes.windows(5).any(|part| part == b"phone"), "{query}");
        }
    }
});
