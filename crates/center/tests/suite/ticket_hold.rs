//! The hold, objections, and the link at the end.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::json;
use tessera_center::contact::Address;
use tessera_center::rules::ticket::execute_due;
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center::store::tables::mfa_device::{self, DeviceKind};
use tessera_center::store::tables::otp_token::{self, Moving, Seed};
use tessera_center_api::ticket::TicketKind;
use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};

use crate::desk::*;
use crate::harness::{PASSWORD, TestCenter};
use crate::on_both;

const HOLD: i64 = 72 * 3600;

/// A phone change of Alice, held.
async fn held(center: &TestCenter) -> (i64, (String, String)) {
    let alice = alice(center).await;
    let (rita, sven) = reviewers(center).await;
    let ticket = filed(center, phone_change("alice@example.com"), "friend@example.com").await;
    documents(center, &ticket.0, TicketKind::PhoneChangeIndividual).await;
    prove_new(center, &ticket, NEW_PHONE).await;
    apply(center, &ticket, "submission", None).await.ok();
    center.empty_outbox().await;
    approved(center, &ticket.0, &rita, &sven).await;
    (alice, ticket)
}

async fn phone_of(center: &TestCenter, account: i64) -> Option<String> {
    let mut tx = center.center.begin().await.unwrap();
    let contacts = contact::of_account(&mut tx, &center.center.keys, account).await.unwrap();
    contacts.iter().find(|one| one.kind == ContactKind::SecurePhone).map(|one| one.address.text().to_owned())
}

/// The path of the binding link, sent to this address.
async fn binding_link(center: &TestCenter, to: &str) -> String {
    let found = links(center, "/ticket-links/").await;
    assert_eq!(found.len(), 1, "one link, to one address");
    assert_eq!(found[0].0, to);
    found[0].1.clone()
}

async fn open_link(center: &TestCenter, link: &str, password: &str) -> crate::harness::Answer {
    let token = link.rsplit('/').next().unwrap();
    center.post("/v1/ticket-links").json(json!({ "token": token, "password": password })).send().await
}

on_both!(an_approved_change_waits_to_the_second_and_then_binds_what_was_proven, |center| async move {
    let (alice, ticket) = held(&center).await;
    let until = center.center.now() + HOLD;
    // Every old address was told, each with a link of its own; the new one was not.
    let told = links(&center, "/objections/").await;
    let mut to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [PHONE, "alice@example.com"]);
    assert_ne!(told[0].1, told[1].1);
    for message in center.messages().await {
        message.message.render("Center").unwrap();
    }
    center.empty_outbox().await;
    center.clock.set((until - 1).cast_unsigned());
    assert_eq!(execute_due(&center.center).await.unwrap(), 0);
    assert_eq!(state(&center, &ticket).await, "hold");
    center.clock.advance(1);
    assert_eq!(execute_due(&center.center).await.unwrap(), 1);
    assert_eq!(state(&center, &ticket).await, "executed");
    assert_eq!(phone_of(&center, alice).await.as_deref(), Some(PHONE), "the link alone changes nothing");
    let link = binding_link(&center, NEW_PHONE).await;
    for message in center.messages().await {
        message.message.render("Center").unwrap();
    }
    // The link is no use without the password, and a scanner that opens it changes nothing.
    let page = center.get(&link).send().await;
    assert!(
        page.status.is_success() && page.text.contains("type=\"password\"") && !page.text.contains("<script")
    );
    assert_eq!(open_link(&center, &link, "wrong").await.code(), "wrong-credentials");
    let session = center.session(alice).await;
    center.empty_outbox().await;
    assert_eq!(open_link(&center, &link, PASSWORD).await.ok()["result"], "bound");
    assert_eq!(phone_of(&center, alice).await.as_deref(), Some(NEW_PHONE));
    assert_eq!(open_link(&center, &link, PASSWORD).await.code(), "link-ended");
    assert_eq!(center.get(&link).send().await.status, StatusCode::GONE);
    // Sessions ended, every old and new address was told with a link that undoes it.
    assert_eq!(center.get("/v1/sessions").by(&session).send().await.code(), "not-signed-in");
    assert_eq!(links(&center, "/undo/").await.len(), 3);
    is_explained(&center, &ticket.0).await;
});

