//! The window of wrong passwords and its codes against the clock: seconds decide, calendars mean nothing.

use serde_json::json;
use tessera_center::clock::Unix;

use crate::harness::{PASSWORD, START, TestCenter};
use crate::login::{ALICE, Attempt, WRONG, many_codes, verification_code, wrong_passwords};
use crate::on_both;

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;
/// When a window closes that opened at the start.
const LOCKED_UNTIL: Unix = START + 86_400;

async fn wrong(center: &TestCenter) -> String {
    Attempt::new(ALICE, WRONG).send(center).await.code()
}

on_both!(the_window_closes_24_hours_after_its_first_wrong_password, |center| async move {
    center.account(ALICE).await;
    assert_eq!(wrong(&center).await, "wrong-credentials");
    center.clock.advance(23 * HOUR);
    assert_eq!(wrong(&center).await, "wrong-credentials");
    center.clock.advance(59 * 60);
    assert_eq!(wrong(&center).await, "wrong-credentials", "at 23:59");
    assert_eq!(wrong(&center).await, "code-required");
    center.clock.advance(59);
    assert_eq!(wrong(&center).await, "code-required", "a second before");
    center.clock.advance(1);
    // A new window, which is open as long from here.
    for _ in 0..3 {
        assert_eq!(wrong(&center).await, "wrong-credentials");
    }
    center.clock.advance(DAY - 1);
    assert_eq!(wrong(&center).await, "code-required");
    center.clock.advance(1);
    assert_eq!(wrong(&center).await, "wrong-credentials");
});

on_both!(a_lock_ends_24_hours_after_the_first_however_late_the_tenth_came, with many_codes, |center| async move {
    center.account(ALICE).await;
    assert_eq!(wrong(&center).await, "wrong-credentials");
    center.clock.advance(23 * HOUR);
    for _ in 0..2 {
        assert_eq!(wrong(&center).await, "wrong-credentials");
    }
    center.clock.advance(59 * 60);
    for place in 4..=10 {
        let code = verification_code(&center, ALICE, ALICE).await;
        let answer = Attempt::new(ALICE, WRONG).code(&code).send(&center).await;
        assert_eq!(answer.code(), if place < 10 { "wrong-credentials" } else { "account-locked" }, "{place}");
    }
    center.clock.advance(59);
    let locked = Attempt::new(ALICE, PASSWORD).send(&center).await;
    assert_eq!(locked.code(), "account-locked");
    assert_eq!(locked.json()["until"], LOCKED_UNTIL);
    center.clock.advance(1);
    Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
});

on_both!(daylight_saving_and_leap_days_mean_nothing, |center| async move {
    center.account(ALICE).await;
    // The evenings before clocks go forward and back in Europe and America, and before a leap day.
    for evening in [
        "2026-03-28T20:00:00Z",
        "2026-10-24T20:00:00Z",
        "2026-03-07T22:00:00Z",
        "2026-10-31T22:00:00Z",
        "2028-02-28T23:59:59Z",
        "2026-12-31T23:59:59Z",
    ] {
        let at: jiff::Timestamp = evening.parse().unwrap();
        center.clock.set(at.as_second().try_into().unwrap());
        for _ in 0..3 {
            assert_eq!(wrong(&center).await, "wrong-credentials", "{evening}");
        }
        center.clock.advance(DAY - 1);
        assert_eq!(wrong(&center).await, "code-required", "{evening}");
        center.clock.advance(1);
        Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
    }
});

on_both!(a_clock_that_steps_by_ten_minutes_opens_and_prolongs_nothing, with many_codes, |center| async move {
    center.account(ALICE).await;
    let at = |seconds: u64| center.clock.set(START as u64 + seconds);
    assert_eq!(wrong(&center).await, "wrong-credentials");
    center.clock.rewind(600);
    assert_eq!(wrong(&center).await, "wrong-credentials");
    center.clock.advance(1200);
    assert_eq!(wrong(&center).await, "wrong-credentials");
    center.clock.rewind(600);
    assert_eq!(wrong(&center).await, "code-required");

    // A code that was sent before the step back is still good after it, and another may be sent at once.
    let code = verification_code(&center, ALICE, ALICE).await;
    center.clock.rewind(600);
    let again = center.post("/v1/login/code").json(json!({ "name": ALICE, "flow": code.0 })).send().await;
    assert!(again.status.is_success(), "{}", again.text);
    let code = (code.0, center.code_sent_to(ALICE).await);
    assert_eq!(Attempt::new(ALICE, WRONG).code(&code).send(&center).await.code(), "wrong-credentials");

    // The lock holds through steps, and ends where it would have without them.
    at(HOUR);
    for place in 5..=10 {
        let code = verification_code(&center, ALICE, ALICE).await;
        let answer = Attempt::new(ALICE, WRONG).code(&code).send(&center).await;
        assert_eq!(answer.code(), if place < 10 { "wrong-credentials" } else { "account-locked" }, "{place}");
    }
    for seconds in [0, HOUR + 600, HOUR - 600, DAY - 601, DAY - 1] {
        at(seconds);
        let locked = Attempt::new(ALICE, PASSWORD).send(&center).await;
        assert_eq!((locked.code().as_str(), locked.json()["until"].as_i64()), ("account-locked", Some(LOCKED_UNTIL)));
    }
    at(DAY);
    Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
});

on_both!(a_right_password_while_the_clock_steps_gives_its_place_back, |center| async move {
    center.account(ALICE).await;
    for _ in 0..3 {
        center.clock.rewind(600);
        Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
        center.clock.advance(1200);
        Attempt::session(&Attempt::new(ALICE, PASSWORD).send(&center).await);
    }
    for _ in 0..3 {
        assert_eq!(wrong(&center).await, "wrong-credentials");
    }
});

on_both!(a_code_expires_to_the_second, with many_codes, |center| async move {
    center.account(ALICE).await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let code = verification_code(&center, ALICE, ALICE).await;
    center.clock.advance(600);
    assert_eq!(Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await.code(), "flow-ended");
    let code = verification_code(&center, ALICE, ALICE).await;
    center.clock.advance(599);
    Attempt::session(&Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await);
});

on_both!(a_code_sent_again_is_good_for_its_whole_time, with many_codes, |center| async move {
    center.account(ALICE).await;
    wrong_passwords(&center, ALICE, ALICE, 3).await;
    let (flow, _) = verification_code(&center, ALICE, ALICE).await;
    let again = || center.post("/v1/login/code").json(json!({ "name": ALICE, "flow": flow })).send();
    center.clock.advance(600);
    again().await.ok();
    let code = (flow.clone(), center.code_sent_to(ALICE).await);
    center.clock.advance(599);
    assert_eq!(again().await.code(), "flow-ended", "its next code would outlive it");
    Attempt::session(&Attempt::new(ALICE, PASSWORD).code(&code).send(&center).await);
});
