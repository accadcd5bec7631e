//! Nothing that was acknowledged is lost and nothing is done twice, whenever a server dies.
//!
//! Two servers on one database are killed at random points under a load of ticket filings, logins and messages. A client
//! that gets no answer sends the same again, to the other one or to the one that was started anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_center::Config;
use tessera_center::store::tables::account::AccountId;
use tokio::task::JoinSet;

use super::{Processes, is_answered, now, of_processes};
use crate::desk::{is_explained, text, unbinding};
use crate::harness::{Answer, PASSWORD, TestCenter};
use crate::login::WRONG;
use crate::post::{Post, header};

/// How often a server is killed; `cargo xtask soak` asks for more.
fn kills() -> usize {
    std::env::var("TESSERA_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(5)
}

/// Codes live long enough for any number of kills, so that none is dropped for its age.
fn patient(config: &mut Config) {
    config.rules.code_life = 86_400;
}

/// What the clients share.
struct Load {
    processes: Arc<Processes>,
    routers: Vec<Router>,
    turn: AtomicUsize,
    over: AtomicBool,
    answered: AtomicUsize,
    unanswered: AtomicUsize,
    refused_for_now: AtomicUsize,
    /// Tickets whose filing was acknowledged: session, key, body, answer.
    filed: Mutex<Vec<Filed>>,
}

#[derive(Clone)]
struct Filed {
    session: String,
    key: String,
    body: Value,
    ticket: String,
}

/// A request that can be sent again.
#[derive(Clone)]
struct Sent<'a> {
    path: String,
    session: Option<&'a str>,
    key: Option<&'a str>,
    body: Option<Value>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    async fn once(&self, sent: &Sent<'_>) -> Answer {
        let router = &self.routers[self.turn.fetch_add(1, Ordering::Relaxed) % self.routers.len()];
        let mut ask = TestCenter::ask_at(router, Method::POST, &sent.path);
        if let Some(session) = sent.session {
            ask = ask.by(session);
        }
        if let Some(key) = sent.key {
            ask = ask.header("idempotency-key", key);
        }
        if let Some(body) = &sent.body {
            ask = ask.json(body);
        }
        ask.send().await
    }

    /// Sends until it is answered, and says whether an earlier try may have done something unheard.
    async fn send(&self, sent: &Sent<'_>) -> (Answer, bool) {
        let mut unheard = false;
        loop {
            let answer = self.once(sent).await;
            if is_answered(&answer) && answer.status != StatusCode::SERVICE_UNAVAILABLE {
                assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.text);
                self.answered.fetch_add(1, Ordering::Relaxed);
                return (answer, unheard);
            }
            let which = if is_answered(&answer) { &self.refused_for_now } else { &self.unanswered };
            which.fetch_add(1, Ordering::Relaxed);
            unheard = true;
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }
}

/// Files tickets from an account, submits them, takes some back; gives the state that each must be in.
async fn file(load: Arc<Load>, name: String, session: String) -> BTreeMap<String, &'static str> {
    let mut states = BTreeMap::new();
    for number in 0.. {
        if !load.goes_on() {
            break;
        }
        let key = format!("{name}-{number}");
        let body = json!({ "statement": unbinding(&format!("{key}@example.com")) });
        let filing = Sent {
            path: "/v1/tickets".into(),
            session: Some(&session),
            key: Some(&key),
            body: Some(body.clone()),
        };
        let ticket = text(&load.send(&filing).await.0.ok()["id"]);
        load.filed.lock().unwrap().push(Filed {
            session: session.clone(),
            key: key.clone(),
            body,
            ticket: ticket.clone(),
        });
        // The same again, at the next server: the same ticket.
        assert_eq!(load.send(&filing).await.0.ok()["id"], ticket.as_str());
        let mut state = "draft";
        for (what, then) in [("submission", "submitted"), ("withdrawal", "withdrawn")] {
            if (what == "submission" && number % 5 == 4) || (what == "withdrawal" && number % 2 == 0) {
                continue;
            }
            let path = format!("/v1/tickets/{ticket}/{what}");
            let (answer, unheard) =
                load.send(&Sent { path, session: Some(&session), key: None, body: None }).await;
            // Done, or done by a try that was not answered.
            assert!(
                answer.status.is_success() || (unheard && answer.code() == "wrong-state"),
                "{}",
                answer.text
            );
            state = then;
        }
        assert!(states.insert(ticket, state).is_none(), "one ticket for two filings");
    }
    states
}

