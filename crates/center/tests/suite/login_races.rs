//! What holds when hundreds try at once, at two servers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use serde_json::json;
use tessera_center_api::identity::Action;

use crate::harness::{Answer, PASSWORD, START, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, events, many_codes, told, verification_code, wrong_passwords};
use crate::on_both;

/// Sends all at once, in turns to the one and the other server.
async fn at_once(attempts: Vec<Attempt>, routers: &[Router; 2]) -> Vec<Answer> {
    let tasks: Vec<_> = attempts
        .into_iter()
        .enumerate()
        .map(|(place, attempt)| {
            let router = routers[place % 2].clone();
            tokio::spawn(async move { attempt.at(&router).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn by_code(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let code = if answer.status.is_success() { "ok".to_owned() } else { answer.code() };
        *counts.entry(code).or_default() += 1;
    }
    counts
}

fn counts<const N: usize>(of: [(&str, usize); N]) -> BTreeMap<String, usize> {
    of.into_iter().map(|(code, count)| (code.to_owned(), count)).collect()
}

on_both!(of_two_hundred_wrong_passwords_without_a_code_three_are_looked_at, |center| async move {
    for name in [ALICE, "nobody@example.com"] {
        if name == ALICE {
            center.account(name).await;
        }
        let other = center.another_center().await;
        let routers = [center.router.clone(), center.router_of(Arc::clone(&other))];
        let before = center.center.hasher.runs();
        let attempts = (0..200).map(|_| Attempt::new(name, WRONG)).collect();
        let answers = at_once(attempts, &routers).await;
        assert_eq!(by_code(&answers), counts([("code-required", 197), ("wrong-credentials", 3)]));
        assert_eq!(center.center.hasher.runs() - before + other.hasher.runs(), 3);
        other.db.close().await;
    }
});

on_both!(of_two_hundred_with_a_right_code_each_ten_are_looked_at_then_it_is_locked_for_a_day, with many_codes, |center| async move {
    let alice = center.account(ALICE).await;
    let other = center.another_center().await;
    let routers = [center.router.clone(), center.router_of(Arc::clone(&other))];
    let mut attempts = Vec::new();
    for _ in 0..200 {
        attempts.push(Attempt::new(ALICE, WRONG).code(&verification_code(&center, ALICE, ALICE).await));
    }
    let before = center.center.hasher.runs();
    let answers = at_once(attempts, &routers).await;
    assert_eq!(center.center.hasher.runs() - before + other.hasher.runs(), 10);
    let locked = answers.iter().filter(|answer| answer.code() == "account-locked");
    assert!(locked.clone().all(|answer| answer.json()["until"] == START + 86_400));
    // The tenth says so itself; an earlier one may finish after it, and is still just wrong.
    assert_eq!(by_code(&answers), counts([("account-locked", 191), ("wrong-credentials", 9)]));
    assert_eq!(told(&center).await, ["account-locked"]);
    assert_eq!(events(&center, alice).await.iter().filter(|kind| *kind == "locked").count(), 1);

    center.clock.advance(86_399);
    for router in &routers {
        assert_eq!(Attempt::new(ALICE, PASSWORD).at(router).await.code(), "account-locked");
    }
    center.clock.advance(1);
    for router in &routers {
        Attempt::session(&Attempt::new(ALICE, PASSWORD).at(router).await);
    }
    other.db.close().await;
});

on_both!(one_code_sent_fifty_times_admits_one_attempt, |center| async move {
    center.account(ALICE).await;
    let other = center.another_center().await;
    let routers = [center.router.clone(), center.router_of(Arc::clone(&other))];
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let code = verification_code(&center, ALICE, ALICE).await;
    let before = center.center.hasher.runs();
    let answers = at_once((0..50).map(|_| Attempt::new(ALICE, WRONG).code(&code)).collect(), &routers).await;
    assert_eq!(by_code(&answers), counts([("flow-ended", 49), ("wrong-credentials", 1)]));
    assert_eq!(center.center.hasher.runs() - before + other.hasher.runs(), 1);
    other.db.close().await;
});

on_both!(one_second_step_sent_fifty_times_begins_one_session, |center| async move {
    let alice = center.account(ALICE).await;
    crate::login_second_step::protect(&center, alice, "email").await;
    let other = center.another_center().await;
    let routers = [center.router.clone(), center.router_of(Arc::clone(&other))];
    let step = Attempt::new(ALICE, PASSWORD).send(&center).await.ok();
    let flow = step["flow"].as_str().unwrap().to_owned();
    let send = json!({ "flow": flow, "factor": "email" });
    center.post("/v1/login/second-step/send").json(send).send().await.ok();
    let code = center.code_sent_to(ALICE).await;
    let tasks: Vec<_> = (0..50)
        .map(|place| {
            let (router, body) =
                (routers[place % 2].clone(), json!({ "flow": flow, "factor": "email", "code": code }));
            tokio::spawn(async move {
                TestCenter::ask_at(&router, Method::POST, "/v1/login/second-step").json(body).send().await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert_eq!(by_code(&answers), counts([("flow-ended", 49), ("ok", 1)]));
    other.db.close().await;
});

on_both!(no_login_with_the_old_password_outlives_its_change, |center| async move {
    let alice = center.account(ALICE).await;
    let changer = center.session(alice).await;
    center.prove(&changer, Action::ChangePassword).await;
    let other = center.another_center().await;
    let routers = [center.router.clone(), center.router_of(Arc::clone(&other))];
    let logins = tokio::spawn(async move {
        let mut begun = 0;
        for _ in 0..30 {
            let answers =
                at_once(vec![Attempt::new(ALICE, PASSWORD), Attempt::new(ALICE, PASSWORD)], &routers);
            begun += answers.await.iter().filter(|answer| answer.status.is_success()).count();
        }
        begun
    });
    let change = center
        .ask(Method::PUT, "/v1/password")
        .by(&changer)
        .json(json!({ "password": "seven green kettles whistle" }))
        .send()
        .await;
    change.ok();
    logins.await.unwrap();
    let left = center.get("/v1/sessions").by(&changer).send().await.ok();
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    other.db.close().await;
});

on_both!(
    a_client_that_goes_away_costs_its_owner_no_wrong_password,
    with | config | config.passwords.memory_kib = 8192,
    |center| async move {
        center.account(ALICE).await;
        let before = center.center.hasher.runs();
        let mut left = 0;
        for patience in 0..40 {
            let router = center.router.clone();
            let task = tokio::spawn(async move { Attempt::new(ALICE, PASSWORD).at(&router).await });
            tokio::time::sleep(std::time::Duration::from_millis(patience)).await;
            left += usize::from(!task.is_finished());
            task.abort();
            // Whoever stands in line is finished before all places of the line are free.
            let cores = std::thread::available_parallelism().unwrap().get();
            let mut places = Vec::new();
            for _ in 0..(4 * cores) {
                places.push(center.center.hasher.stand_in_line().await.unwrap());
            }
        }
        assert!(left > 3 && center.center.hasher.runs() > before, "{left} went away");
        for _ in 0..3 {
            assert_eq!(Attempt::new(ALICE, WRONG).send(&center).await.code(), "wrong-credentials");
        }
    }
);
