//! What holds when hundreds try at once, at two server processes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tessera_center_api::staff::Role;

use super::{Processes, now, of_processes};
use crate::contacts::{begun, change, confirm_at, undo_links};
use crate::desk::{alice, claim, is_explained, look, submitted, text};
use crate::harness::{Answer, PASSWORD, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, events, many_codes, told, verification_code};
use crate::login_second_step::protect;
use crate::staff::Member;

const DAY: i64 = 86_400;

/// Sends all at once, in turns to the one and the other process.
async fn at_once<F: Future<Output = Answer> + Send + 'static>(
    two: &Processes,
    requests: impl IntoIterator<Item = impl FnOnce(Router) -> F>,
) -> Vec<Answer> {
    let routers = two.routers();
    let tasks = requests
        .into_iter()
        .enumerate()
        .map(|(place, request)| tokio::spawn(request(routers[place % routers.len()].clone())));
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

fn post(path: &str, token: Option<&str>, body: Value) -> impl FnOnce(Router) -> PostFuture + use<> {
    let (path, token) = (path.to_owned(), token.map(str::to_owned));
    move |router| {
        Box::pin(async move {
            let mut ask = TestCenter::ask_at(&router, Method::POST, &path).json(body);
            if let Some(token) = token {
                ask = ask.by(&token);
            }
            ask.send().await
        })
    }
}

type PostFuture = std::pin::Pin<Box<dyn Future<Output = Answer> + Send>>;

/// How many were answered how: `ok`, or the code of the refusal.
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

of_processes!(
    of_two_hundred_wrong_passwords_without_a_code_three_are_looked_at,
    async |center: TestCenter| {
        center.account(ALICE).await;
        let two = Processes::start(center, 2);
        for name in [ALICE, "nobody@example.com"] {
            let before = two.hashes();
            let attempts = (0..200)
                .map(|_| move |router: Router| async move { Attempt::new(name, WRONG).at(&router).await });
            let answers = at_once(&two, attempts).await;
            assert_eq!(by_code(&answers), counts([("code-required", 197), ("wrong-credentials", 3)]));
            assert_eq!(two.hashes() - before, 3);
        }
        two.end().await;
    }
);

of_processes!(
    of_two_hundred_with_a_right_code_each_ten_are_looked_at_then_it_is_locked_for_a_day,
    with many_codes,
    async |center: TestCenter| {
        let id = center.account(ALICE).await;
        let two = Processes::start(center, 2);
        let mut codes = Vec::new();
        for _ in 0..200 {
            codes.push(verification_code(&two.center, ALICE, ALICE).await);
        }
        let (hashes, first) = (two.hashes(), now());
        let attempts = codes.into_iter().map(|code| {
            move |router: Router| async move { Attempt::new(ALICE, WRONG).code(&code).at(&router).await }
        });
        let answers = at_once(&two, attempts).await;
        let last = now();
        assert_eq!(two.hashes() - hashes, 10);
        assert_eq!(by_code(&answers), counts([("account-locked", 191), ("wrong-credentials", 9)]));
        // To the second: 24 hours after the first, whose time the window's row says.
        let opened: i64 = sqlx::query_scalar("SELECT opened_at FROM tally WHERE count = 10")
            .fetch_one(two.center.center.db.pool())
            .await
            .unwrap();
        assert!((first..=last).contains(&opened), "{opened} is not between {first} and {last}");
        let locked = answers.iter().filter(|answer| answer.code() == "account-locked");
        let untils: Vec<_> = locked.map(|answer| answer.json()["until"].as_i64().unwrap()).collect();
        assert_eq!(untils, vec![opened + DAY; 191]);
        assert_eq!(told(&two.center).await, ["account-locked"]);
        let log = events(&two.center, id).await;
        let logged = |wanted: &str| log.iter().filter(|kind| *kind == wanted).count();
        assert_eq!((logged("wrong-password"), logged("locked")), (10, 1));
        for router in two.routers() {
            let right = Attempt::new(ALICE, PASSWORD).at(&router).await;
            assert_eq!((right.code().as_str(), right.json()["until"].as_i64()), ("account-locked", Some(opened + DAY)));
        }
        two.end().await;
    }
);

/// Logins of Alice that wait for their second step.
async fn pending_logins(two: &Arc<Processes>, count: usize) -> Vec<String> {
    let routers = two.routers();
    let mut flows = Vec::new();
    // One after another: each takes a place of the window until its password turns out to be right.
    for number in 0..count {
        let step = Attempt::new(ALICE, PASSWORD).at(&routers[number % 2]).await.ok();
        assert_eq!(step["outcome"], "second-step", "{step}");
        flows.push(text(&step["flow"]));
    }
    flows
}

/// Sends one code with each of these logins at once; one may pass, ten are judged, the others refused.
async fn passes_once(two: &Arc<Processes>, flows: Vec<String>, factor: &str, code: &str) {
    let steps = flows.into_iter().map(|flow| {
        post("/v1/login/second-step", None, json!({ "flow": flow, "factor": factor, "code": code }))
    });
    let mut answers = by_code(&at_once(two, steps).await);
    assert_eq!(answers.remove("ok"), Some(1), "{answers:?}");
    assert_eq!(answers, counts([("too-many-wrong-codes", 39), ("wrong-code", 10)]));
}

of_processes!(one_totp_code_sent_fifty_times_at_once_is_accepted_once, async |center: TestCenter| {
    let id = center.account(ALICE).await;
    let device = center.device(&center.session(id).await, "phone").await;
    protect(&center, id, "mfa").await;
    let two = Processes::start(center, 2);
    let flows = pending_logins(&two, 50).await;
    // The next step's code is good as long as this one lasts, and through the whole next.
    passes_once(&two, flows, "mfa", &device.code_at(now() + 30)).await;
    two.end().await;
});

of_processes!(one_recovery_code_sent_fifty_times_at_once_is_accepted_once, async |center: TestCenter| {
    let id = center.account(ALICE).await;
    let session = center.session(id).await;
    center.device(&session, "phone").await;
    let codes = center.recovery_codes(&session).await;
    protect(&center, id, "mfa").await;
    let two = Processes::start(center, 2);
    let flows = pending_logins(&two, 50).await;
    passes_once(&two, flows, "recovery-code", &codes[3]).await;
    let left = two.center.get("/v1/recovery-codes").by(&session).send().await.ok();
    assert_eq!(left["left"], 9);
    two.end().await;
});

of_processes!(fifty_who_use_an_undo_link_at_once_undo_once, async |center: TestCenter| {
    let id = center.account_with(ALICE, Some("+4915123456789")).await;
    let two = Processes::start(center, 2);
    let session = two.center.session(id).await;
    change(&two.center, &session, "security-email", "mallory@example.com").await;
    // Also by different links of the same change.
    let links = undo_links(&two.center).await;
    let uses = (0..50).map(|number| {
        let link = links[number % links.len()].1.clone();
        move |router: Router| async move {
            let ask = TestCenter::ask_at(&router, Method::POST, &link);
            ask.bytes("application/x-www-form-urlencoded", Vec::new()).send().await
        }
    });
    let mut statuses: Vec<u16> =
        at_once(&two, uses).await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![410; 49]].concat());
    assert_eq!(told(&two.center).await, ["contacts-undone"; 3]);
    two.end().await;
});