/// Begins tickets without an account, each for a contact of its own, to which one code goes.
async fn begin(load: Arc<Load>, name: String) -> Vec<String> {
    let mut contacts = Vec::new();
    for number in 0.. {
        if !load.goes_on() {
            break;
        }
        let contact = format!("{name}-{number}@example.com");
        let statement = unbinding("somebody@example.com");
        let body = json!({ "statement": statement, "contact": contact, "language": "en" });
        let filing =
            Sent { path: "/v1/ticket-filings".into(), session: None, key: Some(&contact), body: Some(body) };
        let first = load.send(&filing).await.0.ok();
        assert_eq!(load.send(&filing).await.0.ok(), first);
        contacts.push(contact);
    }
    contacts
}

/// Signs in again and again; gives the sessions that were handed out.
async fn sign_in(load: Arc<Load>, name: String) -> Vec<String> {
    let mut sessions = Vec::new();
    while load.goes_on() {
        let body = json!({ "name": name, "password": PASSWORD, "device": "test" });
        let login = Sent { path: "/v1/login".into(), session: None, key: None, body: Some(body) };
        sessions.push(text(&load.send(&login).await.0.ok()["session"]));
    }
    sessions
}

/// Tries wrong passwords; gives how many were looked at.
async fn guess(load: Arc<Load>, name: String) -> usize {
    let mut looked_at = 0;
    while load.goes_on() {
        let body = json!({ "name": name, "password": WRONG, "device": "test" });
        let login = Sent { path: "/v1/login".into(), session: None, key: None, body: Some(body) };
        match load.send(&login).await.0.code().as_str() {
            "wrong-credentials" => looked_at += 1,
            "code-required" => tokio::time::sleep(Duration::from_millis(50)).await,
            other => panic!("{other}"),
        }
    }
    looked_at
}

/// Kills and starts servers, and sends to each that was started what was done before it died.
async fn kill(load: &Load, times: usize) {
    let below = |bound| load.processes.center.center.random_below(bound).unwrap();
    let place_below = |bound: usize| usize::try_from(below(bound as u64)).unwrap();
    for number in 0..times {
        // Not before both did something again since the last one; then at any point of what is under way.
        let enough = load.answered.load(Ordering::Relaxed) + 5 + place_below(40);
        while load.answered.load(Ordering::Relaxed) < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(below(30))).await;
        let place = usize::from(below(2) == 1);
        // One time in four both are gone for a moment.
        let both = below(4) == 0;
        load.processes.kill(place);
        if both {
            load.processes.kill(1 - place);
        }
        tokio::time::sleep(Duration::from_millis(below(80))).await;
        tokio::task::block_in_place(|| load.processes.begin(place));
        if both {
            tokio::task::block_in_place(|| load.processes.begin(1 - place));
        }
        let filed = {
            let filed = load.filed.lock().unwrap();
            filed.get(place_below(filed.len().max(1))).cloned()
        };
        let Some(filed) = filed else { continue };
        let mut again = Sent {
            path: "/v1/tickets".into(),
            session: Some(&filed.session),
            key: Some(&filed.key),
            body: Some(filed.body.clone()),
        };
        assert_eq!(load.send(&again).await.0.ok()["id"], filed.ticket.as_str());
        again.body = Some(json!({ "statement": unbinding(&format!("other{number}@example.com")) }));
        assert_eq!(load.send(&again).await.0.code(), "key-reused");
    }
}

of_processes!(
    whenever_a_server_is_killed_what_it_acknowledged_is_there_and_nothing_is_twice,
    with patient,
    async |center: TestCenter| {
        let post = Post::smtp().await;
        let (mut filers, mut walkers) = (Vec::new(), Vec::new());
        for number in 0..3 {
            let name = format!("filer{number}");
            let id = center.account(&format!("{name}@example.com")).await;
            filers.push((name, center.session(id).await));
        }
        for number in 0..2 {
            let name = format!("walker{number}@example.com");
            walkers.push((center.account(&name).await, name));
        }
        center.account("guessed@example.com").await;
        let mail = format!("smtp://{}", post.address);
        let processes = Processes::start_with(center, 2, |settings| {
            settings.push(("MAIL__URL".into(), mail));
            settings.push(("MAIL__FROM".into(), "center@example.com".into()));
        });
        let load = Arc::new(Load {
            routers: processes.places.iter().map(|place| place.router.clone()).collect(),
            processes,
            turn: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            answered: AtomicUsize::new(0),
            unanswered: AtomicUsize::new(0),
            refused_for_now: AtomicUsize::new(0),
            filed: Mutex::default(),
        });
        let (mut files, mut begins, mut logins) = (JoinSet::new(), JoinSet::new(), Vec::new());
        for (name, session) in filers {
            files.spawn(file(Arc::clone(&load), name, session));
        }
        for number in 0..2 {
            begins.spawn(begin(Arc::clone(&load), format!("stranger{number}")));
        }
        for (id, name) in walkers {
            logins.push((id, name.clone(), tokio::spawn(sign_in(Arc::clone(&load), name))));
        }
        let guesses = tokio::spawn(guess(Arc::clone(&load), "guessed@example.com".into()));

        kill(&load, kills()).await;

        load.over.store(true, Ordering::Relaxed);
        let states: BTreeMap<_, _> = files.join_all().await.into_iter().flatten().collect();
        let contacts = begins.join_all().await.concat();
        let looked_at = guesses.await.unwrap();
        let mut sessions = Vec::new();
        for (id, name, task) in logins {
            sessions.push((id, name, task.await.unwrap()));
        }
        eprintln!(
            "{} kills, {} requests answered: {} tickets, {} filings begun, {} logins; {} not answered, {} told to come back",
            kills(),
            load.answered.load(Ordering::Relaxed),
            states.len(),
            contacts.len(),
            sessions.iter().map(|(.., begun)| begun.len()).sum::<usize>(),
            load.unanswered.load(Ordering::Relaxed),
            load.refused_for_now.load(Ordering::Relaxed),
        );
        tickets_are_as_acknowledged(&load, &states).await;
        assert!(looked_at <= 3, "{looked_at} wrong passwords were looked at without a code");
        let mails = delivered(&load, &post).await;
        for contact in &contacts {
            assert_eq!(mails.get(contact).map(BTreeSet::len), Some(1), "messages to {contact}");
        }
        for (id, name, begun) in &sessions {
            sessions_are_as_acknowledged(&load, *id, begun, &mails[name]).await;
        }
        Arc::into_inner(load).unwrap().processes.end().await;
    }
);

