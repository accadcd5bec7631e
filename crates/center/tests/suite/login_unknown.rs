//! Whether a name is known cannot be told: not from status, body or course. Nor from the time, which `cargo xtask bench center`
//! measures.

use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, many_codes};
use crate::on_both;

/// What a stranger sees of an answer; tokens are random and of one length.
fn seen(answer: &crate::harness::Answer) -> Value {
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or_else(|_| json!(answer.text));
    if let Some(flow) = body.get_mut("flow") {
        *flow = json!(flow.as_str().unwrap().len());
    }
    let headers: Vec<String> =
        answer.headers.keys().map(ToString::to_string).filter(|name| name != "x-request-id").collect();
    json!({ "status": answer.status.as_u16(), "headers": headers, "length": answer.text.len(), "body": body })
}

/// Twelve wrong passwords as a stranger makes them: without a code where none is needed, then with wrong ones, with none and
/// with those that were sent, as far as they arrive.
async fn course(center: &TestCenter, name: &str, password: &str, code: bool) -> Vec<Value> {
    let mut course = Vec::new();
    for _ in 0..4 {
        course.push(seen(&Attempt::new(name, password).send(center).await));
    }
    let send = || center.post("/v1/login/code").json(json!({ "name": name })).send();
    for _ in 5..=12 {
        let sent = send().await;
        course.push(seen(&sent));
        let flow = sent.json()["flow"].as_str().unwrap_or_default().to_owned();
        let again = center.post("/v1/login/code").json(json!({ "name": name, "flow": flow })).send().await;
        course.push(seen(&again));
        for wrong in ["", "abc", "00000000"] {
            let code = (flow.clone(), wrong.to_owned());
            course.push(seen(&Attempt::new(name, password).code(&code).send(center).await));
        }
        if code {
            // What only the owner of the mailbox can do; a stranger who owns none cannot compare this.
            let code = (flow, code_in_the_database(center).await);
            course.push(seen(&Attempt::new(name, password).code(&code).send(center).await));
        }
    }
    course
}

/// Makes every code that was sent `123456`, by its HMAC, so that those for nobody can be hit as well.
async fn code_in_the_database(center: &TestCenter) -> String {
    use tessera_center::keys::Index;
    let pool = center.center.db.pool();
    let rows: Vec<(Vec<u8>, String)> =
        sqlx::query_as("SELECT flow_id, slot FROM code").fetch_all(pool).await.unwrap();
    for (flow, slot) in rows {
        let text = [&flow, slot.as_bytes(), b"\0", b"123456"].concat();
        let mac = center.center.keys.index(Index::Code, &text).to_vec();
        sqlx::query("UPDATE code SET mac = $3 WHERE flow_id = $1 AND slot = $2")
            .bind(flow)
            .bind(slot)
            .bind(mac)
            .execute(pool)
            .await
            .unwrap();
    }
    "123456".into()
}

on_both!(known_and_unknown_names_answer_alike_from_the_first_wrong_password_to_the_lock, with many_codes, |center| async move {
    let alice = center.account_with(ALICE, Some("+4915123456789")).await;
    let over_long = "x".repeat(5000);
    let mut all = Vec::new();
    for (name, password) in [
        (ALICE, WRONG),
        ("nobody@example.com", WRONG),
        ("+4915123456780", PASSWORD),
        ("987654321", ""),
        ("not a name", &over_long),
    ] {
        all.push(course(&center, name, password, true).await);
        center.empty_outbox().await;
    }
    for (place, course) in all.iter().enumerate() {
        assert_eq!(course, &all[0], "course {place}");
    }
    let locked = all[0].last().unwrap();
    assert_eq!(locked["body"]["code"], "account-locked", "{locked}");
    // The known account under each of its names, with an empty and an over-long password: one window, locked.
    for name in ["+4915123456789".to_owned(), alice.to_string()] {
        for password in ["", &over_long, PASSWORD] {
            let answer = Attempt::new(&name, password).send(&center).await;
            assert_eq!(seen(&answer)["body"], locked["body"]);
        }
    }
});

on_both!(an_empty_or_over_long_password_is_a_wrong_one, |center| async move {
    let over_long = format!("{PASSWORD}{}", "x".repeat(5000));
    for (number, password) in ["", " ", &over_long].into_iter().enumerate() {
        let name = format!("a{number}@example.com");
        center.account(&name).await;
        let known = course(&center, &name, password, false).await;
        let unknown = course(&center, &format!("b{number}@example.com"), password, false).await;
        assert_eq!(known, unknown);
    }
});

on_both!(the_daily_caps_of_codes_tell_nothing, |center| async move {
    let alice = center.account_with(ALICE, Some("+4915123456789")).await;
    let caps = async |name: String| {
        let mut course = Vec::new();
        for path in ["/v1/login/code", "/v1/password-resets"] {
            for _ in 0..4 {
                course.push(seen(&center.post(path).json(json!({ "name": name })).send().await));
            }
        }
        course
    };
    let known = caps(ALICE.into()).await;
    assert_eq!(
        known.iter().filter(|answer| answer["body"]["code"] == "too-many-messages").count(),
        3,
        "{known:?}"
    );
    // Her other names are asked for as often as any, but her address gets no more.
    for name in [alice.to_string(), "nobody@example.com".into(), "+4915123456780".into()] {
        assert_eq!(caps(name).await, known);
    }
    assert_eq!(center.messages().await.len(), 5);
    // A peer that asks for many names is stopped whatever they are.
    let peer = "198.51.100.9";
    for number in 0..30 {
        let name = format!("n{number}@example.com");
        center.post("/v1/login/code").from(peer).json(json!({ "name": name })).send().await.ok();
    }
    let name = json!({ "name": "another@example.com" });
    assert_eq!(center.post("/v1/login/code").from(peer).json(&name).send().await.code(), "too-many-messages");
    center.clock.advance(86_400);
    center.post("/v1/login/code").from(peer).json(name).send().await.ok();
});

on_both!(a_reset_of_an_unknown_name_answers_like_one_of_a_known_name, |center| async move {
    center.account(ALICE).await;
    let course = async |name: &str| {
        let post = async |path: &str, body: Value| center.post(path).json(body).send().await;
        let begun = post("/v1/password-resets", json!({ "name": name })).await;
        let flow = begun.json()["flow"].as_str().unwrap().to_owned();
        let set = json!({ "flow": flow, "password": "seven green kettles whistle" });
        let mut course = vec![seen(&begun), seen(&post("/v1/password-resets/password", set.clone()).await)];
        for _ in 0..7 {
            let prove = json!({ "flow": flow, "code": "not it" });
            course.push(seen(&post("/v1/password-resets/proof", prove).await));
        }
        course.push(seen(&post("/v1/password-resets/password", set).await));
        course
    };
    let known = course(ALICE).await;
    let codes: Vec<_> = known.iter().map(|answer| answer["body"]["code"].clone()).collect();
    assert_eq!(codes[1..3], [json!("wrong-state"), json!("wrong-code")]);
    assert_eq!(
        codes[6..],
        [json!("wrong-code"), json!("flow-ended"), json!("flow-ended"), json!("flow-ended")]
    );
    assert_eq!(course("nobody@example.com").await, known);
});