on_both!(an_old_factor_shortens_the_hold, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let ticket = filed(&center, unbinding("alice@example.com"), "friend@example.com").await;
    apply(&center, &ticket, "submission", None).await.ok();
    apply(&center, &ticket, "factor-codes", Some(json!({ "factor": "email" }))).await.ok();
    let code = center.code_sent_to("alice@example.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let proof = |code: &str| Some(json!({ "factor": "email", "code": code }));
    assert_eq!(apply(&center, &ticket, "factor-proof", proof(wrong)).await.code(), "wrong-code");
    // A code for one factor proves no other.
    let other = Some(json!({ "factor": "phone", "code": code }));
    assert_eq!(apply(&center, &ticket, "factor-proof", other).await.code(), "flow-ended");
    apply(&center, &ticket, "factor-proof", proof(&code)).await.ok();
    approved(&center, &ticket.0, &rita, &sven).await;
    let approved_at = center.center.now();
    center.clock.set((approved_at + 24 * 3600 - 1).cast_unsigned());
    assert_eq!(execute_due(&center.center).await.unwrap(), 0);
    center.clock.advance(1);
    assert_eq!(execute_due(&center.center).await.unwrap(), 1);
});

on_both!(what_is_to_be_changed_or_came_lately_is_no_old_factor, |center| async move {
    let alice = alice(&center).await;
    let change = filed(&center, phone_change("alice@example.com"), "friend@example.com").await;
    assert_eq!(
        apply(&center, &change, "factor-codes", Some(json!({ "factor": "phone" }))).await.code(),
        "wrong-state"
    );
    let phone = Address::phone("+4915112345678").unwrap();
    let mut tx = center.center.begin().await.unwrap();
    contact::bind(&mut tx, &center.center, alice, ContactKind::SecurePhone, &phone, center.center.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let lost = filed(&center, unbinding("alice@example.com"), "other@example.com").await;
    apply(&center, &lost, "factor-codes", Some(json!({ "factor": "phone" }))).await.ok();
    assert!(center.messages().await.is_empty(), "a contact of a minute ago proves nothing");
});

on_both!(an_objection_counts_once_and_is_no_veto, |center| async move {
    let (_, ticket) = held(&center).await;
    let held_until = center.center.now() + HOLD;
    let told = links(&center, "/objections/").await;
    let (first, second) = (told[0].1.clone(), told[1].1.clone());
    center.empty_outbox().await;
    // GET, as a mail scanner does it, changes nothing.
    for _ in 0..3 {
        let page = center.get(&first).send().await;
        assert!(
            page.status.is_success()
                && page.text.contains("<form method=\"post\"")
                && !page.text.contains("<script")
        );
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
    }
    assert_eq!(state(&center, &ticket).await, "hold");
    let other = center.another_server().await;
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let router = if number % 2 == 0 { center.router.clone() } else { other.clone() };
            let link = first.clone();
            tokio::spawn(async move {
                let ask = TestCenter::ask_at(&router, Method::POST, &link);
                let body = b"reason=It+was+not+me".to_vec();
                ask.bytes("application/x-www-form-urlencoded", body).send().await.status
            })
        })
        .collect();
    let mut objected = 0;
    for task in tasks {
        let status = task.await.unwrap();
        assert!(matches!(status, StatusCode::OK | StatusCode::GONE), "{status}");
        objected += usize::from(status == StatusCode::OK);
    }
    assert_eq!(objected, 1);
    assert_eq!(state(&center, &ticket).await, "contested");
    let late = center.post(&second).bytes("application/x-www-form-urlencoded", Vec::new()).send().await;
    assert_eq!(late.status, StatusCode::GONE);
    center.clock.set((held_until + 10).cast_unsigned());
    assert_eq!(execute_due(&center.center).await.unwrap(), 0, "nothing happens while it is contested");
    // Staff decide again, with the objection in sight, and the first hold is over by now.
    let rita = crate::staff::Member::new(
        &center,
        "r2@example.org",
        &[tessera_center_api::staff::Role::Reviewer],
        None,
    )
    .await;
    let sven = crate::staff::Member::new(
        &center,
        "s2@example.org",
        &[tessera_center_api::staff::Role::Reviewer],
        None,
    )
    .await;
    center.clock.advance(HOLD as u64);
    let token = rita.sign_in(&center).await;
    claim(&center, &token, &ticket.0).await.ok();
    let (seen, _) = look(&center, &token, &ticket.0).await;
    assert_eq!(seen["line"]["contested"], true);
    assert_eq!(seen["review"]["objections"][0]["reason"], "It was not me");
    approved(&center, &ticket.0, &rita, &sven).await;
    assert!(links(&center, "/objections/").await.is_empty(), "no second objection");
    assert_eq!(execute_due(&center.center).await.unwrap(), 1);
    assert_eq!(state(&center, &ticket).await, "executed");
    is_explained(&center, &ticket.0).await;
});

on_both!(two_servers_that_execute_at_once_send_one_link, |center| async move {
    let (_, ticket) = held(&center).await;
    center.empty_outbox().await;
    center.clock.advance(HOLD as u64);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let center = Arc::clone(&center.center);
            tokio::spawn(async move { execute_due(&center).await.unwrap() })
        })
        .collect();
    let mut moved = 0;
    for task in tasks {
        moved += task.await.unwrap();
    }
    assert_eq!(moved, 1);
    binding_link(&center, NEW_PHONE).await;
    is_explained(&center, &ticket.0).await;
});

