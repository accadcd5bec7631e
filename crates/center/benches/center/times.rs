//! Whether the time of an answer tells if a name is known.

use std::time::Instant;

use serde_json::{Value, json};

use crate::client::{Client, post};
use crate::people::People;
use crate::result::{Goal, Results};
use crate::server::Server;
use crate::turns::median;

/// The medians of one group differ by less.
const GOAL: Goal = Goal::AtMost(1.05);
const WRONG: &str = "another lantern over the bridge";

/// So many wrong passwords and codes that no window closes and no cap is reached while it is measured.
const UNLIMITED: &[(&str, &str)] = &[
    ("RULES__WRONG_PASSWORDS_WITHOUT_CODE", "1000000"),
    ("RULES__WRONG_PASSWORDS_UNTIL_LOCK", "1000001"),
    ("RULES__CODES_PER_ADDRESS", "1000000"),
    ("RULES__ANONYMOUS_CODES_PER_PEER", "1000000"),
    ("RULES__ANONYMOUS_CODES_PER_ADDRESS", "1000000"),
];

/// Answers that must not be told apart.
struct Group {
    name: &'static str,
    path: &'static str,
    /// What is asked, and whether the name is known.
    cases: Vec<(&'static str, Value)>,
}

fn groups() -> Vec<Group> {
    let known = People::email(7);
    let over_long = "x".repeat(5_000);
    let login = |name: &str, password: &str| json!({ "name": name, "password": password, "device": "bench" });
    let name = |name: &str| json!({ "name": name });
    let unknown = "nobody-7@example.com";
    vec![
        Group {
            name: "wrong logins",
            path: "/v1/login",
            cases: vec![
                ("known name, wrong password", login(&known, WRONG)),
                ("unknown name, wrong password", login(unknown, WRONG)),
                ("known name, no password", login(&known, "")),
                ("unknown name, no password", login(unknown, "")),
                ("known name, over-long password", login(&known, &over_long)),
                ("unknown name, over-long password", login(unknown, &over_long)),
                ("known number, wrong password", login("100000007", WRONG)),
                ("unknown number, wrong password", login("987654321", WRONG)),
                ("no name at all, wrong password", login("nobody of this name", WRONG)),
            ],
        },
        Group {
            name: "asking for a code",
            path: "/v1/login/code",
            cases: vec![("known name", name(&known)), ("unknown name", name(unknown))],
        },
        Group {
            name: "asking for a reset",
            path: "/v1/password-resets",
            cases: vec![("known name", name(&known)), ("unknown name", name(unknown))],
        },
    ]
}

pub(crate) fn measure(people: &People, tries: usize, results: &mut Results) {
    let server = Server::center(people, UNLIMITED);
    for group in groups() {
        let mut client = Client::new(server.address);
        let requests: Vec<Vec<u8>> = group.cases.iter().map(|(_, body)| post(group.path, body)).collect();
        let mut times = vec![Vec::with_capacity(tries); requests.len()];
        let mut answers = vec![None; requests.len()];
        for round in 0..=tries {
            // Each behind each other one as often, so that whatever else the machine does meets all alike.
            for place in 0..requests.len() {
                let place = if round % 2 == 0 { place } else { requests.len() - 1 - place };
                let place = (place + round / 2) % requests.len();
                let began = Instant::now();
                let (status, body) = client.ask(&requests[place]);
                let took = began.elapsed();
                if round > 0 {
                    times[place].push(took.as_secs_f64() * 1e3);
                }
                answers[place] = Some((status, seen(&body)));
            }
        }
        let all_alike = answers.iter().all(|answer| answer == &answers[0]);
        assert!(all_alike, "the answers differ: {answers:?}");
        let medians: Vec<f64> = times.iter().map(|times| median(times.iter().copied())).collect();
        for ((case, _), median) in group.cases.iter().zip(&medians) {
            let of_first = (median / medians[0] - 1.0) * 100.0;
            println!("    {}: {case}: {median:.3} ms, {of_first:+.2} %", group.name);
        }
        let (least, most) =
            medians.iter().fold((f64::MAX, 0.0_f64), |(least, most), &one| (least.min(one), most.max(one)));
        let what = format!("{}: {}, slowest to quickest kind", people.database.kind.name(), group.name);
        let behind = format!("medians of {tries}: {least:.2} to {most:.2} ms");
        results.tell(what, most / least, GOAL, &behind);
    }
}

/// What a stranger sees of a body: tokens are random, times go on.
fn seen(body: &str) -> Value {
    let mut body: Value = serde_json::from_str(body).unwrap();
    for passing in ["flow", "again_at"] {
        if let Some(value) = body.get_mut(passing) {
            *value = Value::Null;
        }
    }
    body
}
