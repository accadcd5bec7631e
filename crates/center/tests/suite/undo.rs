//! The link that undoes a change of contacts.

use axum::Router;
use axum::http::{Method, header};
use serde_json::json;
use tessera_center::contact::Address;
use tessera_center::outbox::Template;
use tessera_center::rules::freeze;
use tessera_center::store::tables::{account, recovery_code};
use tessera_center_api::identity::{Action, Factor};

use crate::contacts::{HOUR, action, begun, change, confirm_at, seen, undo_links};
use crate::harness::{Answer, TestCenter};
use crate::on_both;

async fn post_at(router: &Router, path: &str) -> Answer {
    TestCenter::ask_at(router, Method::POST, path)
        .bytes("application/x-www-form-urlencoded", Vec::new())
        .send()
        .await
}

async fn post(center: &TestCenter, path: &str) -> Answer {
    post_at(&center.router, path).await
}

/// The link that went to this address.
async fn link_to(center: &TestCenter, address: &str) -> String {
    undo_links(center).await.into_iter().find(|(to, _)| to == address).unwrap().1
}

fn is_page(answer: &Answer) {
    let headers = &answer.headers;
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "style-src 'sha256-",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
    let text = answer.text.to_lowercase();
    for nothing in ["<script", "javascript:", "<img", "<link", "onload", "onclick", "http://", "https://"] {
        assert!(!text.contains(nothing), "{nothing} in {text}");
    }
}

on_both!(looking_changes_nothing_and_says_what_will_happen, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    change(&center, &session, "security-email", "mallory@example.com").await;
    let link = link_to(&center, "alice@example.com").await;
    let token = link.rsplit('/').next().unwrap().to_owned();
    for method in [Method::GET, Method::HEAD] {
        for _ in 0..50 {
            let answer = center.ask(method.clone(), &link).send().await;
            assert_eq!(answer.status, 200);
        }
    }
    let page = center.get(&link).send().await;
    is_page(&page);
    assert!(
        page.text.contains("Security e-mail: from m•••y@e•••.com back to a•••e@e•••.com"),
        "{}",
        page.text
    );
    assert!(page.text.contains("<form method=\"post\">") && page.text.contains(&alice.to_string()));
    assert!(!page.text.contains("alice@") && !page.text.contains("mallory@") && !page.text.contains(&token));
    assert!(!page.text.contains("phone"), "what does not change is not told: {}", page.text);
    assert_eq!(seen(&center, &session, "security-email").await.unwrap(), "mallory@example.com");
    assert!(center.messages().await.is_empty());
});

on_both!(undoing_restores_ends_freezes_and_tells, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    let before = center.get("/v1/account").by(&session).send().await.ok()["contacts"].clone();
    change(&center, &session, "security-email", "mallory@example.com").await;
    let link = link_to(&center, "alice@example.com").await;
    let (pending, code) = begun(&center, &session, "secure-phone", "+4915123456780").await;
    let done = post(&center, &link).await;
    assert_eq!(done.status, 200);
    is_page(&done);
    // Every session and every step under way is over.
    assert_eq!(center.get("/v1/account").by(&session).send().await.code(), "not-signed-in");
    let late = confirm_at(&center.router, &session, "secure-phone", &pending, &code).await;
    assert_eq!(late.code(), "not-signed-in");
    let mut told: Vec<_> = center
        .messages()
        .await
        .iter()
        .filter(|one| one.message.template() == Template::ContactsUndone)
        .map(|one| one.to.text().to_owned())
        .collect();
    told.sort();
    assert_eq!(told, ["+4915123456789", "alice@example.com", "mallory@example.com"]);

    let session = center.session(alice).await;
    let after = center.get("/v1/account").by(&session).send().await.ok();
    assert_eq!(after["contacts"], before, "also since when they are bound");
    assert_eq!(after["frozen_since"], center.center.now());
    for one in Action::ALL {
        center.prove(&session, one).await;
    }
    let path = "/v1/contacts/secure-phone/changes";
    let body = json!({ "address": "+4915123456780" });
    assert_eq!(center.post(path).by(&session).json(&body).send().await.code(), "frozen");
    assert_eq!(center.delete("/v1/contacts/secure-phone").by(&session).send().await.code(), "frozen");
    assert_eq!(center.get("/v1/account/export").by(&session).send().await.code(), "frozen");
    assert_eq!(center.post("/v1/account/erasure").by(&session).send().await.code(), "frozen");
    let log = center.get("/v1/security-log").by(&session).send().await.ok();
    assert!(log["items"].as_array().unwrap().iter().any(|one| one["kind"] == "contacts-undone"));
    assert_eq!(post(&center, &link).await.status, 410);
});