/// A ticket and two reviewers who may decide it, signed in.
async fn before_a_decision(center: TestCenter) -> (Arc<Processes>, String, [String; 2]) {
    alice(&center).await;
    let rita = Member::new(&center, "rita@example.org", &[Role::Reviewer], None).await;
    let sven = Member::new(&center, "sven@example.org", &[Role::Reviewer], None).await;
    let (ticket, _) = submitted(&center).await;
    let two = Processes::start(center, 2);
    let mut tokens = Vec::new();
    for member in [rita, sven] {
        // Signing in moves the clock to the code that it takes, which is to be this moment's.
        two.center.clock.rewind(30);
        tokens.push(member.sign_in(&two.center).await);
    }
    (two, ticket, tokens.try_into().unwrap())
}

fn approval(ticket: &str, token: &str, etag: &str) -> impl FnOnce(Router) -> PostFuture + use<> {
    let (path, token, etag) =
        (format!("/v1/staff/tickets/{ticket}/decisions"), token.to_owned(), etag.to_owned());
    move |router| {
        Box::pin(async move {
            let ask = TestCenter::ask_at(&router, Method::POST, &path).by(&token).header("if-match", &etag);
            ask.json(json!({ "verdict": "approve", "reason": "It is as it is." })).send().await
        })
    }
}

async fn state_of(two: &Processes, ticket: &str) -> String {
    is_explained(&two.center, ticket).await;
    sqlx::query_scalar("SELECT state FROM ticket WHERE id = $1")
        .bind(ticket)
        .fetch_one(two.center.center.db.pool())
        .await
        .unwrap()
}

of_processes!(one_approval_sent_fifty_times_at_once_approves_once, async |center: TestCenter| {
    let (two, ticket, [rita, _]) = before_a_decision(center).await;
    claim(&two.center, &rita, &ticket).await.ok();
    let (_, etag) = look(&two.center, &rita, &ticket).await;
    let answers = at_once(&two, (0..50).map(|_| approval(&ticket, &rita, &etag))).await;
    assert_eq!(by_code(&answers), counts([("changed", 49), ("ok", 1)]));
    assert_eq!(state_of(&two, &ticket).await, "first-approval");
    two.end().await;
});

of_processes!(two_reviewers_who_claim_and_approve_at_once_are_one_reviewer, async |center: TestCenter| {
    let (two, ticket, tokens) = before_a_decision(center).await;
    let path = format!("/v1/staff/tickets/{ticket}/claim");
    let claims = (0..20).map(|number| post(&path, Some(&tokens[number % 4 / 2]), json!({})));
    let claimed: Vec<bool> =
        at_once(&two, claims).await.iter().map(|answer| answer.status.is_success()).collect();
    let by =
        |reviewer: usize| claimed.iter().enumerate().any(|(place, won)| *won && place % 4 / 2 == reviewer);
    assert!(by(0) != by(1), "one of them has it: {claimed:?}");
    let (_, etag) = look(&two.center, &tokens[usize::from(by(1))], &ticket).await;
    let decisions = (0..20).map(|number| approval(&ticket, &tokens[number % 4 / 2], &etag));
    let answers = by_code(&at_once(&two, decisions).await);
    assert_eq!(answers.get("ok"), Some(&1), "{answers:?}");
    assert_eq!(
        state_of(&two, &ticket).await,
        "first-approval",
        "two approvals of one moment are not two reviewers"
    );
    two.end().await;
});

of_processes!(twelve_accounts_that_take_a_phone_at_once_are_five, async |center: TestCenter| {
    let mut accounts = Vec::new();
    for number in 0..12 {
        accounts.push(center.account(&format!("a{number}@example.com")).await);
    }
    let two = Processes::start(center, 2);
    let mut ready = Vec::new();
    for id in accounts {
        let session = two.center.session(id).await;
        let (flow, code) = begun(&two.center, &session, "secure-phone", "+4915123456789").await;
        ready.push(move |router: Router| async move {
            confirm_at(&router, &session, "secure-phone", &flow, &code).await
        });
    }
    let answers = at_once(&two, ready).await;
    assert_eq!(by_code(&answers), counts([("address-taken", 7), ("ok", 5)]));
    two.end().await;
});
