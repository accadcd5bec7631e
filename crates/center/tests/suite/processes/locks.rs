//! Two transactions never wait for each other: an account is locked before its flows and counters, whoever comes.

use axum::Router;
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tessera_center::Config;
use tessera_center_api::identity::Action;

use super::{Processes, now, of_processes};
use crate::contacts::begun;
use crate::harness::{PASSWORD, TestCenter};
use crate::login::{ALICE, Attempt, WRONG};
use crate::login_second_step::protect;

fn unlimited(config: &mut Config) {
    let rules = &mut config.rules;
    rules.wrong_passwords_without_code = 100_000;
    rules.wrong_passwords_until_lock = 100_001;
    rules.wrong_codes_per_day = 100_000;
    rules.anonymous_codes_per_address = 100_000;
    rules.codes_per_address = 100_000;
}

/// One request: method, path, session, body.
type Request = (Method, &'static str, Option<String>, Value);

async fn send((method, path, session, body): Request, router: Router) -> String {
    let mut ask = TestCenter::ask_at(&router, method, path).json(body);
    if let Some(session) = session {
        ask = ask.by(&session);
    }
    let answer = ask.send().await;
    assert!(!answer.status.is_server_error(), "{path}: {} {}", answer.status, answer.text);
    if answer.status.is_success() { format!("{path} ok") } else { format!("{path} {}", answer.code()) }
}

of_processes!(
    steps_of_one_account_wait_for_each_other_in_one_order,
    with unlimited,
    async |center: TestCenter| {
        let alice = center.account_with(ALICE, Some("+4915123456789")).await;
        center.device(&center.session(alice).await, "phone").await;
        protect(&center, alice, "mfa").await;
        let two = Processes::start(center, 2);
        let (center, routers) = (&two.center, two.routers());
        let mut seen = std::collections::BTreeSet::new();
        for round in 0..6 {
            let session = center.session(alice).await;
            let codes = center.recovery_codes(&session).await;
            let mut requests: Vec<Request> = Vec::new();
            for code in codes {
                let login = Attempt::new(ALICE, PASSWORD).send(center).await.ok();
                let step = json!({ "flow": login["flow"], "factor": "recovery-code", "code": code });
                requests.push((Method::POST, "/v1/login/second-step", None, step));
            }
            for number in 0..10 {
                let flow = center.check(&session, Action::ExportData).await;
                let proof = json!({ "flow": flow, "factor": "recovery-code", "code": "000000000000" });
                requests.push((Method::POST, "/v1/identity-checks/prove", Some(session.clone()), proof));
                let password = if number % 2 == 0 { PASSWORD } else { WRONG };
                let login = json!({ "name": ALICE, "password": password, "device": "test" });
                requests.push((Method::POST, "/v1/login", None, login));
                let code = ["/v1/login/code", "/v1/password-resets"][number % 2];
                requests.push((Method::POST, code, None, json!({ "name": ALICE })));
            }
            if round % 2 == 0 {
                // Whoever proves another factor thaws it, after all that was locked before.
                sqlx::query("UPDATE account SET frozen_since = $2 WHERE id = $1")
                    .bind(alice)
                    .bind(now())
                    .execute(center.center.db.pool())
                    .await
                    .unwrap();
            } else {
                // Ends all steps that are under way.
                let (flow, code) = begun(center, &session, "secure-phone", &format!("+491512345679{round}")).await;
                let body = json!({ "flow": flow, "code": code });
                let path = "/v1/contacts/secure-phone/changes/confirm";
                requests.insert(requests.len() / 2, (Method::POST, path, Some(session.clone()), body));
            }
            let tasks = requests
                .into_iter()
                .enumerate()
                .map(|(number, request)| tokio::spawn(send(request, routers[number % 2].clone())));
            seen.extend(join_all(tasks).await.into_iter().map(Result::unwrap));
        }
        // Each kind did what it is there for at least once.
        for wanted in [
            "/v1/login/second-step ok",
            "/v1/identity-checks/prove wrong-code",
            "/v1/login ok",
            "/v1/login wrong-credentials",
            "/v1/contacts/secure-phone/changes/confirm ok",
            "/v1/login/code ok",
        ] {
            assert!(seen.contains(wanted), "{wanted} is not among {seen:?}");
        }
        assert!(!two.logs().contains("deadlock"), "{}", two.logs());
        two.end().await;
    }
);