/// Every ticket that was acknowledged is there once, in the state that was acknowledged, which its history explains.
async fn tickets_are_as_acknowledged(load: &Load, states: &BTreeMap<String, &'static str>) {
    let pool = load.processes.center.center.db.pool();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, state FROM ticket").fetch_all(pool).await.unwrap();
    let found: BTreeMap<&str, &str> = rows.iter().map(|(id, state)| (id.as_str(), state.as_str())).collect();
    let wanted: BTreeMap<&str, &str> = states.iter().map(|(id, state)| (id.as_str(), *state)).collect();
    assert_eq!(found, wanted);
    for id in states.keys() {
        is_explained(&load.processes.center, id).await;
    }
}

/// Waits until every message is delivered; gives the ids that arrived at each address. Each row has arrived, each that arrived
/// is a row.
async fn delivered(load: &Load, post: &Post) -> BTreeMap<String, BTreeSet<String>> {
    let pool = load.processes.center.center.db.pool();
    // What a server had taken on when it died is tried again when its lease ends: now, instead of minutes later.
    sqlx::query("UPDATE message SET next_at = $1 WHERE state = 'waiting'")
        .bind(now())
        .execute(pool)
        .await
        .unwrap();
    let mut left = crate::server::PATIENCE;
    loop {
        let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM message WHERE state = 'waiting'")
            .fetch_one(pool)
            .await
            .unwrap();
        if waiting == 0 {
            break;
        }
        let pause = Duration::from_millis(50);
        tokio::time::sleep(pause).await;
        left = left.checked_sub(pause).unwrap_or_else(|| panic!("{waiting} messages still wait"));
    }
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, state FROM message").fetch_all(pool).await.unwrap();
    let mut mails: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in post.arrived() {
        let to = mail.lines().find_map(|line| line.strip_prefix("RCPT TO:<")?.split('>').next()).unwrap();
        let id = header(&mail, "message-id").trim_start_matches('<').split('@').next().unwrap();
        mails.entry(to.into()).or_default().insert(id.into());
    }
    let arrived: BTreeSet<&str> = mails.values().flatten().map(String::as_str).collect();
    assert_eq!(arrived.len(), mails.values().map(BTreeSet::len).sum::<usize>(), "one id at two addresses");
    let written: BTreeSet<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(arrived, written);
    assert!(rows.iter().all(|(_, state)| state == "delivered"));
    mails
}

/// Every session that was handed out is good; each login, heard of or not, told its owner once.
async fn sessions_are_as_acknowledged(
    load: &Load,
    account: AccountId,
    begun: &[String],
    mails: &BTreeSet<String>,
) {
    for session in begun {
        load.processes.center.get("/v1/account").by(session).send().await.ok();
    }
    let pool = load.processes.center.center.db.pool();
    let count = async |query: &'static str| -> i64 {
        sqlx::query_scalar(query).bind(account).fetch_one(pool).await.unwrap()
    };
    let sessions = count("SELECT COUNT(*) FROM session WHERE account_id = $1").await;
    let told =
        count("SELECT COUNT(*) FROM security_event WHERE account_id = $1 AND kind = 'signed-in'").await;
    let count_of = |found: usize| i64::try_from(found).unwrap();
    assert!(sessions >= count_of(begun.len()), "{sessions} sessions of {} handed out", begun.len());
    assert_eq!((told, count_of(mails.len())), (sessions, sessions), "events and messages of as many logins");
}
