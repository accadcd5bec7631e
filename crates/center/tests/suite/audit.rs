//! The log of staff actions: no gaps under races, and every change of it noticed.

use std::sync::Arc;

use tessera_center::Center;
use tessera_center::rules::audit::{self, Broken, Entry};
use tessera_center_api::staff::Role;

use crate::on_both;
use crate::staff::Member;

async fn append(center: &Arc<Center>, action: &str) {
    let mut tx = center.begin().await.unwrap();
    audit::append(&mut tx, center, Some("someone"), &Entry::new(action).ticket("t")).await.unwrap();
    tx.commit().await.unwrap();
}

async fn run(center: &Center, statement: &'static str) {
    sqlx::query(statement).execute(center.db.pool()).await.unwrap();
}

on_both!(lines_written_at_once_stand_in_one_chain_without_gaps, |center| async move {
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let center = Arc::clone(&center.center);
            tokio::spawn(async move {
                let mut tx = center.begin().await.unwrap();
                audit::append(&mut tx, &center, None, &Entry::new("tried")).await.unwrap();
                // Every third action fails after its line was written: the line never was.
                if number % 3 != 0 {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(audit::verify(&center.center, &[]).await.unwrap(), Ok(40));
});

on_both!(a_changed_removed_or_forged_line_is_noticed, |center| async move {
    let center = &center.center;
    for number in 0..5 {
        append(center, &format!("action-{number}")).await;
    }
    let shipped = audit::sign_head(center).await.unwrap();
    append(center, "later").await;
    let verify = async || audit::verify(center, std::slice::from_ref(&shipped)).await.unwrap();
    assert_eq!(verify().await, Ok(6));
    run(center, "UPDATE audit_line SET happened_at = happened_at + 1 WHERE number = 3").await;
    assert_eq!(verify().await, Err(Broken::Changed(3)));
    run(center, "UPDATE audit_line SET happened_at = happened_at - 1, staff_id = 'other' WHERE number = 3")
        .await;
    assert_eq!(verify().await, Err(Broken::Changed(3)));
    run(center, "UPDATE audit_line SET staff_id = 'someone' WHERE number = 3").await;
    assert_eq!(verify().await, Ok(6));
    // The last line and the head with it: what remains is a whole chain, but the shipped head was longer.
    run(center, "DELETE FROM audit_line WHERE number = 6").await;
    assert_eq!(verify().await, Err(Broken::Cut { found: 5, known: 6 }));
    run(center, "UPDATE audit_head SET number = 5, hash = (SELECT hash FROM audit_line WHERE number = 5)")
        .await;
    assert_eq!(verify().await, Ok(5));
    run(center, "DELETE FROM audit_line WHERE number = 5").await;
    run(center, "UPDATE audit_head SET number = 4, hash = (SELECT hash FROM audit_line WHERE number = 4)")
        .await;
    assert_eq!(verify().await, Err(Broken::Cut { found: 4, known: 5 }));
    // Written anew by somebody who has the keys: still not what was shipped.
    append(center, "another story").await;
    assert_eq!(audit::verify(center, &[]).await.unwrap(), Ok(5));
    assert_eq!(verify().await, Err(Broken::Rewritten(5)));
    run(center, "DELETE FROM audit_line WHERE number = 2").await;
    assert_eq!(audit::verify(center, &[]).await.unwrap(), Err(Broken::Missing(2)));
});

on_both!(a_head_that_this_center_did_not_sign_is_refused, |center| async move {
    append(&center.center, "something").await;
    let good = audit::sign_head(&center.center).await.unwrap();
    let changes: [fn(&mut audit::SignedHead); 4] = [
        |head| head.number += 1,
        |head| head.hash.push('0'),
        |head| head.signed_at += 1,
        |head| head.signature = "AAAA".into(),
    ];
    for change in changes {
        let mut head = good.clone();
        change(&mut head);
        let number = head.number;
        assert_eq!(audit::verify(&center.center, &[head]).await.unwrap(), Err(Broken::NotSigned(number)));
    }
    assert_eq!(audit::public_key(&center.center).len(), 44);
});

on_both!(supervisors_read_the_log_and_nobody_else, |center| async move {
    let rita = Member::new(&center, "rita@example.com", &[Role::Reviewer], None).await;
    let sven = Member::new(&center, "sven@example.com", &[Role::Supervisor], None).await;
    let (reviewer, supervisor) = (rita.sign_in(&center).await, sven.sign_in(&center).await);
    assert_eq!(center.get("/v1/staff/audit").by(&reviewer).send().await.code(), "forbidden");
    let page = center.get("/v1/staff/audit").by(&supervisor).send().await.ok();
    let actions: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "signed-in",
            "signed-in",
            "invitation-accepted",
            "staff-added",
            "invitation-accepted",
            "staff-added"
        ]
    );
    for _ in 0..60 {
        append(&center.center, "more").await;
    }
    let first = center.get("/v1/staff/audit").by(&supervisor).send().await.ok();
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    let next = format!("/v1/staff/audit?cursor={}", first["next"].as_str().unwrap());
    let second = center.get(&next).by(&supervisor).send().await.ok();
    assert_eq!(second["items"].as_array().unwrap().len(), 16);
    assert!(second.get("next").is_none());
    // What was done is readable by those who may, and by nobody who has the database alone.
    let stored =
        sqlx::query("SELECT detail FROM audit_line").fetch_all(center.center.db.pool()).await.unwrap();
    for line in stored {
        let detail: Vec<u8> = sqlx::Row::get(&line, 0);
        assert!(!String::from_utf8_lossy(&detail).contains("signed-in"));
    }
});