on_both!(fifty_who_use_a_link_at_once_undo_once, |center| async move {
    let there = center.another_server().await;
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    change(&center, &session, "security-email", "mallory@example.com").await;
    // Also by different links of the same change.
    let links = undo_links(&center).await;
    let tasks: Vec<_> = (0..50_usize)
        .map(|number| {
            let router = if number.is_multiple_of(2) { center.router.clone() } else { there.clone() };
            let link = links[number % links.len()].1.clone();
            tokio::spawn(async move { post_at(&router, &link).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.status.as_u16() {
            200 => done += 1,
            410 => {}
            _ => panic!("{} {}", answer.status, answer.text),
        }
    }
    assert_eq!(done, 1);
    let told = center.messages().await;
    assert_eq!(told.iter().filter(|one| one.message.template() == Template::ContactsUndone).count(), 3);
});

on_both!(a_link_is_good_for_72_hours_to_the_second, |center| async move {
    let (alice, bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let (hers, his) = (center.session(alice).await, center.session(bob).await);
    change(&center, &hers, "security-email", "one@example.com").await;
    let first = link_to(&center, "one@example.com").await;
    change(&center, &his, "security-email", "two@example.com").await;
    let second = link_to(&center, "two@example.com").await;
    center.clock.advance(72 * HOUR - 1);
    assert_eq!(center.get(&first).send().await.status, 200);
    assert_eq!(post(&center, &second).await.status, 200);
    center.clock.advance(1);
    assert_eq!(center.get(&first).send().await.status, 410);
    assert_eq!(post(&center, &first).await.status, 410);
    assert_eq!(seen(&center, &hers, "security-email").await.unwrap(), "one@example.com");
});

on_both!(an_undo_takes_back_all_later_changes_too, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    let before = center.get("/v1/account").by(&session).send().await.ok()["contacts"].clone();
    change(&center, &session, "security-email", "m1@example.com").await;
    let first = link_to(&center, "alice@example.com").await;
    center.clock.advance(60);
    change(&center, &session, "secure-phone", "+4915123456780").await;
    change(&center, &session, "account-email", "m2@example.com").await;
    change(&center, &session, "security-email", "m3@example.com").await;
    center.prove(&session, Action::ChangeSecurePhone).await;
    center.delete("/v1/contacts/secure-phone").by(&session).send().await.ok();
    let last = link_to(&center, "m3@example.com").await;
    assert_eq!(post(&center, &first).await.status, 200);
    assert_eq!(post(&center, &last).await.status, 410, "a later change is undone with the earlier one");
    let session = center.session(alice).await;
    assert_eq!(center.get("/v1/account").by(&session).send().await.ok()["contacts"], before);
});

on_both!(a_later_change_is_undone_first_and_the_earlier_one_after, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    change(&center, &session, "security-email", "one@example.com").await;
    let first = link_to(&center, "alice@example.com").await;
    change(&center, &session, "security-email", "two@example.com").await;
    let second = link_to(&center, "one@example.com").await;
    assert_eq!(post(&center, &second).await.status, 200);
    let session = center.session(alice).await;
    assert_eq!(seen(&center, &session, "security-email").await.unwrap(), "one@example.com");
    assert_eq!(post(&center, &first).await.status, 200);
    let session = center.session(alice).await;
    assert_eq!(seen(&center, &session, "security-email").await.unwrap(), "alice@example.com");
});

on_both!(an_undo_gives_the_address_back_whatever_others_did_meanwhile, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    change(&center, &session, "secure-phone", "+4915123456780").await;
    let link = link_to(&center, "+4915123456789").await;
    // Five more want the number: four get the places that are left.
    let mut bound = 0;
    for number in 0..5 {
        let id = center.account(&format!("a{number}@example.com")).await;
        let other = center.session(id).await;
        let (flow, code) = begun(&center, &other, "secure-phone", "+4915123456789").await;
        let answer = confirm_at(&center.router, &other, "secure-phone", &flow, &code).await;
        bound += usize::from(answer.status == 200);
    }
    assert_eq!(bound, 4);
    assert_eq!(post(&center, &link).await.status, 200);
    let session = center.session(alice).await;
    assert_eq!(seen(&center, &session, "secure-phone").await.unwrap(), "+4915123456789");
});

on_both!(an_undo_and_a_change_at_once_end_in_the_state_before, |center| async move {
    let there = center.another_server().await;
    for round in 0..8 {
        let email = format!("alice{round}@example.com");
        let alice = center.account(&email).await;
        let session = center.session(alice).await;
        change(&center, &session, "security-email", &format!("m{round}@example.com")).await;
        let link = link_to(&center, &email).await;
        let phone = format!("+491512345678{round}");
        let (flow, code) = begun(&center, &session, "secure-phone", &phone).await;
        let (undone, changed) = tokio::join!(
            post_at(&there, &link),
            confirm_at(&center.router, &session, "secure-phone", &flow, &code)
        );
        assert_eq!(undone.status, 200);
        assert!(changed.status == 200 || changed.code() == "not-signed-in", "{}", changed.text);
        let session = center.session(alice).await;
        assert_eq!(seen(&center, &session, "secure-phone").await, None);
        assert_eq!(seen(&center, &session, "security-email").await, Some(email));
    }
});

on_both!(only_a_factor_that_was_not_involved_thaws, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    // Proven by the security e-mail, about the security e-mail, undone from the phone.
    change(&center, &session, "security-email", "mallory@example.com").await;
    let link = link_to(&center, "+4915123456789").await;
    assert_eq!(post(&center, &link).await.status, 200);
    center.empty_outbox().await;
    let proven = async |factor: Factor, address: Option<&str>| {
        let address = address.map(|text| Address::email(text).or_else(|_| Address::phone(text)).unwrap());
        let mut tx = center.center.begin().await.unwrap();
        let account = account::find(&mut tx, alice).await.unwrap().unwrap();
        let thawed = freeze::proven(&mut tx, &center.center, &account, factor, address.as_ref(), "peer")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        thawed
    };
    assert!(!proven(Factor::Email, Some("alice@example.com")).await);
    assert!(!proven(Factor::Email, Some("mallory@example.com")).await);
    assert!(!proven(Factor::Phone, Some("+4915123456789")).await);
    assert!(center.messages().await.is_empty());
    assert!(proven(Factor::Mfa, None).await);
    let session = center.session(alice).await;
    assert!(center.get("/v1/account").by(&session).send().await.ok().get("frozen_since").is_none());
    assert!(center.messages().await.iter().all(|one| one.message.template() == Template::Thawed));
    change(&center, &session, "secure-phone", "+4915123456780").await;
});

