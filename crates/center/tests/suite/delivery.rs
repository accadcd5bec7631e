//! Messages go out at least once, each as one row under one id, and never too late.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use sqlx::Row as _;
use tessera_center::config::{Mail, Sms};
use tessera_center::contact::Address;
use tessera_center::outbox::deliver::{LEASE, deliver_due, take};
use tessera_center::outbox::{Carriers, Message, Template};
use tessera_center::store::tables::message;
use tessera_center::{Config, workers};

use crate::harness::{START, TestCenter};
use crate::on_both;
use crate::post::{Next, Post, header};

const DAY: u64 = 86_400;

fn by_mail(address: std::net::SocketAddr) -> Carriers {
    let mail = Mail {
        url: Some(format!("smtp://{address}")),
        from: "Example Center <center@example.com>".into(),
        ..Mail::default()
    };
    Carriers::new(&Config { mail, ..Config::default() }).unwrap()
}

async fn write_code(center: &TestCenter, to: &Address) -> String {
    let mut tx = center.center.begin().await.unwrap();
    let id = Message::new(Template::Code, "en")
        .with("code", "012345")
        .with("minutes", 10)
        .send(&mut tx, &center.center, to)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

fn alice() -> Address {
    Address::email("alice@example.com").unwrap()
}

/// State, attempts, what went wrong, and whether address and body are wiped.
async fn state(center: &TestCenter, id: &str) -> (String, i64, Option<String>, bool) {
    let row = sqlx::query(
        "SELECT state, attempts, last_error, CASE WHEN address IS NULL AND body IS NULL THEN 1 ELSE 0 END FROM message WHERE id = $1",
    )
    .bind(id)
    .fetch_one(center.center.db.pool())
    .await
    .unwrap();
    (row.get(0), row.get(1), row.get(2), row.get::<i64, _>(3) == 1)
}

async fn rows(center: &TestCenter) -> i64 {
    sqlx::query("SELECT COUNT(*) FROM message").fetch_one(center.center.db.pool()).await.unwrap().get(0)
}

on_both!(a_mail_goes_out_once_and_its_row_forgets_what_it_said, |center| async move {
    let post = Post::smtp().await;
    let carriers = by_mail(post.address);
    let id = write_code(&center, &alice()).await;
    assert_eq!(deliver_due(&center.center, &carriers).await.unwrap(), 1);
    assert_eq!(deliver_due(&center.center, &carriers).await.unwrap(), 0);
    let arrived = post.arrived();
    assert_eq!(arrived.len(), 1);
    let mail = &arrived[0];
    assert!(mail.contains("RCPT TO:<alice@example.com>") && mail.contains("012345"), "{mail}");
    assert!(mail.contains("text/plain") && mail.contains("text/html"));
    assert_eq!(header(mail, "message-id"), format!("<{id}@example.com>"));
    assert_eq!(header(mail, "auto-submitted"), "auto-generated");
    assert_eq!(header(mail, "date"), "Tue, 14 Nov 2023 22:13:20 +0000");
    assert_eq!(state(&center, &id).await, ("delivered".into(), 1, None, true));
});

on_both!(after_a_lost_answer_the_same_message_comes_again_under_the_same_id, |center| async move {
    let post = Post::smtp().await;
    post.then(&[Next::TakeAndHangUp]);
    let carriers = by_mail(post.address);
    let id = write_code(&center, &alice()).await;
    deliver_due(&center.center, &carriers).await.unwrap();
    let (now, attempts, why, _) = state(&center, &id).await;
    assert_eq!((now.as_str(), attempts), ("waiting", 1));
    assert!(why.unwrap().contains("mail server"));
    center.clock.advance(9);
    assert_eq!(deliver_due(&center.center, &carriers).await.unwrap(), 0, "not before its pause ended");
    center.clock.advance(1);
    deliver_due(&center.center, &carriers).await.unwrap();
    let ids: Vec<_> = post.arrived().iter().map(|mail| header(mail, "message-id").to_owned()).collect();
    assert_eq!(ids, [format!("<{id}@example.com>"), format!("<{id}@example.com>")]);
    assert_eq!((rows(&center).await, state(&center, &id).await.0.as_str()), (1, "delivered"));
});

on_both!(a_mail_server_that_is_away_for_an_hour_loses_no_notice, |center| async move {
    let (away, post) = (by_mail(Post::nobody().await), Post::smtp().await);
    is_delivered_after_an_hour(&center, &alice(), &away, &by_mail(post.address), &post).await;
});

on_both!(a_gateway_that_is_away_for_an_hour_loses_no_notice, |center| async move {
    let by_text = |address| {
        let sms = Sms { url: Some(format!("http://{address}/")), ..Sms::default() };
        Carriers::new(&Config { sms, ..Config::default() }).unwrap()
    };
    let (away, post) = (by_text(Post::nobody().await), Post::gateway().await);
    let phone = Address::phone("+4915123456789").unwrap();
    is_delivered_after_an_hour(&center, &phone, &away, &by_text(post.address), &post).await;
});

async fn is_delivered_after_an_hour(
    center: &TestCenter,
    to: &Address,
    away: &Carriers,
    back: &Carriers,
    post: &Post,
) {
    let id = write_notice_to(center, to).await;
    let mut tries = 0;
    for _ in 0..3600 {
        tries += deliver_due(&center.center, away).await.unwrap();
        center.clock.advance(1);
    }
    assert!((5..=12).contains(&tries), "{tries} tries in an hour");
    assert_eq!(state(center, &id).await.0, "waiting");
    center.clock.advance(2 * 3600);
    deliver_due(&center.center, back).await.unwrap();
    assert_eq!((post.arrived().len(), state(center, &id).await.0.as_str()), (1, "delivered"));
}

async fn write_notice(center: &TestCenter) -> String {
    write_notice_to(center, &alice()).await
}

async fn write_notice_to(center: &TestCenter, to: &Address) -> String {
    let mut tx = center.center.begin().await.unwrap();
    let notice = Message::new(Template::TooManyWrongCodes, "en").with("count", 10).with("until", "tomorrow");
    let id = notice.send(&mut tx, &center.center, to).await.unwrap();
    tx.commit().await.unwrap();
    id
}

on_both!(a_code_past_its_life_is_dropped_not_delivered_late, |center| async move {
    let post = Post::smtp().await;
    let carriers = by_mail(post.address);
    let (late, in_time) = (write_code(&center, &alice()).await, {
        center.clock.advance(1);
        write_code(&center, &alice()).await
    });
    center.clock.advance(599);
    deliver_due(&center.center, &carriers).await.unwrap();
    let why = Some("the code in it is no longer good".into());
    assert_eq!(state(&center, &late).await, ("given-up".into(), 1, why, true));
    assert_eq!(state(&center, &in_time).await.0, "delivered");
    assert_eq!(post.arrived().len(), 1);
});

on_both!(what_cannot_be_delivered_is_given_up_with_a_reason_that_names_nobody, |center| async move {
    let post = Post::smtp().await;
    post.then(&vec![Next::Say("550 5.1.1 <alice@example.com> is unknown here".into()); 100]);
    let carriers = by_mail(post.address);
    let id = write_notice(&center).await;
    for _ in 0..5 * 24 {
        deliver_due(&center.center, &carriers).await.unwrap();
        center.clock.advance(3600);
    }
    let (state, attempts, why, wiped) = state(&center, &id).await;
    assert_eq!(
        (state.as_str(), why.as_deref(), wiped),
        ("given-up", Some("the mail server answered 550"), true)
    );
    assert!((10..40).contains(&attempts), "{attempts}");
    assert!(post.arrived().is_empty());
});

on_both!(two_servers_deliver_each_message_once, |center| async move {
    let post = Post::smtp().await;
    let carriers = Arc::new(by_mail(post.address));
    let mut written = BTreeSet::new();
    for _ in 0..40 {
        written.insert(format!("<{}@example.com>", write_code(&center, &alice()).await));
    }
    let mut both = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (center, carriers) = (Arc::clone(&center.center), Arc::clone(&carriers));
        both.spawn(async move { deliver_due(&center, &carriers).await.unwrap() });
    }
    let taken: usize = both.join_all().await.into_iter().sum();
    let arrived = post.arrived();
    let ids: BTreeSet<_> = arrived.iter().map(|mail| header(mail, "message-id").to_owned()).collect();
    assert_eq!((taken, arrived.len(), ids), (40, 40, written));
});