on_both!(a_ticket_withdrawn_in_the_hold_is_not_executed, |center| async move {
    let (_, ticket) = held(&center).await;
    let told = links(&center, "/objections/").await;
    apply(&center, &ticket, "withdrawal", None).await.ok();
    assert_eq!(center.get(&told[0].1).send().await.status, StatusCode::GONE);
    center.clock.advance(HOLD as u64);
    assert_eq!(execute_due(&center.center).await.unwrap(), 0);
    assert_eq!(state(&center, &ticket).await, "withdrawn");
});

on_both!(a_link_takes_five_wrong_passwords_and_ends_on_the_second, |center| async move {
    let (alice, _) = held(&center).await;
    center.empty_outbox().await;
    center.clock.advance(HOLD as u64);
    execute_due(&center.center).await.unwrap();
    let link = binding_link(&center, NEW_PHONE).await;
    let executed = center.center.now();
    center.clock.set((executed + 24 * 3600).cast_unsigned());
    assert_eq!(open_link(&center, &link, PASSWORD).await.code(), "link-ended");
    center.clock.set((executed + 24 * 3600 - 1).cast_unsigned());
    let other = center.another_server().await;
    let token = link.rsplit('/').next().unwrap().to_owned();
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let router = if number % 2 == 0 { center.router.clone() } else { other.clone() };
            let token = token.clone();
            tokio::spawn(async move {
                let ask = TestCenter::ask_at(&router, Method::POST, "/v1/ticket-links");
                ask.json(json!({ "token": token, "password": format!("wrong {number}") })).send().await.code()
            })
        })
        .collect();
    let mut judged = 0;
    for task in tasks {
        judged += usize::from(task.await.unwrap() == "wrong-credentials");
    }
    assert_eq!(judged, 5);
    assert_eq!(open_link(&center, &link, PASSWORD).await.code(), "link-ended");
    assert_eq!(phone_of(&center, alice).await.as_deref(), Some(PHONE));
});

on_both!(one_link_opened_twenty_times_at_once_binds_once, |center| async move {
    let (alice, _) = held(&center).await;
    center.empty_outbox().await;
    center.clock.advance(HOLD as u64);
    execute_due(&center.center).await.unwrap();
    let link = binding_link(&center, NEW_PHONE).await;
    center.empty_outbox().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (center, link) = (Arc::clone(&center), link.clone());
            tokio::spawn(async move { open_link(&center, &link, PASSWORD).await.status.is_success() })
        })
        .collect();
    let mut bound = 0;
    for task in tasks {
        bound += usize::from(task.await.unwrap());
    }
    assert_eq!(bound, 1);
    assert_eq!(phone_of(&center, alice).await.as_deref(), Some(NEW_PHONE));
    assert_eq!(links(&center, "/undo/").await.len(), 3);
});

on_both!(an_unbinding_binds_a_new_device_in_place_of_the_old_ones, |center| async move {
    let alice = alice(&center).await;
    let lost = Seed {
        secret: Secret::from_bytes(&[7; 20]).unwrap(),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        moving: Moving::Time(Period::THIRTY),
    };
    let mut tx = center.center.begin().await.unwrap();
    let token = otp_token::insert(&mut tx, &center.center, None, &lost, -1, 0).await.unwrap().unwrap();
    mfa_device::bind(&mut tx, &center.center, alice, DeviceKind::Virtual, "lost", &token).await.unwrap();
    tx.commit().await.unwrap();
    let (rita, sven) = reviewers(&center).await;
    let (id, code) = submitted(&center).await;
    approved(&center, &id, &rita, &sven).await;
    center.empty_outbox().await;
    center.clock.advance(HOLD as u64);
    execute_due(&center.center).await.unwrap();
    // To a contact on file only: never to where the applicant said to be.
    let link = binding_link(&center, PHONE).await;
    assert!(center.messages().await.iter().all(|one| one.to.text() != "friend@example.com"));
    let opened = open_link(&center, &link, PASSWORD).await.ok();
    assert_eq!(opened["result"], "bind-device");
    let names = async || {
        let mut tx = center.center.begin().await.unwrap();
        let devices = mfa_device::of_account(&mut tx, &center.center.keys, alice).await.unwrap();
        devices.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["lost"], "the password alone unbinds nothing");
    let secret = Secret::from_base32(opened["secret"].as_str().unwrap()).unwrap();
    let code_at = |at: i64| {
        let credential = Credential::new("", "", secret.clone(), Generator::default());
        credential.code_at(at.try_into().unwrap()).unwrap().text().to_owned()
    };
    let now = center.center.now();
    let send = async |codes: [String; 2]| {
        let body = json!({ "flow": opened["flow"], "codes": codes });
        center.post("/v1/ticket-links/device").json(body).send().await
    };
    assert_eq!(send([code_at(now), code_at(now)]).await.code(), "wrong-code");
    send([code_at(now - 30), code_at(now)]).await.ok();
    assert_eq!(names().await, ["Authenticator"]);
    assert_eq!(send([code_at(now), code_at(now + 30)]).await.code(), "flow-ended");
    assert_eq!(open_link(&center, &link, PASSWORD).await.code(), "link-ended");
    is_explained(&center, &id).await;
    let _ = code;
});