on_both!(the_factor_that_proved_the_change_is_involved, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let id = tessera_center::token::PlainToken::from_text(&session).unwrap().hash();
    let (flow, code) = begun(&center, &session, "secure-phone", "+4915123456789").await;
    drop((flow, code));
    let mut tx = center.center.begin().await.unwrap();
    tessera_center::store::tables::identity_check::put(
        &mut tx,
        &id,
        action("secure-phone").text(),
        "mfa",
        center.center.now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let body = json!({ "address": "+4915123456780" });
    let begun = center.post("/v1/contacts/secure-phone/changes").by(&session).json(&body).send().await.ok();
    let code = center.code_sent_to("+4915123456780").await;
    confirm_at(&center.router, &session, "secure-phone", begun["flow"].as_str().unwrap(), &code).await.ok();
    let link = link_to(&center, "alice@example.com").await;
    assert_eq!(post(&center, &link).await.status, 200);
    let mut tx = center.center.begin().await.unwrap();
    let thaws = async |tx: &mut tessera_center::store::Tx, factor| {
        freeze::would_thaw(tx, &center.center, alice, factor, None).await.unwrap()
    };
    assert!(!thaws(&mut tx, Factor::Mfa).await);
    assert!(thaws(&mut tx, Factor::RecoveryCode).await);
});