on_both!(a_worker_that_died_leaves_a_lease_that_ends, |center| async move {
    let post = Post::smtp().await;
    let carriers = by_mail(post.address);
    let id = write_code(&center, &alice()).await;
    assert_eq!(take(&center.center).await.unwrap().unwrap().id, id);
    center.clock.advance(LEASE as u64 - 1);
    assert_eq!(deliver_due(&center.center, &carriers).await.unwrap(), 0);
    center.clock.advance(1);
    assert_eq!(deliver_due(&center.center, &carriers).await.unwrap(), 1);
    assert_eq!((post.arrived().len(), state(&center, &id).await.1), (1, 2));
});

on_both!(codes_go_before_notices, |center| async move {
    let post = Post::smtp().await;
    write_notice(&center).await;
    center.clock.advance(1);
    write_code(&center, &alice()).await;
    deliver_due(&center.center, &by_mail(post.address)).await.unwrap();
    let codes: Vec<_> = post.arrived().iter().map(|mail| mail.contains("012345")).collect();
    assert_eq!(codes, [true, false]);
});

on_both!(a_text_message_is_one_request_and_credentials_follow_no_redirect, |center| async move {
    let post = Post::gateway().await;
    let elsewhere = Post::gateway().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("authorization");
    std::fs::write(&secret, "Bearer gateway-secret\n").unwrap();
    let mut config = Config::default();
    config.sms.url = Some(format!("http://{}/send", post.address));
    config.sms.authorization_file = Some(secret);
    let carriers = Carriers::new(&config).unwrap();
    let phone = Address::phone("+4915123456789").unwrap();
    let id = write_code(&center, &phone).await;
    post.then(&[
        Next::Say(format!(
            "307 Elsewhere\r\nlocation: http://{}/send\r\ncontent-length: 0",
            elsewhere.address
        )),
        Next::TakeAndHangUp,
    ]);
    deliver_due(&center.center, &carriers).await.unwrap();
    assert_eq!(state(&center, &id).await.2.unwrap(), "the SMS gateway answered 307");
    center.clock.advance(10);
    deliver_due(&center.center, &carriers).await.unwrap();
    center.clock.advance(20);
    deliver_due(&center.center, &carriers).await.unwrap();
    let arrived = post.arrived();
    assert_eq!((arrived.len(), elsewhere.arrived().len()), (2, 0));
    for request in &arrived {
        assert!(request.starts_with("POST /send HTTP/1.1"), "{request}");
        assert_eq!(header(request, "authorization"), "Bearer gateway-secret");
        assert_eq!(header(request, "idempotency-key"), id);
        let body: Value = serde_json::from_str(request.split_once("\n\n").unwrap().1.trim()).unwrap();
        assert_eq!((body["to"].as_str(), body["id"].as_str()), (Some("+4915123456789"), Some(id.as_str())));
        assert!(body["text"].as_str().unwrap().contains("012345"));
    }
    assert_eq!(state(&center, &id).await.0, "delivered");
});

