//! Login and operation protection: only by what the account has.

use axum::http::Method;
use serde_json::json;
use tessera_center::outbox::Template;
use tessera_center_api::identity::Action;

use crate::harness::{Answer, TestCenter};
use crate::on_both;

async fn set(center: &TestCenter, session: &str, login: &str, operation: &str) -> Answer {
    let body = json!({"login": login, "operation": operation});
    center.ask(Method::PUT, "/v1/account/protection").by(session).json(body).send().await
}

on_both!(only_what_exists_protects_and_it_is_told, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    assert_eq!(set(&center, &session, "email", "off").await.code(), "identity-check-required");
    center.prove(&session, Action::ChangeProtection).await;
    for (login, operation) in [("mfa", "off"), ("off", "mfa"), ("phone", "off"), ("off", "phone")] {
        assert_eq!(
            set(&center, &session, login, operation).await.code(),
            "wrong-state",
            "{login} {operation}"
        );
    }
    assert_eq!(set(&center, &session, "sms", "off").await.code(), "bad-request");
    assert!(center.messages().await.is_empty());
    set(&center, &session, "email", "email").await.ok();
    assert_eq!(center.told(Template::ProtectionChanged).await, 1);
    set(&center, &session, "email", "email").await.ok();
    assert_eq!(center.told(Template::ProtectionChanged).await, 1, "nothing was changed");
    center.device(&session, "phone").await;
    center.prove(&session, Action::ChangeProtection).await;
    set(&center, &session, "mfa", "mfa").await.ok();
    let read = center.get("/v1/account/protection").by(&session).send().await.ok();
    assert_eq!(read, json!({"login": "mfa", "operation": "mfa"}));
});

on_both!(protection_by_the_last_device_falls_to_a_contact_and_not_to_nothing, |center| async move {
    for (email, phone, left) in
        [("alice@example.com", Some("+4915123456789"), "phone"), ("bob@example.com", None, "email")]
    {
        let id = center.account_with(email, phone).await;
        let session = center.session(id).await;
        let device = center.device(&session, "phone").await;
        center.prove(&session, Action::ChangeProtection).await;
        set(&center, &session, "mfa", "off").await.ok();
        center.prove(&session, Action::UnbindMfaDevice).await;
        center.delete(&format!("/v1/mfa-devices/{}", device.id)).by(&session).send().await.ok();
        let read = center.get("/v1/account/protection").by(&session).send().await.ok();
        assert_eq!(read, json!({"login": left, "operation": "off"}));
    }
});

on_both!(
    protection_by_mfa_and_the_unbinding_of_the_last_device_at_once_end_in_one_order,
    |center| async move {
        for round in 0..8 {
            let id = center.account(&format!("a{round}@example.com")).await;
            let session = center.session(id).await;
            let device = center.device(&session, "phone").await;
            center.prove(&session, Action::ChangeProtection).await;
            center.prove(&session, Action::UnbindMfaDevice).await;
            let path = format!("/v1/mfa-devices/{}", device.id);
            let (switched, unbound) =
                tokio::join!(set(&center, &session, "mfa", "off"), center.delete(&path).by(&session).send());
            unbound.ok();
            assert!(switched.status.is_success() || switched.code() == "wrong-state");
            let read = center.get("/v1/account/protection").by(&session).send().await.ok();
            assert_ne!(read["login"], "mfa", "no device is left");
        }
    }
);