on_both!(a_link_that_is_over_looks_the_same_whatever_it_was, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    change(&center, &session, "security-email", "one@example.com").await;
    let used = link_to(&center, "one@example.com").await;
    assert_eq!(post(&center, &used).await.status, 200);
    let never = format!("/undo/{}", "A".repeat(43));
    let long = format!("/undo/{}", "x".repeat(4000));
    let mut pages = Vec::new();
    for path in [used.as_str(), &never, &long, "/undo/'%20OR%201=1", "/undo/%00", "/undo/%e2%80%ae"] {
        for method in [Method::GET, Method::POST] {
            let answer = center.ask(method, path).send().await;
            assert_eq!(answer.status, 410, "{path}");
            is_page(&answer);
            pages.push(answer.text);
        }
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    let chinese = center.get(&never).header("accept-language", "zh-CN,zh;q=0.9").send().await;
    assert!(chinese.text.contains("此链接已失效") && chinese.text.contains("lang=\"zh-Hans\""));
    for method in [Method::PUT, Method::DELETE] {
        assert_eq!(center.ask(method, &used).send().await.code(), "method-not-allowed");
    }
    assert_eq!(center.get("/undo/%ff").send().await.code(), "not-found");
});

on_both!(a_page_speaks_the_language_of_the_account, |center| async move {
    let alice = center.account("alice@example.com").await;
    sqlx::query("UPDATE account SET language = 'zh-Hans'").execute(center.center.db.pool()).await.unwrap();
    let session = center.session(alice).await;
    change(&center, &session, "secure-phone", "+4915123456789").await;
    let link = link_to(&center, "alice@example.com").await;
    assert!(center.get(&link).send().await.text.contains("安全手机：由 +49••••••89 恢复为 无"));
    assert!(post(&center, &link).await.text.contains("更改已撤销"));
});

on_both!(a_recovery_code_that_was_not_involved_thaws_over_the_api, |center| async move {
    let alice = center.account_with("alice@example.com", Some("+4915123456789")).await;
    let session = center.session(alice).await;
    let mac = recovery_code::mac(&center.center.keys, alice, "0123456789ABCDEF");
    let mut tx = center.center.begin().await.unwrap();
    recovery_code::replace(&mut tx, alice, &[mac], center.center.now()).await.unwrap();
    tx.commit().await.unwrap();
    change(&center, &session, "secure-phone", "+4915123456780").await;
    let link = link_to(&center, "+4915123456789").await;
    assert_eq!(post(&center, &link).await.status, 200);

    let session = center.session(alice).await;
    let ask = json!({ "action": "change-secure-phone" });
    let check = center.post("/v1/identity-checks").by(&session).json(&ask).send().await.ok();
    assert_eq!(check["frozen"], true);
    let offered: Vec<_> =
        check["factors"].as_array().unwrap().iter().map(|one| one["factor"].clone()).collect();
    assert_eq!(offered, ["recovery-code"], "e-mail proved the change, the phones are what it was about");
    let proof = json!({ "flow": check["flow"], "factor": "recovery-code", "code": "0123456789ABCDEF" });
    center.post("/v1/identity-checks/prove").by(&session).json(&proof).send().await.ok();
    let account = center.get("/v1/account").by(&session).send().await.ok();
    assert!(account.get("frozen_since").is_none());
    let log = center.get("/v1/security-log").by(&session).send().await.ok();
    assert!(log["items"].as_array().unwrap().iter().any(|one| one["kind"] == "thawed"));
});
