//! Sessions: seen, ended, aged.

use axum::http::StatusCode;

use crate::on_both;

on_both!(a_session_ends_when_its_owner_says_so, |center| async move {
    let alice = center.account("alice@example.com").await;
    let (here, there) = (center.session(alice).await, center.session(alice).await);
    let listed = center.get("/v1/sessions").by(&here).send().await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let other = listed.as_array().unwrap().iter().find(|one| one["current"] == false).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        center.delete(&format!("/v1/sessions/{other}")).by(&here).send().await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(center.get("/v1/sessions").by(&there).send().await.code(), "not-signed-in");
    assert_eq!(center.delete(&format!("/v1/sessions/{other}")).by(&here).send().await.code(), "not-found");
    assert_eq!(center.delete("/v1/session").by(&here).send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(center.get("/v1/sessions").by(&here).send().await.code(), "not-signed-in");
});

on_both!(nobody_ends_the_session_of_another, |center| async move {
    let (alice, mallory) =
        (center.account("alice@example.com").await, center.account("mallory@example.com").await);
    let (hers, his) = (center.session(alice).await, center.session(mallory).await);
    let id = center.get("/v1/sessions").by(&hers).send().await.ok()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(center.delete(&format!("/v1/sessions/{id}")).by(&his).send().await.code(), "not-found");
    center.delete("/v1/sessions").by(&his).send().await.ok();
    center.get("/v1/sessions").by(&hers).send().await.ok();
});

on_both!(a_session_ends_by_idleness_and_by_age_to_the_second, |center| async move {
    let rules = center.center.config.rules.clone();
    let alice = center.account("alice@example.com").await;
    let idle = center.session(alice).await;
    center.clock.advance(u64::try_from(rules.session_idle).unwrap() - 1);
    center.get("/v1/sessions").by(&idle).send().await.ok();
    center.clock.advance(u64::try_from(rules.session_idle).unwrap());
    assert_eq!(center.get("/v1/sessions").by(&idle).send().await.code(), "not-signed-in");

    let busy = center.session(alice).await;
    let (step, mut age) = (rules.session_idle / 2, 0);
    while age + step < rules.session_life {
        center.clock.advance(u64::try_from(step).unwrap());
        age += step;
        center.get("/v1/sessions").by(&busy).send().await.ok();
    }
    center.clock.advance(u64::try_from(rules.session_life - age).unwrap());
    assert_eq!(center.get("/v1/sessions").by(&busy).send().await.code(), "not-signed-in");
});

on_both!(
    /// Each use is not written down: reads would be writes. Where the limit is short, it is noted often enough.
    a_session_in_use_outlives_a_short_idle_limit,
    with |config| config.rules.session_idle = 300,
    |center| async move {
        let alice = center.account("alice@example.com").await;
        let (used, left) = (center.session(alice).await, center.session(alice).await);
        for _ in 0..20 {
            center.clock.advance(29);
            center.get("/v1/sessions").by(&used).send().await.ok();
        }
        center.clock.advance(270);
        center.get("/v1/sessions").by(&used).send().await.ok();
        assert_eq!(center.get("/v1/sessions").by(&left).send().await.code(), "not-signed-in");
    }
);
