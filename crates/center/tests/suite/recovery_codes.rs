//! Recovery codes: ten, each once, a new set in place of the old one.

use axum::http::StatusCode;
use tessera_center::outbox::Template;
use tessera_center::rules::second_factor::Verdict;
use tessera_center_api::identity::Action;

use crate::on_both;

on_both!(ten_codes_shown_once_each_good_once, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    assert_eq!(center.post("/v1/recovery-codes").by(&session).send().await.code(), "identity-check-required");
    center.prove(&session, Action::NewRecoveryCodes).await;
    assert_eq!(
        center.post("/v1/recovery-codes").by(&session).send().await.code(),
        "wrong-state",
        "nothing to stand in for"
    );
    center.device(&session, "phone").await;
    center.empty_outbox().await;
    let codes = center.recovery_codes(&session).await;
    assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
    assert!(
        codes.iter().all(|code| code.len() == 14),
        "{:?}",
        codes.iter().map(String::len).collect::<Vec<_>>()
    );
    assert_eq!(center.told(Template::RecoveryCodesMade).await, 1);
    let left = async || center.get("/v1/recovery-codes").by(&session).send().await.ok()["left"].as_i64();
    assert_eq!(left().await, Some(10));
    for (used, code) in codes.iter().enumerate() {
        assert_eq!(center.try_recovery_code(alice, code).await, Verdict::Right);
        assert_eq!(left().await, Some(9 - i64::try_from(used).unwrap()));
    }
    assert_eq!(center.told(Template::RecoveryCodeUsed).await, 10);
    assert_eq!(center.try_recovery_code(alice, &codes[0]).await, Verdict::Wrong);
});

on_both!(a_new_set_kills_the_old_one_and_another_account_has_no_use_for_it, |center| async move {
    let (alice, bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let (hers, his) = (center.session(alice).await, center.session(bob).await);
    center.device(&hers, "phone").await;
    center.device(&his, "phone").await;
    let old = center.recovery_codes(&hers).await;
    let new = center.recovery_codes(&hers).await;
    assert_eq!(center.try_recovery_code(alice, &old[0]).await, Verdict::Wrong);
    assert_eq!(center.try_recovery_code(bob, &new[0]).await, Verdict::Wrong);
    assert_eq!(center.try_recovery_code(alice, &new[0]).await, Verdict::Right);
});

on_both!(two_new_sets_at_once_leave_one_whole_set, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    center.device(&session, "phone").await;
    center.prove(&session, Action::NewRecoveryCodes).await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (center, session) = (std::sync::Arc::clone(&center), session.clone());
            tokio::spawn(async move { center.post("/v1/recovery-codes").by(&session).send().await.status })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), StatusCode::CREATED);
    }
    assert_eq!(center.get("/v1/recovery-codes").by(&session).send().await.ok()["left"], 10);
});

on_both!(codes_die_with_the_last_device_they_stood_in_for, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    let devices = [center.device(&session, "phone").await, center.device(&session, "tablet").await];
    let codes = center.recovery_codes(&session).await;
    center.prove(&session, Action::UnbindMfaDevice).await;
    center.delete(&format!("/v1/mfa-devices/{}", devices[0].id)).by(&session).send().await.ok();
    assert_eq!(center.try_recovery_code(alice, &codes[0]).await, Verdict::Right);
    center.delete(&format!("/v1/mfa-devices/{}", devices[1].id)).by(&session).send().await.ok();
    assert_eq!(center.try_recovery_code(alice, &codes[1]).await, Verdict::Wrong);
    assert_eq!(center.get("/v1/recovery-codes").by(&session).send().await.ok()["left"], 0);
});