on_both!(without_a_mail_server_messages_stay_here_for_some_days, |center| async move {
    let carriers = Carriers::new(&Config::default()).unwrap();
    let id = write_code(&center, &alice()).await;
    deliver_due(&center.center, &carriers).await.unwrap();
    assert_eq!(state(&center, &id).await, ("local".into(), 1, None, false));
    let readable = async || message::readable(center.center.db.pool(), (0, ""), 10).await.unwrap().len();
    assert_eq!(readable().await, 1);
    center.clock.advance(7 * DAY);
    workers::sweep(Arc::clone(&center.center)).await.unwrap();
    assert_eq!(readable().await, 1);
    center.clock.advance(1);
    workers::sweep(Arc::clone(&center.center)).await.unwrap();
    assert_eq!((readable().await, rows(&center).await), (0, 0));
});

on_both!(messages_of_one_second_are_read_in_the_order_they_were_written, |center| async move {
    let mut written = Vec::new();
    for _ in 0..12 {
        written.push(write_code(&center, &alice()).await);
    }
    // As the inbox of the trial reads on: what came after the place that it has seen.
    let mut read: Vec<String> = Vec::new();
    loop {
        let place = read.last().map_or((0, ""), |id| (center.center.now(), id));
        let found = message::readable(center.center.db.pool(), place, 5).await.unwrap();
        if found.is_empty() {
            break;
        }
        read.extend(found.into_iter().map(|kept| kept.id));
    }
    assert_eq!(read, written);
});

#[tokio::test]
async fn beyond_the_days_messages_codes_wait_and_notices_go_out() {
    let center = TestCenter::sqlite_with(|config| config.rules.messages_in_all = 2).await;
    let post = Post::smtp().await;
    let carriers = by_mail(post.address);
    for _ in 0..2 {
        write_code(&center, &alice()).await;
    }
    deliver_due(&center.center, &carriers).await.unwrap();
    let (code, notice) = (write_code(&center, &alice()).await, write_notice(&center).await);
    deliver_due(&center.center, &carriers).await.unwrap();
    assert_eq!(state(&center, &notice).await.0, "delivered");
    let (now, attempts, why, _) = state(&center, &code).await;
    assert_eq!((now.as_str(), attempts), ("waiting", 0));
    assert!(why.unwrap().contains("messages-in-all"));
    // By the time the day is over the code is, too: it is dropped and said to be.
    center.clock.advance(DAY);
    deliver_due(&center.center, &carriers).await.unwrap();
    assert_eq!((state(&center, &code).await.0.as_str(), post.arrived().len()), ("given-up", 3));
    assert_eq!(center.center.now(), START + 86_400);
    center.remove().await;
}