on_both!(the_page_of_a_link_binds_a_device_without_scripts, |center| async move {
    alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let (id, _) = submitted(&center).await;
    approved(&center, &id, &rita, &sven).await;
    center.empty_outbox().await;
    center.clock.advance(HOLD as u64);
    execute_due(&center.center).await.unwrap();
    let link = binding_link(&center, PHONE).await;
    let send = async |body: String| {
        center.post(&link).bytes("application/x-www-form-urlencoded", body.into_bytes()).send().await
    };
    assert_eq!(send("password=wrong".into()).await.status, StatusCode::UNAUTHORIZED);
    let page = send(format!("password={}", PASSWORD.replace(' ', "+"))).await;
    assert!(page.status.is_success(), "{}", page.text);
    let value = |name: &str| {
        let rest = page.text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (flow, secret) = (value("flow"), value("secret"));
    let plain = Secret::from_base32(&secret).unwrap();
    let code_at = |at: i64| {
        let credential = Credential::new("", "", plain.clone(), Generator::default());
        credential.code_at(at.try_into().unwrap()).unwrap().text().to_owned()
    };
    let now = center.center.now();
    let wrong = send(format!("flow={flow}&secret={secret}&first=1&second=2")).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let done =
        send(format!("flow={flow}&secret={secret}&first={}&second={}", code_at(now - 30), code_at(now)))
            .await;
    assert!(done.status.is_success(), "{}", done.text);
    assert_eq!(center.get(&link).send().await.status, StatusCode::GONE);
    for link in ["/objections/x", "/ticket-links/x", "/objections/%00", "/ticket-links/%F0%9F"] {
        let status = center.get(link).send().await.status;
        assert!(matches!(status, StatusCode::GONE | StatusCode::NOT_FOUND), "{link} {status}");
    }
});

on_both!(an_account_email_is_rebound_to_the_one_that_was_proven, |center| async move {
    let alice = alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let statement = json!({ "kind": "account-email-change", "login_email": "alice@example.com", "name": "alice example",
        "document_number": "x 123 4567", "new_email": "new@example.net" });
    // The applicant's own contact is the new one: one code proves both.
    let ticket = filed(&center, statement, "new@example.net").await;
    documents(&center, &ticket.0, TicketKind::AccountEmailChange).await;
    assert_eq!(apply(&center, &ticket, "submission", None).await.ok()["contact_proven"], true);
    approved(&center, &ticket.0, &rita, &sven).await;
    center.empty_outbox().await;
    center.clock.advance(HOLD as u64);
    execute_due(&center.center).await.unwrap();
    let link = binding_link(&center, "new@example.net").await;
    open_link(&center, &link, PASSWORD).await.ok();
    let mut tx = center.center.begin().await.unwrap();
    let email = Address::email("new@example.net").unwrap();
    let holders = contact::accounts_with(&mut tx, &center.center.keys, ContactKind::AccountEmail, &email)
        .await
        .unwrap();
    assert_eq!(holders, [alice]);
});

on_both!(a_link_never_goes_to_a_contact_that_is_younger_than_the_ticket, |center| async move {
    let alice = alice(&center).await;
    let (rita, sven) = reviewers(&center).await;
    let (id, code) = submitted(&center).await;
    approved(&center, &id, &rita, &sven).await;
    center.empty_outbox().await;
    // Within the hold every contact is changed.
    let mut tx = center.center.begin().await.unwrap();
    for (kind, address) in [
        (ContactKind::SecurePhone, Address::phone("+4915112345678").unwrap()),
        (ContactKind::SecurityEmail, Address::email("thief@example.com").unwrap()),
        (ContactKind::AccountEmail, Address::email("thief@example.com").unwrap()),
    ] {
        assert!(
            contact::bind(&mut tx, &center.center, alice, kind, &address, center.center.now()).await.unwrap()
        );
    }
    tx.commit().await.unwrap();
    center.clock.advance(HOLD as u64);
    assert_eq!(execute_due(&center.center).await.unwrap(), 1);
    assert!(links(&center, "/ticket-links/").await.is_empty());
    assert_eq!(state(&center, &(id.clone(), code)).await, "contested");
    is_explained(&center, &id).await;
});
