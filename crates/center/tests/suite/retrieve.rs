//! Retrieve account: which accounts a phone is bound to.

use serde_json::{Value, json};
use tessera_center::outbox::Template;

use crate::contacts::change;
use crate::harness::{Answer, TestCenter};
use crate::on_both;

const PHONE: &str = "+4915123456789";

async fn begin(center: &TestCenter, phone: &str) -> Answer {
    center.post("/v1/retrievals").json(json!({ "phone": phone })).send().await
}

async fn prove(center: &TestCenter, flow: &str, code: &str) -> Answer {
    center.post("/v1/retrievals/prove").json(json!({ "flow": flow, "code": code })).send().await
}

on_both!(a_proven_phone_shows_and_receives_the_masked_list, |center| async move {
    let one = center.account_with("alice@example.com", Some(PHONE)).await;
    let two = center.account_with("lehmann@example.org", Some(PHONE)).await;
    center.account_with("bob@example.com", Some("+4915123456780")).await;
    let flow = begin(&center, "+49 151 23456789").await.ok()["flow"].as_str().unwrap().to_owned();
    let code = center.code_sent_to(PHONE).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(prove(&center, &flow, wrong).await.code(), "wrong-code");
    assert!(center.messages().await.is_empty());
    let list = prove(&center, &flow, &code).await.ok();
    let mut wanted = [(one, "a•••e@e•••.com"), (two, "l•••n@e•••.org")];
    wanted.sort_unstable();
    let wanted: Vec<_> =
        wanted.iter().map(|(id, email)| json!({ "id": id, "kind": "individual", "email": email })).collect();
    assert_eq!(list, Value::from(wanted));
    let messages = center.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].to.text(), messages[0].message.template()), (PHONE, Template::AccountsOfPhone));
    let said = messages[0].message.render("Center").unwrap().text;
    for part in [&one.to_string(), &two.to_string(), "a•••e@e•••.com", "l•••n@e•••.org"]
    {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("alice@"));
    assert_eq!(prove(&center, &flow, &code).await.code(), "flow-ended");
    let session = center.session(one).await;
    let log = center.get("/v1/security-log").by(&session).send().await.ok();
    assert_eq!(log["items"][0]["kind"], "retrieved");
});

on_both!(the_answer_is_the_same_for_every_number_and_only_bound_ones_are_texted, |center| async move {
    center.account_with("alice@example.com", Some(PHONE)).await;
    let mut answers = Vec::new();
    for phone in [PHONE, "+8613800138000"] {
        let mut seen = Vec::new();
        let first = begin(&center, phone).await;
        let flow = first.ok()["flow"].as_str().unwrap().to_owned();
        let strip = |answer: &Answer| {
            let mut json = answer.json();
            if json.get("flow").is_some() {
                json["flow"] = Value::Null;
            }
            (answer.status, json.to_string())
        };
        seen.push(strip(&first));
        let resend = async || center.post("/v1/retrievals/code").json(json!({ "flow": flow })).send().await;
        seen.push(strip(&resend().await));
        for _ in 0..6 {
            seen.push(strip(&prove(&center, &flow, "000000").await));
        }
        seen.push(strip(&resend().await));
        for _ in 0..6 {
            seen.push(strip(&begin(&center, phone).await));
        }
        assert!(seen.iter().any(|(status, _)| *status == 429));
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    let messages = center.messages().await;
    assert_eq!(messages.iter().filter(|one| one.to.text() == PHONE).count(), 5);
    assert_eq!(messages.len(), 5);
});

on_both!(a_number_that_an_account_left_is_not_its_number_any_more, |center| async move {
    let alice = center.account_with("alice@example.com", Some(PHONE)).await;
    let bob = center.account_with("bob@example.com", Some(PHONE)).await;
    let session = center.session(alice).await;
    change(&center, &session, "secure-phone", "+4915123456780").await;
    center.empty_outbox().await;
    let flow = begin(&center, PHONE).await.ok()["flow"].as_str().unwrap().to_owned();
    let code = center.code_sent_to(PHONE).await;
    let list = prove(&center, &flow, &code).await.ok();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["id"], bob);
});

on_both!(a_flow_of_another_kind_is_no_retrieval, |center| async move {
    center.account_with("alice@example.com", Some(PHONE)).await;
    let flow = crate::registration::begun(&center, PHONE).await;
    let code = center.code_sent_to(PHONE).await;
    assert_eq!(prove(&center, &flow, &code).await.code(), "flow-ended");
});

on_both!(hostile_numbers_are_refused_alike, |center| async move {
    let long = "9".repeat(10_000);
    for phone in [
        "",
        "+",
        "0151 23456789",
        "+999 123456",
        "+1 800 FLOWERS",
        "+49'--",
        "+49151\r\n23456789x",
        "\u{202e}+49",
        &long,
    ] {
        let answer = begin(&center, phone).await;
        assert_eq!(answer.code(), "invalid-value", "{phone}");
        assert_eq!(answer.json()["field"], "/phone");
        assert!(phone.len() < 4 || !answer.text.contains(phone), "the refusal quotes the number");
    }
    for body in [json!({}), json!({ "phone": 49 }), json!({ "phone": [] }), json!({ "phone": PHONE, "x": 1 })]
    {
        assert_eq!(center.post("/v1/retrievals").json(&body).send().await.code(), "bad-request");
    }
    for flow in ["", "x", &long] {
        assert_eq!(prove(&center, flow, "000000").await.code(), "flow-ended");
    }
});
